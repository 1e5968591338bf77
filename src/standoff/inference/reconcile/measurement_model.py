"""Measurement model: a latent path, observed by claims through their sources. Pure JAX.

All that is unknown is one vector of numbers `u`, standard normal under the prior; everything else is a transform of it:

    log flow of step k         x[0], x[1] = centre + start u;  x[k] = x[k-1] + pace sqrt(months) u     (a level: x[0] only)
                               of the quantity with the most claims; its first part has the share that the ratios leave
    log of another part        that of the first part + ratio + trend (years from the middle)
    size that a claim is about theta = functional . exp(flows)
    claim                      log theta + bias + noise of its source, as `observe` has it
    bias                       that of the interest + the source's own + its definition + drift; log(share) for a floor
    claims of one report       one draw of the noise, and each the small noise of passing it on
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.inference import nuts
from standoff.inference.reconcile import claim_likelihood
from standoff.inference.reconcile.claim_arrays import require_published_by
from standoff.inference.reconcile.time_grid import YEAR
from standoff.xla import NO_MULTI_OUTPUT_FUSION

if TYPE_CHECKING:
    from standoff.inference.reconcile.claim_arrays import ClaimData, Ints
    from standoff.types import Floats


class ClaimArrays(NamedTuple):
    """`ClaimData` as arrays for compiled functions; values can change without recompilation."""

    functional: Array  #: (claim, part, step)
    observed_log: Array  #: (claim,)
    include: Array  #: (claim,) 1, or 0 for an excluded claim
    half: Array
    fall: Array
    bias_mean: Array
    bias: Array  #: (claim, normal)
    voice: Array  #: (claim, source), 0 or 1
    floor: Array  #: (claim, lower bound), 0 or 1
    report: Array  #: (claim, report), 0 or 1
    ratio: Array  #: (part - 1, 2)
    walk: Array  #: (step, normal) from normals of the path to its logs, in units of `start` and `pace`
    fixed: Array  #: (normal,) 1 if its standard deviation is `start`; 0 if it is `pace`
    main: Array  #: (part,) 1 for the parts of the quantity that the path describes
    years: Array  #: (step,) from the middle of the path
    centre: Array
    noise: Array  #: (2,) log median, deviation
    pace: Array  #: (2,) log median, deviation
    named: Array  #: (2,) mean and deviation of the logit of a name-count share
    trend: Array
    carrier: Array


class Latent(NamedTuple):
    """Latent variables of `u`."""

    flows: Array  #: (part, step)
    level: Array  #: (claim,) log of the size that each claim is about
    bias: Array  #: (claim,) log bias, with the log of a name-count share
    noise: Array  #: (source,) standard deviation of a source
    error: Array  #: (claim,) error of a shared report, else 0
    spread: Array  #: (claim,) remaining standard deviation
    pace: Array


def data(evidence: ClaimData) -> ClaimArrays:
    """Arrays of a model, in double precision; refuses claims published after the cut-off date."""
    require_published_by([item.claim for item in evidence.claims], evidence.as_of)
    prior, places = evidence.prior, evidence.grid.knot_days
    walk, fixed = evidence.grid.walk(prior.start)

    def one_hot(which: Ints) -> Floats:
        return np.asarray(which[:, None] == np.arange(which.max(initial=-1) + 1), np.float64)

    columns = (
        evidence.functional,
        evidence.value,
        np.ones_like(evidence.value),
        evidence.half_width,
        evidence.bound_rate,
        evidence.bias_mean,
        evidence.bias,
        one_hot(evidence.source_model),
        one_hot(evidence.floor),
        one_hot(evidence.report),
        evidence.ratio,
        walk,
        fixed,
        evidence.main,
        (places - places.mean()) / YEAR,
        evidence.centre,
        np.array([np.log(prior.noise[0]), prior.noise[1]]),
        np.array([np.log(prior.flow_volatility[0]), prior.flow_volatility[1]]),
        np.array(prior.name_count_share),
        prior.trend,
        prior.relay_noise,
    )
    return ClaimArrays(*map(jnp.asarray, columns))


def sizes(d: ClaimArrays) -> dict[str, int]:
    """Sizes of the blocks of `u`, in order."""
    parts = d.ratio.shape[0]
    return {
        "path": d.walk.shape[1], "pace": 1, "ratio": parts, "trend": parts, "bias": d.bias.shape[1],
        "noise": d.voice.shape[1], "floor": d.floor.shape[1], "report": d.report.shape[1],
    }  # fmt: skip


def size(d: ClaimArrays) -> int:
    """Length of `u`."""
    return sum(sizes(d).values())


def blocks(u: Array, d: ClaimArrays) -> dict[str, Array]:
    """The blocks of `u`."""
    out, at = {}, 0
    for name, size in sizes(d).items():
        out[name] = u[at : at + size]
        at += size
    return out


def scales(u: Array, d: ClaimArrays) -> Array:
    """Scale of each number of `u` over its prior median if it is unknown; 1 elsewhere."""
    block = blocks(u, d)
    ones = jnp.ones_like(u)
    pace = jnp.exp(d.pace[1] * block["pace"][0])
    noise = jnp.exp(d.noise[1] * block["noise"])
    of_report = (d.report.T @ d.voice) / d.report.sum(axis=0)[:, None] @ noise
    return ones.at[: len(d.fixed)].set(jnp.where(d.fixed > 0, 1.0, pace)).at[len(u) - len(of_report) :].set(of_report)


def latent(u: Array, d: ClaimArrays) -> Latent:
    """Latent variables of `u`."""
    block = blocks(u, d)
    pace = jnp.exp(d.pace[0] + d.pace[1] * block["pace"][0])
    path = d.centre + d.walk @ (jnp.where(d.fixed > 0, d.fixed, pace) * block["path"])
    ratio = d.ratio[:, 0] + d.ratio[:, 1] * block["ratio"]
    others = jnp.exp(ratio[:, None] + d.trend * block["trend"][:, None] * d.years)
    relative = jnp.concatenate([jnp.ones_like(path)[None], others])
    flows = jnp.exp(path) * relative / (d.main @ relative)
    level = jnp.log(jnp.einsum("cpk,pk->c", d.functional, flows))
    share = jax.nn.log_sigmoid(d.named[0] + d.named[1] * block["floor"])
    bias = d.bias_mean + d.bias @ block["bias"] + d.floor @ share
    noise = jnp.exp(d.noise[0] + d.noise[1] * block["noise"])
    own = d.voice @ noise
    error = own * (d.report @ block["report"])
    spread = jnp.sqrt((1 - d.report.sum(axis=1)) * own**2 + d.carrier**2)
    return Latent(flows, level, bias, noise, error, spread, pace)


def log_likelihoods(u: Array, d: ClaimArrays) -> Array:
    """Log likelihood of every claim, (claim,), including excluded ones."""
    now = latent(u, d)
    return claim_likelihood.log_density(d.observed_log, now.level + now.bias + now.error, now.spread, d.half, d.fall)


def from_prior(key: Array, d: ClaimArrays) -> Array:
    """One vector drawn from the prior."""
    return jax.random.normal(key, (size(d),))


def neg_log_density(u: Array, d: ClaimArrays) -> Array:
    """Negative log posterior density, up to a constant."""
    return 0.5 * (u @ u) - d.include @ log_likelihoods(u, d)


MODEL = nuts.DensityModel(neg_log_density, scales)


def simulate(key: Array, u: Array, d: ClaimArrays) -> ClaimArrays:
    """The model with claims simulated from it at `u`."""
    now = latent(u, d)
    return d._replace(
        observed_log=claim_likelihood.draw(key, now.level + now.bias + now.error, now.spread, d.half, d.fall)
    )


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def _path_values(flat: Array, d: ClaimArrays, functionals: Array) -> Array:
    return jax.vmap(lambda u: jnp.einsum("tpk,pk->t", functionals, latent(u, d).flows))(flat)


def path_values(flat: Floats, d: ClaimArrays, functionals: Floats) -> Floats:
    """Values of functionals (day, part, step), (draw, day), for draws of `u`; double precision."""
    return np.asarray(_path_values(flat, d, functionals))


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def latent_draws(flat: Array, d: ClaimArrays) -> Latent:
    """Latent variables of many draws; call in double precision."""
    return jax.vmap(lambda u: latent(u, d))(flat)


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def likelihoods(flat: Array, d: ClaimArrays) -> Array:
    """`log_likelihoods` of many draws, (draw, claim); call in double precision."""
    return jax.vmap(lambda u: log_likelihoods(u, d))(flat)


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def simulate_claims(keys: Array, flat: Array, d: ClaimArrays) -> Array:
    """Simulated claims of many draws, (draw, claim); call in double precision."""
    return jax.vmap(lambda key, u: simulate(key, u, d).observed_log)(keys, flat)
