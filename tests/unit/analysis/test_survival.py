"""Survival estimates on times made by hand, and on exponential times whose hazards are known."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.analysis import survival
from standoff.analysis.survival import CensoredTimes, IncidenceCurve

pytest.importorskip("statsmodels")
NEVER = np.inf


def test_what_comes_after_the_watch_is_censored() -> None:
    waiting = CensoredTimes.until(np.array([2.0, 5.0, NEVER]), np.array([3.0, 3.0, 4.0]))
    np.testing.assert_array_equal(waiting.time, [2, 3, 4])
    np.testing.assert_array_equal(waiting.happened, [True, False, False])


def test_without_censoring_the_share_is_that_of_the_futures() -> None:
    curve = survival.happened_by(CensoredTimes.until(np.array([1.0, 2.0, 2.0, NEVER]), np.full(4, 9.0)))
    assert [curve.by(month)[0] for month in (0.5, 1, 2, 9)] == pytest.approx([0, 0.25, 0.75, 0.75])
    assert curve.by(1)[1] == pytest.approx(np.sqrt(0.25 * 0.75 / 4)), "Greenwood's error is then the binomial one"
    assert curve.quantile(0.5) == 2 and curve.quantile(0.9) is None


def test_a_share_is_the_count_over_the_count_to_the_last_digit_of_a_float() -> None:
    """Else 131 of 2,000 futures are 6.5 % as a product of ratios, and 6.6 % as a mean."""
    when = np.full((2, 2000), NEVER)
    when[0, :131], when[1, 131:272] = np.arange(131) % 25 + 1.0, np.arange(141) % 25 + 1.0
    first, second = survival.first_by(when, np.full(2000, 25.0))
    assert (float(first.share[-1]), float(second.share[-1])) == (131 / 2000, 141 / 2000)
    assert survival.happened_by(CensoredTimes.until(when[0], np.full(2000, 25.0))).by(25)[0] == 131 / 2000


def test_a_censored_future_counts_up_to_its_censoring() -> None:
    curve = survival.happened_by(CensoredTimes(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])))
    assert curve.by(1)[0] == pytest.approx(1 / 3) and curve.by(3)[0] == pytest.approx(1)


def test_events_of_one_time_share_it() -> None:
    when = np.array([[1.0, 4.0, 3.0, NEVER], [2.0, 4.0, 1.0, NEVER]])
    first, second = survival.first_by(when, np.full(4, 9.0))
    assert first.share[-1] == pytest.approx((1 + 0.5) / 4) and second.share[-1] == pytest.approx((1 + 0.5) / 4)
    nothing = survival.first_by(np.full((2, 3), NEVER), np.full(3, 9.0))
    assert [float(curve.share[-1]) for curve in nothing] == [0, 0]


def test_the_interval_of_a_median_is_open_where_the_band_does_not_reach_it() -> None:
    curve = IncidenceCurve(np.array([1.0, 2.0, 3.0]), np.array([0.3, 0.5, 0.6]), np.full(3, 0.1))
    assert survival.median_between(curve) == (2.0, None)
    exact = IncidenceCurve(curve.at, curve.share, np.zeros(3))
    assert survival.median_between(exact) == (2.0, 2.0)


def test_residuals_sum_to_zero_and_fall_with_time() -> None:
    rng = np.random.default_rng(1)
    times = rng.exponential(size=500)
    found = survival.residuals(CensoredTimes.until(times, np.full(500, 1.0)))
    assert found.sum() == pytest.approx(0, abs=1e-9)
    done = times <= 1
    assert np.corrcoef(found[done], times[done])[0, 1] < -0.9


def test_only_scores_beyond_noise_are_significant() -> None:
    assert survival.significant_indices(np.array([0.02, -0.5, 0.3, 0.1]), 400) == [1, 2]
    assert survival.significant_indices(np.array([]), 400) == []


def test_hazard_ratios_are_those_that_made_the_times() -> None:
    rng = np.random.default_rng(2)
    z = rng.standard_normal((4000, 2))
    times = rng.exponential(size=4000) / np.exp(z @ [0.5, -0.25])
    found = survival.hazards(CensoredTimes.until(times, np.full(4000, 2.0)), z)
    assert found is not None
    ratios, errors = found
    assert (np.abs(ratios - [0.5, -0.25]) < 4 * errors).all() and (errors < 0.05).all()


def test_uniform_numbers_become_standard() -> None:
    grid = survival.standard((np.arange(1000) + 0.5) / 1000)
    assert grid.mean() == pytest.approx(0, abs=1e-12) and grid.var() == pytest.approx(1, rel=1e-5)
