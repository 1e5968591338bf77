"""Likelihood of the reported number of a claim given the size that it is about.

On the log scale, a speaker means x = m + s z: the truth with the source's bias, m, and noise, z standard normal. Then

- a number, a rounded number, a range: the report is x + u, u uniform from -h to h, the width of the wording. Density
  of the middle y: (Phi((y - m + h) / s) - Phi((y - m - h) / s)) / 2h, interval censoring.
- a lower bound ("over", "at least"): the report is x - e, e exponential of rate r: a bound with a soft upper edge.
  Density r exp(r d + r^2 s^2 / 2) Phi(-d / s - r s), d = y - m: the exponentially modified normal.
- an upper bound ("nearly", "at most"): the mirror image.

Each is a density of y that integrates to one, so that claims can be drawn from the model. Source: derivation
(convolution of the normal density with the uniform and with the exponential one).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm
from jax.typing import ArrayLike
from scipy.linalg import block_diag

from standoff.inference.reconcile.claim_arrays import require_published_by

if TYPE_CHECKING:
    from standoff.inference.reconcile.claim_arrays import ClaimData, Ints
    from standoff.types import Floats


class ClaimArrays(NamedTuple):
    """Claims as arrays for compiled functions; simulated claims replace `observed_log`."""

    observed_log: Array  #: (claim,) logarithm of the number, or of the middle of the allowed range
    half_width: Array  #: (claim,) half of the width of the allowed range; 0 for a bound
    bound_rate: Array  #: (claim,) rate of the soft edge: > 0 above a lower bound, < 0 below an upper one, 0 for neither
    bias_mean: Array  #: (claim,)
    bias: Array  #: (claim, normal)
    source: Array  #: (claim, source), 0 or 1
    floor: Array  #: (claim, lower bound), 0 or 1
    report: Array  #: (claim, report), 0 or 1

    @classmethod
    def of(cls, evidence: ClaimData) -> ClaimArrays:
        """Convert claims, under double precision; refuse those later than the as_of of the evidence."""
        require_published_by([item.claim for item in evidence.claims], evidence.as_of)
        columns = (
            evidence.value,
            evidence.half_width,
            evidence.bound_rate,
            evidence.bias_mean,
            evidence.bias,
            _one_hot(evidence.source_model),
            _one_hot(evidence.floor),
            _one_hot(evidence.report),
        )
        return cls(*map(jnp.asarray, columns))

    @classmethod
    def join(cls, groups: Sequence[ClaimArrays]) -> ClaimArrays:
        """Claims of several groups, one group after another, each with its own sources and reports."""
        columns = zip(*groups, strict=True)
        return cls(
            *(
                jnp.concatenate(parts) if parts[0].ndim == 1 else jnp.asarray(block_diag(*map(np.asarray, parts)))
                for parts in columns
            )
        )

    def log_bias(self, normals: Array, floor_share: Array) -> Array:
        """(claim,) log bias, given standard normals (normal,) and log shares of floors (floor,)."""
        return self.bias_mean + self.bias @ normals + self.floor @ floor_share

    def log_density(self, mean: Array, deviation: Array) -> Array:
        """(claim,) log density of the reported numbers."""
        return log_density(self.observed_log, mean, deviation, self.half_width, self.bound_rate)

    def draw(self, key: Array, mean: Array, deviation: Array) -> ClaimArrays:
        """The same claims with other numbers, drawn from the model."""
        return self._replace(observed_log=draw(key, mean, deviation, self.half_width, self.bound_rate))


def _one_hot(which: Ints) -> Floats:
    return np.asarray(which[:, None] == np.arange(which.max(initial=-1) + 1), np.float64)


def log_density(value: ArrayLike, mean: ArrayLike, deviation: ArrayLike, half: ArrayLike, like: ArrayLike) -> Array:
    """Log density of reported logs, elementwise.

    half: half of the width of the allowed range, > 0 where `fall` is 0
    fall: rate of the soft edge, > 0 above a lower bound and < 0 below an upper one; 0 for no bound
    """
    bound = jnp.asarray(like) != 0
    distance = jnp.asarray(value) - mean
    width = jnp.where(bound, 1.0, half)  # each branch gets valid arguments, so that gradients stay finite
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
