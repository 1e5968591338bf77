"""Marks of sides, axes and points in time of the charts of stocks."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from types import SimpleNamespace

import pytest

from standoff.dates import month_count
from standoff.ledger.vocabulary import package
from standoff.report.charts import stocks
from standoff.scenario.calendar import Calendar


def test_marks_of_known_sides_are_fixed_and_no_two_are_alike() -> None:
    known = next(name for name, side in package().sides.items() if side.mark is not None)
    alone, beside = stocks.marks([known]), stocks.marks(["aaa", known, "bbb", known])
    assert alone[known] == beside[known] and set(beside) == {"aaa", known, "bbb"}
    assert len({mark.shape for mark in beside.values()}) == 3 and beside[known].colour.startswith("var(--side-")


def test_more_sides_than_shapes_share_some() -> None:
    shown = stocks.marks([f"side{n}" for n in range(len(stocks.SHAPES) + 3)])
    assert {mark.shape for mark in shown.values()} == set(stocks.SHAPES)


@pytest.mark.parametrize(
    ("first", "last", "form", "apart"),
    [
        (dt.date(2024, 1, 1), dt.date(2024, 6, 30), "%b %Y", 2),
        (dt.date(2022, 2, 1), dt.date(2024, 12, 31), "%b %Y", 12),
        (dt.date(2000, 1, 1), dt.date(2024, 12, 31), "%Y", 60),
    ],
)
def test_labels_of_time_are_whole_steps_that_fit(first: dt.date, last: dt.date, form: str, apart: int) -> None:
    axis = stocks.time_axis([*map(stocks.stamp, (first, last))], 320)["axis"]
    months = [month_count(dt.datetime.fromtimestamp(value / 1000, dt.UTC)) for value in axis["values"]]
    assert axis["format"] == form and {b - a for a, b in pairwise(months)} == {apart}
    assert all(first <= dt.datetime.fromtimestamp(value / 1000, dt.UTC).date() <= last for value in axis["values"])


def test_a_span_too_short_for_steps_is_labelled_at_its_ends() -> None:
    short = [stocks.stamp(f"2024-01-{day}") for day in ("05", "20")]
    assert stocks.time_axis(short, 320)["axis"]["values"] == short


@pytest.mark.parametrize("steps", [1, stocks.POINTS, 10 * stocks.POINTS + 3])
def test_states_are_thinned_but_never_lose_the_last(steps: int) -> None:
    calendar = SimpleNamespace(steps=steps)
    found = stocks.states(SimpleNamespace(model=SimpleNamespace(scenario=SimpleNamespace(calendar=calendar))))
    assert found[0] == 0 and found[-1] == steps and len(found) <= stocks.POINTS + 2 and sorted(set(found)) == found


def test_stamps_are_the_ends_of_steps_in_milliseconds() -> None:
    calendar = Calendar(dt.date(2024, 1, 31), dt.date(2024, 3, 31), "month")
    assert [value / 86_400_000 for value in stocks.state_stamps(calendar, range(3))] == [19753, 19782, 19813]


def test_a_mark_has_the_shape_and_colour_of_its_side() -> None:
    mark = stocks.ClaimMark("circle", "var(--side-1)")
    assert 'fill="var(--side-1)"' in stocks.symbol(mark)
    assert "●" in stocks.glyph(mark) and 'class="side-1"' in stocks.glyph(mark)
