"""Counts of force between rivals: by hand on a small table, and those of the case against the tables beside the checkout."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks import rivalry_rates as counting
from benchmarks.base_rates import Count, folder

from standoff.catalog import load

YEARS = [(a, b, year) for year in (1990, 1991) for a, b in ((1, 2), (2, 1))]
NAMES = ["state", "rival", "year", "act", "level", "onset", "first_side", "originator", "deaths"]


@pytest.fixture(scope="module")
def tables() -> counting.Tables:
    """Rivals 1 and 2 in two years: a seizure by 1 at the start, then a war that 2 begins; 3 is nobody's rival."""
    acts = [
        (1, 2, 1990, 15, 4, 1, 1, 1, 0),
        (2, 1, 1990, 7, 4, 1, 0, 0, 0),  # 1 seizes a ship, 2 shows its fleet
        (1, 2, 1991, 13, 5, 1, 0, 1, 1),
        (2, 1, 1991, 20, 5, 1, 1, 1, 1),  # 2 begins a war, 1 answers by a blockade
        (1, 3, 1990, 20, 5, 1, 1, 1, 1),  # no rivalry
    ]
    return counting.Tables(
        rivals=pl.DataFrame(YEARS, schema=["state", "rival", "year"], orient="row"),
        acts=pl.DataFrame(acts, schema=NAMES, orient="row"),
    )


@pytest.mark.parametrize(
    ("rule", "count", "of"),
    [
        (counting.force_begins, 2, 4),  # the seizure, and the war by the side that began it
        (counting.blockades, 1, 4),
        (counting.wars_begin, 1, 4),
        (counting.deadly_disputes, 1, 2),
        (counting.wars, 1, 2),
    ],
)
def test_rules_count_years_of_rivalries_by_hand(
    tables: counting.Tables, rule: counting.Rule, count: int, of: int
) -> None:
    assert rule(tables) == Count(count=count, of=of, since=counting.FIRST, until=counting.LAST)


def test_the_counts_of_the_case_are_those_of_the_tables() -> None:
    home = folder()
    if home is None:
        pytest.skip("no tables beside the checkout: ../shared/data")
    questions = load(counting.CASE)[0].scenario.questions
    for question, found in counting.counts(home).items():
        rate = questions[question].data_rate
        assert rate is not None
        assert (rate.count, rate.of, rate.since, rate.until) == (found.count, found.of, found.since, found.until), (
            question
        )
