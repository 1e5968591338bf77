"""Findings for a reader who has four minutes: verdict, effects of levers, signs to watch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from standoff.analysis.answer import Answer
from standoff.analysis.finding import Finding
from standoff.analysis.indicators import Indicator, indicators
from standoff.analysis.lever_effects import LeverEffect, lever_effects
from standoff.analysis.verdict import Verdict, main_answer
from standoff.engine.run import Run
from standoff.engine.session import session as opened
from standoff.errors import ModelError, Problem
from standoff.progress import SILENT, Progress
from standoff.serialise import to_plain

CLAIMS = 5  # assumption: a reader keeps no more in mind


@dataclass(frozen=True, kw_only=True)
class Brief(Finding):
    """A verdict with the effects of levers, signs to watch and the claims behind the answer."""

    verdict: Verdict
    levers: tuple[LeverEffect, ...] = ()  #: the largest effect on the main answer first
    signs: tuple[Indicator, ...] = ()  #: the most telling first
    claims: tuple[str, ...] = ()  #: the claims behind the largest reasons, then behind the answer

    @property
    def main(self) -> Answer:
        """The answer to the main question."""
        return next(item for item in self.verdict.answers if item.id == self.verdict.main)

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON: the verdict's, with levers, signs and claims."""
        own = {"levers": list(map(asdict, self.levers)), "signs": list(map(asdict, self.signs)), "claims": self.claims}
        return self.verdict.to_data() | to_plain(own)


def brief(run: Run, verdict: Verdict, progress: Progress = SILENT) -> Brief:
    """Add to a verdict what a brief says beyond it; `verdict` must be made with `changes`.

    Simulates the main answer under every lever, and 10,240 futures for signs to watch. Raises `ModelError` for a case
    without questions.
    """

    main = main_answer(run, verdict.answers)
    if main is None:
        raise ModelError(Problem("the case has no question to answer", path="questions", fix="add one to the scenario"))
    query = run.model.plan.question(main.id)
    label = str(main.answer) if query.form.HAS_LABELS else ""
    session = opened(run.model, seed=run.settings.seed, progress=progress)
    return Brief(
        origin=verdict.origin,
        verdict=verdict,
        levers=lever_effects(session, query, label, progress=progress),
        signs=indicators(session, query, label),
        claims=_claims(run, verdict, main),
    )


def _claims(run: Run, verdict: Verdict, main: Answer) -> tuple[str, ...]:
    """The first claim of each reason, the largest first; then claims behind the answer.

    Those published by as_of come first, since reasons may be worded after later texts.
    """
    known = run.model.ledger.as_of(run.model.scenario.as_of_day)
    effects = verdict.attribution.reasons if verdict.attribution else ()
    first = [sorted(item.claims, key=lambda name: name not in known)[:1] for item in effects]
    names = dict.fromkeys([*(name for names in first for name in names), *main.claims])
    return tuple(sorted(names, key=lambda name: name not in known))[:CLAIMS]
