"""Observations: the path of a stock before as_of, as the claims of the ledger give it."""

from __future__ import annotations

import inspect
from bisect import bisect_left
from collections.abc import Mapping

from standoff.engine.plan.draft import Draft
from standoff.engine.plan.numbers import number
from standoff.engine.plan.records import PlannedObservation
from standoff.errors import StandoffError, listed, nearest
from standoff.ledger import Ledger

FILTERS = tuple(inspect.signature(Ledger.where).parameters)[1:]  #: what `claims:` of an observation may name


def planned_observation(draft: Draft, cell: str) -> PlannedObservation:
    """Resolve what is known of a stock: claims that were standing at as_of, joined by straight lines."""
    entry, here = draft.scenario.observations[cell], ("observations", cell)
    scale = number(draft, (*here, "scale"), entry.scale, "1", entry.sources, low=0.0, doc=f"true / claimed {cell}")
    arguments = (entry.claims, draft.units[cell], draft.calendar, draft.scenario.as_of_day)
    values, used = draft.once(here, arguments, lambda: _path(draft, cell))
    if not used:
        draft.warnings.append(f"nothing was known of {cell} by {draft.scenario.as_of}: it is simulated from the start")
    return PlannedObservation(cell, values, scale, used)


def _path(draft: Draft, cell: str) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    """The value at each state, None where it is not known, and the claims that it rests on."""
    filters, here = draft.scenario.observations[cell].claims, ("observations", cell, "claims")
    values: list[float | None] = [None] * (draft.calendar.steps + 1)
    unknown = [word for word in filters if word not in FILTERS]
    for word in unknown:
        draft.report((*here, word), f"unknown filter `{word}`", listed(FILTERS), nearest(word, FILTERS))
    if unknown:
        return tuple(values), ()
    try:
        found = draft.standing_then.where(**filters)
    except (TypeError, ValueError, StandoffError) as error:
        draft.report(here, str(error), "words, or lists of words")
        return tuple(values), ()
    points: dict[float, float] = {}
    used = []
    for claim in found:
        value = claim.value
        if value is None and claim.low is not None and claim.high is not None:
            value = (claim.low + claim.high) / 2
        day = claim.as_of.last
        if value is None or day < draft.calendar.start or day > draft.scenario.as_of_day:
            continue
        unit = draft.unit(claim.unit)
        if not unit.same_kind(draft.units[cell]):
            draft.report(here, f"the claim `{claim.id}` is in `{claim.unit}`", f"a unit of {draft.stocks[cell].unit}")
            continue
        points[draft.calendar.position(day)] = value * unit.factor
        used.append(claim.id)
    if not points and not len(draft.ledger.where(**filters)):
        draft.report(here, "no claim of the ledger fits", fix="see `standoff claims`")
    for state, value in _joined(points, draft.first_free).items():
        values[state] = value
    return tuple(values), tuple(used)


def _joined(points: Mapping[float, float], last: int) -> dict[int, float]:
    """Straight lines through `points` at whole states up to `last`; half a step beyond the ends the nearest holds."""
    knots, out = sorted(points), {}
    for state in range(last + 1):
        if knots and knots[0] - 0.5 <= state <= knots[-1] + 0.5:
            right = min(bisect_left(knots, state), len(knots) - 1)
            a, b = knots[max(right - 1, 0)], knots[right]
            share = min(max((state - a) / (b - a), 0.0), 1.0) if a < b else 1.0
            out[state] = points[a] * (1 - share) + points[b] * share
    return out
