"""Sides of wars by year, and the states that helped each, from UCDP's external support data.

A government in all its internal wars of a year is one side, a rebel group against one government is one, and so is each
party of a war between states; states that fight as one party are one side, that of the state whose number the data give.
A helper is a state that is named as a supporter of any of its dyads in the year; its troops are known from the counts of
supporters, or else from UCDP/PRIO's secondary parties.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from standoff.addons.history.states import States
from standoff.addons.tables import pl
from standoff.record import record

ARENAS = ("government", "rebels", "interstate")
TYPES = {"arms": "ext_w_count_s", "troops": "ext_x_count_s"}
#: type of help -> column with the number of states that gave it; troops are those of a secondary warring party
COLUMNS = (
    "year",
    "active",
    "actor_id",
    "actor_nonstate",
    "oppo_id",
    "civil",
    "conflict_id",
    "ext_coalition",
    "ext_sup",
    "ext_count_s",
    *TYPES.values(),
)
TEXTS = ("actor_name", "oppo_name", "gwno_a", "gwno_b", "ext_id", "ext_name")  #: columns with names and lists
GOVERNMENT = "Government of "
NAMES = {
    "Vietnam (North Vietnam)": 816,
    "South Yemen": 680,
    "North Korea": 731,
    "South Korea": 732,
    "Italy": 325,
    "North Macedonia": 343,
    "Romania": 360,
    "Germany": 260,
    "East Germany": 265,
    "Tanzania": 510,
    "DR Congo (Zaire)": 490,
    "Kyrgyzstan": 703,
    "Ivory Coast": 437,
    "Serbia (Yugoslavia)": 345,
    "Bosnia-Herzegovina": 346,
}
#: names of UCDP that Gleditsch and Ward spell otherwise, with their codes
NO_STATE, NO_CODE = "no state: a mission, a rebel group, a private person", "a state without a code in the year"
PARTY, TWICE = "a party of the same war", "named for two dyads of the side"


@dataclass(kw_only=True)
class WarSide:
    """One side of a war in one year."""

    key: str  #: the same in all years, with codes of the Correlates of War
    name: str
    arena: str
    year: int
    host: int  #: the state in which an internal war is; the side itself in a war between states
    own: int  #: the state that the side is, -1 for rebels
    allies: set[int] = field(default_factory=set)  #: states that fight as one party with `own`
    enemies: set[int] = field(default_factory=set)  #: states against it: the host's government for rebels
    opponents: set[str] = field(default_factory=set)  #: keys of the sides against it
    conflicts: set[int] = field(default_factory=set)
    coalition: bool = False  #: whether a mission or coalition of states is named as its supporter
    helpers: dict[int, dict[str, bool | None]] = field(default_factory=dict)  #: state -> type of help -> known or None
    counts: list[tuple[int, int]] = field(default_factory=list)  #: helpers of a dyad with arms, and of how many


@record
class WarSides:
    """All sides, and the account of what was left out."""

    sides: tuple[WarSide, ...]
    dyad_years: int  #: rows of the table that they rest on
    left: Mapping[str, int]  #: reason -> rows of the table
    named: int  #: supporters in the rows that were read
    unused: Mapping[str, int]  #: reason -> supporters


def sides(support: pl.DataFrame, states: States) -> WarSides:
    """Sides of a table of UCDP's actor-years with the columns `COLUMNS` and `TEXTS`."""
    codes_by_name = names_of_governments(states)
    codes = government_codes(support, codes_by_name)
    active = support.filter(pl.col("active") == 1).sort("year", "conflict_id", "actor_id", "oppo_id")
    left = {"the dyad rested": support.height - active.height, "a party is a state without a code": 0}
    unused = dict.fromkeys((NO_STATE, NO_CODE, PARTY, TWICE), 0)
    out: dict[tuple[str, int], WarSide] = {}
    count = 0
    for row in active.iter_rows(named=True):
        side = _side(row, states, codes_by_name)
        if side is None:
            left["a party is a state without a code"] += 1
            continue
        merged = out.setdefault((side.key, side.year), side)
        for name in ("allies", "enemies", "opponents", "conflicts"):
            getattr(merged, name).update(getattr(side, name))
        merged.coalition |= side.coalition
        supporters = [*_supporters(row, side, states, codes)]
        count += len(supporters)
        for reason in unused:
            unused[reason] += supporters.count(reason)
        helpers = [state for state in supporters if not isinstance(state, str)]
        unused[TWICE] += len(helpers) - len(set(helpers) - merged.helpers.keys())
        _add_help(merged, row, set(helpers))
    return WarSides(
        sides=tuple(out.values()), dyad_years=support.height - sum(left.values()), left=left, named=count, unused=unused
    )


