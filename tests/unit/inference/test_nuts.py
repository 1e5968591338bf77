"""The sampler on densities whose answer is known."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate

from standoff.inference import nuts


class Facts(NamedTuple):
    seen: jax.Array


def ones(u: jax.Array, data: Facts) -> jax.Array:
    return jnp.ones_like(u)


def line(u: jax.Array, data: Facts) -> jax.Array:
    """Two numbers whose sum and tenfold difference are seen with errors of a tenth."""
    return 0.5 * u @ u + 0.5 * (
        ((u[0] + u[1] - data.seen[0]) / 0.1) ** 2 + ((10 * (u[0] - u[1]) - data.seen[1]) / 0.1) ** 2
    )


def funnel(u: jax.Array, data: Facts) -> jax.Array:
    """Three numbers times an unknown scale are seen with an error of 0.05."""
    return 0.5 * u @ u + 0.5 * jnp.sum(((jnp.exp(u[3]) * u[:3] - data.seen) / 0.05) ** 2)


def of_funnel(u: jax.Array, data: Facts) -> jax.Array:
    return jnp.ones_like(u).at[:3].set(jnp.exp(u[3]))


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def test_a_normal_posterior_has_its_mean_and_spread() -> None:
    fit = nuts.fit(nuts.DensityModel(line, ones), Facts(jnp.array([1.0, 0.5])), 2, draws=500, seed=1)
    rows = np.array([[10, 10], [100, -100]])  # over their errors
    cov = np.linalg.inv(np.eye(2) + rows.T @ rows)
    mean = cov @ rows.T @ np.array([10.0, 5.0])
    assert fit.passed
    error = 4 * np.sqrt(np.diag(cov) / fit.ess)
    assert (np.abs(fit.flat.mean(axis=0) - mean) < error).all()
    # the relative deviation of a standard deviation is 1 / sqrt(2 n)
    assert np.abs(fit.flat.std(axis=0) / np.sqrt(np.diag(cov)) - 1).max() < 4 / np.sqrt(2 * fit.ess)


def test_a_funnel_is_sampled_in_its_own_coordinates() -> None:
    """The scale's posterior by integration: seen numbers are normal with variance scale^2 + 0.05^2."""
    seen = np.array([0.3, -0.2, 0.05])
    fit = nuts.fit(nuts.DensityModel(funnel, of_funnel), Facts(jnp.asarray(seen)), 4, draws=500, seed=1)

    def density(t: float) -> float:
        variance = np.exp(2 * t) + 0.05**2
        return float(np.exp(-0.5 * t * t - 0.5 * (seen**2).sum() / variance - 1.5 * np.log(variance)))

    total, first, second = (integrate.quad(lambda t, k=k: t**k * density(t), -9, 4)[0] for k in range(3))
    mean, spread = first / total, np.sqrt(second / total - (first / total) ** 2)
    assert fit.passed
    assert fit.flat[:, 3].mean() == pytest.approx(mean, abs=4 * spread / np.sqrt(fit.ess))


def test_the_same_seed_gives_the_same_draws() -> None:
    fits = [
        nuts.fit(nuts.DensityModel(line, ones), Facts(jnp.array([1.0, 0.5])), 2, draws=500, seed=s) for s in (3, 3, 4)
    ]
    np.testing.assert_array_equal(fits[0].draws, fits[1].draws)
    assert (fits[0].draws != fits[2].draws).any()


def test_what_does_not_mix_does_not_pass() -> None:
    apart = np.random.default_rng(1).normal(size=(4, 500, 1)) + np.array([0, 0, 5, 5])[:, None, None]
    assert not nuts._diagnosed(apart, 0, 3.0, True).passed
    together = np.random.default_rng(1).normal(size=(4, 500, 1))
    assert nuts._diagnosed(together, 0, 3.0, True).passed
    assert not nuts._diagnosed(together, 5, 3.0, True).passed and not nuts._diagnosed(together, 0, 3.0, False).passed


def test_of_several_tries_more_effective_draws_win_where_few_diverge() -> None:
    """Two divergences of 2,000 draws are admissible, and cost nothing; twenty cost what they exceed that by."""
    rng = np.random.default_rng(1)
    few, many = rng.normal(size=(4, 100, 1)), rng.normal(size=(4, 500, 1))
    apart = np.array([0, 0, 0, 0.4])[:, None, None]  # so that neither passes
    short, joined = nuts._diagnosed(few + apart, 0, 3.0, True), nuts._diagnosed(many + apart, 2, 3.0, True)
    assert not short.passed and not joined.passed and joined.ess > short.ess
    assert max((short, joined), key=nuts._rank) is joined
    worse = nuts._diagnosed(many + apart, 20, 3.0, True)
    assert nuts._rank(worse)[1] == pytest.approx(nuts._rank(joined)[1] / 10)
