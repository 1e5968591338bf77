"""The panel of decisions: side of a war x year x every other state, and what it did.

Built from the publishers' tables of a folder, with an account of every row that is lost. 1975 is dropped, since help that
began before the data begin cannot be told from help that begins in it. Columns of `Panel.rows`, one row for a decision:

- `side` (the same in all years), `name` (of the side in the data), `year`, `arena`, `host` (code of the Correlates of War of
  the state in which the war is), `actor` (ISO code of the state that decides);
- `coalition`: a mission or coalition of states helps the side in this year or its last, so that a member's decision is
  not its own;
- `likely`: a great power, a neighbour or a state within 950 km, an ally or rival of a party, or a helper of either side in
  its last year;
- `helps`, `helped_last` (in the side's last year), `years_helping` (in a row, up to its last);
- `troops`, `arms`, `troops_last`: of helpers; null where the data do not say which of several supporters gave them;
- `carried`: tables that end before the year before the decision, whose last year stands in for it;
- covariates by name (`covariates.KINDS`), float32.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from standoff.history import covariates, sources
from standoff.history.account import AccountStep, account, carried_rows
from standoff.history.dyads import Ties, ties
from standoff.history.sides import COLUMNS, TEXTS, WarSide, WarSides, sides, troop_senders
from standoff.history.states import FIRST, REGIONS, YEARS, States, states

GAP = 3  #: years since a side's last year after which nothing of it counts as help that goes on
DECADE = 10  #: years of precedents
LEFT_EDGE = 1975  #: first year of the support data
RELEVANT_KM = 950.0  #: distance within which a state is a likely helper (the rule of the data's authors' risk sets)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Rows of decisions, and the account of what was left out."""

    rows: pl.DataFrame
    account: tuple[AccountStep, ...]
    carried: Mapping[str, int]  #: table -> decisions that rest on its last year carried forward
    files: Mapping[str, sources.FoundFile]
    until: Mapping[str, int]  #: table -> its last year; later years carry it forward
    states: States

    def write(self, path: Path) -> None:
        """Write the rows as .csv, or else as .parquet."""
        if path.suffix.lower() == ".csv":
            self.rows.write_csv(path)
        else:
            self.rows.write_parquet(path)


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Everything that the panel is built from, for decisions inside it and beyond."""

    states: States
    ties: Ties
    table: WarSides
    deaths: np.ndarray  #: battle deaths, years x states; NaN where unknown
    troops: Mapping[tuple[int, int, int], set[int]]  #: (conflict, year, state or -1 for rebels) -> states with troops
    files: Mapping[str, sources.FoundFile]
    until: Mapping[str, int]  #: table -> its last year

    @property
    def sides(self) -> tuple[WarSide, ...]:
        """All sides of all years."""
        return self.table.sides


def load(folder: Path) -> Archive:
    """Read all tables of a folder; raises `DataError` that lists every missing file."""
    files = sources.find(folder)
    codes = sources.read(files["codes"], ("year", "gwcode", "ccode"), ("stateabb", "cw_name"))
    support = sources.read(files["support"], COLUMNS, TEXTS)
    lists = ("gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd")
    conflicts = sources.read(files["conflicts"], ("conflict_id", "year"), lists)
    deaths = sources.read(files["deaths"], ("gwcode", "year", "best"))
    tables = {"support": support, "conflicts": conflicts, "deaths": deaths, "codes": codes}
    world = states(codes)
    until = {name: int(table["year"].max()) for name, table in tables.items()}  # type: ignore[arg-type]
    relations = ties(files, world)
    relations = replace(relations, until={**relations.until, "deaths": until["deaths"]})
    return Archive(
        states=world,
        ties=relations,
        table=sides(support, world),
        deaths=_deaths(deaths, world),
        troops=troop_senders(conflicts, world),
        files=files,
        until={**until, **relations.until},
    )


def _deaths(table: pl.DataFrame, world: States) -> np.ndarray:
    """Battle deaths by year and state; the last year of the table is carried forward."""
    out = np.full((YEARS, len(world)), np.nan)
    for code, year, best in table.iter_rows():
        place = world.by_gleditsch_ward.get((code, year))
        if place is not None:
            out[year - FIRST, place] = best
    last = int(table["year"].max()) - FIRST  # type: ignore[arg-type]
    out[last + 1 :] = out[last]
    return out


def build(folder: Path) -> Panel:
    """The panel of all decisions from 1976 on, in the order of sides and years of the data."""
    archive = load(folder)
    index = SupportIndex(archive)
    table = pl.concat([rows(side, archive, index) for side in archive.sides if side.year > LEFT_EDGE])
    steps = account(
        archive.table, archive.states, from_year=LEFT_EDGE + 1, rows=table.height, helps=int(table["helps"].sum())
    )
    return Panel(
        rows=table,
        account=steps,
        carried=carried_rows(table["year"].to_numpy(), archive.until),
        files=archive.files,
        until=archive.until,
        states=archive.states,
    )


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
    parties = {side.own, side.host, *side.allies, *side.enemies}
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
        "carried": np.full(len(candidates), sum(year < side.year - 1 for year in archive.until.values())),
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
