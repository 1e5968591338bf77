"""How often leaders leave office in a year, by regime, age and years in office: rates for docs/language.md.

    python -m benchmarks.leader_exits [FOLDER]

Reads Archigos 4.1 (leaders to 2015; Goemans, Gleditsch and Chiozza 2009) and the electoral democracy of V-Dem from FOLDER, by
default `shared/data` beside the checkout, and prints counts and coefficients; it writes nothing. A spell is what a leader
serves of a calendar year, from 1946 on. Its regime is that of the year before: a democracy has an index of .5 or more.
An exit counts however it comes; death, illness and irregular removal are counted apart. The coefficients are those of

    log hazard = constant + age * (years of age - 60) / 10 + tenure * log(1 + years in office)

by maximum likelihood, the hazard being constant within a spell.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from benchmarks.base_rates import folder

FIRST, LAST = 1946, 2015
DEMOCRACY = 0.5  #: of the index of electoral democracy; the middle of its range
UNCHOSEN = {"Irregular", "Foreign"}
BODILY = {"Natural Death", "Retired Due to Ill Health"}
YEAR = 365.25  # days


class Spell(NamedTuple):
    """What a leader served of a year."""

    democracy: bool
    age: float
    tenure: float  #: years at the beginning
    exposure: float  #: years
    exit: str  #: empty where the leader stayed


@dataclass(frozen=True)
class Count:
    """Exits in so many years in office."""

    exits: int
    irregular: int
    bodily: int
    years: float

    @property
    def rate(self) -> float:
        """Exits a year."""
        return self.exits / self.years


def spells(home: Path) -> list[Spell]:
    """The spells of all leaders whose regime and year of birth are known."""
    regimes = pl.read_parquet(home / "economy_regime" / "isard_cow_democracy.parquet")
    codes = pl.read_parquet(home / "states" / "gw_cow_state_year.parquet").select("gwcode", "ccode", "year")
    joined = codes.join(regimes, on=["ccode", "year"]).drop_nulls("v2x_polyarchy")
    index = {(row[0], row[1]): row[2] for row in joined.select("gwcode", "year", "v2x_polyarchy").iter_rows()}
    leaders = pl.read_parquet(home / "leaders" / "archigos.parquet").drop_nulls("yrborn")
    rows = leaders.select("gwcode", "yrborn", "startdate", "enddate", "exit").iter_rows()
    return [spell for row in rows for spell in _of_leader(index, *row)]


def _of_leader(
    index: dict[tuple[int, int], float], state: int, born: int, start: date, end: date, how: str
) -> Iterator[Spell]:
    for year in range(max(start.year, FIRST), min(end.year, LAST) + 1):
        if (state, year - 1) not in index:
            continue
        begin, stop = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        leaves = end.year == year and how != "Still in Office"
        yield Spell(
            democracy=index[state, year - 1] >= DEMOCRACY,
            age=year - born,
            tenure=(begin - start).days / YEAR,
            exposure=((stop - begin).days + 1) / YEAR,
            exit=how if leaves else "",
        )


def counted(some: list[Spell]) -> Count:
    """Exits of some spells."""
    return Count(
        exits=sum(spell.exit != "" for spell in some),
        irregular=sum(spell.exit in UNCHOSEN for spell in some),
        bodily=sum(spell.exit in BODILY for spell in some),
        years=sum(spell.exposure for spell in some),
    )


def fitted(some: list[Spell]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (constant, age, tenure) and their standard errors, by Newton's method."""
    x = np.array([(1.0, (spell.age - 60) / 10, np.log1p(spell.tenure)) for spell in some])
    exposure, event = np.array([spell.exposure for spell in some]), np.array([spell.exit != "" for spell in some])
    b = np.array([np.log(event.sum() / exposure.sum()), 0.0, 0.0])
    for _ in range(50):
        mean = exposure * np.exp(x @ b)
        information = (x * mean[:, None]).T @ x
        step = np.linalg.solve(information, x.T @ (event - mean))
        b = b + step
        if np.abs(step).max() < 1e-12:
            break
    return b, np.sqrt(np.diag(np.linalg.inv(information)))


def main() -> None:
    """Print counts and coefficients."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    home = parser.parse_args().folder or folder()
    if home is None:
        raise SystemExit("no tables beside the checkout: name their folder")
    every = spells(home)
    for democracy in (True, False):
        own = [spell for spell in every if spell.democracy == democracy]
        groups = {
            "all": own,
            "70 years and older": [spell for spell in own if spell.age >= 70],
            "10 years in office and longer": [spell for spell in own if spell.tenure >= 10],
            "both": [spell for spell in own if spell.age >= 70 and spell.tenure >= 10],
        }
        for name, some in groups.items():
            found = counted(some)
            print(
                f"{'democracies' if democracy else 'autocracies'}, {name}: {found.exits} exits in {found.years:,.0f} years "
                f"({100 * found.rate:.1f} % a year), {found.irregular} irregular or foreign, {found.bodily} by death or illness"
            )
        words = ("constant", "age", "tenure")
        print("  " + ", ".join(f"{word} {b:.3f} ({se:.3f})" for word, b, se in zip(words, *fitted(own), strict=True)))


if __name__ == "__main__":
    main()
