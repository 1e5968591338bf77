"""Posterior of a density over standard normals: mode, Laplace, preconditioned NUTS.

A number that is multiplied by an unknown scale is sampled times that scale to the power `centring`: partial centring
(papaspiliopoulos2007). `centring` is the share by which the data reduce its prior variance at the mode when all else is fixed,
and not the share by which the posterior variance is smaller: a sum that is known well makes its terms depend on their scale
even where other terms could replace them. The root of the Hessian's inverse gives coordinates in which NUTS needs few steps.
One compilation serves every data set of the same shapes, so that leaving claims out or simulating claims costs no more than a run.
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

from standoff import blas, xla
from standoff.inference import _optional
from standoff.inference.convergence import Diagnostics, disagreements, rhat_and_ess
from standoff.inference.mode import Point, find_mode, inverse_root
from standoff.types import Floats
from standoff.xla import NO_MULTI_OUTPUT_FUSION

Energy = Callable[[Array, Any], Array]
DIVERGENT = 0.001  #: assumption: admissible share of divergent draws
CHAINS = 4
BLOCK = 64  # columns of a Hessian at a time; assumption: twenty thousand rows of data need about 1 GB
ACCEPT = (0.85, 0.95, 0.98)  #: target acceptance rates of successive tries


class DensityModel(NamedTuple):
    """Density of parameters with standard normal priors; functions of (u, data)."""

    energy: Energy  #: negative log density
    scales: Energy  #: (parameter,) unknown scale that multiplies each; 1 elsewhere


@dataclass(frozen=True, eq=False, kw_only=True)
class NutsResult(Diagnostics):
    """Posterior draws with convergence diagnostics."""

    rhat: float
    ess: float
    divergences: int
    draws: Floats  #: (chain, draw, parameter)
    steps: float  #: mean leapfrog steps per draw
    mode_found: bool

    @property
    def flat(self) -> Floats:
        """(draw, parameter), chains concatenated."""
        return self.draws.reshape(-1, self.draws.shape[-1])


def hessian(energy: Callable[[Array], Array], u: Array) -> Array:
    """Second derivatives at `u`, in blocks of columns: all at once need `size` times the memory."""
    slope_of = jax.grad(energy)
    return lax.map(lambda e: jax.jvp(slope_of, (u,), (e,))[1], jnp.eye(len(u)), batch_size=BLOCK)


def uncentre(model: DensityModel, v: Array, centring: Array, data: Any) -> Array:
    """Standard normals from sampled coordinates; scales depend only on parameters with scale 1."""
    return v * model.scales(v, data) ** -centring


def _centred_density(model: DensityModel, v: Array, centring: Array, data: Any) -> Array:
    return model.energy(uncentre(model, v, centring, data), data) + centring @ jnp.log(model.scales(v, data))


@cache
def _point(model: DensityModel) -> Callable[[Array, Any], tuple[Array, ...]]:
    def at(u: Array, data: Any) -> tuple[Array, ...]:
        return *jax.value_and_grad(model.energy)(u, data), hessian(lambda u: model.energy(u, data), u)

    return jax.jit(at, compiler_options=NO_MULTI_OUTPUT_FUSION)


@cache
def coordinates(model: DensityModel) -> Callable[[Array, Any], tuple[Array, ...]]:
    """Centring and centre of the coordinates around a point, and the curvature there."""

    def around(u: Array, data: Any) -> tuple[Array, ...]:
        centring = 1 - 1 / jnp.maximum(jnp.diag(hessian(lambda u: model.energy(u, data), u)), 1.0)
        centre = u * model.scales(u, data) ** centring
        return centring, centre, hessian(lambda v: _centred_density(model, v, centring, data), centre)

    return jax.jit(around, compiler_options=NO_MULTI_OUTPUT_FUSION)


@cache
def _chains(model: DensityModel, size: int, warmup: int, draws: int) -> Callable[..., tuple[Array, ...]]:
    from numpyro.infer.hmc import hmc

    def white(data: Any, centring: Array, centre: Array, root: Array) -> Callable[[Array], Array]:
        return lambda z: _centred_density(model, centre + root @ z, centring, data)

    start, move = hmc(potential_fn_gen=white, algo="NUTS")

    def chain(key: Array, accept: Array, params: tuple[Any, ...]) -> tuple[Array, Array, Array]:
        of_start, of_moves = jax.random.split(key)
        first = jax.random.normal(of_start, (size,))
        state = start(
            first,
            warmup,
            model_args=params,
            rng_key=of_moves,
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
        data, centring, centre, root = params
        z, diverging, steps = jax.vmap(lambda key: chain(key, accept, params))(jax.random.split(key, CHAINS))
        v = centre + z @ root.T
        return v, jax.vmap(jax.vmap(lambda v: uncentre(model, v, centring, data)))(v), diverging.sum(), steps.mean()

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
    with jax.enable_x64(True), blas.one_thread():
        found = True
        if start is None:

            def at(u: Floats) -> Point:
                energy, slope, curvature = map(np.asarray, _point(model)(jnp.asarray(u), data))
                return Point(float(energy), slope, curvature)

            mode = find_mode(at, np.zeros(size))
            start, found = mode.x, mode.converged
        centring, centre, curvature = coordinates(model)(jnp.asarray(start), data)
        root = jnp.asarray(inverse_root(np.asarray(curvature)))
        chains, key = _chains(model, size, warmup, draws), jax.random.key(seed)
        tries: list[NutsResult] = []
        for attempt, rate in enumerate(accept):
            v, u, diverging, steps = chains(
                jax.random.fold_in(key, attempt), jnp.asarray(rate), data, centring, centre, root
            )
            tries.append(_diagnosed(np.asarray(u), int(diverging), float(steps), found))
            best = max([*tries, *([_joined(tries)] if attempt else [])], key=_rank)
            if best.passed:
                break
            flat = v.reshape(-1, size)
            centre, root = flat.mean(axis=0), jnp.linalg.cholesky(jnp.cov(flat.T))
    return best


def _rank(result: NutsResult) -> tuple[bool, float]:
    """Order of tries: passed, or more effective draws, fewer where too many diverge."""
    return result.passed, result.ess / max(1.0, _divergent(result.draws, result.divergences))


def _joined(tries: list[NutsResult]) -> NutsResult:
    """Draws of several tries, each chain continued by the next try."""
    return _diagnosed(
        np.concatenate([each.draws for each in tries], axis=1),
        sum(each.divergences for each in tries),
        float(np.mean([each.steps for each in tries])),
        tries[0].mode_found,
    )


def _divergent(draws: Floats, divergences: int) -> float:
    """Divergences relative to the admissible number."""
    return divergences / (DIVERGENT * draws.shape[0] * draws.shape[1])


def _diagnosed(draws: Floats, divergences: int, steps: float, mode_found: bool) -> NutsResult:
    rhat, ess = rhat_and_ess(draws)
    passed = not disagreements(rhat, ess) and _divergent(draws, divergences) <= 1 and mode_found
    return NutsResult(
        passed=passed, rhat=rhat, ess=ess, divergences=divergences, draws=draws, steps=steps, mode_found=mode_found
    )
