"""Sides of wars by year, and the states that helped each, from UCDP's external support data.

A government in all its internal wars of a year is one side, a rebel group against one government is one, and so is each
party of a war between states. A helper is a state that is named as a supporter of any of its dyads in the year; its
troops are known from the counts of supporters, or else from UCDP/PRIO's secondary parties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from standoff.history.states import States

ARENAS = ("government", "rebels", "interstate")
TYPES = {"arms": "w", "materiel": "m", "training": "t", "funding": "f", "intelligence": "i", "territory": "l"}
TROOPS = ("x", "p")  #: troops as a secondary warring party; troops that are present without fighting are `p`
COLUMNS = (
    "year", "active", "actor_id", "actor_name", "actor_nonstate", "oppo_id", "civil", "conflict_id", "gwno_a", "gwno_b",
    "ext_id", "ext_name", "ext_coalition", "ext_sup", "ext_count_s",
    *(f"ext_{letter}_count_s" for letter in ("x", "p", *TYPES.values())),
)  # fmt: skip
GOVERNMENT = "Government of "
NAMES = {
    "Vietnam (North Vietnam)": 816, "South Yemen": 680, "North Korea": 731, "South Korea": 732, "Italy": 325,
    "North Macedonia": 343, "Romania": 360, "Germany": 260, "East Germany": 265, "Tanzania": 510, "DR Congo (Zaire)": 490,
    "Kyrgyzstan": 703, "Ivory Coast": 437, "Serbia (Yugoslavia)": 345, "Bosnia-Herzegovina": 346,
}  # fmt: skip
#: names of UCDP that Gleditsch and Ward spell otherwise, with their codes


@dataclass(kw_only=True)
class WarSide:
    """One side of a war in one year."""

    key: str  #: the same in all years
    name: str
    arena: str
    year: int
    host: int  #: the state in which an internal war is; the side itself in a war between states
    own: int  #: the state that the side is, -1 for rebels
    enemies: set[int] = field(default_factory=set)  #: states against it: the host's government for rebels
    opponents: set[str] = field(default_factory=set)  #: keys of the sides against it
    conflicts: set[int] = field(default_factory=set)
    coalition: bool = False  #: whether a mission or coalition of states is named as its supporter
    helpers: dict[int, dict[str, bool | None]] = field(default_factory=dict)  #: state -> type of help -> known or None
    counts: list[tuple[int, int, frozenset[int]]] = field(default_factory=list)
    #: helpers of a dyad with arms, of how many, and who they are


@dataclass(frozen=True, kw_only=True)
class WarSides:
    """All sides, and the account of what was left out."""

    sides: tuple[WarSide, ...]
    left: Mapping[str, int]  #: reason -> rows or names


def sides(support: pl.DataFrame, states: States) -> WarSides:
    """Sides of a table of UCDP's actor-years."""
    left: dict[str, int] = defaultdict(int)
    codes = _government_codes(support, states)
    out: dict[tuple[str, int], WarSide] = {}
    rests = support.filter(pl.col("active") == 0)
    left["years in which a dyad rested"] = rests.height
    for row in (
        support.filter(pl.col("active") == 1).sort("year", "conflict_id", "actor_id", "oppo_id").iter_rows(named=True)
    ):
        side = _side(row, states, codes, left)
        if side is None:
            continue
        known = out.setdefault((side.key, side.year), side)
        known.enemies |= side.enemies
        known.opponents |= side.opponents
        known.conflicts |= side.conflicts
        known.coalition |= side.coalition
        if known is not side:
            known.counts += side.counts
            for state, types in side.helpers.items():
                known.helpers[state] = _merge(known.helpers.get(state, {}), types)
    return WarSides(sides=tuple(out.values()), left=dict(left))


