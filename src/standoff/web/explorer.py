"""Answers, futures and choices of a case under moved levers, beside the case as it stands.

Futures are paired: a moved lever acts from as_of on in the same futures, by number, so that a difference is a mean over
pairs. The numbers are those of `standoff compare` and of `standoff run --set` for the same draws and seed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.analysis.answer import answer
from standoff.analysis.compare_variants import compare_outcomes
from standoff.engine.session import LeverResult, LeverSession
from standoff.questions import form
from standoff.report import answer_text, formatting
from standoff.report.page import main_stocks, stock_name
from standoff.report.sections.compare import change_text
from standoff.scenario import overrides
from standoff.serialise import to_plain

if TYPE_CHECKING:
    from standoff.analysis.answer import Answers
    from standoff.analysis.compare_variants import QuestionComparison
    from standoff.engine.model import Model

DRAWS, QUICK = 2000, 512  #: futures at rest, and while a lever is dragged
FANS = 6  # charts; assumption: as many as a screen holds
ENDS = (0.05, 0.25, 0.5, 0.75, 0.95)
MOVED = "moved"  #: name of the state beside the case as it stands


@dataclass(frozen=True, kw_only=True)
class LeverControl:
    """A lever: its range, what it is now and what is believed, in its unit."""

    name: str
    text: str
    unit: str
    low: float
    high: float
    now: float  #: median of the belief
    believed: tuple[float, float]  #: its 5 and 95 %
    target: str  #: path of the parameter
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MovedAnswer:
    """An answer as the case stands and under the moved levers."""

    question: str
    text: str
    date: str
    before: str
    now: str
    word: str  #: the probability in words; may be empty
    share: float | None  #: the answer, if it is a share
    share_before: float | None
    change: str  #: with its 90 % Monte Carlo interval, or "no clear change"
    turned: tuple[int, int] | None  #: futures that changed to yes, and to no


@dataclass(frozen=True, kw_only=True)
class Fan:
    """Quantiles of a stock over futures at the end of each step: 5, 25, 50, 75 and 95 %."""

    stock: str
    name: str
    unit: str
    quantiles: tuple[tuple[float, ...], ...]  #: (quantile, step)


@dataclass(frozen=True, kw_only=True)
class ActiveOptions:
    """Shares of futures with each option of a choice in force at the end of each step."""

    choice: str
    actor: str
    text: str
    options: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]  #: (option, step)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Everything that the page shows for a state of the levers."""

    levers: Mapping[str, float | str]
    draws: int
    seed: int
    model: str  #: digest of the case
    answers: tuple[MovedAnswer, ...]  #: the main question first
    fans: tuple[Fan, ...]
    choices: tuple[ActiveOptions, ...]
    times: tuple[str, ...]  #: ends of the steps
    failed: int  #: futures that failed, before or now
    seconds: float

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        out: dict[str, Any] = to_plain(asdict(self))
        return out


@dataclass(frozen=True, eq=False)
class Explorer:
    """A case with its futures in memory; created by `Explorer.open`."""

    model: Model
    sessions: Mapping[int, LeverSession]  #: by number of draws
    base: Mapping[int, LeverResult]

    @classmethod
    def open(cls, model: Model, draws: Sequence[int] = (QUICK, DRAWS), seed: int = 1) -> Explorer:
        """Simulate the case as it stands; compiles what is not in the cache of programs."""
        stocks = tuple(main_stocks(model.plan)[:FANS])
        sessions = {count: LeverSession.open(model, draws=count, seed=seed, stocks=stocks) for count in draws}
        return cls(model, sessions, {count: session.rerun() for count, session in sessions.items()})

    @cached_property
    def levers(self) -> tuple[LeverControl, ...]:
        """The levers of the case, in the order of the file."""
        return tuple(lever_control(self.model, name) for name in self.model.scenario.levers)

    @cached_property
    def _answered(self) -> Mapping[int, Answers]:
        """Answers of the case as it stands, by number of draws."""
        return {count: answer(result) for count, result in self.base.items()}

    @cached_property
    def _formats(self) -> Mapping[str, formatting.NumberFormat]:
        """Scale and unit of each chart, the same for every state of the levers."""
        base, units = self.base[max(self.base)], self.model.scenario.cells()
        return {cell: formatting.number_format(np.median(base.paths[cell][base.valid], axis=0), None, units[cell].unit)
                for cell in base.paths}  # fmt: skip

    def move(self, levers: Mapping[str, float | str], draws: int = DRAWS) -> Move:
        """Answers, futures and choices with some levers moved; raises `ModelError`."""
        begun = time.perf_counter()
        session, base = self.sessions[draws], self.base[draws]
        now = session.rerun(levers) if levers else base
        return Move(
            levers=dict(levers), draws=draws, seed=session.seed, model=self.model.hash,
            answers=tuple(_answer(self.model, item) for item in compare_outcomes(base, now, MOVED, self._answered[draws])),
            fans=tuple(_fan(now, cell, self._formats[cell]) for cell in session.stocks),
            choices=_choices(now), times=now.times, failed=int((~(base.valid & now.valid)).sum()),
            seconds=time.perf_counter() - begun,
        )  # fmt: skip


def lever_control(model: Model, name: str) -> LeverControl:
    """A lever with its range and belief."""
    plan, lever = model.plan, model.scenario.levers[name]
    low, high, unit = overrides.ends(lever.model_dump(), plan.scenario.units)
    parameter = plan.parameters[plan.in_force(plan.number(lever.target))]
    low5, now, high95 = (parameter.quantile(p) / unit.factor for p in (0.05, 0.5, 0.95))
    return LeverControl(
        name=name, text=lever.text or name, unit=unit.text if unit.dims else "", low=low, high=high, now=now,
        believed=(low5, high95), target=parameter.path, sources=tuple(parameter.belief.sources),
    )  # fmt: skip


def _answer(model: Model, item: QuestionComparison) -> MovedAnswer:
    as_of = str(model.scenario.as_of)
    change = item.changes[0]
    before, now = (answer_text.answer(each, as_of) for each in (item.base, change.answer))
    is_share = form(item.kind).is_share
    count = None
    if change.turned is not None:
        count = (round(change.turned[0] * change.futures), round(change.turned[1] * change.futures))
    return MovedAnswer(
        question=item.id, text=item.text, date=item.date, before=before.main, now=now.main, word=now.word,
        share=float(change.value) if is_share else None, share_before=float(item.value) if is_share else None,
        change=change_text(item, change), turned=count,
    )  # fmt: skip


def _fan(now: LeverResult, cell: str, shown: formatting.NumberFormat) -> Fan:
    rows = np.quantile(now.paths[cell][now.valid] / shown.scale, ENDS, axis=0)
    return Fan(stock=cell, name=stock_name(now, cell), unit=shown.suffix.strip(), quantiles=_rounded(rows))


def _choices(now: LeverResult) -> tuple[ActiveOptions, ...]:
    """Options in force, of every choice that is free after as_of."""
    plan = now.model.plan
    return tuple(
        ActiveOptions(
            choice=choice.name, actor=choice.actor, text=plan.scenario.choices[choice.name].text or choice.name,
            options=tuple(map(formatting.humanise, choice.options)),
            shares=_rounded(now.held[:, index, : len(choice.options)].T),
        )
        for index, choice in enumerate(plan.choices) if any(choice.is_free)
    )  # fmt: skip


def _rounded(rows: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """Rows with three significant digits: a chart shows no more."""
    return tuple(tuple(float(f"{value:.3g}") for value in row) for row in rows)
