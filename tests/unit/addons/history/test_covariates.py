"""Covariates of decisions: names, sizes, and values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from standoff.addons.history import panel
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.history.words import COVARIATE, KIND
from tests.unit.addons.history import six_wars

PAGE = (Path(__file__).parents[4] / "docs" / "history.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    world = six_wars.tables()
    income = world["income"].with_columns(pl.lit(50_000.0).alias("mrgdppc"), pl.lit(2000.0).alias("pwtrgdp"))
    trade = pl.DataFrame(
        {
            "ccode1": [365, 645],
            "ccode2": [645, 770],
            "year": [1985, 2000],
            "smoothflow1": [150, 1],
            "smoothflow2": [50, 1],
        }
    )
    deaths = world["deaths"].with_columns(pl.when(pl.col("gwcode") == 700).then(99_999).otherwise(0).alias("best"))
    changed = world | {"income": income, "trade": trade, "deaths": deaths}
    return panel.build(six_wars.write(changed, tmp_path_factory.mktemp("six"))).rows


def value(rows, name, side, year, actor):
    return rows.filter((pl.col("side") == side) & (pl.col("year") == year) & (pl.col("actor") == actor))[name].item()


def test_every_covariate_has_one_kind_a_column_and_a_word(built):
    assert len(set(NAMES)) == len(NAMES) and set(NAMES) <= set(built.columns)
    assert COVARIATE.keys() == set(NAMES) and KIND.keys() == KINDS.keys()
    assert [name for name in NAMES if f"`{name}`" not in PAGE] == []


def test_all_are_finite_and_of_order_one(built):
    values = built.select(NAMES).to_numpy()
    assert np.isfinite(values).all() and np.abs(values).max() <= 2.0


def test_flags_say_who_is_tied_to_whom(built):
    iraq, afghanistan = "state 645 against 700", "state 700 against 645"
    assert value(built, "pact", afghanistan, 1985, "RUS") == 1 == value(built, "pact_enemy", iraq, 1985, "RUS")
    assert value(built, "pact", iraq, 1985, "RUS") == 0
    assert value(built, "rival_enemy", iraq, 1985, "PAK") == 1 == value(built, "rival_side", afghanistan, 1985, "PAK")
    assert value(built, "rival_helps_enemy", afghanistan, 1986, "PAK") == 1  # Russia helped Iraq in 1985
    assert value(built, "rival_helps_enemy", afghanistan, 1985, "PAK") == 0
    assert value(built, "border", afghanistan, 1985, "PAK") == 1 == value(built, "border_enemy", iraq, 1985, "PAK")
    assert value(built, "helps_enemy", afghanistan, 1986, "RUS") == 1
    assert value(built, "great_power_helps_enemy", afghanistan, 1986, "PAK") == 1


def test_scales_are_as_stated(built):
    """Trade of a tenth of the product is 1; 99,999 deaths are 1; ten times 5,000 USD a head is 1."""
    assert value(built, "trade_side", "state 645 against 700", 1986, "RUS") == pytest.approx(1)
    assert value(built, "trade_side", "state 645 against 700", 1985, "RUS") == 0
    assert value(built, "deaths", "rebels 301 against 700", 1979, "RUS") == pytest.approx(1)
    assert value(built, "income", "rebels 301 against 700", 1979, "USA") == pytest.approx(1)
    near = 1 - np.log1p(2500) / np.log(20_000)
    assert value(built, "near", "rebels 301 against 700", 1979, "USA") == pytest.approx(near - 0.15)
    assert value(built, "proximity", "rebels 301 against 700", 1979, "USA") == pytest.approx(np.exp(-2.5))
    assert value(built, "duration", "rebels 301 against 700", 1979, "USA") == pytest.approx(np.log(5) / np.log(31))
    assert value(built, "helped", "state 645 against 700", 1986, "USA") == pytest.approx(np.log(2) / np.log(21))
    assert value(built, "helped", "state 645 against 700", 1986, "RUS") == 0  # others than itself
