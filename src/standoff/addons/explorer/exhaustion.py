"""Who runs out first, in a state beside the case: the numbers of `standoff exhaustion`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.analysis.exhaustion import exhaustion_times
from standoff.errors import ModelError, RunError
from standoff.plan import labels
from standoff.report import formatting
from standoff.report.sections.exhaustion import is_about_constraints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis.exhaustion import Exhaustion, TimeToExhaustion
    from standoff.engine.run import Outcomes
    from standoff.errors import Problem
    from standoff.plan import Plan

DOTS = 50  #: of a quantile dotplot, as many as are read best (Fernandes and others 2018)
Dates = tuple[str | None, ...]  #: of equally likely times; None where it is not by the date


@dataclass(frozen=True, kw_only=True)
class SideRace:
    """The first exhaustion of a side."""

    label: str
    first: float  #: share of futures in which it is the first of all
    first_before: float
    first_error: float
    by: float  #: share in which it happens by the date
    by_before: float
    median: str | None
    dates: Dates
    before_dates: Dates


@dataclass(frozen=True, kw_only=True)
class ConstraintRace:
    """The exhaustion of one store."""

    label: str
    side: str
    constraint: str
    indicator: str  #: the event by which it is seen; may be empty
    first: float
    first_before: float
    by: float
    by_before: float
    median: str | None


@dataclass(frozen=True, kw_only=True)
class RaceCurve:
    """Share of futures in which a store is exhausted, by month."""

    label: str
    shares: tuple[float, ...]
    before: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class RaceCurves:
    """Curves of all sides and stores at the same dates."""

    times: tuple[str, ...]
    series: tuple[RaceCurve, ...]  #: sides first, then constraints that are not the only one of a side without a name


@dataclass(frozen=True, kw_only=True)
class ExhaustionRace:
    """Who runs out of what first, and when."""

    question: str
    text: str
    date: str
    horizon: float  #: months from as_of to the date
    runs_out: bool  #: whether the labels name what runs out; else they are events of any kind
    none: float  #: share of futures in which nobody does by then
    none_before: float
    none_error: float
    sides: tuple[SideRace, ...]  #: the likeliest first
    constraints: tuple[ConstraintRace, ...]
    curves: RaceCurves


@dataclass(frozen=True, kw_only=True)
class NoRace:
    """Why there is no race: the case does not ask, or a library is missing."""

    none_asked: str


def exhaustion_race(now: Outcomes, before: Outcomes) -> ExhaustionRace | NoRace:
    """Times to exhaustion in a state and in the case as it stands."""
    try:
        result = exhaustion_times(now)
        base = result if before is now else exhaustion_times(before)
    except (ModelError, RunError) as error:
        return NoRace(none_asked=_sentences(error.problems[0]))
    plan, constraints = now.model.plan, [item for item in result.constraints if item.constraint]
    sides, stores = ({item.label: item for item in each} for each in (base.sides, base.constraints))
    return ExhaustionRace(
        question=result.question,
        text=result.text,
        date=result.date,
        horizon=result.horizon,
        runs_out=is_about_constraints(item.label for item in result.constraints),
        none=result.none,
        none_before=base.none,
        none_error=result.none_error,
        sides=tuple(_side(plan, result, item, sides[item.label]) for item in result.sides),
        constraints=tuple(_store(plan, result, item, stores[item.label]) for item in result.constraints),
        curves=RaceCurves(
            times=tuple(_label(result, month) or "" for month in result.at),
            series=tuple(
                RaceCurve(label=label_words(plan, item.label), shares=_short(item.shares), before=_short(first.shares))
                for item, first in (
                    (item, known[item.label])
                    for group, known in ((result.sides, sides), (constraints, stores))
                    for item in group
                )
            ),
        ),
    )


def label_words(plan: Plan, label: str) -> str:
    """A label in words: the name of an actor in place of its code."""
    return ", ".join(labels.actor(plan, part) for part in label.split(", "))


def _sentences(problem: Problem) -> str:
    """What is missing, what is allowed and what to do, as sentences."""
    parts = (problem.what, problem.allowed and f"allowed: {problem.allowed}", problem.fix)
    return " ".join(part if part.endswith(".") else f"{part}." for part in map(formatting.capital, filter(None, parts)))


def _side(plan: Plan, result: Exhaustion, item: TimeToExhaustion, base: TimeToExhaustion) -> SideRace:
    return SideRace(
        label=label_words(plan, item.label),
        first=item.first,
        first_before=base.first,
        first_error=item.first_error,
        by=item.by,
        by_before=base.by,
        median=_label(result, item.months["p50"]),
        dates=_dates(result, item),
        before_dates=_dates(result, base),
    )


def _store(plan: Plan, result: Exhaustion, item: TimeToExhaustion, base: TimeToExhaustion) -> ConstraintRace:
    indicators = result.indicators or {}
    return ConstraintRace(
        label=label_words(plan, item.label),
        side=item.side,
        constraint=item.constraint,
        indicator=indicators.get(item.label, indicators.get(item.constraint, "")),
        first=item.first,
        first_before=base.first,
        by=item.by,
        by_before=base.by,
        median=_label(result, item.months["p50"]),
    )


def _dates(result: Exhaustion, item: TimeToExhaustion) -> Dates:
    """Fifty equally likely dates: quantiles of the curve at the middle of each fiftieth."""
    out = []
    for dot in range(DOTS):
        p = (dot + 0.5) / DOTS
        out.append(
            next((month for month, share in zip(result.at, item.shares, strict=True) if share >= p - 1e-12), None)
        )
    return tuple(_label(result, month) for month in out)


def _label(result: Exhaustion, months: float | None) -> str | None:
    """The month that lies some months after as_of."""
    return None if months is None else formatting.month_after(result.origin.as_of, months)


def _short(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(share, 4) for share in shares)
