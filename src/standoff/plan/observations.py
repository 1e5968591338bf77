"""Claims of a plan: the imposed path of a stock before as_of, and the targets of a fit."""

from __future__ import annotations

import inspect
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from standoff import expression, units
from standoff.components import ParameterSpec
from standoff.errors import StandoffError, did_you_mean
from standoff.ledger import Claim, Ledger
from standoff.ledger.conflicts import ROUNDING, implied_interval
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.records import PlannedComparison, PlannedObservation
from standoff.scenario import calendar
from standoff.scenario.language import FitTarget, Observation
from standoff.yaml_reader import Path_

#: fields that a `claims:` filter of an observation may use
FILTERS = tuple(inspect.signature(Ledger.filter).parameters)[1:]


def _matching(draft: PlanBuilder, path: Path_, entry: Observation | FitTarget, none: str) -> tuple[Claim, ...]:
    """The claims of the filter of an entry; reports a wrong filter, and that none matches."""
    here, valid = (*path, "claims"), [draft.is_known((*path, "claims", w), w, FILTERS, "filter") for w in entry.claims]
    if not all(valid):
        return ()
    try:
        claims = tuple(draft.ledger.statements.filter(**entry.claims))
    except (TypeError, ValueError, StandoffError) as error:
        draft.report(here, str(error), "one word or a list of words for each filter")
        return ()
    if not claims:
        draft.report(here, none, fix="see `standoff claims`")
    return claims


def planned_observation(draft: PlanBuilder, cell: str) -> PlannedObservation:
    """Resolve an observation: claims valid at as_of, interpolated linearly."""
    entry, here = draft.scenario.observations[cell], ("observations", cell)
    spec = ParameterSpec(f"true / claimed {cell}", "1", ge=0.0)
    scale = add_belief(draft, (*here, "scale"), entry.scale, spec, entry.sources)
    claims = _matching(draft, here, entry, f"no claim of the ledger matches `{cell}`")
    ids = [claim.id for claim in claims]
    for name in entry.prefer if ids else ():
        if name not in ids:
            what = f"`{name}` is not one of the matching claims"
            draft.report((*here, "prefer"), what, fix=did_you_mean(name, ids))
    by_day: dict[float, list[ClaimPoint]] = defaultdict(list)
    for point in _points(draft, cell, entry, claims):
        by_day[point.position].append(point)
    agreed = list(filter(None, [_agreed(draft, entry, here, same_day) for same_day in by_day.values()]))
    points = {point.position: point.value for point in agreed if point.value is not None}
    knots = sorted(points)
    values: list[float | None] = [None] * (draft.calendar.steps + 1)
    if knots:  # linear between claims, constant half a step beyond the ends
        last = min(math.floor(knots[-1] + 0.5), draft.first_free)
        for state in range(max(math.ceil(knots[0] - 0.5), 0), last + 1):
            values[state] = _between(points, knots, state)
    bounds = [point for same_day in by_day.values() for point in same_day if point.value is None]
    draft.warnings += _broken(cell, points, bounds)
    claim_ids = tuple(point.claim.id for point in agreed if point.position in points)
    if not claim_ids:
        draft.warnings.append(
            f"no claim about {cell} was published by {draft.scenario.as_of}: it is simulated from the start"
        )
    error = None
    if entry.error is not None:
        doc = f"standard deviation of the error of a claim of {cell}, as a share of it"
        error = add_belief(draft, (*here, "error"), entry.error, ParameterSpec(doc, "1", ge=0.0, le=1.0), entry.sources)
    return PlannedObservation(
        cell,
        tuple(values),
        scale,
        claim_ids,
        _spans(values, knots),
        error,
        _leverage(points, knots, len(values)) if error is not None else (),
        calendar.months(entry.learned) if entry.learned else 0.0,
    )


@dataclass(frozen=True)
class ClaimPoint:
    """A claim as a point of a path, in canonical units."""

    claim: Claim
    position: float  #: time of the claim, between states
    value: float | None  #: None for a bound
    low: float  #: range that the comparator allows
    high: float


