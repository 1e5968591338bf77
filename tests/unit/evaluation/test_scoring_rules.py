"""Scoring rules against closed forms and definitions, and the bootstrap against Student's interval."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from standoff.evaluation import scoring_rules


def integral(values, y, stop=math.inf):
    """The definition of the CRPS, integral of (F(x) - 1{x >= y})^2 up to `stop`, exact for a step function."""
    corners = np.unique(np.minimum([*values, y], stop))
    middles = (corners[1:] + corners[:-1]) / 2
    heights = [(np.mean(values <= x) - (x >= y)) ** 2 for x in middles]
    return float(np.sum(np.diff(corners) * heights))


def test_probabilities_from_draws_are_those_of_half_a_hit_more_for_each_thing():
    assert scoring_rules.smoothed((10, 0), 10) == pytest.approx([10.5 / 11, 0.5 / 11])
    assert scoring_rules.smoothed((0, 7, 3), 10) == pytest.approx([0.5 / 11.5, 7.5 / 11.5, 3.5 / 11.5])
    assert scoring_rules.smoothed((0, 7, 3), 10).sum() == pytest.approx(1)
    assert math.isfinite(scoring_rules.logarithmic(scoring_rules.smoothed((10, 0), 10), 1))


def test_brier_and_log_have_their_closed_forms():
    assert scoring_rules.brier((0.7, 0.3), 1) == pytest.approx(0.49)
    assert scoring_rules.brier((0.2, 0.3, 0.5), 0) == pytest.approx((0.64 + 0.09 + 0.25) / 2)
    assert scoring_rules.brier((0, 1, 0), 2) == 1 and scoring_rules.brier((0, 1, 0), 1) == 0
    assert scoring_rules.logarithmic((0.2, 0.3, 0.5), 2) == pytest.approx(math.log(2))
    assert scoring_rules.logarithmic((0.0, 1.0), 0) == math.inf


@pytest.mark.parametrize("rule", [scoring_rules.brier, scoring_rules.logarithmic])
def test_nobody_gains_by_saying_other_than_they_believe(rule):
    """The expected score under q over all p of a grid of three labels is lowest at p = q."""
    grid = [(i / 20, j / 20, (20 - i - j) / 20) for i in range(1, 19) for j in range(1, 20 - i)]
    for q in grid[::7]:
        expected = {p: sum(w * rule(p, place) for place, w in enumerate(q)) for p in grid}
        assert min(expected, key=expected.__getitem__) == q


def test_crps_of_a_normal_a_uniform_and_a_yes_or_no():
    """Gneiting and Raftery's formula, y^2 - y + 1/3, and Brier.

    Equally likely quantiles differ from the distribution by less than 1 / 2N, so the score by less than their length / N.
    """
    n = 20_000
    z = np.array([NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)])
    unit = NormalDist()
    for y in (-2.0, 0.0, 0.7):
        closed = y * (2 * unit.cdf(y) - 1) + 2 * unit.pdf(y) - 1 / math.sqrt(math.pi)
        assert scoring_rules.crps(5 + 3 * z, 5 + 3 * y) == pytest.approx(3 * closed, abs=3 * 8.2 / n)
    u = (np.arange(n) + 0.5) / n
    for y in (0.0, 0.3, 1.0):
        assert scoring_rules.crps(u, y) == pytest.approx(y * y - y + 1 / 3, abs=1 / n)
    assert scoring_rules.crps(u, 3.0) == pytest.approx(3 - 2 / 3, abs=1 / n)
    yes = np.repeat([0.0, 1.0], [30, 10])
    assert scoring_rules.crps(yes, 1.0) == pytest.approx(scoring_rules.brier((0.75, 0.25), 1))
    assert scoring_rules.crps(yes, 0.0) == pytest.approx(scoring_rules.brier((0.75, 0.25), 0))
    assert scoring_rules.crps(np.array([4.0]), 6.5) == 2.5


VALUES = st.lists(st.floats(-50, 50), min_size=1, max_size=12).map(np.array)


@settings(deadline=None)
@given(VALUES, st.floats(-60, 60), st.floats(-60, 60))
def test_crps_is_its_definition_and_so_it_is_when_cut_at_a_horizon(values, y, stop):
    assert scoring_rules.crps(values, y) == pytest.approx(integral(values, y), abs=1e-11)
    assert scoring_rules.crps(np.minimum(values, stop), min(y, stop)) == pytest.approx(
        integral(values, y, stop), abs=1e-11
    )


@settings(deadline=None)
@given(VALUES, st.floats(-60, 60), st.floats(0.5, 40))
def test_crps_of_a_range_is_its_mean_over_the_range(values, low, length):
    """A score has slope 1 at most: the mean over M middles is right to a quarter of their distance."""
    m = 400
    middles = low + length * (np.arange(m) + 0.5) / m
    mean = np.mean([scoring_rules.crps(values, y) for y in middles])
    assert scoring_rules.crps(values, low, low + length) == pytest.approx(mean, abs=length / (4 * m) + 1e-11)


def test_coverage_counts_the_share_of_a_range_and_knows_times_without_end():
    values = np.arange(1.0, 101)
    assert [scoring_rules.covered(values, 0.9, y) for y in (4, 5, 95, 96)] == [0, 1, 1, 0]
    assert scoring_rules.covered(values, 0.9, 90, 100) == 0.5
    times = np.array([*range(1, 81), *[math.inf] * 20], float)
    assert scoring_rules.covered(times, 0.9, math.inf) == 1 and scoring_rules.covered(times, 0.5, math.inf) == 0
    assert scoring_rules.covered(times, 0.9, 50.0) == 1 and scoring_rules.covered(times, 0.9, 4.0) == 0
    assert scoring_rules.covered(times, 0.9, 2.5, 7.5) == 0.5


def test_a_range_without_length_is_one_number_and_one_beyond_the_values_is_not_covered():
    values = np.arange(1.0, 101)
    assert scoring_rules.crps(values, 7.0, 7.0) == scoring_rules.crps(values, 7.0)
    assert scoring_rules.covered(values, 0.9, 7.0, 7.0) == 1 and scoring_rules.covered(values, 0.9, 3.0, 3.0) == 0
    assert scoring_rules.covered(values, 0.9, 200, 300) == 0


def test_single_precision_is_scored_as_the_same_numbers_in_double():
    single = np.array([0.1, 0.2, 0.7], np.float32)
    for score in (
        lambda x: scoring_rules.crps(x, 0.3),
        lambda x: scoring_rules.brier(x, 1),
        lambda x: scoring_rules.smoothed(x, 3)[0],
    ):
        assert score(single) == score(single.astype(float))


def mean_of(x, seed=1):
    return scoring_rules.ratio_interval(x, np.ones(len(x)), lambda ratio: ratio, seed)


def test_the_interval_of_a_mean_is_that_of_student():
    """For symmetric values. A percentile of B resamples has an error of sqrt(p q / B) / density, 0.021 standard errors."""
    x = np.array([NormalDist().inv_cdf((i + 0.5) / 40) for i in range(40)])
    low, high = mean_of(x)
    half = stdtrit(39, 0.95) * x.std(ddof=1) / math.sqrt(40)
    assert low == pytest.approx(-half, abs=5 * 0.021 * half / 1.645)
    assert high == pytest.approx(half, abs=5 * 0.021 * half / 1.645)


def test_the_ends_are_resamples_as_far_out_as_student_asks_and_one_seed_gives_one_interval():
    """Of twelve units the tail is Phi(-sqrt(12 / 11) t), with t = 1.795885 for 11 degrees of freedom (hesterberg2015)."""
    x, ratios = np.sqrt(np.arange(2.0, 14)), []
    low, high = scoring_rules.ratio_interval(x, np.ones(12), lambda ratio: ratios.append(ratio) or ratio, 3)
    tail = NormalDist().cdf(-math.sqrt(12 / 11) * 1.795885)
    for end, share in ((low, tail), (high, 1 - tail)):
        assert np.mean(ratios[0] < end) < share <= np.mean(ratios[0] <= end) and end in ratios[0]
    assert mean_of(x, 3) == (low, high) != mean_of(x, 4)


def test_resamples_without_a_baseline_are_infinite_and_those_without_anything_are_left_out():
    """A unit is missing from 0.8^5 = 33 % of the resamples of five, and from 0.7 % of them it comes four times or more."""
    one = np.array([1.0, 0, 0, 0, 0])
    assert scoring_rules.ratio_interval(np.ones(5), one, lambda ratio: ratio, 1) == (pytest.approx(5 / 3), math.inf)
    assert scoring_rules.ratio_interval(one, one, lambda ratio: ratio, 1) == (1.0, 1.0)
    assert scoring_rules.ratio_interval(0 * one, 0 * one, lambda ratio: ratio, 1) is None


def test_of_fewer_than_five_or_of_infinite_scores_no_interval_is_given():
    assert mean_of(np.arange(4.0)) is None
    assert mean_of(np.array([1.0, 2, 3, 4, math.inf])) is None
    assert mean_of(np.arange(5.0)) is not None


@pytest.mark.slow
def test_the_interval_of_eight_holds_the_truth_nearly_as_often_as_it_says():
    """Plain percentiles of eight normal values hold it 82 times in 100; 600 trials give a standard error of 0.013."""
    draws = np.random.default_rng(5).normal(size=(600, 8))
    held = [low <= 0 <= high for low, high in (mean_of(x, seed) for seed, x in enumerate(draws))]
    assert np.mean(held) == pytest.approx(0.9, abs=3 * 0.013)
