"""Redraws of taste shocks: the closed form, what two intervals make of one, and limits."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.engine.taste_shocks import renewal_probability


def test_the_half_life_is_the_time_of_probability_one_half() -> None:
    assert renewal_probability(jnp.asarray(7.0), jnp.asarray(7.0)) == pytest.approx(0.5, rel=1e-6)
    assert renewal_probability(jnp.asarray(14.0), jnp.asarray(7.0)) == pytest.approx(0.75, rel=1e-6)


@pytest.mark.parametrize("half_life", [0.3, 2.0, 40.0])
def test_a_finer_calendar_has_the_same_probability(half_life: float) -> None:
    whole, third = (float(renewal_probability(jnp.asarray(m), jnp.asarray(half_life))) for m in (3.0, 1.0))
    assert 1 - (1 - third) ** 3 == pytest.approx(whole, rel=1e-5)  # single precision


def test_a_half_life_of_zero_redraws_always_and_has_a_finite_slope() -> None:
    assert renewal_probability(jnp.asarray(1.0), jnp.asarray(0.0)) == 1.0
    assert np.isfinite(jax.grad(lambda h: renewal_probability(jnp.asarray(1.0), h))(0.0))
