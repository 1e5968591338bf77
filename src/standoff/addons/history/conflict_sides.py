"""Sides of wars after the support data end, from UCDP/PRIO: only troops are known.

A government in all its internal wars is one side, as before; the rebels of one conflict are one side. Help that was given
in the last year of the support data is taken to go on while the side fights on, since nothing says when it ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from standoff.addons.history.sides import WarSide, interstate_key, state_of
from standoff.addons.history.states import States

MISSION = 5  #: secondary parties in a year from which a side counts as one with a mission; assumption
COLUMNS = ("conflict_id", "year", "gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd")


def later_sides(
    conflicts: pl.DataFrame, sides: Sequence[WarSide], troops: Mapping[tuple[int, int, int], set[int]], states: States
) -> tuple[WarSide, ...]:
    """Sides of the years after `sides`, with senders of troops and help that is carried on.

    `troops` is the result of `troop_senders`.
    """
    last = max(side.year for side in sides)
    known = {(side.key, side.year): side for side in sides}
    for side in sides:
        if side.year == last and side.arena == "rebels":
            for conflict in side.conflicts:
                _add(known, _rebels(states, conflict, side.host, last), side)
    out: dict[tuple[str, int], WarSide] = {}
    later = conflicts.filter(pl.col("year") > last).select(COLUMNS[:4]).unique().sort("year", "conflict_id")
    for conflict, year, first, second in later.iter_rows():
        parties = (state_of(first, year, states), state_of(second, year, states))
        for side in _sides(states, int(conflict), int(year), *parties):
            senders = troops.get((int(conflict), int(year), side.own), set()) - {side.own, side.host} - side.enemies
            side.helpers = {state: {"troops": True} for state in senders}
            side.coalition = len(senders) >= MISSION
            _add(out, side, side)
    missions = {place for place, side in (*known.items(), *out.items()) if side.coalition}
    for (key, year), side in sorted(out.items(), key=lambda item: item[0][1]):
        before = out.get((key, year - 1)) or known.get((key, year - 1))
        if before is not None:
            side.coalition |= (key, year - 1) in missions  # a mission that ends, like one that begins
            for state in before.helpers:
                side.helpers.setdefault(state, {"troops": False})
    return tuple(out.values())


def _rebels(states: States, conflict: int, host: int, year: int) -> WarSide:
    code = states.codes[host]
    return WarSide(
        key=f"conflict {conflict} against {code}",
        name=f"rebels of conflict {conflict}",
        arena="rebels",
        year=year,
        host=host,
        own=-1,
        enemies={host},
        opponents={f"government {code}"},
        conflicts={conflict},
    )


def _sides(states: States, conflict: int, year: int, first: int, second: int) -> Iterator[WarSide]:
    """The two sides of a conflict of a year; none where a state has no code."""
    if first < 0:
        return
    if second < 0:
        rebels = _rebels(states, conflict, first, year)
        yield rebels
        yield WarSide(
            key=rebels.opponents.copy().pop(),
            name=f"Government of {states.names[first]}",
            arena="government",
            year=year,
            host=first,
            own=first,
            opponents={rebels.key},
            conflicts={conflict},
        )
        return
    for own, enemy in ((first, second), (second, first)):
        yield WarSide(
            key=interstate_key(states, own, enemy),
            name=f"Government of {states.names[own]}",
            arena="interstate",
            year=year,
            host=own,
            own=own,
            enemies={enemy},
            opponents={interstate_key(states, enemy, own)},
            conflicts={conflict},
        )


def _add(out: dict[tuple[str, int], WarSide], side: WarSide, more: WarSide) -> None:
    """Add what is known of a side to that of the same key and year."""
    known = out.setdefault((side.key, side.year), side)
    if known is not more:
        known.helpers |= more.helpers
        known.conflicts |= more.conflicts
        known.opponents |= more.opponents
        known.coalition |= more.coalition
