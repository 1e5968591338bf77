"""End values of stocks, coverage of claims, trends of choices, shares of conditions.

Shape of the paths of a stock: smooth, whole levels, 0 and 1; and their first change.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np

from standoff.engine.run import Run, once_per_run
from standoff.record import record
from standoff.statistics import is_binary, median_error

LEVELS = 12  # assumption: more levels are read as a quantity
WHOLE = 1e-4  # assumption: rounding of a whole number in single precision
STILL = 1e-3  # of the range of a stock; assumption: a chart shows no smaller change
YEARS = 3  # assumption: history that a reader needs beside the futures


class PathShape(StrEnum):
    """What a chart of a stock shows."""

    flag = "flag"  #: 0 or 1 in all futures: the share of futures with it
    level = "level"  #: few whole numbers: the share of futures at each
    flow = "flow"  #: anything else: quantiles


@once_per_run
def path_shape(run: Run, cell: str) -> PathShape:
    """The shape of a stock in all futures with a path that did not fail."""
    values = run.stock_paths[run.valid_paths, :, run.model.plan.cells.index(cell)]
    if not values.size or values.min() == values.max():
        return PathShape.flow
    if is_binary(values):
        return PathShape.flag
    paths = run.path(cell)
    if np.abs(paths[:1] - np.rint(paths[:1])).max() > WHOLE or np.abs(paths - np.rint(paths)).max() > WHOLE:
        return PathShape.flow
    return PathShape.level if paths.max() - paths.min() < LEVELS else PathShape.flow


def level_shares(run: Run, cell: str, states: Sequence[int]) -> dict[int, np.ndarray]:
    """Whole number -> share of futures at it, at each of some states (K,), the lowest first."""
    paths = np.rint(run.path(cell)[:, list(states)]).astype(int)
    return {int(level): (paths == level).mean(axis=0) for level in np.unique(paths)}


def chart_start(run: Run, cell: str) -> int:
    """The state at which a chart of a stock begins, so that a still history does not fill it.

    The earlier of three years before as_of and the state before the first change of any of its quantiles.
    """
    fan, calendar = run.quantile_fan(cell), run.model.scenario.calendar
    moved = np.flatnonzero(np.abs(fan - fan[:, :1]).max(axis=0) > STILL * float(np.ptp(fan)))
    recent = max(run.model.plan.first_future_step - round(YEARS * 12 / calendar.dt), 0)
    return min(recent, max(int(moved[0]) - 1, 0)) if len(moved) else recent


@record
class StockSummary:
    """Median of a stock at as_of, and its distribution at the end, in display units."""

    before: float
    median: float
    low: float  #: 5 % quantile
    high: float  #: 95 % quantile
    mc_error: float  #: standard error of the median


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


def occurrence_shares(run: Run, outcome: str, states: Sequence[int]) -> np.ndarray:
    """Share of futures in which a condition was met by each of `states`, before others or not."""
    times = np.sort(run.answer(outcome))
    return np.searchsorted(times, states, side="right") / len(times)
