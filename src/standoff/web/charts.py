"""Charts of the explorer: one scale and one time axis for fans, points, stories, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standoff.engine.run import FAN, once_per_run
from standoff.report import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.engine.run import Run
    from standoff.plan import Plan
    from standoff.report.formatting import NumberFormat

Rows = tuple[tuple[float, ...], ...]
TIMES = 41  # dates of a chart; assumption: a chart of 400 pixels shows no more
DIGITS = 3  #: significant digits of a chart


def chart_states(plan: Plan) -> tuple[int, ...]:
    """States at which charts have values: evenly spaced, history too, with first and last."""
    last = plan.scenario.calendar.steps
    places = np.linspace(0, last, min(last + 1, TIMES)).round().astype(int)
    return tuple(places.tolist())


def chart_times(plan: Plan) -> tuple[str, ...]:
    """Labels of these states."""
    return tuple(plan.scenario.calendar.label(state) for state in chart_states(plan))


def chart_format(run: Run, cell: str) -> NumberFormat:
    """Scale and unit of the chart of a stock, from its median; of a flag, per cent."""
    if is_flag(run, cell):
        return formatting.number_format([], None, "share")
    return formatting.number_format(run.quantile_fan(cell)[FAN.index(0.5)].tolist(), None, run.display_unit(cell)[1])


@once_per_run
def flags(run: Run) -> tuple[str, ...]:
    """Stocks that are 0 or 1 in all futures at all times, and not the same everywhere."""
    paths = run.stock_paths[run.valid_paths].reshape(-1, len(run.model.plan.cells))
    low, high = paths.min(axis=0), paths.max(axis=0)
    places = [int(i) for i in np.flatnonzero((low == 0) & (high == 1))]
    return tuple(run.model.plan.cells[i] for i in places if ((paths[:, i] == 0) | (paths[:, i] == 1)).all())


def is_flag(run: Run, cell: str) -> bool:
    """Whether a stock is 0 or 1 in all futures at all times, such as whether there is fighting."""
    return cell in flags(run)


def fan_rows(run: Run, cell: str, shown: NumberFormat, futures: Sequence[int] | None = None) -> Rows:
    """5, 25, 50, 75 and 95 % of a stock in a chart; of a flag, the share of futures with it.

    futures: positions among the path draws that did not fail; by default all of them
    """
    states = list(chart_states(run.model.plan))
    if futures is None and not is_flag(run, cell):
        return rounded(run.quantile_fan(cell)[:, states] / shown.scale)
    paths = run.path(cell)[:, states] if futures is None else run.path(cell)[np.array(futures, int)][:, states]
    rows = paths.mean(axis=0, keepdims=True) if is_flag(run, cell) else np.quantile(paths, FAN, axis=0)
    return rounded(rows / shown.scale)


def rounded(rows: np.ndarray) -> Rows:
    """Rows with three significant digits."""
    return tuple(tuple(float(f"{value:.{DIGITS}g}") for value in row) for row in rows.tolist())
