"""Values of the calendar in expressions, such as `date >= 2025-01-20` and `since(event)`.

A state has the date on which it stands, the last day of its month (or week, or day). A step and the decisions in it have
the date on which the step ends, as in `Calendar.label`: a condition `date >= 2025-01` holds in the step of January 2025,
and in the state at its end.

    date >= P, date < P     P by its first day: 2025-01 is 1 January        date == P   within P
    date > P, date <= P     P by its last day: 2025-01 is 31 January        date != P   outside P
    after(P)                the last day of P has come
    since(P)                months from the last day of P; 0 before it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Day

from standoff.dates import PartialDate, last_of_month, month_count
from standoff.expression import ClockTerm
from standoff.scenario.calendar import DAYS, Calendar
from standoff.scenario.language import DatedEvent
from standoff.units import DAYS_PER_MONTH


def clock_values(
    term: ClockTerm, calendar: Calendar, events: Mapping[str, DatedEvent], states: Iterable[int]
) -> list[float] | list[bool]:
    """Values of a clock term at states: truth of a condition, the year, or months."""
    days = [calendar.date(state) for state in states]
    if term.function == "year":
        return [float(day.year) for day in days]
    written = events[term.argument].date if term.argument in events else term.argument
    period = PartialDate.parse(written)
    first, last = period.first, period.last
    if term.function != "since":
        return [_holds(term.function, day, first, last) for day in days]
    if calendar.step in DAYS:  # by days, where steps are days or weeks
        return [max((day - last).days / DAYS_PER_MONTH, 0.0) for day in days]
    return [max(_position(day) - _position(last), 0.0) for day in days]


def _holds(function: str, day: Day, first: Day, last: Day) -> bool:
    """Whether a day is in a relation to the period from `first` to `last`."""
    return {
        "after": day >= last,
        ">=": day >= first,
        ">": day > last,
        "<": day < first,
        "<=": day <= last,
        "==": first <= day <= last,
        "!=": not first <= day <= last,
    }[function]


def _position(day: Day) -> float:
    """Months up to the end of a day, with the share of its month that has passed."""
    return month_count(day) + day.day / last_of_month(month_count(day)).day
