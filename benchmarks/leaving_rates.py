"""How many supporters of a warring side stop in a year, by the years that they have helped: the check of docs/memory.md.

    python -m benchmarks.leaving_rates [FOLDER]

Reads the UCDP data on external support, 1975 to 2017, from FOLDER, by default `shared/data` beside the checkout, and prints
counts; it writes nothing. A supporter of a side counts in a year if the side is at war with the same enemy in the next
year too. Spells that may have begun before the first year are left out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import polars as pl
from benchmarks.base_rates import folder

MAJORS = {2, 200, 220, 365, 710}  # United States, United Kingdom, France, Russia, China, by Gleditsch and Ward
FIRST = 1975
SIDE = ["actor_id", "dyad_id", "year"]


def counts(home: Path) -> dict[tuple[str, int], tuple[int, int]]:
    """(all or majors, years of help) -> supporters that stopped in the next year, of how many."""
    tables = home / "external_support"
    triads = pl.read_parquet(tables / "esd_supporter_triads_derived.parquet")
    triads = triads.filter((pl.col("supporter_is_state") == 1) & pl.col("supporter_gwcode").is_not_null())
    help_ = set(triads.select("supporter_gwcode", *SIDE).iter_rows())
    at_war = set(pl.read_parquet(tables / "ucdp_esd_actor_year_v18_1.parquet").select(SIDE).iter_rows())
    stopped, total = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for state, actor, dyad, year in help_:
        years = 1
        while (state, actor, dyad, year - years) in help_:
            years += 1
        if (actor, dyad, year + 1) not in at_war or year - years + 1 <= FIRST:
            continue
        for group in ("all", "majors") if state in MAJORS else ("all",):
            total[group, years] += 1
            stopped[group, years] += (state, actor, dyad, year + 1) not in help_
    return {key: (stopped[key], total[key]) for key in sorted(total)}


def main() -> None:
    """Print the counts of the first five years."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    home = parser.parse_args().folder or folder()
    if home is None:
        raise SystemExit("no tables beside the checkout: name their folder")
    for (group, years), (gone, of) in counts(home).items():
        if years <= 5:
            print(f"{group}, {years} years of help: {gone} of {of} stopped ({100 * gone / of:.1f} %)")


if __name__ == "__main__":
    main()
