"""The posterior of a density over standard normal numbers: mode, Laplace, and NUTS in coordinates that it whitens.

Newton's method to the mode, with the Hessian's eigenvalues made positive; the root of its inverse gives coordinates in
which NUTS takes few steps. One compilation serves every data set of the
same shapes, so leaving claims out and drawing claims anew cost no more than a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

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
OPTIONS = {
    "xla_disable_hlo_passes": "cpu_multi_output_fusion"
}  #: with it (engine.device) the compiler of JAX 0.10 aborts


class Model(NamedTuple):
    """A density, and other coordinates of it in which the mode is a good place; functions of (u, data)."""

    energy: Energy  #: minus the log density
    plain: Energy  #: the same in the other coordinates
    across: Energy  #: from the others to these


@dataclass(frozen=True)
class Fit:
    """Draws of a posterior and how far to trust them."""

    draws: Floats  #: (chain, draw, parameter)
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


def mode(energy: Energy, data: Any, size: int) -> tuple[Array, Array]:
    """The mode, and whether the slope there is zero.

    Damped Newton steps, by halving; compiled by the caller.
    """

    slope_of = jax.grad(energy)

    def going(carry: tuple[Array, Array, Array]) -> Array:
        _, slope, count = carry
        return (slope > STILL) & (count < NEWTON)

    def step(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        u, _, count = carry
        slope = slope_of(u, data)
        values, vectors = jnp.linalg.eigh(jax.jacfwd(slope_of)(u, data))
        move = -vectors @ ((vectors.T @ slope) / jnp.maximum(jnp.abs(values), LEAST))
        move *= jnp.minimum(1.0, LONGEST / jnp.linalg.norm(move))
        tried = lax.map(lambda t: energy(u + t * move, data), jnp.asarray(FRACTIONS))
        best = u + jnp.asarray(FRACTIONS)[jnp.argmin(jnp.where(jnp.isfinite(tried), tried, jnp.inf))] * move
        return best, jnp.max(jnp.abs(slope)), count + 1

    u, slope, _ = lax.while_loop(going, step, (jnp.zeros(size), jnp.asarray(jnp.inf), jnp.asarray(0)))
    return u, slope <= NEAR  # of the point before the last step, which at the end goes nowhere


def root(energy: Energy, data: Any, u: Array) -> Array:
    """W with W W' = the inverse of the Hessian at `u`, its eigenvalues made positive."""
    values, vectors = jnp.linalg.eigh(jax.hessian(energy)(u, data))
    return vectors / jnp.sqrt(jnp.maximum(jnp.abs(values), LEAST))


@cache
def _program(model: Model, size: int, warmup: int, draws: int) -> Callable[[Array, Any], tuple[Array, ...]]:
    from numpyro.infer.hmc import hmc

    def white(data: Any, centre: Array, scale: Array) -> Callable[[Array], Array]:
        return lambda z: model.energy(centre + scale @ z, data)

    start, move = hmc(potential_fn_gen=white, algo="NUTS")

    def chain(key: Array, data: Any, centre: Array, scale: Array) -> tuple[Array, Array, Array]:
        place, kernel = jax.random.split(key)
        first = jax.random.normal(place, (size,))
        state = start(first, warmup, model_args=(data, centre, scale), rng_key=kernel, target_accept_prob=0.85,
                      dense_mass=False, inverse_mass_matrix=jnp.ones(size))  # fmt: skip

        def one(state: Any, _: None) -> tuple[Any, tuple[Array, Array, Array]]:
            state = move(state, model_args=(data, centre, scale))
            return state, (state.z, state.diverging, state.num_steps)

        state, _ = lax.scan(one, state, None, length=warmup)
        return lax.scan(one, state, None, length=draws)[1]

    def run(key: Array, data: Any) -> tuple[Array, ...]:
        plain, found = mode(model.plain, data, size)
        centre = model.across(plain, data)
        scale = root(model.energy, data, centre)
        z, diverging, steps = jax.vmap(partial(chain, data=data, centre=centre, scale=scale))(
            jax.random.split(key, CHAINS)
        )
        return centre + z @ scale.T, diverging.sum(), steps.mean(), found

    return jax.jit(run, compiler_options=OPTIONS)


def fit(model: Model, data: Any, size: int, *, seed: int = 0, warmup: int = 300, draws: int = 500) -> Fit:
    """Draw from the posterior; needs the extra `fit`."""
    extras.require()
    from arviz_stats.base import array_stats

    with jax.enable_x64(True):
        out = _program(model, size, warmup, draws)(jax.random.key(seed), data)
        u, diverging, steps, found = (np.asarray(part) for part in out)
    each = [(array_stats.rhat(u[..., i]), array_stats.ess(u[..., i], method="bulk"),
             array_stats.ess(u[..., i], method="tail", prob=(0.05, 0.95))) for i in range(size)]  # fmt: skip
    rhat, bulk, tail = np.array(each).T
    return Fit(u, float(rhat.max()), float(bulk.min()), float(tail.min()), int(diverging),
               float(steps), bool(found))  # fmt: skip
