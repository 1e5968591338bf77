"""Intervals and errors against their definitions, and against repeated samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from standoff.statistics import (
    Z90,
    class_rate,
    error_floor,
    is_binary,
    jeffreys_interval,
    mean_and_error,
    median_error,
    median_pseudovalues,
    quantile_error,
    screening_threshold,
    wilson_interval,
)


def test_z90_is_the_upper_end_of_the_central_90_percent() -> None:
    assert pytest.approx(stats.norm.ppf(0.95), rel=1e-12) == Z90


def test_the_ends_of_wilsons_interval_solve_its_equation() -> None:
    p, (low, high), error = wilson_interval(10, 100)
    for end in (low, high):  # (p - b)^2 = z^2 b (1 - b) / n
        assert (p - end) ** 2 == pytest.approx(Z90**2 * end * (1 - end) / 100)
    assert (p, error) == (0.1, pytest.approx(0.03))
    assert wilson_interval(0, 100)[0] == 0.0
    assert wilson_interval(0, 100)[2] > 0


def test_the_error_of_a_mean_is_that_of_a_share_where_values_are_0_and_1() -> None:
    hits = np.array([0.0, 1.0, 0.0, 1.0])
    assert mean_and_error(hits) == (0.5, pytest.approx(0.25))
    assert mean_and_error(np.zeros(4))[1] == wilson_interval(0, 4)[2]
    assert mean_and_error(np.array([1.0, 3.0])) == (2.0, pytest.approx(1 / np.sqrt(2)))


def test_only_shares_have_a_floor_of_their_error() -> None:
    assert is_binary(np.array([[0.0, 1.0], [1.0, 1.0]]))
    assert not is_binary(np.array([0.0, 0.5]))
    assert error_floor(np.zeros(4), 4) == wilson_interval(0, 4)[2]
    assert error_floor(np.array([0.0, 0.5]), 4) == error_floor(np.zeros(0), 0) == 0.0


def test_the_error_of_a_median_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(1)
    samples = rng.normal(size=(400, 1000))
    spread = np.median(samples, axis=1).std()
    assert np.mean([median_error(row) for row in samples]) == pytest.approx(spread, rel=0.15)  # four errors of a spread


def test_most_noise_stays_below_the_threshold() -> None:
    rng = np.random.default_rng(1)
    largest = np.abs(rng.normal(size=(2000, 200))).max(axis=1)
    assert np.median(largest) == pytest.approx(screening_threshold(200), rel=0.1)  # sqrt(2 log P) to first order
    assert screening_threshold(0) == screening_threshold(2) > 0


def test_jeffreys_interval_is_the_posterior_of_scipy_with_closed_ends() -> None:
    for hits, count in ((46, 2604), (1, 3), (2, 3)):
        assert jeffreys_interval(hits, count) == pytest.approx(
            stats.beta(hits + 0.5, count - hits + 0.5).ppf([0.05, 0.95])
        )
    assert jeffreys_interval(0, 10) == (0.0, pytest.approx(stats.beta(0.5, 10.5).ppf(0.95)))
    assert jeffreys_interval(10, 10) == (pytest.approx(stats.beta(10.5, 0.5).ppf(0.05)), 1.0)


@pytest.mark.parametrize("p", [0.25, 0.75])
def test_it_is_the_scatter_of_the_quantile_over_repeated_samples(p: float) -> None:
    """400 samples give the scatter to 3.5 %; one sample of 4,000 gives the density to about 10 % (1 / sqrt(0.1 N p))."""
    samples = np.random.default_rng(1).normal(size=(400, 4000))
    scatter = float(np.quantile(samples, p, axis=1).std())
    errors = [quantile_error(sample, p) for sample in samples[:50]]
    assert np.mean(errors) == pytest.approx(scatter, rel=0.12)


def test_of_a_uniform_it_is_the_closed_form() -> None:
    values = (np.arange(10_000) + 0.5) / 10_000
    assert quantile_error(values, 0.25) == pytest.approx(math.sqrt(0.25 * 0.75 / 10_000), rel=0.01)


def test_it_is_nothing_for_a_constant_and_unknown_without_values() -> None:
    assert quantile_error(np.ones(9), 0.5) == 0
    assert math.isnan(quantile_error(np.array([]), 0.5))


def test_differences_of_pseudovalues_are_those_of_medians_with_their_error() -> None:
    rng = np.random.default_rng(2)
    first = np.exp(rng.normal(size=(400, 1001)))
    second = first * 1.2 + 0.1 * rng.normal(size=first.shape)  # the same futures under something else
    off = np.array([median_pseudovalues(b) - median_pseudovalues(a) for a, b in zip(first, second, strict=True)])
    changes = np.median(second, axis=1) - np.median(first, axis=1)
    assert off.mean(axis=1) == pytest.approx(changes, abs=1e-12)
    error = off.std(axis=1).mean() / np.sqrt(1001)
    assert error == pytest.approx(changes.std(), rel=0.15)  # four errors of a spread of 400
    alone = np.sqrt(sum(median_error(side[0]) ** 2 for side in (first, second)))
    assert error < alone / 2


def test_a_median_on_a_value_of_most_futures_has_no_error() -> None:
    assert (median_pseudovalues(np.array([0.0] * 90 + [5.0] * 10)) == 0).all()


@pytest.mark.parametrize(("hits", "count", "times"), [(12, 145, 1.75), (0, 5, 1.75), (57, 798, 0.75), (5, 14, 1.0)])
def test_the_rate_of_a_class_is_the_mean_over_its_posterior(hits: int, count: int, times: float) -> None:
    """Against numerical integration of 1 - (1 - q)^times, and of the log odds of q, over Jeffreys' posterior."""
    posterior = stats.beta(hits + 0.5, count - hits + 0.5)
    mean, spread = class_rate(hits, count, times)
    assert mean == pytest.approx(posterior.expect(lambda q: 1 - (1 - q) ** times), rel=1e-6)
    q = posterior.ppf((np.arange(200_000) + 0.5) / 200_000)
    assert spread == pytest.approx(np.std(np.log(q / (1 - q))), rel=2e-3)


def test_the_rate_of_one_span_is_the_mean_of_a_beta() -> None:
    assert class_rate(57, 798)[0] == pytest.approx(57.5 / 799)
