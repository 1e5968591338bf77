"""Posterior of a density over standard normals: mode, Laplace, preconditioned NUTS.

The mode is found by Newton's method, with the Hessian's eigenvalues made positive. A number that is multiplied by an
unknown scale is sampled times that scale to the power `centring`: partial centring (papaspiliopoulos2007). `centring` is the
share by which the data reduce its prior variance at the mode when all else is fixed, and not the share by which the
posterior variance is smaller: a sum that is known well makes its terms depend on their scale even where other terms
could replace them. The root of the Hessian's inverse gives coordinates in which NUTS needs few steps. One compilation
serves every data set of the same shapes, so that leaving claims out or simulating claims costs no more than a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff import xla
from standoff.inference import _optional
from standoff.types import Floats
from standoff.xla import NO_MULTI_OUTPUT_FUSION

Energy = Callable[[Array, Any], Array]
NEWTON = 60  #: largest number of steps to the mode
STILL, NEAR = 1e-8, 1e-4  #: largest slope at a mode; the function is of order 100
LONGEST = 5.0  #: largest step, in prior deviations
FRACTIONS = 0.5 ** np.arange(12)
LEAST = 0.05  #: least curvature in whitening; the prior alone has 1
RHAT, ESS = 1.01, 400.0  #: convergence thresholds; vehtari2021
DIVERGENT = 0.001  #: assumption: admissible share of divergent draws
CHAINS = 4
BLOCK = 64  # columns of a Hessian at a time; assumption: twenty thousand rows of data need about 1 GB
ACCEPT = (0.85, 0.95, 0.98)  #: target acceptance rates of successive tries


class DensityModel(NamedTuple):
    """Density of parameters with standard normal priors; functions of (u, data)."""

    energy: Energy  #: negative log density
    scales: Energy  #: (parameter,) unknown scale that multiplies each; 1 elsewhere


@dataclass(frozen=True)
class NutsResult:
    """Posterior draws with convergence diagnostics."""

    draws: Floats  #: (chain, draw, parameter)
    rhat: float  #: largest over parameters, rank-normalised and split
    ess: float  #: least over parameters, bulk
    ess_tail: float  #: least over parameters, tails
    divergences: int
    steps: float  #: mean leapfrog steps per draw
    mode_found: bool

    @property
    def passed(self) -> bool:
        """Whether R-hat, effective sample size, divergences and mode are acceptable."""
        few = self.divergences <= DIVERGENT * self.flat.shape[0]
        return self.rhat < RHAT and min(self.ess, self.ess_tail) >= ESS and few and self.mode_found

    @property
    def rank_key(self) -> tuple[bool, float]:
        """Sort key of several tries: passed, or more effective draws for fewer divergences."""
        return self.passed, min(self.ess, self.ess_tail) / (1 + self.divergences)

    @property
    def flat(self) -> Floats:
        """(draw, parameter), chains concatenated."""
        return self.draws.reshape(-1, self.draws.shape[-1])


def hessian(energy: Callable[[Array], Array], u: Array) -> Array:
    """Second derivatives at `u`, in blocks of columns: all at once need `size` times the memory."""
    slope_of = jax.grad(energy)
    return lax.map(lambda e: jax.jvp(slope_of, (u,), (e,))[1], jnp.eye(len(u)), batch_size=BLOCK)


def mode(energy: Callable[[Array], Array], size: int) -> tuple[Array, Array]:
    """The mode, and whether its slope is zero.

    Damped Newton steps, by halving; compiled by the caller.
    """
    slope_of = jax.grad(energy)

    def going(carry: tuple[Array, Array, Array]) -> Array:
        _, slope, count = carry
        return (slope > STILL) & (count < NEWTON)

    def step(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        u, _, count = carry
        slope = slope_of(u)
        values, vectors = jnp.linalg.eigh(hessian(energy, u))
        move = -vectors @ ((vectors.T @ slope) / jnp.maximum(jnp.abs(values), LEAST))
        move *= jnp.minimum(1.0, LONGEST / jnp.linalg.norm(move))
        tried = lax.map(lambda t: energy(u + t * move), jnp.asarray(FRACTIONS))
        best = u + jnp.asarray(FRACTIONS)[jnp.argmin(jnp.where(jnp.isfinite(tried), tried, jnp.inf))] * move
        return best, jnp.max(jnp.abs(slope)), count + 1

    u, slope, _ = lax.while_loop(going, step, (jnp.zeros(size), jnp.asarray(jnp.inf), jnp.asarray(0)))
    return u, slope <= NEAR  # of the point before the last step, which at the end goes nowhere


def root(energy: Callable[[Array], Array], u: Array) -> Array:
    """W with W W' = inverse of the Hessian at `u`, with its eigenvalues made positive."""
    values, vectors = jnp.linalg.eigh(hessian(energy, u))
    return vectors / jnp.sqrt(jnp.maximum(jnp.abs(values), LEAST))


def _uncentre(model: DensityModel, v: Array, centring: Array, data: Any) -> Array:
    """Standard normals from sampled coordinates; scales depend only on parameters with scale 1."""
    return v * model.scales(v, data) ** -centring


def _centred_density(model: DensityModel, v: Array, centring: Array, data: Any) -> Array:
    return model.energy(_uncentre(model, v, centring, data), data) + centring @ jnp.log(model.scales(v, data))


