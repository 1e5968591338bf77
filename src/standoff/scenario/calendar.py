"""Months and steps: the calendar of a scenario.

A month is counted as `12 * year + month - 1`. The state of the model is labelled by the month (or week, or day) at whose
end it stands; a step labelled 2024-06 goes from the end of May to the end of June.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta
from functools import lru_cache

from standoff.errors import Problem, ScenarioError
from standoff.units import DAYS_PER_MONTH

DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
FIRST_YEAR, LAST_YEAR = 1000, 9000  # assumption: a calendar needs room for a step before and after
LENGTH = re.compile(r"^(\d{1,4})\s*(day|week|month|quarter|year)s?$")
STEPS = {"day": 1 / DAYS_PER_MONTH, "week": 7 / DAYS_PER_MONTH, "month": 1.0, "quarter": 3.0}  #: length in months


@lru_cache(maxsize=4096)
def last_day(text: str) -> Day:
    """The last day that `2024`, `2024-03` or `2024-03-31` covers."""
    match = DATE.match(text)
    try:
        if match and FIRST_YEAR <= int(match.group(1)) <= LAST_YEAR:
            year, month = int(match.group(1)), int(match.group(2) or 12)
            return Day(year, month, int(match.group(3) or monthrange(year, month)[1]))
    except ValueError:  # month 13, or 30 February
        pass
    raise ScenarioError(Problem(f"`{text}` is not a date", allowed="2024-03 or 2024-03-31"))


def months(text: str) -> float:
    """A length of time such as `6 months`, `2 weeks`, `1 year`, in months."""
    match = LENGTH.match(text.strip())
    if not match or int(match.group(1)) == 0:
        raise ScenarioError(Problem(f"`{text}` is not a length of time", allowed="`3 months`, `2 weeks`, `1 year`"))
    return int(match.group(1)) * {**STEPS, "year": 12.0}[match.group(2)]


@dataclass(frozen=True)
class Calendar:
    """The time grid: state `k` stands at the end of `label(k)`; step `k` leads from state `k` to state `k + 1`."""

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
        """The day on which state `k` stands."""
        if self.step in {"day", "week"}:
            return self.start + timedelta(days=k * (1 if self.step == "day" else 7))
        count = self.start.year * 12 + self.start.month - 1 + k * int(self.dt)
        return Day(count // 12, count % 12 + 1, monthrange(count // 12, count % 12 + 1)[1])

    def label(self, k: int) -> str:
        """`2024-06` for monthly and quarterly steps, else the date."""
        day = self.date(k)
        return day.isoformat() if self.step in {"day", "week"} else f"{day.year}-{day.month:02d}"

    def index(self, day: Day) -> int:
        """The last state that stands on or before the end of the month (or step) of `day`."""
        if self.step in {"day", "week"}:
            return (day - self.start).days // (1 if self.step == "day" else 7)
        count = (day.year - self.start.year) * 12 + day.month - self.start.month
        return count // int(self.dt)

    def position(self, day: Day) -> float:
        """Where `day` stands between states, as a fraction of steps (0 is the start)."""
        low = max(self.index(day), 0)
        left, right = self.date(low - 1), self.date(low)
        if day >= right:
            left, right, low = right, self.date(low + 1), low + 1
        span = (right - left).days
        return low - 1 + (day - left).days / span if span else float(low)
