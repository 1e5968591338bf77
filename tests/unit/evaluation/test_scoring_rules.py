"""Scoring rules against closed forms and definitions."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert scoring_rules.crps(yes, 1.0) == pytest.approx(0.5625)
    assert scoring_rules.crps(yes, 0.0) == pytest.approx(0.0625)
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
        lambda x: scoring_rules.smoothed(x, 3)[0],
    ):
        assert score(single) == score(single.astype(float))


def test_the_ends_of_few_lie_further_out_as_student_asks():
    """Of twelve units the tail is Phi(-sqrt(12 / 11) t), with t = 1.795885 for 11 degrees of freedom (hesterberg2015)."""
    tail = NormalDist().cdf(-math.sqrt(12 / 11) * 1.795885)
    assert scoring_rules.ends(12) == pytest.approx((tail, 1 - tail), abs=1e-6)


def test_brier_and_log_have_their_closed_forms() -> None:
    assert scoring_rules.brier((0.7, 0.3), 1) == pytest.approx(0.49)
    assert scoring_rules.brier((0.2, 0.3, 0.5), 0) == pytest.approx((0.64 + 0.09 + 0.25) / 2)
    assert scoring_rules.logarithmic((0.2, 0.3, 0.5), 2) == pytest.approx(math.log(2))
    assert scoring_rules.logarithmic((0.0, 1.0), 0) == math.inf
