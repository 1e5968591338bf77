"""Archive of a folder: the tables of the panel, read and brought to states and years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from standoff.addons.history import sources
from standoff.addons.history.dyads import Ties, ties
from standoff.addons.history.sides import COLUMNS, TEXTS, WarSide, WarSides, sides, troop_senders
from standoff.addons.history.states import FIRST, YEARS, States, states


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
