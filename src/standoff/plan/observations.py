"""Observations: the imposed path of a stock before as_of, from claims."""

from __future__ import annotations

import inspect
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from standoff.errors import StandoffError, did_you_mean
from standoff.ledger import Claim, Ledger
from standoff.ledger.conflicts import ROUNDING, implied_interval
from standoff.ledger.precedence import most_precise
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import PlannedObservation
from standoff.scenario.language import Observation

FILTERS = tuple(inspect.signature(Ledger.filter).parameters)[
    1:
]  #: fields that a `claims:` filter of an observation may use


def planned_observation(draft: PlanBuilder, cell: str) -> PlannedObservation:
    """Resolve an observation: claims valid at as_of, interpolated linearly."""
    entry, here = draft.scenario.observations[cell], ("observations", cell)
    scale = add_belief(draft, (*here, "scale"), entry.scale, "1", entry.sources, low=0.0, doc=f"true / claimed {cell}")
    arguments = (entry, draft.units[cell], draft.calendar)
    values, used, warnings, spans = draft.cached(
        (*here, draft.scenario.as_of), arguments, lambda: _path(draft, cell, entry)
    )
    draft.warnings += warnings
    if not used:
        draft.warnings.append(
            f"no claim about {cell} was published by {draft.scenario.as_of}: it is simulated from the start"
        )
    return PlannedObservation(cell, values, scale, used, spans)


@dataclass(frozen=True)
class ClaimPoint:
    """A claim as a point of a path, in canonical units."""

    claim: Claim
    position: float  #: time of the claim, between states
    value: float | None  #: None for a bound
    low: float  #: range that the comparator allows
    high: float


def _path(
    draft: PlanBuilder, cell: str, entry: Observation
) -> tuple[tuple[float | None, ...], tuple[str, ...], tuple[str, ...], tuple[float, ...]]:
    """The value at each state (or None), the claims used, warnings, and the span of each step."""
    here = ("observations", cell, "claims")
    values: list[float | None] = [None] * (draft.calendar.steps + 1)
    known = [draft.is_known((*here, word), word, FILTERS, "filter") for word in entry.claims]
    if not all(known):
        return tuple(values), (), (), ()
    try:
        fit = draft.cached(here, (entry.claims,), lambda: tuple(draft.statements.filter(**entry.claims)))
    except (TypeError, ValueError, StandoffError) as error:
        draft.report(here, str(error), "one word or a list of words for each filter")
        return tuple(values), (), (), ()
    if not fit:
        draft.report(here, f"no claim of the ledger matches `{cell}`", fix="see `standoff claims`")
    ids = [claim.id for claim in fit]
    for name in entry.prefer:
        if name not in ids:
            draft.report(
                (*here[:-1], "prefer"), f"`{name}` is not one of the matching claims", fix=did_you_mean(name, ids)
            )
    by_day: dict[float, list[ClaimPoint]] = defaultdict(list)
    for point in _points(draft, cell, entry, fit):
        by_day[point.position].append(point)
    taken = [_agreed(draft, entry, here, each) for each in by_day.values()]
    points = {point.position: point.value for point in taken if point is not None and point.value is not None}
    for state, level in _joined(points, draft.first_free):
        values[state] = level
    bounds = [point for each in by_day.values() for point in each if point.value is None]
    used = tuple(point.claim.id for point in taken if point is not None and point.position in points)
    return tuple(values), used, tuple(_broken(cell, points, bounds)), _spans(values, sorted(points))


