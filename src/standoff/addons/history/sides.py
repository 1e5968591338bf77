"""Sides of wars by year, and the states that helped each, from UCDP's external support data.

A government in all its internal wars of a year is one side, a rebel group against one government is one, and so is each
party of a war between states; states that fight as one party are one side, that of the state whose number the data give.
A helper is a state that is named as a supporter of any of its dyads in the year; its troops are known from the counts of
supporters, or else from UCDP/PRIO's secondary parties.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from standoff.addons.history.states import States

ARENAS = ("government", "rebels", "interstate")
TYPES = {"arms": "w", "materiel": "m", "training": "t", "funding": "f", "intelligence": "i", "territory": "l"}
TROOPS = ("x", "p")  #: troops as a secondary warring party; troops that are present without fighting are `p`
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
    *(f"ext_{letter}_count_s" for letter in ("x", "p", *TYPES.values())),
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
    counts: list[tuple[int, int, frozenset[int]]] = field(default_factory=list)
    #: helpers of a dyad with arms, of how many, and who they are


@dataclass(frozen=True, kw_only=True)
class WarSides:
    """All sides, and the account of what was left out."""

    sides: tuple[WarSide, ...]
    dyad_years: int  #: rows of the table that they rest on
    left: Mapping[str, int]  #: reason -> rows of the table
    named: int  #: supporters in the rows that were read
    unused: Mapping[str, int]  #: reason -> supporters


def sides(support: pl.DataFrame, states: States) -> WarSides:
    """Sides of a table of UCDP's actor-years with the columns `COLUMNS` and `TEXTS`."""
    named = names_of_governments(states)
    codes = government_codes(support, named)
    active = support.filter(pl.col("active") == 1).sort("year", "conflict_id", "actor_id", "oppo_id")
    left = {"the dyad rested": support.height - active.height, "a party is a state without a code": 0}
    unused = dict.fromkeys((NO_STATE, NO_CODE, PARTY, TWICE), 0)
    out: dict[tuple[str, int], WarSide] = {}
    count = 0
    for row in active.iter_rows(named=True):
        side = _side(row, states, named)
        if side is None:
            left["a party is a state without a code"] += 1
            continue
        known = out.setdefault((side.key, side.year), side)
        for name in ("allies", "enemies", "opponents", "conflicts"):
            getattr(known, name).update(getattr(side, name))
        known.coalition |= side.coalition
        supporters = _supporters(row, side, states, codes)
        count += len(supporters)
        for reason in supporters:
            if isinstance(reason, str):
                unused[reason] += 1
        helpers = [state for state in supporters if isinstance(state, int)]
        unused[TWICE] += len(helpers) - len(set(helpers) - known.helpers.keys())
        _add_help(known, row, frozenset(helpers))
    return WarSides(
        sides=tuple(out.values()), dyad_years=support.height - sum(left.values()), left=left, named=count, unused=unused
    )


def _side(row: Mapping[str, object], states: States, named: Mapping[str, int]) -> WarSide | None:
    """The side of a row, without its helpers; none if a party has no code."""
    year, name = int(str(row["year"])), str(row["actor_name"])
    first, second = (state_of(row[column], year, states) for column in ("gwno_a", "gwno_b"))
    if row["civil"]:
        if first < 0:
            return None
        code = states.codes[first]
        rebels, government = f"rebels {row['actor_id']} against {code}", f"government {code}"
        if row["actor_nonstate"]:
            side = WarSide(
                key=rebels,
                name=name,
                arena="rebels",
                year=year,
                host=first,
                own=-1,
                enemies={first},
                opponents={government},
            )
        else:
            side = WarSide(
                key=government,
                name=name,
                arena="government",
                year=year,
                host=first,
                own=first,
                opponents={f"rebels {row['oppo_id']} against {code}"},
            )
    else:
        ours, theirs = (_members(row[column], year, states, named) for column in ("actor_name", "oppo_name"))
        own, enemy = (second, first) if second in ours or first in theirs else (first, second)
        if own < 0 or enemy < 0:
            return None
        side = WarSide(
            key=interstate_key(states, own, enemy),
            name=name,
            arena="interstate",
            year=year,
            host=own,
            own=own,
            allies=ours - {own},
            enemies={enemy} | theirs,
            opponents={interstate_key(states, enemy, own)},
        )
    side.conflicts.add(int(str(row["conflict_id"])))
    side.coalition = bool(row["ext_coalition"])
    return side


