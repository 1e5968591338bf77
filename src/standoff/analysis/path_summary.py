"""End values of stocks, coverage of claims, trends of choices, shares of conditions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from standoff.statistics import median_error

if TYPE_CHECKING:
    import datetime as dt

    from standoff.engine.run import Run


@dataclass(frozen=True, kw_only=True)
class StockSummary:
    """Median of a stock at as_of, and its distribution at the end, in display units."""

    before: float
    median: float
    low: float  #: 5 % quantile
    high: float  #: 95 % quantile
    mc_error: float  #: standard error of the median


@dataclass(frozen=True, kw_only=True)
class ChoiceTrend:
    """Option whose mean probability changes most from the first free decision to the end."""

    option: int
    before: float
    after: float


def summarise_stock(run: Run, cell: str) -> StockSummary:
    """Summarise the simulated paths of a stock, in its display unit."""
    fan = run.quantile_fan(cell)
    last = run.stock_paths[run.valid_paths, -1, run.model.plan.cells.index(cell)] / run.display_unit(cell)[0]
    low, _, median, _, high = (float(quantile) for quantile in fan[:, -1])
    before = float(fan[2, run.model.plan.first_future_step])
    return StockSummary(before=before, median=median, low=low, high=high, mc_error=median_error(last))


def covered(run: Run, cell: str, ranges: Iterable[tuple[dt.date, float, float]]) -> int:
    """Count ranges (day, low, high) that overlap the central 90 % of a stock at that day."""
    fan, calendar = run.quantile_fan(cell), run.model.scenario.calendar
    days = [calendar.date(state) for state in range(calendar.steps + 1)]
    count = 0
    for day, low, high in ranges:
        after = bisect_left(days, day)
        nearest = min((k for k in (after - 1, after) if 0 <= k < len(days)), key=lambda k: abs(days[k] - day))
        count += bool(high >= fan[0, nearest] and low <= fan[-1, nearest])
    return count


def choice_trend(run: Run, index: int) -> ChoiceTrend:
    """Find the option of the choice at `place` whose mean probability changes most."""
    choice = run.model.plan.choices[index]
    first, last = (run.probability[step, index, : len(choice.options)] for step in (choice.is_free.index(True), -1))
    option = int(np.argmax(np.abs(last - first)))
    return ChoiceTrend(option=option, before=float(first[option]), after=float(last[option]))


def occurrence_shares(run: Run, outcome: str, states: Sequence[int]) -> np.ndarray:
    """Share of futures in which a condition was met by each of `states`, before others or not."""
    times = np.sort(run.answer(outcome))
    return np.searchsorted(times, states, side="right") / len(times)
