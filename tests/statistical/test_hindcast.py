"""What was known at the end of 2022, run forward: do the simulated losses, aid and money of 2023 bracket what was reported?

Coverage is stated in docs/hindcast.md; this test holds the figures there to the run. Calibration has an issue of its own.
"""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build, simulate, units
from standoff.catalog import load
from standoff.engine.run import Run
from standoff.scenario import times

pytestmark = pytest.mark.slow
DRAWS = 4096


@pytest.fixture(scope="module")
def run() -> Run:
    """The flagship as of the end of 2022."""
    return simulate(build(*load("china-russia", "known-2022")), draws=DRAWS, seed=1)


def covered(run: Run, cell: str, quantity: str) -> tuple[int, int]:
    """How many claims about 2023 lie inside the central 90 % of the futures, and how many there are."""
    calendar, factor = run.model.scenario.calendar, run.shown(cell)[0]
    inside = total = 0
    for claim in run.model.ledger.where(subject=cell.partition(".")[2], quantity=quantity):
        day = times.last_day(str(claim.as_of))
        if day.year != 2023:
            continue
        value = claim.value if claim.value is not None else (claim.low + claim.high) / 2
        shown = value * units.parse(claim.unit).factor / factor
        low, high = np.quantile(run.path(cell)[:, round(calendar.position(day))], (0.05, 0.95))
        inside, total = inside + bool(low <= shown <= high), total + 1
    return inside, total


@pytest.mark.parametrize(
    ("cell", "quantity", "least", "claims"),
    [
        ("losses.RUS", "personnel_losses", 16, 18),
        ("losses.UKR", "personnel_losses", 4, 4),
        ("killed.RUS", "personnel_killed", 6, 8),
        ("killed.UKR", "personnel_killed", 4, 4),
    ],
)
def test_losses_reported_in_2023_are_bracketed(run: Run, cell: str, quantity: str, least: int, claims: int) -> None:
    inside, total = covered(run, cell, quantity)
    assert total == claims
    assert inside >= least


def spent(run: Run, cell: str) -> tuple[float, float]:
    """Central 90 % of what flowed into a cumulative stock during 2023."""
    path = run.path(cell)
    first, last = run.times.index("2022-12"), run.times.index("2023-12")
    low, high = np.quantile(path[:, last] - path[:, first], (0.05, 0.95))
    return float(low), float(high)


def test_russian_spending_of_2023_is_bracketed(run: Run) -> None:
    low, high = spent(run, "war_spending.RUS")
    assert low < 109 < high  # SIPRI, bn USD, published in April 2024


def test_ukrainian_spending_of_2023_is_not(run: Run) -> None:
    """SIPRI counts 64.8 bn; the model pays for 44 to 60: a miss, stated in the docs until calibration mends it."""
    _, high = spent(run, "war_spending.UKR")
    assert high < 64.8


def test_european_money_by_the_end_of_2023_is_bracketed(run: Run) -> None:
    low, high = np.quantile(run.path("delivered_money.EUR")[:, run.times.index("2023-12")], (0.05, 0.95))
    assert low < 34 * 1.08 < high  # Kiel, bn EUR of financial allocations to 15 January 2024
