"""Variance by source: tables whose parts are known."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.analysis.variance_shares import shares, variances


def test_a_table_of_known_parts() -> None:
    """Effects 3 of variants, 1 of theories, 0.5 of both; numbers of variance 4, chance of 1."""
    rng = np.random.default_rng(3)
    count = 200_000
    models = np.array([[3 + 1 + 0.5, 3 - 1 - 0.5], [-3 + 1 - 0.5, -3 - 1 + 0.5]])
    values = models[:, :, None, None] + rng.normal(0, 2, count) + rng.normal(0, 1, (2, 2, 2, count))
    np.testing.assert_allclose(variances(values), [9, 1, 0.25, 4, 1], rtol=0.02)


def test_noise_alone_makes_no_model_differ() -> None:
    rng = np.random.default_rng(5)
    shares = [variances(rng.normal(0, 1, (3, 2, 2, 50)))[:3].sum() for _ in range(300)]
    assert np.mean(shares) < 0.02  # without the correction 5 models more than one would make 5/6 x 1/100 of noise each


@pytest.mark.parametrize("replicates", [2, 3, 8])
def test_the_part_of_parameters_has_no_bias_by_the_number_of_replicates(replicates: int) -> None:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(200):
        own = rng.normal(0, 1, 100)
        found.append(variances((own + rng.normal(0, 3, (replicates, 100)))[None, None])[3:])
    np.testing.assert_allclose(np.mean(found, axis=0), [1, 9], rtol=0.15)


def test_shares_of_nothing_are_zero() -> None:
    assert shares(np.zeros(5)).tolist() == [0] * 5 and shares(np.array([1.0, 3.0])).tolist() == [0.25, 0.75]
