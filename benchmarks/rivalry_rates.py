"""Base rates of force between strategic rivals, for `data_rate` of the case `taiwan-quarantine`.

    python -m benchmarks.rivalry_rates [FOLDER]

Reads two tables from FOLDER, by default `shared/data` beside the checkout: militarized disputes by directed pair and year
(Gibler, Miller and Little), and strategic rivalries (Thompson, Sakuwa and Suhas). It prints the count for each question and
writes nothing. A test compares the counts in the catalogue with these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.base_rates import Count, print_counts

CASE = "taiwan-quarantine"
FIRST, LAST = 1946, 2010  #: years in which both tables are complete
BLOCKADE, OCCUPATION, SEIZURE, DECLARATION = 13, 14, 15, 18  #: codes of the highest act (`hiact`); above the last: war
WAR = 5  #: code of the level of hostility (`hostlev`)
PAIR = ["state", "rival", "year"]


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Both tables, one row for each direction of a pair."""

    rivals: pl.DataFrame  #: state, rival, year of a strategic rivalry
    acts: pl.DataFrame  #: state, rival, year, act, level, onset, first_side, originator, deaths (0 or 1)


def tables(home: Path) -> Tables:
    """Read the tables."""
    spells = pl.read_parquet(home / "rivalries" / "tss_strategic_rivalries.parquet")
    years = spells.select(
        pl.col("ccode1").alias("state"),
        pl.col("ccode2").alias("rival"),
        pl.int_ranges(
            pl.max_horizontal("start", pl.lit(FIRST)),
            pl.min_horizontal(pl.col("end").fill_null(LAST), pl.lit(LAST)) + 1,
        ).alias("year"),
    ).explode("year")
    rows = years.drop_nulls().cast(pl.Int64)
    disputes = pl.read_parquet(home / "mids" / "gml_mid_directed_dyad_year.parquet")
    acts = disputes.select(
        state="ccode1",
        rival="ccode2",
        year="year",
        act="hiact1",
        level="hostlev",
        onset="midonset",
        first_side="sidea1",
        originator="orig1",
        deaths=((pl.col("fatality1") > 0) | (pl.col("fatality2") > 0)).cast(pl.Int64),
    ).cast(pl.Int64)
    return Tables(rivals=pl.concat([rows, rows.select(state="rival", rival="state", year="year")]).unique(), acts=acts)


def force_begins(data: Tables) -> Count:
    """A state begins a dispute with its rival in which its highest act is a blockade, seizure, occupation or war."""
    forceful = pl.col("act").is_in([BLOCKADE, OCCUPATION, SEIZURE]) | (pl.col("act") > DECLARATION)
    return _counted(data, forceful & (pl.col("onset") == 1) & (pl.col("first_side") == 1))


def blockades(data: Tables) -> Count:
    """A blockade is the highest act of a state against its rival in the year."""
    return _counted(data, pl.col("act") == BLOCKADE)


def wars_begin(data: Tables) -> Count:
    """A state begins a war with its rival."""
    begins = (pl.col("onset") == 1) & (pl.col("first_side") == 1) & (pl.col("originator") == 1)
    return _counted(data, begins & (pl.col("act") > DECLARATION))


def deadly_disputes(data: Tables) -> Count:
    """A dispute with deaths begins between two rivals."""
    return _counted(data, (pl.col("deaths") == 1) & (pl.col("onset") == 1), directed=False)


def wars(data: Tables) -> Count:
    """A dispute that becomes war begins between two rivals."""
    return _counted(data, (pl.col("level") == WAR) & (pl.col("onset") == 1), directed=False)


def _counted(data: Tables, event: pl.Expr, *, directed: bool = True) -> Count:
    """Years of rivalries with the event, of all years of rivalries; each direction counts, or each pair."""
    rivals, found = data.rivals, data.acts.filter(event).select(PAIR)
    if not directed:
        rivals, found = _pairs(rivals), _pairs(found)
    happened = found.unique().join(rivals, on=rivals.columns, how="inner")
    return Count(count=happened.height, of=rivals.height, since=FIRST, until=LAST)


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the lower code first, each pair once a year."""
    low, high = pl.min_horizontal("state", "rival"), pl.max_horizontal("state", "rival")
    return rows.select(low.alias("state"), high.alias("rival"), "year").unique()


Rule = Callable[[Tables], Count]

QUESTIONS: dict[str, Rule] = {
    "quarantine_2027": force_begins,
    "quarantine_2026": force_begins,
    "blockade_2027": blockades,
    "landing_2027": wars_begin,
    "deadly_incident_2026": deadly_disputes,
    "open_fighting": wars,
}


def counts(home: Path) -> dict[str, Count]:
    """The count of each question."""
    data = tables(home)
    return {question: rule(data) for question, rule in QUESTIONS.items()}


def main() -> None:
    """Print the counts."""
    print_counts(counts, __doc__)


if __name__ == "__main__":
    main()