def _side(row: Mapping[str, Any], states: States, named: Mapping[str, int]) -> WarSide | None:
    """The side of a row, without its helpers; none if a party has no code."""
    year, conflicts, coalition = row["year"], {row["conflict_id"]}, bool(row["ext_coalition"])
    side = partial(WarSide, name=row["actor_name"], year=year, conflicts=conflicts, coalition=coalition)
    first, second = (state_of(row[column], year, states) for column in ("gwno_a", "gwno_b"))
    if row["civil"]:
        if first < 0:
            return None
        code = states.codes[first]
        government = f"government {code}"
        if row["actor_nonstate"]:
            key, enemies = f"rebels {row['actor_id']} against {code}", {first}
            return side(key=key, arena="rebels", host=first, own=-1, enemies=enemies, opponents={government})
        opponents = {f"rebels {row['oppo_id']} against {code}"}
        return side(key=government, arena="government", host=first, own=first, opponents=opponents)
    own_bloc, enemy_bloc = (_members(row[column], year, states, named) for column in ("actor_name", "oppo_name"))
    own, enemy = (second, first) if second in own_bloc or first in enemy_bloc else (first, second)
    if own < 0 or enemy < 0:
        return None
    return side(
        key=interstate_key(states, own, enemy),
        arena="interstate",
        host=own,
        own=own,
        allies=own_bloc - {own},
        enemies={enemy} | enemy_bloc,
        opponents={interstate_key(states, enemy, own)},
    )


def interstate_key(states: States, own: int, enemy: int) -> str:
    """Key of a state as a side of its war with another."""
    return f"state {states.codes[own]} against {states.codes[enemy]}"


def state_of(code: object, year: int, states: States) -> int:
    """State of a code of Gleditsch and Ward, also of a text such as `2.0`; -1 if there is none."""
    text = "" if code is None else str(code).strip()
    return states.by_gleditsch_ward.get((int(float(text)), year), -1) if text else -1


def _members(name: str, year: int, states: States, named: Mapping[str, int]) -> set[int]:
    """States of a party such as `Government of Australia, Government of United Kingdom`."""
    codes = (_government_code(part, named) for part in re.split(rf",\s*(?={GOVERNMENT})", name))
    return {states.by_gleditsch_ward.get((code, year), -1) for code in codes if code is not None} - {-1}


def _supporters(row: Mapping[str, Any], side: WarSide, states: States, codes: Mapping[str, int]) -> Iterator[int | str]:
    """For each supporter that a row names, its state or why it counts as no helper."""
    if not row["ext_sup"] or row["ext_id"] is None:
        return
    for actor in str(row["ext_id"]).split(","):
        code = codes.get(actor.strip())
        state = None if code is None else states.by_gleditsch_ward.get((code, side.year))
        if state is None:
            yield NO_STATE if code is None else NO_CODE
        else:
            yield PARTY if state in {side.own, side.host, *side.allies, *side.enemies} else state


def _add_help(side: WarSide, row: Mapping[str, Any], helpers: set[int]) -> None:
    """Add the helpers of a row.

    A type of help is known where none of the supporters gave it, or all. In either of two dyads it is yes if yes in one, no if
    no in both, else unknown.
    """
    count = row["ext_count_s"] or 0
    for kind, column in TYPES.items():
        number = row[column]
        helps = None if number is None else False if number == 0 else True if number >= count else None
        for state in helpers:
            types = side.helpers.setdefault(state, {})
            values = (types.get(kind, False), helps)
            types[kind] = True if True in values else None if None in values else False
    if helpers and row[TYPES["arms"]] is not None:
        side.counts.append((row[TYPES["arms"]], count))


def names_of_governments(states: States) -> dict[str, int]:
    """Names of states as UCDP writes them -> codes of Gleditsch and Ward."""
    out: dict[str, int] = dict(NAMES)
    for (code, _), state in states.by_gleditsch_ward.items():
        out.setdefault(states.names[state], code)
    return out


def government_codes(support: pl.DataFrame, named: Mapping[str, int]) -> dict[str, int]:
    """UCDP's numbers of governments -> codes of Gleditsch and Ward, by the names in the table."""
    pairs: dict[str, str] = {}
    for actors, names in support.select("ext_id", "ext_name").drop_nulls().iter_rows():
        ids = [part.strip() for part in str(actors).split(",")]
        words = [part.strip() for part in str(names).split(",")]
        if len(ids) == len(words):  # not if a name has a comma; every government is named in other rows too
            pairs |= dict(zip(ids, words, strict=True))
    for actor, name in support.select("actor_id", "actor_name").unique().iter_rows():
        pairs.setdefault(str(actor), str(name))
    codes = {actor: _government_code(name, named) for actor, name in pairs.items()}
    return {actor: code for actor, code in codes.items() if code is not None}


def _government_code(name: str, named: Mapping[str, int]) -> int | None:
    if not name.startswith(GOVERNMENT):
        return None
    word = name.removeprefix(GOVERNMENT)
    return named.get(word) or named.get(word.split(" (")[0])


def troop_senders(conflicts: pl.DataFrame, states: States) -> dict[tuple[int, int, int], set[int]]:
    """States with troops in UCDP/PRIO, by conflict, year, and state or -1 for rebels.

    Columns: conflict_id, year, then codes or lists of codes: gwno_a, gwno_b, gwno_a_2nd, gwno_b_2nd.
    """
    out: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for conflict, year, first, second, first_help, second_help in conflicts.iter_rows():
        for parties, helpers in ((first, first_help), (second, second_help)):
            senders = {state_of(code, year, states) for code in _listed(helpers)} - {-1}
            for code in _listed(parties) or (None,):
                out[int(conflict), int(year), state_of(code, year, states)] |= senders
    return {key: senders for key, senders in out.items() if senders}


def _listed(codes: object) -> list[str]:
    return [] if codes is None else [text for text in str(codes).split(",") if text.strip()]
