"""From slopes to the weights of a scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from benchmarks import history_weights as weights

from standoff import registry
from standoff.addons.history import model
from standoff.addons.history.covariates import KINDS, NAMES
from tests.unit.addons.history.small_fit import panel, posterior

REACH = weights.COUNTED.index("reach")


def rows(**columns: list[float]) -> pl.DataFrame:
    """Decisions with the given covariates, all others 0."""
    count = len(next(iter(columns.values())))
    return pl.DataFrame({name: columns.get(name, [0.0] * count) for name in NAMES})


def test_every_kind_but_the_controls_is_a_consideration() -> None:
    assert set(weights.COUNTED) <= set(registry.names("standoff.considerations"))
    assert set(weights.CONTROLS) | set(weights.COUNTED) == set(KINDS)
    assert set(weights.AGAINST) <= set(NAMES) and set(weights.TWO_SIDED) <= set(weights.COUNTED)


def test_a_payoff_of_1_is_the_whole_range_of_one_covariate() -> None:
    full = weights.full(rows(trade_side=[0.0, 0.5, 2.0], trade_enemy=[0.2, 0.7, 0.3]))
    kind = weights.COUNTED.index("economic_gain")
    assert full[NAMES.index("trade_side"), kind] == pytest.approx(2.0)
    against = weights.COUNTED.index("economic_stake")  # the more trade with the enemy, the lower the index
    assert full[NAMES.index("trade_enemy"), against] == pytest.approx(-0.5)
    assert np.count_nonzero(full) == 2


def test_what_two_covariates_do_together_is_their_regression_on_the_index() -> None:
    border, near = np.array([0.0, 0.0, 1.0, 1.0, 0.0]), np.array([-0.5, -0.3, 0.1, 0.2, 0.0])
    full = weights.full(rows(border=border.tolist(), near=near.tolist()))[:, REACH]
    index = border + near
    for name, x in (("border", border), ("near", near)):
        slope = np.polyfit(index, x, 1)[0]
        assert full[NAMES.index(name)] == pytest.approx(slope * np.ptp(index), rel=1e-10)
    assert full[NAMES.index("border")] + full[NAMES.index("near")] == pytest.approx(np.ptp(index))


def test_a_kind_whose_payoffs_have_two_sides_has_half_the_range() -> None:
    full = weights.full(rows(before=[0.0, 0.0, 1.0], helps_enemy=[1.0, 0.0, 0.0]))
    k = weights.COUNTED.index("precedent")
    assert full[NAMES.index("before"), k] == pytest.approx(0.5)
    assert full[NAMES.index("helps_enemy"), k] == pytest.approx(-0.5)


def test_the_weight_of_the_rung_is_slopes_times_the_change_of_covariates_with_its_sign() -> None:
    rung = weights.rung(posterior(), panel())
    likely = panel().filter(pl.col("likely") & ~pl.col("helped_last") & (pl.col("year") <= 2010))
    slope = np.asarray(posterior().numbers().slope)
    change = weights.full(likely)
    assert rung.effect == pytest.approx(slope @ change, rel=1e-5)
    assert rung.until == 2010 and rung.kinds == weights.COUNTED
    assert np.isfinite(rung.effect).all() and (rung.effect_spread >= 0).all() and (rung.renewal_spread > 0).all()
    opposite = replace(posterior(), draws=-posterior().draws)  # sizes change too, so that only signs are compared
    assert (np.sign(weights.rung(opposite, panel()).effect) == -np.sign(rung.effect)).all()


def test_a_higher_chance_of_reconsidering_is_a_shorter_half_life() -> None:
    fitted = posterior()
    moved = fitted.draws.copy()
    blocks = np.cumsum([0, *(int(np.prod(shape)) for shape in model.shapes(fitted.layout).values())])
    place = list(model.shapes(fitted.layout)).index("rate")
    moved[:, blocks[place] : blocks[place + 1]] += 1.0
    slow, fast = (weights.rung(each, panel()).half_life for each in (fitted, replace(fitted, draws=moved)))
    assert fast[1] < slow[1]
