"""Standard errors of quantiles, against repeated samples of known distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standoff.analysis.quantile_error import median_pseudovalues, quantile_error
from standoff.statistics import median_error


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
