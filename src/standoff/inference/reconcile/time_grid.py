"""Time grid of a path: steps, knots, and weights of a number about a day.

A cumulative path has a flow in every step; the first step, before the first claim, holds everything earlier. A level
has a value at every edge. The logarithm of either is linear between few knots: the dates of claims are chosen by their
speakers, and a path with a knot at each of them would fit every error.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.ledger.vocabulary import Window
from standoff.types import Floats

STEPS = (7.0, 14.0, 30.4375, 91.3125, 182.625, 365.25, 1826.25, 3652.5)  #: days: weeks, months, quarters, ... decades
MOST = 60  #: largest number of steps of a path; assumption
BENDS = 16  #: assumption: largest number of knots; in two years, every six weeks
MONTH, YEAR = 30.4375, 365.25  #: days, of the Julian year


@dataclass(frozen=True)
class TimeGrid:
    """A grid of time. Days are counted from `origin`."""

    origin: dt.date
    edges: Floats  #: ends of steps (step + 1), or knots of a level (step)
    cumulative: bool

    @classmethod
    def over(cls, days: Sequence[dt.date], end: dt.date | None, cumulative: bool) -> TimeGrid:
        """A grid that covers the days and `end`; a cumulative path has a step before the first day."""
        first, last = min(days), max([*days, *([end] if end else [])])
        span = max((last - first).days, 1)
        step = next((step for step in STEPS if span / step <= MOST), STEPS[-1])
        count = max(math.ceil(span / step - 1e-9), 1)
        before = step if cumulative else 0.0
        origin = first - dt.timedelta(days=math.ceil(before))
        edges: Floats = (first - origin).days - before + step * np.arange(count + 1 + cumulative, dtype=np.float64)
        return cls(origin, edges, cumulative)

    @property
    def steps(self) -> int:
        """Number of flows, or levels, of a path."""
        return len(self.edges) - self.cumulative

    @property
    def knot_days(self) -> Floats:
        """Days of the flows or levels: middles of steps, or knots."""
        return (self.edges[:-1] + self.edges[1:]) / 2 if self.cumulative else self.edges

    @property
    def knots(self) -> Floats:
        """Knots of the path: (bend,), first and last step included, without the leading step."""
        rest = self.knot_days[1:] if self.cumulative else self.knot_days
        every = max(math.ceil((len(rest) - 1) / BENDS), 1)
        return np.array([*rest[:-1:every], rest[-1]])

    def day(self, date: dt.date) -> float:
        """Days since the origin."""
        return float((date - self.origin).days)

    def dates(self) -> tuple[dt.date, ...]:
        """Dates of the path: ends of its steps, or its knots."""
        first = 1 if self.cumulative else 0
        return tuple(self.origin + dt.timedelta(days=round(float(day))) for day in self.edges[first:])

    def weights(self, date: dt.date, window: Window) -> Floats:
        """Weight of every flow or level in a number at the end of a day, month or year.

        (step,); for a window of a day, one over days.
        """
        day = self.day(date)
        if not self.cumulative:
            return np.array([np.interp(day, self.edges, row) for row in np.eye(len(self.edges))])

        def until(end: float) -> Floats:
            return np.clip((end - self.edges[:-1]) / np.diff(self.edges), 0.0, 1.0)

        if window == "day":
            return (until(day) - until(day - MONTH)) / MONTH
        if window == "year":
            return until(day) - until(self.day(dt.date(date.year, 1, 1)) - 1)
        return until(day)

    def walk(self, start: float) -> tuple[Floats, Floats]:
        """Map from normals to centred logs of the path (step, normal), and `fixed`, (normal,).

        `fixed` is the standard deviation `start` for a normal of the path's start, and 0 for a normal of the change
        from one knot to the next, whose column is in units of a month's change.
        """
        bends, lead = self.knots, int(self.cumulative)
        change = np.tril(np.ones((len(bends), len(bends))))
        change[:, 1:] *= np.sqrt(np.diff(bends) / MONTH)
        out = np.zeros((self.steps, lead + len(bends)))
        out[:lead, :lead] = 1.0
        out[lead:, lead:] = np.array([np.interp(self.knot_days[lead:], bends, column) for column in change.T]).T
        return out, np.where(np.arange(out.shape[1]) <= lead, start, 0.0)
