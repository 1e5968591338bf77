"""Time: what a claim about a day sees of a path."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.inference.reconcile.time_grid import BENDS, MONTH, TimeGrid

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2025, 12, 31))


@settings(deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=8), st.booleans())
def test_every_day_lies_on_its_grid(days: list[dt.date], cumulative: bool) -> None:
    grid = TimeGrid.over(days, None, cumulative)
    assert len(grid.knots) <= BENDS + 1 and (np.diff(grid.knots) > 0).all()
    for day in days:
        seen = grid.weights(day, "total")
        assert (seen >= 0).all() and grid.edges[0] <= grid.day(day) <= grid.edges[-1]
        assert not cumulative or seen[0] == 1  # what came before the first day is always in
        assert cumulative or seen.sum() == pytest.approx(1)


def test_a_total_grows_a_day_by_a_days_flow_and_a_year_begins_in_january() -> None:
    grid = TimeGrid.over([dt.date(2022, 2, 28), dt.date(2023, 12, 31)], None, True)
    one, next_day = (grid.weights(dt.date(2023, 6, day), "total") for day in (10, 11))
    assert (next_day - one).sum() == pytest.approx(1 / 14)  # steps are a fortnight
    assert grid.weights(dt.date(2023, 6, 10), "day").sum() == pytest.approx(1 / 14)  # flows of a step, over days
    year = grid.weights(dt.date(2023, 12, 31), "year").sum() * 14
    assert year == pytest.approx(365)


def test_the_walk_starts_twice_and_then_changes_by_the_root_of_time() -> None:
    grid = TimeGrid.over([dt.date(2022, 2, 28), dt.date(2023, 12, 31)], None, True)
    walk, fixed = grid.walk(1.5)
    assert fixed.tolist() == [1.5, 1.5] + [0.0] * (walk.shape[1] - 2)
    assert walk[0].tolist() == [1.0] + [0.0] * (walk.shape[1] - 1)
    variance = (walk[:, 2:] ** 2).sum(axis=1)
    months = (grid.knots[-1] - grid.knots[0]) / MONTH
    assert variance[1] == 0 and variance[-1] == pytest.approx(months)
    assert (walk[1:, 1] == 1).all()


def test_a_level_has_no_step_before_the_first_claim() -> None:
    grid = TimeGrid.over([dt.date(2022, 1, 1), dt.date(2023, 1, 1)], None, False)
    walk, fixed = grid.walk(1.5)
    assert grid.dates()[0] == dt.date(2022, 1, 1) and walk.shape[0] == len(grid.edges) and (fixed > 0).sum() == 1
