"""Observations: the path of a stock before as_of, as the claims of the ledger give it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

from standoff.engine.plan.draft import Draft
from standoff.engine.plan.numbers import number
from standoff.engine.plan.records import PlannedObservation
from standoff.errors import StandoffError, listed, nearest
from standoff.ledger import Claim, Ledger

FILTERS = tuple(inspect.signature(Ledger.where).parameters)[1:]  #: what `claims:` of an observation may name


def planned_observation(draft: Draft, cell: str) -> PlannedObservation:
    """Resolve what is known of a stock: claims that were standing at as_of, joined by straight lines."""
    entry, here = draft.scenario.observations[cell], ("observations", cell)
    scale = number(draft, (*here, "scale"), entry.scale, "1", entry.sources, low=0.0, doc=f"true / claimed {cell}")
    arguments = (entry.claims, draft.units[cell], draft.calendar)
    values, used = draft.once((*here, draft.scenario.as_of), arguments, lambda: _path(draft, cell))
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
        found = draft.once(here, (filters, draft.calendar), lambda: _numbers(draft, filters))
    except (TypeError, ValueError, StandoffError) as error:
        draft.report(here, str(error), "words, or lists of words")
        return tuple(values), ()
    points: dict[float, float] = {}
    used = []
    for claim, value, position in found:
        if claim.as_of.last > draft.scenario.as_of_day or claim.id not in draft.standing_then:
            continue
        unit = draft.unit(claim.unit)
        if not unit.same_kind(draft.units[cell]):
            draft.report(here, f"the claim `{claim.id}` is in `{claim.unit}`", f"a unit of {draft.stocks[cell].unit}")
            continue
        points[position] = value * unit.factor
        used.append(claim.id)
    if not points and not len(draft.ledger.where(**filters)):
        draft.report(here, f"no claim of the ledger fits `{cell}`", fix="see `standoff claims`")
    for state, level in _joined(points, draft.first_free):
        values[state] = level
    return tuple(values), tuple(used)


def _numbers(draft: Draft, filters: Mapping[str, Any]) -> list[tuple[Claim, float, float]]:
    """Claims that fit, whenever they were published: each with its number and where that stands between states."""
    out = []
    for claim in draft.statements.where(**filters):
        value = claim.value
        if value is None and claim.low is not None and claim.high is not None:
            value = (claim.low + claim.high) / 2
        if value is not None and claim.as_of.last >= draft.calendar.start:
            out.append((claim, value, draft.calendar.position(claim.as_of.last)))
    return out


def _joined(points: Mapping[float, float], last: int) -> Iterator[tuple[int, float]]:
    """Straight lines through `points` at whole states up to `last`; half a step beyond the ends the nearest holds."""
    knots, right = sorted(points), 0
    if not knots:
        return
    for state in range(max(math.ceil(knots[0] - 0.5), 0), min(math.floor(knots[-1] + 0.5), last) + 1):
        while right < len(knots) - 1 and knots[right] < state:
            right += 1
        a, b = knots[right - 1 if right else 0], knots[right]
        share = 1.0 if a >= b or state >= b else 0.0 if state <= a else (state - a) / (b - a)
        yield state, points[a] * (1 - share) + points[b] * share
