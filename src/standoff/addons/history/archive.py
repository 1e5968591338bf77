"""Archive of a folder: the tables of the panel by states and years, and who helped whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from standoff.addons.history import sources
from standoff.addons.history.covariates import Past
from standoff.addons.history.dyads import Ties, last_year, ties
from standoff.addons.history.sides import COLUMNS, TEXTS, WarSide, WarSides, sides, troop_senders
from standoff.addons.history.states import FIRST, REGIONS, YEARS, States, states
from standoff.record import record

GAP = 3  #: years since a side's last year after which nothing of it counts as help that goes on; assumption
DECADE = 10  #: years of precedents; assumption


@record
class Archive:
    """Everything that the panel is built from, for decisions inside it and beyond."""

    states: States
    ties: Ties
    table: WarSides
    troops: Mapping[tuple[int, int, int], set[int]]  #: (conflict, year, state or -1 for rebels) -> states with troops
    files: Mapping[str, sources.FoundFile]
    until: Mapping[str, int]  #: table -> its last year

    @property
    def sides(self) -> tuple[WarSide, ...]:
        """All sides of all years."""
        return self.table.sides

    @cached_property
    def index(self) -> SupportIndex:
        """Who helped whom."""
        return SupportIndex(self.sides, self.states)


def load(folder: Path) -> Archive:
    """Read all tables of a folder; raises `DataError` that lists every missing file."""
    files = sources.find(folder)
    lists = ("gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd")
    codes = sources.read(files["codes"], ("year", "gwcode", "ccode"), ("stateabb", "cw_name"))
    support = sources.read(files["support"], COLUMNS, TEXTS)
    conflicts = sources.read(files["conflicts"], ("conflict_id", "year"), lists)
    world = states(codes)
    relations = ties(files, world)
    until = {"support": last_year(support["year"]), "conflicts": last_year(conflicts["year"])}
    until |= {"deaths": relations.until["deaths"], "codes": last_year(codes["year"])}
    return Archive(
        states=world,
        ties=relations,
        table=sides(support, world),
        troops=troop_senders(conflicts, world),
        files=files,
        until={**until, **relations.until},
    )


class SupportIndex:
    """Index of who helped whom, for the pasts of decisions."""

    def __init__(self, sides: Sequence[WarSide], states: States) -> None:
        count, self.regions = len(states), states.regions
        self.by_key: dict[str, dict[int, WarSide]] = defaultdict(dict)
        self.helps = np.zeros((YEARS, count))  #: sides that each state helped in each year
        self.helps_in = np.zeros((YEARS, count, len(REGIONS)))  #: of these, in each region
        self.wars = np.zeros((YEARS, count), bool)
        self.for_state: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.against_state: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for side in sides:
            self.by_key[side.key][side.year] = side
            helpers = sorted(side.helpers)
            self.helps[side.year - FIRST, helpers] += 1
            self.helps_in[side.year - FIRST, helpers, self.regions[side.host]] += 1
            if side.own >= 0:
                self.wars[side.year - FIRST, [side.own, *side.allies]] = True
                self.for_state[side.own][side.year] |= set(helpers)
            for enemy in side.enemies:
                self.against_state[enemy][side.year] |= set(helpers)

    def last(self, key: str, year: int) -> WarSide | None:
        """The side's last year before `year`, within `GAP`."""
        years = self.by_key.get(key, {})
        return next((years[y] for y in range(year - 1, year - 1 - GAP, -1) if y in years), None)

    def past(self, side: WarSide) -> Past:
        """What was known at the end of the year before."""
        year, t = side.year, side.year - 1 - FIRST
        last = self.last(side.key, year)
        helpers = set(last.helpers if last else ())
        opponents = (self.last(key, year) for key in side.opponents)
        enemy_helpers = {state for other in opponents if other for state in other.helpers}
        own_years, decade = self.by_key.get(side.key, {}), range(year - DECADE, year)
        earlier = {state for y in decade if y in own_years for state in own_years[y].helpers}
        friends, foes = self.for_state.get(side.host, {}), self.against_state.get(side.host, {})
        if side.own < 0:
            friends, foes = foes, friends  # of rebels: those who helped against the government, and those who helped it
        span = slice(max(t - DECADE + 1, 0), t + 1)
        return Past(
            helpers=helpers,
            enemy_helpers=enemy_helpers,
            earlier=earlier - helpers,
            elsewhere=friends.get(year - 1, set()) - helpers,
            elsewhere_before=_union(friends, decade) - helpers - earlier,
            against=_union(foes, decade),
            activity=self.helps[t],
            activity_decade=self.helps[span].mean(0),
            activity_region=self.helps_in[span, :, self.regions[side.host]].mean(0),
            at_war=self.wars[t],
            first=last is None,
            duration=year - min(own_years, default=year),
        )


def _union(helpers: Mapping[int, set[int]], years: Iterable[int]) -> set[int]:
    return set().union(*(helpers.get(year, set()) for year in years))
