"""Charts of the explorer: one scale and one time axis for fans, points, stories, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from standoff.addons.explorer.responses import View
from standoff.engine.run import FAN, Run, once_per_run
from standoff.engine.session import LeverResult
from standoff.plan import Plan
from standoff.report import formatting
from standoff.report.sections.figures import main_stocks
from standoff.statistics import is_binary

Rows = tuple[tuple[float, ...], ...]
FANS = 6  # charts; assumption: as many as a screen holds
TIMES = 41  # dates of a chart; assumption: a chart of 400 pixels shows no more
DIGITS = 4  #: significant digits of a chart; with three, a rise from 100 to 106 is a staircase


@dataclass(frozen=True)
class ChartScale:
    """Scale and unit of the chart of a stock."""

    scale: float  #: a value in the unit of the stock is divided by it
    unit: str  #: as the chart shows it; may be empty
    is_flag: bool = False  #: 0 or 1: the chart shows the share of futures with it, in %

    @classmethod
    def of(cls, values: Iterable[float], unit: str, is_flag: bool = False) -> ChartScale:
        """The scale that suits some values of a stock."""
        form = formatting.number_format(values, None, "share" if is_flag else unit)
        return cls(form.scale, form.suffix.strip(), is_flag)


def first_charts(plan: Plan) -> tuple[str, ...]:
    """Stocks that are charted first: the main ones, or all, that a mechanism changes."""
    moving = {cell for part in plan.mechanisms for cell in part.writes}
    return tuple(cell for cell in main_stocks(plan) or plan.cells if cell in moving)[:FANS]


def chart_states(plan: Plan) -> tuple[int, ...]:
    """States after as_of at which charts have values: evenly spaced, the last among them."""
    return _thinned(plan.first_future_step + 1, plan.scenario.calendar.steps + 1)


def history_states(plan: Plan) -> tuple[int, ...]:
    """States up to as_of at which charts have values."""
    return _thinned(0, plan.first_future_step + 1)


def _thinned(first: int, end: int) -> tuple[int, ...]:
    stride = max(1, -(-(end - first) // TIMES))
    return tuple(range(end - 1, first - 1, -stride))[::-1]


def chart_times(plan: Plan, states: Sequence[int] | None = None) -> tuple[str, ...]:
    """Labels of some states, by default those after as_of."""
    return tuple(plan.scenario.calendar.label(state) for state in (chart_states(plan) if states is None else states))


@once_per_run
def flags(run: Run) -> tuple[str, ...]:
    """Stocks that are 0 or 1 in all futures at all times, and not the same everywhere."""
    cells, good = run.model.plan.cells, run.valid_paths
    values = (run.stock_paths[:, :, i][good] for i in range(len(cells)))
    return tuple(cell for cell, path in zip(cells, values, strict=True) if is_binary(path) and path.min() < path.max())


def fan_rows(run: Run, cell: str, shown: ChartScale, states: Sequence[int], futures: Sequence[int] = ()) -> Rows:
    """5, 25, 50, 75 and 95 % of a stock at some states; of a flag, the share of futures in %.

    futures: positions among the path draws that did not fail; by default all of them
    """
    if not futures and not shown.is_flag:
        return rounded(run.quantile_fan(cell)[:, list(states)] / shown.scale)
    paths = run.path(cell)[:, list(states)]
    return quantile_rows(paths[np.array(futures, int)] if futures else paths, shown)


def outcome_rows(result: LeverResult, cell: str, shown: ChartScale, futures: np.ndarray | None = None) -> Rows:
    """The same of a result of a session, at the dates of a chart; by default of all valid ones."""
    plan = result.model.plan
    dates = [state - plan.first_future_step - 1 for state in chart_states(plan)]
    return quantile_rows(result.paths[cell][:, dates][result.valid if futures is None else futures], shown)


def fan(cell: str, shown: ChartScale, rows: Rows, before: Rows | None = None, belief: Rows | None = None) -> View:
    """The chart of a stock: now, as the case stands, and under beliefs and claims alone."""
    return {"stock": cell, "unit": shown.unit, "quantiles": rows, "before": before, "belief": belief}


def quantile_rows(paths: np.ndarray, shown: ChartScale) -> Rows:
    """The same of (N, date) values of a stock."""
    return rounded((paths.mean(axis=0)[None] if shown.is_flag else _quantiles(paths)) / shown.scale)


def _quantiles(paths: np.ndarray) -> np.ndarray:
    """(quantile, date) quantiles of (N, date) values.

    As those of `numpy.quantile`, in half its time, since each date is sorted once.
    """
    ordered = np.sort(np.ascontiguousarray(paths.T), axis=1).astype(float)
    places = np.array(FAN) * (len(paths) - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, len(paths) - 1)
    out: np.ndarray = ordered[:, low] + (ordered[:, high] - ordered[:, low]) * (places - low)
    return out.T


def rounded(rows: np.ndarray) -> Rows:
    """Rows with as many significant digits as a chart shows."""
    return tuple(tuple(float(f"{value:.{DIGITS}g}") for value in row) for row in rows.tolist())