@cache
def _place(model: DensityModel, size: int) -> Callable[[Any], tuple[Array, ...]]:
    def place(data: Any) -> tuple[Array, ...]:
        u, result = mode(lambda u: model.energy(u, data), size)
        return *_coordinates(model, u, data), result

    return jax.jit(place, compiler_options=NO_MULTI_OUTPUT_FUSION)


@cache
def _place_at(model: DensityModel) -> Callable[[Array, Any], tuple[Array, ...]]:
    return jax.jit(lambda u, data: _coordinates(model, u, data), compiler_options=NO_MULTI_OUTPUT_FUSION)


def _coordinates(model: DensityModel, u: Array, data: Any) -> tuple[Array, Array, Array]:
    """Centring, centre and root of the coordinates around a point."""
    curvature = jnp.diag(hessian(lambda u: model.energy(u, data), u))
    text = 1 - 1 / jnp.maximum(curvature, 1.0)
    centre = u * model.scales(u, data) ** text
    return text, centre, root(lambda v: _centred_density(model, v, text, data), centre)


@cache
def _chains(model: DensityModel, size: int, warmup: int, draws: int) -> Callable[..., tuple[Array, ...]]:
    from numpyro.infer.hmc import hmc

    def white(data: Any, centring: Array, centre: Array, scale: Array) -> Callable[[Array], Array]:
        return lambda z: _centred_density(model, centre + scale @ z, centring, data)

    start, move = hmc(potential_fn_gen=white, algo="NUTS")

    def chain(key: Array, accept: Array, params: tuple[Any, ...]) -> tuple[Array, Array, Array]:
        index, kernel = jax.random.split(key)
        first = jax.random.normal(index, (size,))
        state = start(
            first,
            warmup,
            model_args=params,
            rng_key=kernel,
            target_accept_prob=accept,
            dense_mass=False,
            inverse_mass_matrix=jnp.ones(size),
        )

        def one(state: Any, _: None) -> tuple[Any, tuple[Array, Array, Array]]:
            state = move(state, model_args=params)
            return state, (state.z, state.diverging, state.num_steps)

        state, _ = lax.scan(one, state, None, length=warmup)
        return lax.scan(one, state, None, length=draws)[1]

    def run(key: Array, accept: Array, *params: Any) -> tuple[Array, ...]:
        data, text, centre, scale = params
        z, diverging, steps = jax.vmap(lambda key: chain(key, accept, params))(jax.random.split(key, CHAINS))
        v = centre + z @ scale.T
        return v, jax.vmap(jax.vmap(lambda v: _uncentre(model, v, text, data)))(v), diverging.sum(), steps.mean()

    return jax.jit(run, compiler_options=NO_MULTI_OUTPUT_FUSION)


def fit(
    model: DensityModel,
    data: Any,
    size: int,
    *,
    seed: int = 0,
    warmup: int = 300,
    draws: int = 500,
    start: Floats | None = None,
    accept: tuple[float, ...] = ACCEPT,
) -> NutsResult:
    """Sample the posterior; needs the extra `fit`.

    `start` is a point in the bulk of the posterior, for a density whose mode is far from it; default: the mode. `accept`
    are the target acceptance rates of successive tries.

    Where the draws fail the convergence checks, sampling is repeated in coordinates whitened by these draws, with
    smaller steps. Returns the best of the attempts, or all of them joined.
    """
    _optional.require()
    xla.devices()
    with jax.enable_x64(True):
        if start is None:
            text, centre, scale, result = _place(model, size)(data)
        else:
            text, centre, scale = _place_at(model)(jnp.asarray(start), data)
            result = jnp.asarray(True)
        chains, key = _chains(model, size, warmup, draws), jax.random.key(seed)
        tries: list[NutsResult] = []
        for attempt, rate in enumerate(accept):
            v, u, diverging, steps = chains(
                jax.random.fold_in(key, attempt), jnp.asarray(rate), data, text, centre, scale
            )
            tries.append(_diagnose(np.asarray(u), int(diverging), float(steps), bool(result)))
            out = max([*tries, *([_joined(tries)] if attempt else [])], key=lambda fit: fit.rank_key)
            if out.passed:
                break
            flat = v.reshape(-1, size)
            centre, scale = flat.mean(axis=0), jnp.linalg.cholesky(jnp.cov(flat.T))
    return out


def _joined(tries: list[NutsResult]) -> NutsResult:
    """Draws of several tries, each chain continued by the next try."""
    return _diagnose(
        np.concatenate([fit.draws for fit in tries], axis=1),
        sum(fit.divergences for fit in tries),
        float(np.mean([fit.steps for fit in tries])),
        tries[0].mode_found,
    )


def _diagnose(u: Floats, divergences: int, steps: float, result: bool) -> NutsResult:
    array_stats = _optional.statistics()
    each = [
        (
            array_stats.rhat(u[..., i]),
            array_stats.ess(u[..., i], method="bulk"),
            array_stats.ess(u[..., i], method="tail", prob=(0.05, 0.95)),
        )
        for i in range(u.shape[-1])
    ]
    rhat, bulk, tail = np.array(each).T
    return NutsResult(u, float(rhat.max()), float(bulk.min()), float(tail.min()), divergences, steps, result)
