"""Scores of rare events against enumeration and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import probability_scores as scores

RNG = np.random.default_rng(7)


def test_auc_is_the_share_of_pairs_in_order_and_ties_count_half() -> None:
    p, y = RNG.integers(0, 6, 60) / 6, (RNG.random(60) < 0.4).astype(float)
    pairs = [(a > b) + 0.5 * (a == b) for a in p[y > 0] for b in p[y == 0]]
    assert scores.auc(p, y) == pytest.approx(np.mean(pairs))


def test_auc_of_one_outcome_is_undefined() -> None:
    assert np.isnan(scores.auc(np.array([0.1, 0.2]), np.zeros(2)))


def test_average_precision_of_a_worked_example() -> None:
    # precision at the three events: 1/1, 2/3, 3/4
    p, y = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([1.0, 0.0, 1.0, 1.0, 0.0])
    assert scores.average_precision(p, y) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_average_precision_of_equal_forecasts_is_the_rate() -> None:
    y = np.array([1.0, 0.0, 0.0, 1.0])
    assert scores.average_precision(np.full(4, 0.3), y) == pytest.approx(0.5)


def test_recalibration_finds_the_slope_and_shift_of_the_truth() -> None:
    z = RNG.normal(-1, 1.5, 200_000)
    y = (RNG.random(len(z)) < 1 / (1 + np.exp(-(0.4 + 0.7 * z)))).astype(float)
    intercept, slope = scores.recalibration(1 / (1 + np.exp(-z)), y)
    assert slope == pytest.approx(0.7, abs=0.02)  # standard error 0.005
    assert intercept == pytest.approx(0.4, abs=0.03)


def test_skills_of_the_reference_itself_are_zero() -> None:
    y = (RNG.random(500) < 0.2).astype(float)
    base = np.full(500, 0.2)
    result = scores.probability_scores(base + RNG.normal(0, 1e-9, 500), y, base)
    assert result.brier_skill == pytest.approx(0, abs=1e-6)
    assert result.log_skill == pytest.approx(0, abs=1e-6)
    assert np.isnan(result.slope)  # forecasts that are all alike have none


def test_intervals_resample_groups_and_contain_the_estimate() -> None:
    groups = np.repeat(np.arange(40), 25)
    effect = RNG.normal(0, 1, 40)[groups]
    low, high = scores.interval(lambda rows: float(effect[rows].mean()), groups)
    # the standard error of a mean of 40 groups is 0.16, not that of 1,000 rows
    assert (high - low) / (2 * 1.645) == pytest.approx(effect.std() / np.sqrt(40), rel=0.2)
    ours, theirs = np.ones(1000), np.full(1000, 2.0)
    assert scores.mean_ratio_interval(ours, theirs, groups) == pytest.approx((0.5, 0.5))


def test_reliability_bins_have_all_rows() -> None:
    p, y = RNG.random(300), np.zeros(300)
    bins = scores.reliability(p, y, np.array([0.25, 0.5, 0.75]))
    assert sum(count for _, _, count in bins) == 300
    assert all(happened == 0 for _, happened, _ in bins)
