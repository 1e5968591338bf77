"""Shapes of paths, and where a chart of them begins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standoff.analysis.path_shape import PathShape, chart_start, level_shares, path_shape


class Paths:
    """A run of one stock: monthly paths (N, T + 1), with as_of at a state."""

    def __init__(self, values: Any, as_of: int = 0) -> None:
        self.stock_paths = np.array(values, float)[:, :, None]
        self.valid_paths = np.ones(len(values), bool)
        plan = SimpleNamespace(cells=["x"], first_future_step=as_of)
        self.model = SimpleNamespace(plan=plan, scenario=SimpleNamespace(calendar=SimpleNamespace(dt=1.0)))

    def path(self, cell: str) -> np.ndarray:
        return self.stock_paths[:, :, 0]

    def quantile_fan(self, cell: str) -> np.ndarray:
        return np.quantile(self.stock_paths[:, :, 0], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([[0, 0, 1], [0, 1, 1]], PathShape.flag),
        ([[1, 2, 3], [1, 1, 2]], PathShape.level),
        ([[1, 2, 300], [1, 1, 2]], PathShape.flow),
        ([[1, 2.5, 3], [1, 1, 2]], PathShape.flow),
        ([[1, 1, 1], [1, 1, 1]], PathShape.flow),
    ],
)
def test_the_shape_is_that_of_all_futures(values: Any, shape: PathShape) -> None:
    run: Any = Paths(values)
    assert path_shape(run, "x") == shape


def test_shares_at_each_level_add_up_to_one() -> None:
    run: Any = Paths([[1, 2, 3], [1, 1, 2], [1, 1, 1], [1, 1, 3]])
    found = level_shares(run, "x", [0, 1, 2])
    assert {level: list(shares) for level, shares in found.items()} == {
        1: [1.0, 0.75, 0.25],
        2: [0.0, 0.25, 0.25],
        3: [0.0, 0.0, 0.5],
    }


@pytest.mark.parametrize(
    ("first", "as_of", "start"),
    [(100, 90, 54), (20, 90, 19), (1, 90, 0), (30, 10, 0), (None, 90, 54)],
)
def test_a_chart_begins_three_years_before_as_of_or_before_the_first_change(
    first: int | None, as_of: int, start: int
) -> None:
    values = np.zeros((3, 121))
    if first is not None:
        values[:, first:] = [[1.0], [2.0], [4.0]]
    run: Any = Paths(values, as_of)
    assert chart_start(run, "x") == start
