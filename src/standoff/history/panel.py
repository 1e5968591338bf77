"""The panel of decisions: side of a war x year x every other state, and what it did.

Built from the publishers' tables of a folder, with an account of every row that is lost. 1975 is dropped, since help that
began before the data begin cannot be told from help that begins in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from standoff.history import covariates, sources
from standoff.history.dyads import Ties, ties
from standoff.history.sides import COLUMNS, WarSide, sides, troop_senders
from standoff.history.states import FIRST, LAST, REGIONS, YEARS, States, states

GAP = 3  #: years since a side's last year after which nothing of it counts as help that goes on
DECADE = 10  #: years of precedents
LEFT_EDGE = 1975  #: first year of the support data
RELEVANT_KM = 950.0  #: distance within which a state is a likely helper (the rule of the data's authors' risk sets)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Rows of decisions, and the account of what was left out."""

    rows: pl.DataFrame
    account: Mapping[str, int]  #: reason -> rows, names or decisions left out
    files: Mapping[str, sources.FoundFile]
    until: Mapping[str, int]  #: table -> its last year; later years carry it forward
    states: States


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Everything that the panel is built from, for decisions inside it and beyond."""

    states: States
    ties: Ties
    sides: tuple[WarSide, ...]
    deaths: np.ndarray  #: years x states
    troops: Mapping[tuple[int, int, int], set[int]]
    files: Mapping[str, sources.FoundFile]
    left: Mapping[str, int]


def load(folder: Path) -> Archive:
    """Read all tables of a folder; raises `DataError` that lists every missing file."""
    files = sources.find(folder)
    world, without = states(sources.read(files["codes"], ("stateabb", "year", "gwcode", "ccode", "cw_name")))
    table = sides(sources.read(files["support"], COLUMNS), world)
    secondary = ("conflict_id", "year", "gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd")
    troops = troop_senders(sources.read(files["conflicts"], secondary), world)
    deaths, last = _deaths(files, world)
    tables = ties(files, world)
    left = {**table.left, "years of states without a code": without}
    return Archive(
        states=world, ties=replace(tables, until={**tables.until, "deaths": last}), sides=table.sides, deaths=deaths, troops=troops,
        files=files, left=left,
    )  # fmt: skip


def _deaths(files: Mapping[str, sources.FoundFile], world: States) -> tuple[np.ndarray, int]:
    """Battle deaths in each state by year, and the last year of the table."""
    out = np.full((YEARS, len(world)), np.nan)
    table = sources.read(files["deaths"], ("gwcode", "year", "best"))
    last = int(table["year"].max())  # type: ignore[arg-type]
    for code, year, best in table.iter_rows():
        place = world.by_gleditsch_ward.get((code, year)) if FIRST <= year <= LAST else None
        if place is not None:
            out[year - FIRST, place] = best
    out[last - FIRST + 1 :] = out[last - FIRST]  # carried forward
    return out, last


def build(folder: Path) -> Panel:
    """The panel of all decisions from 1976 on."""
    archive = load(folder)
    index = SupportIndex(archive)
    frames, account = [], dict(archive.left)
    account["sides of 1975"] = sum(side.year <= LEFT_EDGE for side in archive.sides)
    for side in archive.sides:
        if side.year > LEFT_EDGE:
            frames.append(rows(side, archive, index))
    table = pl.concat(frames)
    return Panel(rows=table, account=account, files=archive.files, until=archive.ties.until, states=archive.states)


class SupportIndex:
    """Index of who helped whom, for the pasts of decisions."""

    def __init__(self, archive: Archive) -> None:
        count, self.regions = len(archive.states), archive.states.regions
        self.by_key: dict[str, dict[int, WarSide]] = defaultdict(dict)
        self.helps = np.zeros((YEARS, count))  #: sides that each state helped in each year
        self.helps_in = np.zeros((YEARS, count, len(REGIONS)))  #: of these, in each region
        self.wars = np.zeros((YEARS, count), bool)
        self.for_state: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.against_state: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for side in archive.sides:
            self.by_key[side.key][side.year] = side
            helpers = sorted(side.helpers)
            self.helps[side.year - FIRST, helpers] += 1
            self.helps_in[side.year - FIRST, helpers, archive.states.regions[side.host]] += 1
            if side.own >= 0:
                self.wars[side.year - FIRST, side.own] = True
                self.for_state[side.own][side.year] |= set(helpers)
            for enemy in side.enemies:
                self.against_state[enemy][side.year] |= set(helpers)

    def last(self, key: str, year: int) -> WarSide | None:
        """The side's last year before `year`, within `GAP`."""
        years = self.by_key.get(key, {})
        return next((years[y] for y in range(year - 1, year - 1 - GAP, -1) if y in years), None)

    def past(self, side: WarSide) -> covariates.Past:
        """What was known at the end of the year before."""
        year, t = side.year, side.year - 1 - FIRST
        last = self.last(side.key, year)
        helpers = set(last.helpers) if last else set()
        opponents = [self.last(key, year) for key in sorted(side.opponents)]
        enemy_helpers = {state for other in opponents if other for state in other.helpers}
        own_years = self.by_key[side.key]
        earlier = {state for y in range(year - DECADE, year) if y in own_years for state in own_years[y].helpers}
        friends, foes = self.for_state, self.against_state
        if side.own >= 0:
            same = {year: friends[side.own][year] for year in range(year - DECADE, year)}
            against = {year: foes[side.own][year] for year in range(year - DECADE, year)}
        else:
            same = {year: foes[side.host][year] for year in range(year - DECADE, year)}
            against = {year: friends[side.host][year] for year in range(year - DECADE, year)}
        span = slice(max(t - DECADE + 1, 0), t + 1)
        return covariates.Past(
            helpers=helpers,
            enemy_helpers=enemy_helpers,
            earlier=earlier - helpers,
            elsewhere=same[year - 1] - helpers,
            elsewhere_before=set().union(*same.values()) - helpers - earlier,
            against=set().union(*against.values()),
            activity=self.helps[t],
            activity_decade=self.helps[span].mean(0),
            activity_region=self.helps_in[span, :, self.regions[side.host]].mean(0),
            at_war=self.wars[t],
            first=last is None,
            duration=year - min(own_years, default=year),
        )


