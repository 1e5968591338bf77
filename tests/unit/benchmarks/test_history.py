"""Forecasts of the model of help for rows of a panel."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from benchmarks.history import forecast

from tests.unit.addons.history.small_fit import panel, posterior


def test_forecasts_keep_the_order_of_rows_and_do_not_see_outcomes() -> None:
    fitted, rows = posterior(), panel(200)
    chances = forecast(fitted, rows, draws=10)
    assert chances.sum(1) == pytest.approx(1.0)
    order = np.random.default_rng(1).permutation(200)
    assert forecast(fitted, rows[order], draws=10) == pytest.approx(chances[order])
    blind = rows.with_columns(helps=~pl.col("helps"), troops=pl.lit(None, pl.Boolean))
    assert forecast(fitted, blind, draws=10) == pytest.approx(chances)
