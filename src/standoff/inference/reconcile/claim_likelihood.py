"""Claims as arrays, and the likelihood of a claim's number given the true size.

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

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm
from jax.typing import ArrayLike
from scipy.linalg import block_diag


class ReportCoordinates(NamedTuple):
    """Coordinates of the errors that claims of one report share; see `ClaimArrays.effects`."""

    on: Any  #: 1, or 0 where the coordinate is the error itself
    middle: Any  #: (report,) log of the reported number at y = 0
    size: Any  #: (report,)

    @classmethod
    def plain(cls, reports: int) -> ReportCoordinates:
        """The errors themselves."""
        return cls(np.zeros(()), np.zeros(reports), np.ones(reports))


class SourcePrior(NamedTuple):
    """Prior of what is common to all sources."""

    noise: Any  #: (2,) log median, deviation
    share: Any  #: (2,) mean and deviation of the logit of a name-count share
    relay_noise: Any


class SourceEffects(NamedTuple):
    """Effects of the sources' parameters."""

    error: Array  #: (claim,) shared error: of a report, and of parameters that are not fitted
    bias: Array  #: (claim,) log bias, with the log of a name-count share
    spread: Array  #: (claim,) remaining standard deviation
    source_noise: Array  #: (source,) standard deviation of each
    shared: Array  #: (report,) error of each, in units of its noise
    log_ratio: Array  #: (report,) log(noise / size); 0 where the coordinate is the error itself
    meant: Array  #: (report,) log of its number without the error
    noise: Array  #: (report,)


class ClaimArrays(NamedTuple):
    """Claims as arrays for compiled functions; simulated claims replace `observed_log`."""

    observed_log: Any  #: (claim,) logarithm of the number, or of the middle of the allowed range
    half_width: Any  #: (claim,) half of the width of the allowed range; 0 for a bound
    bound_rate: Any  #: (claim,) rate of the soft edge: > 0 above a lower bound, < 0 below an upper one, 0 for neither
    bias_mean: Any  #: (claim,)
    bias: Any  #: (claim, normal)
    source: Any  #: (claim, source), 0 or 1
    floor: Any  #: (claim, lower bound), 0 or 1
    report: Any  #: (claim, report), 0 or 1
    nuisance: Any  #: (claim, direction) effect of parameters that are not fitted on log sizes, in orthogonal directions
    residual_variance: Any  #: (claim,) remaining variance outside these directions
    meant: ReportCoordinates

    @classmethod
    def join(cls, groups: Sequence[ClaimArrays], directions: int) -> ClaimArrays:
        """Claims of several groups, one group after another, each with its own sources and reports.

        directions: number of directions of parameters that are not fitted, all without effect so far
        """
        columns = [group[:8] for group in groups]
        joined = [
            jnp.concatenate(parts) if parts[0].ndim == 1 else jnp.asarray(block_diag(*parts))
            for parts in zip(*columns, strict=True)
        ]
        count, reports = joined[-1].shape
        return cls._make([*joined, jnp.zeros((count, directions)), jnp.zeros(count), ReportCoordinates.plain(reports)])

    @property
    def sizes(self) -> dict[str, int]:
        """Numbers of parameters of the sources, by block."""
        return {
            "bias": self.bias.shape[1],
            "noise": self.source.shape[1],
            "floor": self.floor.shape[1],
            "report": self.report.shape[1],
            "rest": self.nuisance.shape[1],
        }

    def effects(self, level: Array, parts: Mapping[str, Array], prior: SourcePrior) -> SourceEffects:
        """Shared error, bias and standard deviation of every claim, with parameters not fitted.

        A report that several pass on is known to their small noise. Its coordinate y may be what it says, `middle + size y`,
        so that processes and biases need not match it to the last per cent (as in `LogDensity.follow`).

        level: (claim,) log sizes; parts: standard normal numbers of each block of `sizes`
        """
        share = jax.nn.log_sigmoid(prior.share[0] + prior.share[1] * parts["floor"])
        bias = self.bias_mean + self.bias @ parts["bias"] + self.floor @ share
        source_noise = jnp.exp(prior.noise[0] + prior.noise[1] * parts["noise"])
        own, rest = self.source @ source_noise, self.nuisance @ parts["rest"]
        shared = self.report.sum(axis=1)
        members = self.report / jnp.maximum(self.report.sum(axis=0), 1.0)
        noise, meant = own @ members, (level + bias + rest) @ members
        on, (_, middle, size), y = self.meant.on > 0, self.meant, parts["report"]
        error = jnp.where(on, (middle + size * y - meant) / noise, y)
        log_ratio = jnp.where(on, jnp.log(noise / size), 0.0)
        spread = jnp.sqrt((1 - shared) * own**2 + prior.relay_noise**2 + self.residual_variance)
        return SourceEffects(
            rest + self.report @ (noise * error), bias, spread, source_noise, error, log_ratio, meant, noise
        )

    def log_density(self, mean: ArrayLike, deviation: ArrayLike) -> Array:
        """(claim,) log density of the reported logs."""
        bound = jnp.asarray(self.bound_rate) != 0
        distance = jnp.asarray(self.observed_log) - mean
        width = jnp.where(
            bound, 1.0, self.half_width
        )  # each branch gets valid arguments, so that gradients stay finite
        inside = _interval(distance, deviation, width)
        rate = jnp.where(bound, jnp.abs(self.bound_rate), 1.0)
        away = jnp.where(jnp.asarray(self.bound_rate) < 0, -distance, distance)
        edge = (
            jnp.log(rate)
            + rate * away
            + 0.5 * (rate * deviation) ** 2
            + norm.logcdf(-away / deviation - rate * deviation)
        )
        return jnp.where(bound, edge, inside)

    def draw(self, key: Array, mean: Array, deviation: Array) -> ClaimArrays:
        """The same claims with other numbers, drawn from the model."""
        noise, spread, excess = jax.random.split(key, 3)
        meant = mean + deviation * jax.random.normal(noise, mean.shape)
        within = self.half_width * jax.random.uniform(spread, mean.shape, minval=-1.0, maxval=1.0)
        exact = self.bound_rate == 0
        beyond = jax.random.exponential(excess, mean.shape) / jnp.where(exact, 1.0, self.bound_rate)
        return self._replace(observed_log=jnp.where(exact, meant + within, meant - beyond))


def split(numbers: Array, sizes: Mapping[str, int]) -> dict[str, Array]:
    """The blocks of a vector, in order."""
    out, at = {}, 0
    for name, size in sizes.items():
        out[name] = numbers[at : at + size]
        at += size
    return out


def _interval(distance: Array, deviation: ArrayLike, half: Array) -> Array:
    """Log of the mean normal density over `half` either way, accurate in the far tail."""
    distance = -jnp.abs(distance)
    upper, lower = norm.logcdf((distance + half) / deviation), norm.logcdf((distance - half) / deviation)
    return upper + jnp.log(-jnp.expm1(lower - upper)) - jnp.log(2 * half)