def rows(side: WarSide, archive: Archive, index: SupportIndex) -> pl.DataFrame:
    """Decisions of all states about one side in one year."""
    world = archive.states
    past = index.past(side)
    values = covariates.decide(side, past, world, archive.ties, archive.deaths)
    candidates = np.flatnonzero(world.exists[side.year - FIRST])
    parties = {side.own, side.host, *side.enemies}
    candidates = np.array([k for k in candidates if k not in parties])
    troops = _senders(side, archive)
    last = index.last(side.key, side.year)
    table = {
        "side": [side.key] * len(candidates),
        "name": [side.name] * len(candidates),
        "year": np.full(len(candidates), side.year),
        "arena": [side.arena] * len(candidates),
        "host": np.full(len(candidates), world.codes[side.host]),
        "actor": [world.iso[k] for k in candidates],
        "coalition": [side.coalition or bool(last and last.coalition)] * len(candidates),
        "likely": _likely(side, past, archive)[candidates],
        "helped_last": [k in past.helpers for k in candidates],
        "helps": [k in side.helpers for k in candidates],
        "years_helping": [_spell(index, side, int(k)) for k in candidates],
        "troops": _known(side, candidates, "troops", troops),
        "arms": _known(side, candidates, "arms", set()),
        "troops_last": _known(last, candidates, "troops", _senders(last, archive))
        if last
        else [None] * len(candidates),
        **{name: column[candidates].astype(np.float32) for name, column in values.items()},
    }
    return pl.DataFrame(table, schema_overrides=dict.fromkeys(("troops", "arms", "troops_last"), pl.Boolean))


def _senders(side: WarSide, archive: Archive) -> set[int]:
    """States with troops on the side in the year, by UCDP/PRIO."""
    return set().union(*(archive.troops.get((c, side.year, side.own), set()) for c in side.conflicts))


def _known(side: WarSide, candidates: np.ndarray, kind: str, senders: set[int]) -> list[bool | None]:
    out: list[bool | None] = []
    for k in candidates:
        types = side.helpers.get(int(k))
        known = None if types is None else types.get(kind)
        out.append(True if int(k) in senders and types is not None else known)
    return out


def _spell(index: SupportIndex, side: WarSide, state: int) -> int:
    """Years in a row, up to the year before, in which the state helped the side."""
    count, year = 0, side.year
    while (last := index.last(side.key, year)) is not None and state in last.helpers:
        count, year = count + 1, last.year
    return count


def _likely(side: WarSide, past: covariates.Past, archive: Archive) -> np.ndarray:
    """Borders, short distances, great powers, pacts, rivals and present helpers."""
    t = side.year - 1 - FIRST
    pair, mean = archive.ties.pairs, archive.ties.means
    parties: Sequence[int] = sorted({side.host, *side.enemies, *([side.own] if side.own >= 0 else [])})
    out = mean["major"][t] > 0
    for name in ("border", "defence", "rivalry"):
        out |= pair[name][t][:, parties].max(1) > 0
    out |= np.nan_to_num(pair["distance"][t][:, parties], nan=np.inf).min(1) <= RELEVANT_KM
    out[sorted(past.helpers | past.enemy_helpers)] = True
    return np.asarray(out)
