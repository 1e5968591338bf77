"""The posterior of a density over standard normal numbers: mode, Laplace, and NUTS in coordinates that it whitens.

Newton's method to the mode, with the Hessian's eigenvalues made positive; its inverse there is the Laplace
approximation, and its root the coordinates in which NUTS takes few steps. One compilation serves every data set of the
same shapes, so leaving claims out and drawing claims anew cost no more than a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from standoff.calibrate import extras

Floats = NDArray[np.float64]
Energy = Callable[[Array, Any], Array]
NEWTON = 60  #: most steps to the mode
STILL, NEAR = 1e-8, 1e-4  #: largest slope at which Newton stops, and that counts as zero; the function is of order 100
LONGEST = 5.0  #: prior deviations that one step may go
FRACTIONS = 0.5 ** np.arange(12)
LEAST = 0.05  #: least curvature that whitening uses; the prior alone has 1
RHAT, ESS = 1.01, 400.0  #: the gate; vehtari2021
CHAINS = 4


@dataclass(frozen=True)
class Fit:
    """Draws of a posterior and how far to trust them."""

    draws: Floats  #: (chain, draw, parameter)
    mode: Floats
    covariance: Floats  #: of the Laplace approximation
    rhat: float  #: largest over parameters, rank-normalised and split
    ess: float  #: least over parameters, of the bulk
    ess_tail: float  #: least over parameters, of the tails
    divergences: int
    steps: float  #: leapfrog steps a draw, mean
    mode_found: bool

    @property
    def passed(self) -> bool:
        """Whether R-hat, effective draws, divergences and mode allow the answer to be used."""
        return self.rhat < RHAT and min(self.ess, self.ess_tail) >= ESS and not self.divergences and self.mode_found

    @property
    def flat(self) -> Floats:
        """(draw, parameter), chains one after another."""
        return self.draws.reshape(-1, self.draws.shape[-1])


def laplace(energy: Energy, data: Any, size: int) -> tuple[Array, Array, Array]:
    """The mode, a root W of its inverse Hessian (W W' is the covariance), and whether the slope there is zero.

    Damped Newton steps, by halving; compiled by the caller.
    """

    slope_of = jax.grad(energy)
    curvature_of = jax.jacfwd(slope_of)

    def going(carry: tuple[Array, Array, Array, Array]) -> Array:
        _, slope, _, count = carry
        return (jnp.max(jnp.abs(slope)) > STILL) & (count < NEWTON)

    def step(carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        u, _, _, count = carry
        slope, hessian = slope_of(u, data), curvature_of(u, data)
        values, vectors = jnp.linalg.eigh(hessian)
        move = -vectors @ ((vectors.T @ slope) / jnp.maximum(jnp.abs(values), LEAST))
        move *= jnp.minimum(1.0, LONGEST / jnp.linalg.norm(move))
        tried = lax.map(lambda t: energy(u + t * move, data), jnp.asarray(FRACTIONS))
        best = u + jnp.asarray(FRACTIONS)[jnp.argmin(jnp.where(jnp.isfinite(tried), tried, jnp.inf))] * move
        return best, slope, hessian, count + 1

    # slope and curvature are those before the last step, which at the end goes nowhere
    start = (jnp.zeros(size), jnp.full(size, jnp.inf), jnp.eye(size), jnp.asarray(0))
    u, slope, hessian, _ = lax.while_loop(going, step, start)
    values, vectors = jnp.linalg.eigh(hessian)
    return u, vectors / jnp.sqrt(jnp.maximum(values, LEAST)), jnp.max(jnp.abs(slope)) <= NEAR


@cache
def _program(energy: Energy, size: int, warmup: int, draws: int) -> Callable[[Array, Any], tuple[Array, ...]]:
    from numpyro.infer.hmc import hmc

    def white(data: Any, centre: Array, root: Array) -> Callable[[Array], Array]:
        return lambda z: energy(centre + root @ z, data)

    start, move = hmc(potential_fn_gen=white, algo="NUTS")

    def chain(key: Array, data: Any, centre: Array, root: Array) -> tuple[Array, Array, Array]:
        place, kernel = jax.random.split(key)
        first = jax.random.normal(place, (size,))
        state = start(first, warmup, model_args=(data, centre, root), rng_key=kernel, target_accept_prob=0.85,
                      dense_mass=False, inverse_mass_matrix=jnp.ones(size))  # fmt: skip

        def one(state: Any, _: None) -> tuple[Any, tuple[Array, Array, Array]]:
            state = move(state, model_args=(data, centre, root))
            return state, (state.z, state.diverging, state.num_steps)

        state, _ = lax.scan(one, state, None, length=warmup)
        return lax.scan(one, state, None, length=draws)[1]

    def run(key: Array, data: Any) -> tuple[Array, ...]:
        centre, root, found = laplace(energy, data, size)
        z, diverging, steps = jax.vmap(partial(chain, data=data, centre=centre, root=root))(jax.random.split(key, CHAINS))
        return centre + z @ root.T, centre, root @ root.T, diverging.sum(), steps.mean(), found

    return jax.jit(run)


def fit(energy: Energy, data: Any, size: int, *, seed: int = 0, warmup: int = 300, draws: int = 500) -> Fit:
    """Draw from the posterior; needs the extra `fit`.

    energy: (u, data) -> minus the log density, with a standard normal prior of u in it
    """
    extras.require()
    from arviz_stats.base import array_stats

    with jax.enable_x64(True):
        out = _program(energy, size, warmup, draws)(jax.random.key(seed), data)
        u, centre, covariance, diverging, steps, found = (np.asarray(part) for part in out)
    each = [(array_stats.rhat(u[..., i]), array_stats.ess(u[..., i], method="bulk"),
             array_stats.ess(u[..., i], method="tail", prob=(0.05, 0.95))) for i in range(size)]  # fmt: skip
    rhat, bulk, tail = np.array(each).T
    return Fit(u, centre, covariance, float(rhat.max()), float(bulk.min()), float(tail.min()), int(diverging),
               float(steps), bool(found))  # fmt: skip
