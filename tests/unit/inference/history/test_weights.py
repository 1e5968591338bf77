"""From slopes to the weights of a scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.history.covariates import KINDS, NAMES
from standoff.inference.history import model, weights
from tests.unit.inference.history.small_fit import panel, posterior


def test_a_weight_is_the_range_of_the_kind_over_that_of_payoffs() -> None:
    rows = panel()
    slope, deviation = np.zeros((3, len(NAMES))), np.zeros((3, 3, len(NAMES)))
    column = NAMES.index("trade_side")
    slope[:, column] = (0.5, -0.5, 2.0)
    middle, spread = weights._weights(rows, slope, deviation)
    ends = np.quantile(rows["trade_side"].to_numpy(), weights.ENDS)
    by_hand = np.log(np.abs(slope[:, column]) * (ends[1] - ends[0]) / weights.PAYOFF_RANGE["economic_gain"])
    kind = list(weights.PAYOFF_RANGE).index("economic_gain")
    assert middle[:, kind] == pytest.approx(by_hand, rel=1e-5)
    assert spread[0, kind] < 0.2  # like slopes in all arenas: only their covariates differ


def test_the_rung_has_every_kind_with_a_counterpart_and_is_finite() -> None:
    rung = weights.rung(posterior(), panel())
    assert rung.until == 2010 and rung.kinds == tuple(weights.PAYOFF_RANGE) and set(rung.kinds) <= set(KINDS)
    for values in (rung.log_weight, rung.log_weight_spread, rung.kind_mean, rung.kind_spread, rung.renewal):
        assert np.isfinite(values).all()
    assert (rung.log_weight_spread > 0).all() and (rung.renewal_spread > 0).all()
    low, middle, high = rung.weight("rivalry")
    assert 0 < low < middle < high


def test_a_higher_chance_of_reconsidering_is_a_shorter_half_life() -> None:
    fitted = posterior()
    moved = fitted.draws.copy()
    blocks = np.cumsum([0, *(int(np.prod(shape)) for shape in model.shapes(fitted.layout).values())])
    place = list(model.shapes(fitted.layout)).index("rate")
    moved[:, blocks[place] : blocks[place + 1]] += 1.0
    slow, fast = (weights.rung(each, panel()).half_life() for each in (fitted, replace(fitted, draws=moved)))
    assert fast[1] < slow[1]
