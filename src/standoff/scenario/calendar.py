"""Calendar of a scenario: months, steps and states.

The state of the model is labelled by the month (or week, or day) at whose
end it stands; a step labelled 2024-06 goes from the end of May to the end of June.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta
from functools import lru_cache

from standoff.dates import PartialDate, add_months, month_count, month_label
from standoff.errors import ScenarioError
from standoff.units import DAYS_PER_MONTH

FIRST_YEAR, LAST_YEAR = 1000, 9000  # assumption: a calendar needs room for a step before and after
DAYS = {"day": 1, "week": 7}  #: length of a step in days, where it is no number of calendar months
LENGTH = re.compile(r"^(\d{1,4})\s*(day|week|month|quarter|year)s?$")
STEPS = {step: days / DAYS_PER_MONTH for step, days in DAYS.items()} | {
    "month": 1.0,
    "quarter": 3.0,
}  #: length in months


@lru_cache(maxsize=4096)
def last_day(text: str) -> Day:
    """The last day of `2024`, `2024-03` or `2024-03-31`."""
    with suppress(ValueError):
        day = PartialDate.parse(text)
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day.last
    raise ScenarioError(f"`{text}` is not a date", allowed="a month or a day, such as 2024-03 or 2024-03-31")


def months(text: str) -> float:
    """A duration such as `6 months`, `2 weeks`, `1 year`, in months."""
    match = LENGTH.match(text.strip())
    if not match or int(match.group(1)) == 0:
        raise ScenarioError(f"`{text}` is not a duration", allowed="`3 months`, `2 weeks`, `1 year`")
    return int(match.group(1)) * {**STEPS, "year": 12.0}[match.group(2)]


@dataclass(frozen=True)
class Calendar:
    """The time grid: state `k` is at the end of `label(k)`; step `k` leads from it to the next."""

    start: Day
    end: Day
    step: str

    @property
    def dt(self) -> float:
        """Length of a step, months."""
        return STEPS[self.step]

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.index(self.end)

    def date(self, k: int) -> Day:
        """The day of state `k`."""
        if self.step in DAYS:
            return self.start + timedelta(days=k * DAYS[self.step])
        return add_months(self.start, k * int(self.dt))

    def label(self, k: int) -> str:
        """`2024-06` for monthly and quarterly steps, else the date."""
        day = self.date(k)
        return day.isoformat() if self.step in DAYS else month_label(month_count(day))

    def index(self, day: Day) -> int:
        """The last state on or before the end of the month (or step) of `day`."""
        if self.step in DAYS:
            return (day - self.start).days // DAYS[self.step]
        return (month_count(day) - month_count(self.start)) // int(self.dt)

    def ends_period(self, step: int, months: int) -> bool:
        """Whether a monthly step ends a period of that many months, counted from the year 0."""
        return (month_count(self.start) + step + 2) % months == 0

    def position(self, day: Day) -> float:
        """Time of `day` in steps from the start, with a fraction."""
        low = max(self.index(day), 0)
        left, right = self.date(low - 1), self.date(low)
        if day >= right:
            left, right, low = right, self.date(low + 1), low + 1
        span = (right - left).days
        return low - 1 + (day - left).days / span if span else float(low)
