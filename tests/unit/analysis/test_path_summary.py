"""Summaries of paths on small runs made by hand; shapes of paths, and where a chart of them begins."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standoff.analysis import path_summary
from standoff.analysis.explain import ReasonContribution, sign_reversal
from standoff.analysis.path_summary import PathShape, chart_start, level_shares, path_shape


def run_of(paths: np.ndarray) -> Any:
    """A run of one stock, `paths` of shape (draw, state), in a display unit of 2."""
    calendar = SimpleNamespace(steps=paths.shape[1] - 1, date=lambda state: dt.date(2024, 1 + state, 1))
    plan = SimpleNamespace(cells=("x",), first_future_step=1)
    quantiles = np.quantile(paths, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0) / 2
    return SimpleNamespace(
        model=SimpleNamespace(plan=plan, scenario=SimpleNamespace(calendar=calendar)),
        stock_paths=paths[:, :, None],
        valid_paths=np.ones(len(paths), bool),
        display_unit=lambda cell: (2.0, "thousand person"),
        quantile_fan=lambda cell: quantiles,
    )


def test_a_stock_is_summarised_in_its_display_unit() -> None:
    paths = np.linspace(0, 200, 1001)[:, None] * np.array([1.0, 1.0, 2.0])
    found = path_summary.summarise_stock(run_of(paths), "x")
    assert (found.before, found.median, found.low, found.high) == pytest.approx((50, 100, 10, 190))
    assert 0 < found.mc_error < 10


def test_a_range_is_covered_where_it_overlaps_the_band_of_the_nearest_state() -> None:
    run = run_of(np.linspace(0, 200, 1001)[:, None] * np.array([1.0, 2.0, 3.0]))
    january, march = dt.date(2024, 1, 3), dt.date(2024, 2, 28)
    ranges = [(january, 96, 97), (january, 94, 97), (march, 96, 97), (march, 290, 400)]
    assert path_summary.covered(run, "x", ranges) == 2  # the bands end at 95 and 285


def test_a_condition_has_been_met_from_its_state_on() -> None:
    run: Any = SimpleNamespace(answer=lambda outcome: np.array([1.0, 3.0, np.inf, 3.0]))
    assert path_summary.occurrence_shares(run, "q", [0, 1, 2, 3]).tolist() == [0.0, 0.25, 0.25, 0.75]


def reason(name: str, log_odds: float) -> ReasonContribution:
    return ReasonContribution(
        reason=name,
        kind="",
        text="",
        log_odds=log_odds,
        interval=(0.0, 0.0),
        mc_error=0.0,
        share=0.0,
        weight="",
        lines=(),
        claims=(),
        sources=(),
    )


@pytest.mark.parametrize(
    ("parts", "name", "without", "count"),
    [((3.0, 1.0, -2.0), "r0", -1.0, 1), ((-3.0, -2.0, 1.0), "r0", -1.0, 2), ((1.0, 2.0), "r1", 1.0, 2)],
)
def test_the_sign_reverses_without_the_largest_reasons(
    parts: tuple[float, ...], name: str, without: float, count: int
) -> None:
    found = sign_reversal([reason(f"r{n}", part) for n, part in enumerate(parts)], sum(parts))
    assert found is not None and (found.reason, found.log_odds, found.count) == (name, without, count)


def test_without_reasons_on_the_side_of_the_sum_nothing_reverses_it() -> None:
    assert sign_reversal([reason("r", -1.0)], 0.5) is None


class Paths:
    """A run of one stock: monthly paths (N, T + 1), with as_of at a state."""

    def __init__(self, values: Any, as_of: int = 0) -> None:
        self.stock_paths = np.array(values, float)[:, :, None]
        self.valid_paths = np.ones(len(values), bool)
        self._results: dict[Any, Any] = {}
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