def interstate_key(states: States, own: int, enemy: int) -> str:
    """Key of a state as a side of its war with another."""
    return f"state {states.codes[own]} against {states.codes[enemy]}"


def state_of(code: object, year: int, states: States) -> int:
    """State of a code of Gleditsch and Ward, also of a text such as `2.0`; -1 if there is none."""
    text = "" if code is None else str(code).strip()
    return states.by_gleditsch_ward.get((int(float(text)), year), -1) if text else -1


def _members(name: object, year: int, states: States, named: Mapping[str, int]) -> set[int]:
    """States of a party such as `Government of Australia, Government of United Kingdom`."""
    codes = (_government_code(part, named) for part in re.split(rf",\s*(?={GOVERNMENT})", str(name)))
    return {states.by_gleditsch_ward.get((code, year), -1) for code in codes if code is not None} - {-1}


def _supporters(
    row: Mapping[str, object], side: WarSide, states: States, codes: Mapping[str, int]
) -> Sequence[int | str]:
    """For each supporter that a row names, its state or why it counts as no helper."""
    out: list[int | str] = []
    if not row["ext_sup"] or row["ext_id"] is None:
        return out
    for actor in str(row["ext_id"]).split(","):
        code = codes.get(actor.strip())
        state = states.by_gleditsch_ward.get((code, side.year), -1) if code is not None else -1
        if code is None:
            out.append(NO_STATE)
        elif state < 0:
            out.append(NO_CODE)
        elif state in {side.own, side.host, *side.allies, *side.enemies}:
            out.append(PARTY)
        else:
            out.append(state)
    return out


def _add_help(side: WarSide, row: Mapping[str, object], helpers: frozenset[int]) -> None:
    count, arms = int(str(row["ext_count_s"] or 0)), row["ext_w_count_s"]
    for state in helpers:
        side.helpers[state] = _merge(side.helpers.get(state, {}), dict(_types(row, count)))
    if helpers and arms is not None:
        side.counts.append((int(str(arms)), count, helpers))


def _types(row: Mapping[str, object], count: int) -> Iterator[tuple[str, bool | None]]:
    """Whether a supporter gave each type: known where none of `count` states did, or all."""
    letters = {"troops": TROOPS[0], "presence": TROOPS[1], **TYPES}
    for kind, letter in letters.items():
        given = row[f"ext_{letter}_count_s"]
        number = None if given is None else int(str(given))
        yield kind, None if number is None else False if number == 0 else True if number >= count else None


def _merge(first: Mapping[str, bool | None], second: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Help in either of two dyads: yes if yes in one, no if no in both, else unknown."""
    out: dict[str, bool | None] = {}
    for kind in {**first, **second}:
        values = [types[kind] for types in (first, second) if kind in types]
        out[kind] = True if True in values else None if None in values else False
    return out


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
        listed = [part.strip() for part in str(actors).split(",")]
        words = [part.strip() for part in str(names).split(",")]
        if len(listed) == len(words):  # not if a name has a comma; every government is named in other rows too
            pairs |= dict(zip(listed, words, strict=True))
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
        for own, helpers in ((first, first_help), (second, second_help)):
            senders = {state_of(code, year, states) for code in _listed(helpers)} - {-1}
            for code in _listed(own) or (None,):
                out[int(conflict), int(year), state_of(code, year, states)] |= senders
    return {key: senders for key, senders in out.items() if senders}


def _listed(codes: object) -> list[str]:
    return [] if codes is None else [text for text in str(codes).split(",") if text.strip()]
