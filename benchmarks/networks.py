"""The world's alliances and rivalries as signed networks.

    python -m benchmarks.networks [FOLDER]

It reads defence and offence pacts (ATOP) and strategic rivalries from FOLDER, by default
`shared/data` beside the checkout, and prints balance and frustration of the world in some years; it writes nothing. Times
are of the processor.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from standoff.addons.networks.frustration_index import frustration
from standoff.addons.networks.signed_graph import SignedGraph, balance

HOMES = [folder / "shared" / "data" for folder in Path(__file__).resolve().parents]
YEARS = (1914, 1939, 1950, 1965, 1980, 1995, 2010)
PACTS, RIVALRIES = "alliances/atop_directed_dyad_runs.parquet", "rivalries/tss_strategic_rivalries.parquet"
Result = TypeVar("Result")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=next((home for home in HOMES if home.is_dir()), None))
    folder = parser.parse_args().folder
    if folder is None or not (folder / PACTS).is_file():
        print("no tables of alliances and rivalries: give their FOLDER to see the world's networks")
        return
    for year in YEARS:
        graph = world(folder, year)
        quick, seconds = timed(lambda graph=graph: frustration(graph, ties=False))  # type: ignore[misc]
        whole, more = timed(lambda graph=graph: frustration(graph))  # type: ignore[misc]
        camps = " and ".join(str(len(camp)) for camp in whole.divisions[0].camps)
        print(
            f"{year}: {len(graph.nodes)} states, {quick.weight:.0f} links, index {quick.index:.0f}, normalised "
            f"{quick.normalised:.3f}, largest part {camps}{'' if whole.divisions[0].unique else ', not unique'}; "
            f"triads {balance(graph).triads}; {seconds:.2f} s, with ties {more:.2f} s"
        )


def world(folder: Path, year: int) -> SignedGraph:
    """States with pacts of defence or offence (friendly) and strategic rivalries (hostile) in a year."""
    pacts = pl.read_parquet(folder / PACTS).filter(
        pl.lit(year).is_between("year_from", "year_to")
        & ((pl.col("atop_defense") == 1) | (pl.col("atop_offense") == 1))
    )
    rivals = pl.read_parquet(folder / RIVALRIES).filter(
        (pl.col("start") <= year) & (pl.col("end").fill_null(year) >= year)
    )
    states = sorted({code for table in (pacts, rivals) for name in ("ccode1", "ccode2") for code in table[name]})
    place = {code: n for n, code in enumerate(states)}
    weights = np.zeros((2, len(states), len(states)))
    for matrix, table in zip(weights, (pacts, rivals), strict=True):
        for a, b in zip(table["ccode1"], table["ccode2"], strict=True):
            matrix[place[a], place[b]] = matrix[place[b], place[a]] = 1.0
    return SignedGraph(nodes=tuple(map(str, states)), positive=weights[0], negative=weights[1])


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """A result, and the processor time that it took."""
    begin = time.process_time()
    return work(), time.process_time() - begin


if __name__ == "__main__":
    main()
