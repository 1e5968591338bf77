"""Shape of the paths of a stock: smooth, whole levels, 0 and 1; and their first change."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from standoff.engine.run import once_per_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.engine.run import Run

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


def is_binary(values: np.ndarray) -> bool:
    """Whether values are 0 or 1, and both occur."""
    return bool(values.min() == 0 and values.max() == 1 and ((values == 0) | (values == 1)).all())


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
