"""Likelihood of the reported number of a claim given the size that it is about.

On the log scale, a speaker means x = m + s z: the truth with the source's bias, m, and noise, z standard normal. Then

- a number, a rounded number, a range: what is said is x + u, u uniform within what the words allow, -h to h. Density of
  the middle y: (Phi((y - m + h) / s) - Phi((y - m - h) / s)) / 2h, interval censoring.
- a lower bound ("over", "at least"): what is said is x - e, e exponential of rate r: a bound with a soft upper edge.
  Density r exp(r d + r^2 s^2 / 2) Phi(-d / s - r s), d = y - m: the exponentially modified normal.
- an upper bound ("nearly", "at most"): the mirror image.

Each is a density of y that integrates to one, so that claims can be drawn from the model. Source: derivation (convolution
of the normal density with the uniform and with the exponential one).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.stats import norm
from jax.typing import ArrayLike


def log_density(value: ArrayLike, mean: ArrayLike, deviation: ArrayLike, half: ArrayLike, like: ArrayLike) -> Array:
    """Log density of reported logs, elementwise.

    half: half of the width of what is allowed, > 0 where `fall` is 0
    fall: rate of the soft edge, > 0 above a lower bound and < 0 below an upper one; 0 for no bound
    """
    bound = jnp.asarray(like) != 0
    distance = jnp.asarray(value) - mean
    width = jnp.where(bound, 1.0, half)  # each branch gets numbers that it can work with: gradients stay finite
    inside = _interval(distance, deviation, width)
    rate = jnp.where(bound, jnp.abs(like), 1.0)
    away = jnp.where(jnp.asarray(like) < 0, -distance, distance)
    edge = (
        jnp.log(rate) + rate * away + 0.5 * (rate * deviation) ** 2 + norm.logcdf(-away / deviation - rate * deviation)
    )
    return jnp.where(bound, edge, inside)


def _interval(distance: Array, deviation: ArrayLike, half: Array) -> Array:
    """Log of the mean normal density over `half` either way, accurate in the far tail."""
    distance = -jnp.abs(distance)
    upper, lower = norm.logcdf((distance + half) / deviation), norm.logcdf((distance - half) / deviation)
    return upper + jnp.log(-jnp.expm1(lower - upper)) - jnp.log(2 * half)


def draw(key: Array, mean: Array, deviation: Array, half: Array, bound_rate: Array) -> Array:
    """Reported logs drawn from the same model, elementwise."""
    noise, spread, excess = jax.random.split(key, 3)
    meant = mean + deviation * jax.random.normal(noise, mean.shape)
    within = half * jax.random.uniform(spread, mean.shape, minval=-1.0, maxval=1.0)
    beyond = jax.random.exponential(excess, mean.shape) / jnp.where(bound_rate == 0, 1.0, bound_rate)
    return jnp.where(bound_rate == 0, meant + within, meant - beyond)
