"""The likelihood of a claim against direct integration and against its own draws."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from standoff.inference.reconcile.claim_likelihood import ClaimArrays

CASES = [
    (0.1, 0.05, 0.0),
    (0.02, 0.3, 0.0),
    (0.3, 0.001, 0.0),
    (0.1, 0.0, 10.0),
    (0.3, 0.0, 5.0),
    (0.2, 0.0, -5.0),
    (0.05, 0.0, -28.5),
]


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def claims(y: jax.Array, h: Any, r: Any) -> ClaimArrays:
    """Claims of which only the words matter."""
    return ClaimArrays(y, h, r, *[None] * (len(ClaimArrays._fields) - 3))


def log_density(y: jax.Array, m: Any, s: Any, h: Any, r: Any) -> jax.Array:
    return claims(y, h, r).log_density(m, s)


def plainly(y: float, m: float, s: float, h: float, r: float) -> float:
    """The density as an integral over what the speaker means."""
    if r == 0:
        inner, low, high = (lambda x: stats.norm.pdf(x, m, s) / (2 * h)), y - h, y + h
    elif r > 0:  # a lower bound lies below what is meant
        inner, low, high = (lambda x: stats.norm.pdf(x, m, s) * r * np.exp(-r * (x - y))), y, max(m, y) + 12 * s
    else:
        inner, low, high = (lambda x: stats.norm.pdf(x, m, s) * -r * np.exp(r * (y - x))), min(m, y) - 12 * s, y
    return integrate.quad(inner, low, high, points=[m] if low < m < high else None, limit=200)[0]


@pytest.mark.parametrize(("s", "h", "r"), CASES)
def test_the_density_is_the_convolution_that_the_text_says(s: float, h: float, r: float) -> None:
    for y in (-0.3, -0.05, 0.0, 0.08, 0.4):
        mine = float(jnp.exp(log_density(jnp.asarray(y), 0.02, s, h, r)))
        assert mine == pytest.approx(plainly(y, 0.02, s, h, r), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("s", "h", "r"), CASES)
def test_it_integrates_to_one(s: float, h: float, r: float) -> None:
    y = np.linspace(-6, 6, 240_001)
    total = np.trapezoid(np.exp(np.asarray(log_density(jnp.asarray(y), 0.0, s, h, r))), y)
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("s", "h", "r"), CASES)
def test_draws_have_that_density(s: float, h: float, r: float) -> None:
    """Kolmogorov and Smirnov's distance: above 2.2 / sqrt(n) once in 8,000 samples."""
    n = 20_000
    drawn = np.sort(
        claims(jnp.zeros(n), jnp.full(n, h), jnp.full(n, r))
        .draw(jax.random.key(1), jnp.zeros(n), jnp.asarray(s))
        .observed_log
    )
    y = np.linspace(-6, 6, 240_001)
    below = np.cumsum(np.exp(np.asarray(log_density(jnp.asarray(y), 0.0, s, h, r)))) * (y[1] - y[0])
    assert np.abs(np.interp(drawn, y, below) - (np.arange(n) + 0.5) / n).max() < 2.2 / n**0.5


def test_a_lower_bound_speaks_against_less_and_only_softly_against_more() -> None:
    at = [float(log_density(jnp.asarray(0.0), m, 0.1, 0.0, 10.0)) for m in (-0.3, 0.0, 0.1, 0.3, 0.6)]
    assert at[0] < at[1] < at[2] and at[2] > at[3] > at[4]
    assert at[2] - at[4] < at[2] - at[0]


@pytest.mark.parametrize(("s", "h", "r"), CASES)
def test_slopes_stay_finite_far_out(s: float, h: float, r: float) -> None:
    slope = jax.grad(lambda m: log_density(jnp.asarray(0.0), m, s, h, r))
    for m in (-8.0, -1.0, 0.0, 1.0, 8.0):
        assert np.isfinite(slope(m))