def _points(draft: PlanBuilder, cell: str, entry: Observation, claims: Sequence[Claim]) -> Iterator[ClaimPoint]:
    """Valid claims with a number about a day from the start to as_of."""
    for claim in claims:
        day = claim.as_of.last
        if not claim.numbers or not draft.calendar.start <= day <= draft.scenario.as_of_day:
            continue
        if claim.id not in draft.standing_claims:
            continue
        unit = draft.unit(claim.unit)
        if not unit.same_kind(draft.units[cell]):
            what = f"the claim `{claim.id}` is in `{claim.unit}`"
            draft.report(("observations", cell, "claims"), what, f"a unit of {draft.stocks[cell].unit}")
            continue
        low, high = implied_interval(claim)
        value = claim.value  # of a range the midpoint; none of a bound, unless it imposes its number
        if math.isinf(low) or math.isinf(high):
            value = value if entry.bounds == "value" else None
        elif value is None or claim.comparator == "nearly":
            value = (low + high) / 2
        imposed = None if value is None else value * unit.factor
        yield ClaimPoint(claim, draft.calendar.position(day), imposed, low * unit.factor, high * unit.factor)


def _agreed(draft: PlanBuilder, entry: Observation, here: Path_, points: Sequence[ClaimPoint]) -> ClaimPoint | None:
    """The most precise of compatible claims about one day; preferred claims first.

    Notes where they cannot all be true. None where all are bounds.
    """
    stated = [point for point in points if point.value is not None]
    stated = [point for point in stated if point.claim.id in entry.prefer] or stated
    low, high = max((point.low for point in stated), default=0.0), min((point.high for point in stated), default=0.0)
    if low > high + ROUNDING * max(abs(low), abs(high)):
        quotes = "; ".join(f"`{point.claim.id}` {point.claim.statement}" for point in stated)
        draft.report(
            (*here, "claims"),
            f"claims about {stated[0].claim.as_of.last} differ: {quotes}",
            "one number per stock and day, or compatible numbers",
            "choose with `prefer:`, or narrow the filter, such as `status: accepted`",
        )
    return min(stated, key=lambda point: (point.high - point.low, point.claim.id), default=None)


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


def _spans(values: Sequence[float | None], knots: Sequence[float]) -> tuple[float, ...]:
    """Steps between the claims around each step, at least 1; 0 without known growth."""
    out = []
    for k, (before, after) in enumerate(pairwise(values)):
        grows = before is not None and after is not None and after > before
        right = min(max(bisect_left(knots, k + 0.5), 1), len(knots) - 1) if grows else 0
        out.append(max(knots[right] - knots[right - 1], 1.0) if grows else 0.0)
    return tuple(out)


def _leverage(points: Mapping[float, float], knots: Sequence[float], states: int) -> tuple[float, ...]:
    """Per step: error of the logarithm of its growth for an error of claims of 1.

    The claims around the step have independent errors, and their growth is the difference.
    """
    out = []
    for k in range(states - 1):
        right = min(max(bisect_left(knots, k + 0.5), 1), len(knots) - 1)
        a, b = (points[knots[n]] for n in (right - 1, right)) if knots else (0.0, 0.0)
        out.append(math.hypot(a, b) / (b - a) if b > a else 0.0)
    return tuple(out)


def _between(points: Mapping[float, float], knots: Sequence[float], position: float) -> float:
    """Interpolate `points`, at positions `knots` in rising order; constant beyond the ends."""
    right = min(bisect_left(knots, position), len(knots) - 1)
    a, b = knots[max(right - 1, 0)], knots[right]
    share = 1.0 if a >= b or position >= b else 0.0 if position <= a else (position - a) / (b - a)
    return points[a] * (1 - share) + points[b] * share


def planned_comparison(draft: PlanBuilder, name: str) -> PlannedComparison | None:
    """Resolve one entry of `fit.targets`; None if it has errors."""
    fit, here, before = draft.scenario.fit, ("fit", "targets", name), draft.faults
    assert fit is not None
    entry, path = fit.targets[name], (*here, "value")
    claims, parsed = _matching(draft, here, entry, "no claim of the ledger matches"), draft.parsed(path, entry.value)
    if parsed is None:
        return None
    node, dims = parsed
    for chosen in expression.choice_terms(node):
        draft.report(path, f"`{chosen.choice}` is a choice", "stocks: choices are fitted to their history")
    for term in expression.clock_terms(node):
        draft.report(path, f"`{term.name}` is no stock", "stocks: a claim has its own day")
    if dims is None:
        draft.report(path, f"`{entry.value}` is a condition", "a number, from stocks")
    for claim in claims:
        # without a number there is nothing to compare; a claim that was not published yet says that it will be
        if claim.numbers and dims is not None and draft.unit(claim.unit).dims != dims:
            what = f"the claim `{claim.id}` is in `{claim.unit}`"
            draft.report((*here, "claims"), what, f"a unit of {units.show(dims)}")
            break
    if draft.faults > before or dims is None:
        return None
    first = max(draft.calendar.index(calendar.last_day(since)) for since in (fit.since, entry.since) if since)
    return PlannedComparison(name, entry.claims, node, dims, first)
