"""Dates, lengths and the grid of states."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from standoff.errors import ScenarioError
from standoff.scenario.calendar import Calendar, last_day, months


def calendar(step: str, start: str = "2024-01", end: str = "2024-12") -> Calendar:
    return Calendar(last_day(start), last_day(end), step)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2023-02", "2023-02-28"), ("2024-03-05", "2024-03-05")],
)
def test_a_date_means_its_last_day(text, day):
    assert last_day(text) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2024-02-30", "0000", "9999", "0999", "2024-3", "2024-03-05T00", "x"]
)
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(ScenarioError, match=r"is not a date\n  allowed: .* 2024-03 or 2024-03-31"):
        last_day(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3 months", 3),
        ("1 month", 1),
        ("2 quarters", 6),
        ("1 year", 12),
        ("30 days", 30 / 30.4375),
        ("2weeks", 14 / 30.4375),
    ],
)
def test_lengths_are_in_months(text, length):
    assert months(text) == pytest.approx(length, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["", "months", "0 months", "-1 month", "3 fortnights", "9" * 400 + " months", "1.5 months"]
)
def test_what_is_not_a_length_is_refused(text):
    with pytest.raises(ScenarioError, match="is not a duration"):
        months(text)


@pytest.mark.parametrize(
    ("step", "steps", "labels"),
    [
        ("month", 11, ["2024-01", "2024-02", "2024-12"]),
        ("quarter", 3, ["2024-01", "2024-04", "2024-10"]),
        ("week", 47, ["2024-01-31", "2024-02-07", "2024-12-25"]),
        ("day", 335, ["2024-01-31", "2024-02-01", "2024-12-31"]),
    ],
)
def test_the_grid_of_a_year(step, steps, labels):
    grid = calendar(step)
    assert grid.steps == steps
    assert [grid.label(0), grid.label(1), grid.label(steps)] == labels
    for k in range(steps + 1):  # a state stands at its date: index and position find it again, exactly
        assert grid.index(grid.date(k)) == k
        assert grid.position(grid.date(k)) == k


def test_a_month_has_its_own_number_of_days():
    grid = calendar("month")
    assert [grid.date(k).day for k in range(12)] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert grid.position(dt.date(2024, 2, 15)) == pytest.approx(15 / 29, rel=1e-15)
    assert grid.position(dt.date(2024, 3, 1)) == pytest.approx(1 + 1 / 31, rel=1e-15)


@pytest.mark.parametrize("step", ["day", "week", "month", "quarter"])
def test_positions_rise_with_the_days(step):
    grid = calendar(step)
    days = [grid.date(0) + dt.timedelta(days=n) for n in range(330)]
    positions = [grid.position(day) for day in days]
    assert all(a < b for a, b in pairwise(positions))
    for k in range(1, grid.steps):
        between = [p for day, p in zip(days, positions, strict=True) if grid.date(k) <= day < grid.date(k + 1)]
        assert all(k <= p < k + 1 for p in between)


def test_a_start_within_a_month_stands_at_its_end():
    grid = calendar("month", "2024-01-15")
    assert grid.date(0) == dt.date(2024, 1, 31)
    assert grid.position(dt.date(2024, 1, 31)) == 0.0
    assert -1 < grid.position(dt.date(2024, 1, 20)) < 0


def test_a_period_ends_with_the_month_that_its_length_divides() -> None:
    calendar = Calendar(last_day("2024-01"), last_day("2025-01"), "month")
    assert [calendar.date(k + 1).month for k in range(12) if calendar.ends_period(k, 3)] == [3, 6, 9, 12]