def _points(draft: PlanBuilder, cell: str, entry: Observation, fit: Sequence[Claim]) -> Iterator[ClaimPoint]:
    """Valid claims with a number about a day from the start to as_of."""
    for claim in fit:
        day = claim.as_of.last
        if not claim.numbers or not draft.calendar.start <= day <= draft.scenario.as_of_day:
            continue
        if claim.id not in draft.standing_claims:
            continue
        unit = draft.unit(claim.unit)
        if not unit.same_kind(draft.units[cell]):
            draft.report(
                ("observations", cell, "claims"),
                f"the claim `{claim.id}` is in `{claim.unit}`",
                f"a unit of {draft.stocks[cell].unit}",
            )
            continue
        low, high = (end * unit.factor for end in implied_interval(claim))
        value = _value(claim)
        if value is None and entry.bounds == "value":
            value = claim.value
        yield ClaimPoint(claim, draft.calendar.position(day), None if value is None else value * unit.factor, low, high)


def _value(claim: Claim) -> float | None:
    """The imposed number of a claim: the midpoint of its range, None for a bound."""
    low, high = implied_interval(claim)
    if math.isinf(low) or math.isinf(high):
        return None
    return float(claim.value) if claim.value is not None and claim.comparator != "nearly" else (low + high) / 2


def _agreed(
    draft: PlanBuilder, entry: Observation, here: tuple[str, ...], points: Sequence[ClaimPoint]
) -> ClaimPoint | None:
    """The most precise of compatible claims about one day; preferred claims first.

    Notes where they cannot all be true. None where all are bounds.
    """
    numbers = [each for each in points if each.value is not None]
    numbers = [each for each in numbers if each.claim.id in entry.prefer] or numbers
    low, high = max((each.low for each in numbers), default=0.0), min((each.high for each in numbers), default=0.0)
    if low > high + ROUNDING * max(abs(low), abs(high)):
        text = "; ".join(f"`{each.claim.id}` {each.claim.statement}" for each in numbers)
        draft.report(
            here,
            f"claims about {numbers[0].claim.as_of.last} differ: {text}",
            "one number per stock and day, or compatible numbers",
            "choose with `prefer:`, or narrow the filter, such as `status: accepted`",
        )
    return most_precise(numbers)


def _broken(cell: str, points: Mapping[float, float], bounds: Sequence[ClaimPoint]) -> Iterator[str]:
    """Bounds that the path violates, or that lie outside it."""
    knots = sorted(points)
    for point in bounds:
        name = f"`{point.claim.id}` ({point.claim.statement})"
        if not knots or not knots[0] <= point.position <= knots[-1]:
            yield (
                f"observations.{cell}: {name} is a bound at a time without a value, and imposes nothing; "
                "`bounds: value` imposes its number"
            )
        elif not point.low <= _between(points, knots, point.position) <= point.high:
            yield f"observations.{cell}: the path through the other claims violates {name}"


def _joined(points: Mapping[float, float], last: int) -> Iterator[tuple[int, float]]:
    """Interpolate `points` at whole states up to `last`; constant half a step beyond the ends."""
    knots = sorted(points)
    if knots:
        for state in range(max(math.ceil(knots[0] - 0.5), 0), min(math.floor(knots[-1] + 0.5), last) + 1):
            yield state, _between(points, knots, state)


def _spans(values: Sequence[float | None], knots: Sequence[float]) -> tuple[float, ...]:
    """Steps between the claims around each step, at least 1; 0 without known growth."""
    out = []
    for k, (before, after) in enumerate(pairwise(values)):
        known = before is not None and after is not None and after > before
        right = min(max(bisect_left(knots, k + 0.5), 1), len(knots) - 1) if known else 0
        out.append(max(knots[right] - knots[right - 1], 1.0) if known else 0.0)
    return tuple(out)


def _between(points: Mapping[float, float], knots: Sequence[float], position: float) -> float:
    """Interpolate `points`, at positions `knots` in rising order; constant beyond the ends."""
    right = min(bisect_left(knots, position), len(knots) - 1)
    a, b = knots[max(right - 1, 0)], knots[right]
    share = 1.0 if a >= b or position >= b else 0.0 if position <= a else (position - a) / (b - a)
    return points[a] * (1 - share) + points[b] * share
