"""From slopes to the weights of a scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks import history_weights as weights

from standoff.addons.history import model
from standoff.addons.history.covariates import KINDS, NAMES
from tests.unit.addons.history.small_fit import panel, posterior


def test_a_weight_is_the_range_of_the_kind_over_that_of_payoffs() -> None:
    rows = panel()
    slope = np.zeros((3, len(NAMES)))
    column = NAMES.index("trade_side")
    slope[:, column] = (0.5, -0.5, 2.0)
    kind = list(weights.PAYOFF_RANGE).index("economic_gain")
    by_hand = np.log(np.abs(slope[:, column]) * weights.SPAN * rows["trade_side"].std(ddof=0))
    assert weights.log_ranges(rows, slope)[:, kind] == pytest.approx(by_hand, rel=1e-5)
    spread = weights.arena_spread(rows, slope[0], np.zeros((3, len(NAMES))))
    assert 0 <= spread[kind] < 0.2  # like slopes in all arenas: only their covariates differ


def test_kinds_without_counterpart_are_carried_by_the_others() -> None:
    rows, slope = panel(), np.zeros((1, len(NAMES)))
    slope[:, NAMES.index("pact")] = 1.0
    assert weights.completeness(rows, slope) == pytest.approx(1)
    slope[:, NAMES.index("border")] = 1.0  # of `reach`, as wide and independent
    assert weights.completeness(rows, slope) == pytest.approx(np.sqrt(2), abs=0.05)


def test_shrinkage_is_that_of_normal_kinds_with_known_errors() -> None:
    """The textbook's posterior of a normal mean, with the variance between kinds by moments."""
    rng = np.random.default_rng(3)
    means, error = rng.normal(1.0, 0.5, 40), 0.4
    draws = means + error * rng.normal(size=(4000, 40))
    moved, between = weights.shrunk(draws)
    assert between**2 == pytest.approx(means.var(ddof=1) - error**2, abs=0.02)
    share = between**2 / (between**2 + error**2)
    assert moved.mean(0) == pytest.approx(means.mean() + share * (means - means.mean()), abs=0.03)
    assert moved.std(0) == pytest.approx(np.sqrt(share) * error, rel=0.05)


def test_kinds_that_differ_by_their_errors_alone_have_one_weight() -> None:
    rng = np.random.default_rng(4)
    means = rng.normal(1.0, 0.2, 12)
    moved, _ = weights.shrunk(means + 0.5 * rng.normal(size=(2000, 12)))
    assert np.ptp(moved.mean(0)) < 0.01


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
    slow, fast = (weights.rung(each, panel()).half_life for each in (fitted, replace(fitted, draws=moved)))
    assert fast[1] < slow[1]
