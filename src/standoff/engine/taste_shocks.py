"""Taste shocks: reasons unknown to the model, as noise that is redrawn at random times.

The shocks of all options of a choice are redrawn together, at the times of a Poisson process whose rate is set by their
half-life. A finer calendar of decisions therefore resolves the same process better, and changes no probability by itself.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array


def renewal_probability(months: Array, half_life: Array) -> Array:
    """Probability 1 - 2^(-months / half-life) that shocks are redrawn; 1 for a half-life of 0."""
    lasting = half_life > 0
    elapsed = months / jnp.where(lasting, half_life, 1.0)  # the branch that is not taken must have a slope too
    return jnp.where(lasting, -jnp.expm1(-math.log(2) * elapsed), 1.0)
