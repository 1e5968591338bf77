"""Taste shocks: reasons unknown to the model, as noise that is redrawn at random times.

The shocks of all options of a choice are redrawn together, at the times of a Poisson process whose rate is set by their
half-life. A finer calendar of decisions therefore resolves the same process better, and changes no probability by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array

from standoff.engine.solved_games import add_all


def renewal_probability(months: Array, half_life: Array) -> Array:
    """Probability 1 - 2^(-months / half-life) that shocks are redrawn; 1 for a half-life of 0."""
    lasting = half_life > 0
    elapsed = months / jnp.where(lasting, half_life, 1.0)  # the branch that is not taken must have a slope too
    out: Array = jnp.where(lasting, -jnp.expm1(-math.log(2) * elapsed), 1.0)
    return out


def posterior_taste_shocks(log_p: Sequence[Array], chosen: Array, gumbel: Array) -> list[Array]:
    """Taste shocks of each option given that `chosen` was best, from unconditional Gumbel noise.

    Maddison, Tarlow and Minka 2014 (top-down sampling): the winner's total is Gumbel(0), the others' are Gumbels at
    `log_p` cut off at it.
    """
    won = [chosen == o for o in range(len(log_p))]
    top = add_all(jnp.where(here, noise, 0.0) for here, noise in zip(won, gumbel, strict=True))
    return [
        jnp.where(here, top, -jnp.logaddexp(-top, -(share + noise))) - share
        for here, share, noise in zip(won, log_p, gumbel, strict=True)
    ]
