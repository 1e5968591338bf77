"""Values of the calendar: each comparison of a date with a period, events, and months since."""

from __future__ import annotations

from datetime import date

import pytest

from standoff import expression
from standoff.errors import ScenarioError
from standoff.scenario import load_text
from standoff.scenario.calendar import Calendar
from standoff.scenario.clock import clock_values
from standoff.scenario.language import DatedEvent

MONTHS = Calendar(date(2024, 11, 30), date(2025, 3, 31), "month")
DAYS = Calendar(date(2024, 12, 30), date(2025, 2, 3), "day")
EVENTS = {"oath": DatedEvent(date="2025-01-20"), "vote": DatedEvent(date="2025-01")}


def values(text: str, calendar: Calendar = MONTHS) -> list[float] | list[bool]:
    term = expression.parse(text)
    assert isinstance(term, expression.ClockTerm)
    return clock_values(term, calendar, EVENTS, range(calendar.steps + 1))


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("date >= 2025-01", "00111"),
        ("date > 2025-01", "00011"),
        ("date < 2025-01", "11000"),
        ("date <= 2025-01", "11100"),
        ("date == 2025-01", "00100"),
        ("date != 2025-01", "11011"),
        ("2025-01 <= date", "00111"),
        ("date >= 2025", "00111"),
        ("date == 2024", "11000"),
        ("date >= 2025-01-20", "00111"),
        ("date > 2025-01-31", "00011"),
        ("date >= oath", "00111"),
        ("after(oath)", "00111"),
        ("after(2024-12)", "01111"),
    ],
)
def test_a_state_is_on_the_last_day_of_its_month(text: str, true: str) -> None:
    assert values(text) == [digit == "1" for digit in true]


def test_a_partial_date_begins_on_its_first_and_ends_on_its_last_day() -> None:
    """Days from 30 December on: the second is 31 December, the 33rd 31 January."""
    assert [sum(values(text, DAYS)) for text in ("date < 2025-01", "date <= 2025-01", "date == 2025-01")] == [2, 33, 31]
    assert values("after(vote)", DAYS).index(True) == 32  # an event of a month counts as its last day
    assert values("after(oath)", DAYS).index(True) == 21


def test_year_and_months_since() -> None:
    assert values("year") == [2024, 2024, 2025, 2025, 2025]
    assert values("since(2024-12)") == [0, 0, 1, 2, 3]
    assert values("since(oath)")[2:] == pytest.approx([11 / 31, 1 + 11 / 31, 2 + 11 / 31])
    assert values("since(oath)", DAYS)[21:24] == pytest.approx([0, 12 / 365.25, 24 / 365.25])


CASE = """\
title: t
as_of: 2024-01
start: 2024-01
end: 2024-12
step: month
actors: {AAA: {name: A}}
events: {oath: {date: 2024-06-20}}
stocks: {x: {unit: "1", initial: 1 @assumption}}
questions: {q: {text: "?", event: x > 0, by: 2024-12, resolution: x}}
"""


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("date: 2024-06-20", "date: 2024-06-31", "`2024-06-31` is not a date", 7),
        ("oath:", "in-oath:", "in-oath", 7),
        ("x: {unit", "date: {unit", "`date` is the calendar", 8),
        ("event: x > 0", "event: after(oat)", "unknown event `oat`", 9),
        ("event: x > 0", "event: date >= 2024-13", "2024-13", 9),
        ("event: x > 0", "event: date + 1 > 3", "`date` is compared with a date or an event", 9),
        ("event: x > 0", "event: since(oath) > 3", "do not fit together", 9),
    ],
)
def test_errors_name_the_line(old: str, new: str, what: str, line: int) -> None:
    from standoff.errors import ModelError
    from standoff.ledger import Ledger
    from standoff.plan import plan

    assert old in CASE
    with pytest.raises((ScenarioError, ModelError)) as caught:
        plan(load_text(CASE.replace(old, new)), Ledger())
    found = [problem for problem in caught.value.problems if what in problem.what or what in problem.path]
    assert found and found[0].where == f"scenario:{line}"
    if "oat)" in new:
        assert "did you mean `oath`?" in str(found[0])


def test_a_date_that_the_run_never_reaches_is_a_warning() -> None:
    from standoff.ledger import Ledger
    from standoff.plan import plan

    late = plan(load_text(CASE.replace("event: x > 0", "event: date >= 2025-06")), Ledger())
    assert any("never true" in text for text in late.warnings)