def _merge(first: Mapping[str, bool | None], second: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Help in either of two dyads: yes if yes in one, no if no in both, else unknown."""
    out: dict[str, bool | None] = {}
    for kind in {**first, **second}:
        values = [types[kind] for types in (first, second) if kind in types]
        out[kind] = True if True in values else None if None in values else False
    return out


def _side(row: Mapping[str, object], states: States, codes: Mapping[str, int], left: dict[str, int]) -> WarSide | None:
    year = int(str(row["year"]))
    first, second = (_state(row[name], year, states) for name in ("gwno_a", "gwno_b"))
    name, actor, opponent = str(row["actor_name"]), row["actor_id"], row["oppo_id"]
    if row["civil"]:
        if first < 0:
            left["internal wars in a state without a code"] += 1
            return None
        if row["actor_nonstate"]:
            side = WarSide(key=f"{actor} against {first}", name=name, arena="rebels", year=year, host=first, own=-1,
                        enemies={first}, opponents={f"government {first}"})  # fmt: skip
        else:
            side = WarSide(key=f"government {first}", name=name, arena="government", year=year, host=first, own=first,
                        opponents={f"{opponent} against {first}"})  # fmt: skip
    else:
        own_code = codes.get(str(actor))
        own = states.by_gleditsch_ward.get((own_code, year), -1) if own_code else -1
        if own < 0 or own not in (first, second):
            own = second if codes.get(str(opponent)) and _is(codes, opponent, states, year, first) else first
        enemy = second if own == first else first
        if own < 0 or enemy < 0:
            left["wars between states of which one has no code"] += 1
            return None
        side = WarSide(key=f"{own} against {enemy}", name=name, arena="interstate", year=year, host=own, own=own,
                    enemies={enemy}, opponents={f"{enemy} against {own}"})  # fmt: skip
    side.conflicts.add(int(str(row["conflict_id"])))
    side.coalition = bool(row["ext_coalition"])
    _add_helpers(side, row, states, codes, left)
    return side


def _is(codes: Mapping[str, int], actor: object, states: States, year: int, state: int) -> bool:
    code = codes.get(str(actor))
    return code is not None and states.by_gleditsch_ward.get((code, year), -1) == state


def _state(code: object, year: int, states: States) -> int:
    text = "" if code is None else str(code).split(",")[0].strip()
    return states.by_gleditsch_ward.get((int(float(text)), year), -1) if text else -1


def _add_helpers(
    side: WarSide, row: Mapping[str, object], states: States, codes: Mapping[str, int], left: dict[str, int]
) -> None:
    if not row["ext_sup"] or row["ext_id"] is None:
        return
    helpers = set()
    for actor in str(row["ext_id"]).split(","):
        number = codes.get(actor.strip())
        if number is None:
            left["supporters that are no state"] += 1
            continue
        state = states.by_gleditsch_ward.get((number, side.year), -1)
        if state < 0:
            left["supporting states without a code in the year"] += 1
        elif state == side.own or state == side.host or state in side.enemies:
            left["supporters that are a party of the same war"] += 1
        else:
            helpers.add(state)
    count = int(str(row["ext_count_s"] or 0))
    for state in helpers:
        side.helpers[state] = _merge(side.helpers.get(state, {}), dict(_types(row, count)))
    arms = row["ext_w_count_s"]
    if helpers and arms is not None:
        side.counts.append((int(str(arms)), count, frozenset(helpers)))


def _types(row: Mapping[str, object], count: int) -> Iterator[tuple[str, bool | None]]:
    """Whether a supporter gave each type: known where all of `count` states did, or none."""
    letters = {"troops": TROOPS[0], "presence": TROOPS[1], **TYPES}
    for kind, letter in letters.items():
        given = row[f"ext_{letter}_count_s"]
        known = None if given is None else int(str(given))
        yield kind, None if known is None else True if known >= count else False if known == 0 else None


def _government_codes(support: pl.DataFrame, states: States) -> dict[str, int]:
    """UCDP's numbers of governments -> Gleditsch-Ward codes, by name."""
    named: dict[str, int] = dict(NAMES)
    for (code, _), place in states.by_gleditsch_ward.items():
        named.setdefault(states.names[place], code)
    pairs: dict[str, str] = {}
    for actors, names in support.select("ext_id", "ext_name").drop_nulls().iter_rows():
        listed = [part.strip() for part in str(actors).split(",")]
        words = [part.strip() for part in str(names).split(",")]
        if len(listed) == len(words):
            pairs |= dict(zip(listed, words, strict=True))
    for actor, name in support.select("actor_id", "actor_name").unique().iter_rows():
        pairs.setdefault(str(actor), str(name))
    out = {}
    for actor, name in pairs.items():
        if name.startswith(GOVERNMENT):
            word = name.removeprefix(GOVERNMENT)
            number = named.get(word) or named.get(word.split(" (")[0])
            if number is not None:
                out[actor] = number
    return out


def troop_senders(conflicts: pl.DataFrame, states: States) -> dict[tuple[int, int, int], set[int]]:
    """States with troops in UCDP/PRIO, by conflict, year, and state or -1 for rebels."""
    out: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for conflict, year, first, second, first_help, second_help in conflicts.iter_rows():
        for own, helpers in ((first, first_help), (second, second_help)):
            if helpers is None:
                continue
            state = _state(own, year, states)
            for text in str(helpers).split(","):
                helper = _state(text, year, states)
                if helper >= 0:
                    out[int(conflict), int(year), state].add(helper)
    return out
