"""Partially centred coordinates for noise with an unknown scale and no flow coordinate.

Claims that tell what a step added tell spread x chance; in the chance alone a larger spread would have to be made up for by
every step at once, a bent valley in which neither a normal nor Hamiltonian Monte Carlo fits. So the coordinate of such a
number z is

    x = z (spread / spread_0)^power       prior density of x = normal density of z, times (spread_0 / spread)^power

`power` between 0 and 1 is the share of its prior variance that the evidence takes away where all else is held, and spread_0
the spread at the mode. Mechanisms say which parameter spreads a noise (`NOISE`). Source: papaspiliopoulos2007 (partial
centring).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from standoff.inference.fit.log_density import LogDensity
from standoff.types import Floats, Ints


class Centring(NamedTuple):
    """Degree of centring of each number that is multiplied by an unknown scale."""

    power: Any  #: (centred number,) 0 for the number itself, 1 for number x scale
    middle: Any  #: (centred number,) log scale at which the coordinates are equal


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Transformation from sampled coordinates to target parameters: fitted, then sources'."""

    target: LogDensity
    fitted: Ints  #: of the window parameters
    own_prior: NDArray[np.bool_]  #: (parameter,) whether its prior density is included here
    places: Ints  #: of such noise among the parameters
    spreads: Ints  #: (centred number,) parameter that is its scale

    @property
    def none(self) -> Centring:
        """The identity."""
        return Centring(np.zeros(len(self.places)), np.zeros(len(self.places)))

    def log_spread(self, x: Array) -> Array:
        """(centred number,) log of its scale."""
        z = jnp.asarray(self.target.from_prior()).at[self.fitted].set(x[: len(self.fitted)])
        params = self.target.window.given(z[:, None])
        return jnp.concatenate([jnp.log(jnp.maximum(jnp.reshape(params[int(i)], -1)[:1], TINY)) for i in self.spreads])

    def log_ratio(self, x: Array, centring: Centring) -> Array:
        """(centred number,) log(number / coordinate)."""
        return jnp.asarray(centring.power) * (jnp.asarray(centring.middle) - self.log_spread(x))

    def plain(self, x: Array, centring: Centring) -> Array:
        """The parameters of the target."""
        return x.at[self.places].set(x[self.places] * jnp.exp(self.log_ratio(x, centring))) if len(self.places) else x

    def prior(self, x: Array, centring: Centring) -> Array:
        """Negative log prior density, up to a constant."""
        plain = self.plain(x, centring)
        value: Array = 0.5 * plain @ jnp.where(self.own_prior, plain, 0.0)
        return value - jnp.sum(self.log_ratio(x, centring)) if len(self.places) else value

    def at(self, x: Floats) -> Floats:
        """(centred number,) log scale at a point."""
        return np.asarray(self.spreading(jnp.asarray(x))[0]) if len(self.places) else np.zeros(0)

    @cached_property
    def spreading(self) -> Callable[[Array], tuple[Array, Array]]:
        """x -> log scales (centred number,), and their slopes (centred number, parameter)."""
        return jax.jit(lambda x: (self.log_spread(x), jax.jacrev(self.log_spread)(x)))

    def prior_derivatives(self, x: Floats, centring: Centring) -> tuple[Floats, Floats, float, Floats, Floats]:
        """Parameters and slopes at `x`, and value, slope and curvature of the prior.

        Logarithms of spreads are taken for straight lines in the numbers that give them, as those of lognormal ones are.
        """
        ones, plain = np.eye(len(x)), x.copy()
        value, slope, curvature = 0.0, np.zeros(len(x)), np.zeros(ones.shape)
        if len(self.places):
            log_spread, rise = (np.asarray(part) for part in self.spreading(jnp.asarray(x)))
            ratio_slope = -centring.power[:, None] * rise  # of the log ratio, (placed, number)
            log_ratio = centring.power * (centring.middle - log_spread)
            ratio, at = np.exp(log_ratio), self.places
            plain[at] *= ratio
            value, slope = -float(log_ratio.sum()), -ratio_slope.sum(axis=0)
            cross = (plain[at] * ratio)[:, None] * ones[at]
            squares = np.square(plain[at])[:, None] * ratio_slope
            curvature = cross.T @ ratio_slope + ratio_slope.T @ cross + ratio_slope.T @ squares
            ones[at] = ratio[:, None] * ones[at] + plain[at][:, None] * ratio_slope
        counted = np.where(self.own_prior, plain, 0.0)
        value, slope = value + 0.5 * float(counted @ plain), slope + ones.T @ counted
        return plain, ones, value, slope, curvature + ones.T @ (self.own_prior[:, None] * ones)

    @cached_property
    def all_plain(self) -> Callable[[Array, Centring], Array]:
        """Transform draws (draw, parameter) to target parameters."""
        return jax.jit(jax.vmap(self.plain, in_axes=(0, None)))

    @cached_property
    def all_priors(self) -> Callable[[Array, Centring], Array]:
        """(draw, parameter) -> (draw,) negative log prior density."""
        return jax.jit(jax.vmap(self.prior, in_axes=(0, None)))


TINY = 1e-9  #: lower bound of a scale, so that its log is finite


def coordinates(target: LogDensity, fitted: Ints) -> Coordinates:
    """The coordinates of a fit of some parameters of the window."""
    names, of_noise = target.window.noise, spreads(target)
    places = [i for i, j in enumerate(fitted) if names[j] in of_noise]
    parameters = [of_noise[names[fitted[i]]] for i in places]
    of_sources = [np.full(size, block != "report") for block, size in target.arrays.sizes.items()]
    own_prior = np.concatenate([target.followed[fitted] < 0, *of_sources])
    return Coordinates(target, fitted, own_prior, np.array(places, int), np.array(parameters, int))


def spreads(target: LogDensity) -> dict[str, int]:
    """`MECHANISM/NAME` of a noise -> its scale parameter, if its mechanism declares one."""
    out = {}
    for part in target.window.program.plan.mechanisms:
        for noise in part.noise:
            word, _, member = noise.partition(".")
            indices = part.parameter_index.get(part.module.NOISE[word].scale or "", {})
            scale = indices if isinstance(indices, int) else indices.get(member)
            if scale is not None and scale in target.window.model.layout.row_of:
                out[f"{part.name}/{noise}"] = scale
    return out
