"""Settled questions scored: what a run said, what happened, and what one would have said without a model."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff import units
from standoff.analysis.answer import answer, question_sample
from standoff.analysis.finding import Provenance
from standoff.engine import failure
from standoff.errors import ModelError, Problem
from standoff.evaluation import scoring_rules
from standoff.evaluation.records import Scored, Scores
from standoff.evaluation.skill import calibration, coverage, remarks, skills, verdict
from standoff.questions import Numbers, Probabilities
from standoff.scenario.outcome import NEVER

if TYPE_CHECKING:
    from standoff.analysis.answer import Answer
    from standoff.engine.run import Run
    from standoff.plan import Parameter, PlannedQuestion
    from standoff.scenario.outcome import Outcome

LEVELS = (0.5, 0.9)  #: central intervals whose coverage is counted
GRID = 1000  #: equally likely values that stand for a base rate; the CRPS is then right to a thousandth of its spread


def score_runs(runs: Iterable[tuple[str, Run]], seed: int = 1) -> Scores:
    """Score the settled questions of runs, each with the name of its case; `seed` is that of the bootstrap.

    A run is read and let go before the next is asked for. Raises `ModelError` where nothing is settled.
    """
    origins, rows, notes, cases = [], list[Scored](), list[str](), list[str]()
    for case, run in runs:
        cases.append(case)
        origins.append(Provenance.of(run))
        rows += settled(run, case)
        notes += _cautions(run, case)
    if not rows:
        raise ModelError(
            Problem(f"no question of {', '.join(f'`{case}`' for case in cases) or 'no case'} is settled",
                    allowed="a question with `outcome: yes @claim-id`, and a date after as_of",
                    fix="write what happened, and the claim that says so")
        )  # fmt: skip
    found = skills(rows, seed)
    return Scores(tuple(origins), tuple(rows), found, calibration(rows), coverage(rows), verdict(found),
                  (*remarks(rows, found), *notes))  # fmt: skip


def settled(run: Run, case: str = "") -> tuple[Scored, ...]:
    """The settled questions of a run whose date lies after as_of, scored, in the order of the file."""
    asked = {item.id: item for item in run.model.plan.questions if item.question.outcome and _ahead(run, item)}
    if not asked:
        return ()
    found = {item.id: item for item in answer(run, tuple(asked)).answers}
    return tuple(_scored(run, case, item, found[name]) for name, item in asked.items())


def _ahead(run: Run, asked: PlannedQuestion) -> bool:
    return asked.state > run.model.plan.first_future_step


def _cautions(run: Run, case: str) -> list[str]:
    """What a reader of the scores of a run must know."""
    plan = run.model.plan
    past = [item.id for item in plan.questions if item.question.outcome and not _ahead(run, item)]
    out = [f"{case}: {', '.join(past)}: dated on or before as_of, not scored"] if past else []
    out += [f"{case}: {warning}" for warning in plan.warnings if "published after as_of" in warning]
    failed = failure.told(run)
    return [*out, f"{case}: {failed}; they are left out"] if failed else out


def _scored(run: Run, case: str, asked: PlannedQuestion, said: Answer) -> Scored:
    question, outcome, plan = asked.question, asked.question.outcome, run.model.plan
    assert outcome is not None
    unit = asked.form.score_unit(asked)
    base_rate = None if question.base_rate is None else plan.parameter(f"questions.{asked.id}.base_rate.value")
    found = asked.form.forecast(question_sample(run, asked), said, outcome, base_rate)
    common: dict[str, Any] = {
        "case": case or run.model.scenario.title, "variant": plan.variant, "as_of": run.model.scenario.as_of,
        "id": asked.id, "kind": question.kind, "text": question.text, "date": said.date,
        "unit": unit, "outcome": outcome.said, "claims": outcome.sources, "mc_error": said.mc_error,
    }  # fmt: skip
    if isinstance(found, Probabilities):
        return Scored(**common, **_probabilities(found), interval=None, below=None, inside={})
    return Scored(**common, **_numbers(run, asked, unit, found, said, base_rate))


def _probabilities(found: Probabilities) -> dict[str, Any]:
    """Scores of the model and of each rival, by the rules for probabilities."""
    count, happened, shown = sum(found.counts), found.happened, found.shown
    p = {"model": scoring_rules.smoothed(found.counts, round(count)), **found.rivals}
    scores = {
        who: {"brier": scoring_rules.brier(each, happened), "log": scoring_rules.logarithmic(each, happened)}
        for who, each in p.items()
    }
    base = found.rivals.get("base_rate")
    return {"forecast": float(found.counts[shown] / count), "smoothed": float(p["model"][shown]),
            "base_rate": None if base is None else float(base[shown]), "happened": float(happened == shown),
            "scores": scores}  # fmt: skip


def _numbers(
    run: Run, asked: PlannedQuestion, unit: str, found: Numbers, said: Answer, base_rate: Parameter | None
) -> dict[str, Any]:
    """Scores in `unit`, values cut at the horizon."""
    others = dict(found.rivals)
    base = None
    if base_rate is not None and _same(run, asked.unit, unit):
        ranks = (np.arange(GRID) + 0.5) / GRID
        base = np.array([base_rate.quantile(each) for each in ranks]) / _unit(run, unit)
        others["base_rate"] = base
    if (now := said.baselines.get("persistence")) is not None:
        others["persistence"] = np.array([now])
    assert asked.question.outcome is not None
    low, high = _happened(run, unit, asked.question.outcome)
    cut = {who: np.minimum(each, found.horizon) for who, each in {"model": found.values, **others}.items()}
    ends = min(low, found.horizon), min(high, found.horizon)
    scores = {who: {"crps": scoring_rules.crps(each, *ends)} for who, each in cut.items()}
    middle, values = (low + high) / 2, found.values
    return {
        "forecast": said.answer, "smoothed": None, "base_rate": None if base is None else float(np.median(base)),
        "happened": middle, "interval": said.interval, "scores": scores,
        "below": float(np.mean(values < middle) + np.mean(values == middle) / 2),
        "inside": {f"{level:g}": scoring_rules.covered(values, level, low, high) for level in LEVELS},
    }  # fmt: skip


def _happened(run: Run, unit: str, outcome: Outcome) -> tuple[float, float]:
    """Ends of what happened in `unit`; both infinite for never."""
    if outcome.said == NEVER:
        return math.inf, math.inf
    found = outcome.number()
    factor = _unit(run, found.unit or unit) / _unit(run, unit)
    return found.numbers[0] * factor, found.numbers[-1] * factor


def _unit(run: Run, text: str) -> float:
    return units.parse(text or "1", run.model.scenario.units).factor


def _same(run: Run, one: str, other: str) -> bool:
    declared = run.model.scenario.units
    return units.parse(one or "1", declared).same_kind(units.parse(other or "1", declared))
