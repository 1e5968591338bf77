"""Who runs out first, in a state beside the case: the numbers of `standoff exhaustion`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.addons.explorer.responses import beside
from standoff.analysis.exhaustion import Exhaustion, TimeToExhaustion, exhaustion_times
from standoff.engine.run import Outcomes
from standoff.errors import ModelError, Problem, RunError
from standoff.plan import Plan, labels
from standoff.report import formatting
from standoff.report.sections.exhaustion import is_about_constraints

DOTS = 50  #: of a quantile dotplot, as many as are read best (Fernandes and others 2018)
Dates = tuple[str | None, ...]  #: of equally likely times; None where it is not by the date


@dataclass(frozen=True, kw_only=True)
class Race(TimeToExhaustion):
    """Exhaustion of a store, or the first of a side, in a state and in the case."""

    first_before: float
    by_before: float
    before: tuple[float, ...]  #: shares by month in the case
    indicator: str  #: the event by which it is seen; may be empty
    median: str | None
    dates: Dates  #: of a side
    before_dates: Dates


@dataclass(frozen=True, kw_only=True)
class ExhaustionRace(Exhaustion):
    """Who runs out of what first, and when."""

    runs_out: bool  #: whether the labels name what runs out; else they are events of any kind
    none_before: float
    times: tuple[str, ...]  #: dates of the curves
    sides: tuple[Race, ...]  #: the likeliest first
    constraints: tuple[Race, ...]


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
    plan = now.model.plan
    sides, stores = ({item.label: item for item in each} for each in (base.sides, base.constraints))
    return beside(
        ExhaustionRace,
        result,
        runs_out=is_about_constraints(item.label for item in result.constraints),
        none_before=base.none,
        times=tuple(_label(result, month) or "" for month in result.at),
        sides=tuple(
            _race(plan, result, item, sides[item.label], _dates(result, item), _dates(result, sides[item.label]))
            for item in result.sides
        ),
        constraints=tuple(_race(plan, result, item, stores[item.label]) for item in result.constraints),
    )


def label_words(plan: Plan, label: str) -> str:
    """A label in words: the name of an actor in place of its code."""
    return ", ".join(labels.actor(plan, part) for part in label.split(", "))


def _sentences(problem: Problem) -> str:
    """What is missing, what is allowed and what to do, as sentences."""
    parts = (problem.what, problem.allowed and f"allowed: {problem.allowed}", problem.fix)
    return " ".join(part if part.endswith(".") else f"{part}." for part in map(formatting.capital, filter(None, parts)))


def _race(
    plan: Plan,
    result: Exhaustion,
    item: TimeToExhaustion,
    base: TimeToExhaustion,
    dates: Dates = (),
    before_dates: Dates = (),
) -> Race:
    indicators = result.indicators or {}
    return beside(
        Race,
        item,
        label=label_words(plan, item.label),
        shares=_short(item.shares),
        before=_short(base.shares),
        first_before=base.first,
        by_before=base.by,
        indicator=indicators.get(item.label, indicators.get(item.constraint, "")),
        median=_label(result, item.months["p50"]),
        dates=dates,
        before_dates=before_dates,
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
