"""Measurement model: a latent path, observed by claims through their sources. Pure JAX.

All unknowns are one vector of numbers `u`, standard normal under the prior; everything else is a transform of it:

    log flow of step k         x[0], x[1] = centre + start u;  x[k] = x[k-1] + pace sqrt(months) u     (a level: x[0] only)
                               of the quantity with the most claims; its first part has the share that the ratios leave
                               a share: x is its logit, so that no path exceeds the whole
    log of another part        that of the first part + ratio + trend (years from the middle)
    size that a claim is about theta = functional . exp(flows)
    claim                      log theta + bias + noise of its source, as in `claim_likelihood`
    bias                       that of the interest + the source's own + its definition + drift; log(share) for a floor
    claims of one report       one draw of the noise, and for each the small noise of relaying it
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.inference import nuts
from standoff.inference.reconcile.claim_likelihood import ClaimArrays
from standoff.inference.reconcile.time_grid import YEAR
from standoff.xla import NO_MULTI_OUTPUT_FUSION

if TYPE_CHECKING:
    from standoff.inference.reconcile.claim_arrays import ClaimData
    from standoff.types import Floats


class ReconcileArrays(NamedTuple):
    """Claims and a path as arrays for compiled functions.

    Numbers and `include` may be replaced without a new compilation.
    """

    claims: ClaimArrays
    functional: Array  #: (claim, part, step)
    include: Array  #: (claim,) 1, or 0 for an excluded claim
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
    whole: Array | None = None  #: the level that a share cannot exceed


class Latent(NamedTuple):
    """Latent variables of `u`."""

    flows: Array  #: (part, step)
    level: Array  #: (claim,) log of the size that each claim is about
    bias: Array  #: (claim,) log bias, with the log of a name-count share
    noise: Array  #: (source,) standard deviation of a source
    error: Array  #: (claim,) error of a shared report, else 0
    spread: Array  #: (claim,) remaining standard deviation
    pace: Array


def data(evidence: ClaimData) -> ReconcileArrays:
    """Arrays of a model, in double precision; refuses claims published after the cut-off date."""
    claims = ClaimArrays.of(evidence)
    prior, places = evidence.prior, evidence.grid.knot_days
    walk, fixed = evidence.grid.walk(prior.start)
    columns = {
        "functional": evidence.functional,
        "include": np.ones_like(evidence.value),
        "ratio": evidence.ratio,
        "walk": walk,
        "fixed": fixed,
        "main": evidence.main,
        "years": (places - places.mean()) / YEAR,
        "centre": evidence.centre,
        "noise": np.array([np.log(prior.noise[0]), prior.noise[1]]),
        "pace": np.array([np.log(prior.flow_volatility[0]), prior.flow_volatility[1]]),
        "named": np.array(prior.name_count_share),
        "trend": prior.trend,
        "carrier": prior.relay_noise,
    }
    arrays = ReconcileArrays(claims=claims, **{name: jnp.asarray(column) for name, column in columns.items()})
    return arrays if evidence.whole is None else arrays._replace(whole=jnp.asarray(evidence.whole))


def sizes(d: ReconcileArrays) -> dict[str, int]:
    """Sizes of the blocks of `u`, in order."""
    parts = d.ratio.shape[0]
    return {
        "path": d.walk.shape[1],
        "pace": 1,
        "ratio": parts,
        "trend": parts,
        "bias": d.claims.bias.shape[1],
        "noise": d.claims.source.shape[1],
        "floor": d.claims.floor.shape[1],
        "report": d.claims.report.shape[1],
    }


def size(d: ReconcileArrays) -> int:
    """Length of `u`."""
    return sum(sizes(d).values())


def blocks(u: Array, d: ReconcileArrays) -> dict[str, Array]:
    """The blocks of `u`."""
    out, at = {}, 0
    for name, size in sizes(d).items():
        out[name] = u[at : at + size]
        at += size
    return out


def scales(u: Array, d: ReconcileArrays) -> Array:
    """Scale of each number of `u` over its prior median if it is unknown; 1 elsewhere."""
    block = blocks(u, d)
    ones = jnp.ones_like(u)
    pace = jnp.exp(d.pace[1] * block["pace"][0])
    noise = jnp.exp(d.noise[1] * block["noise"])
    report = d.claims.report
    of_report = (report.T @ d.claims.source) / report.sum(axis=0)[:, None] @ noise
    return ones.at[: len(d.fixed)].set(jnp.where(d.fixed > 0, 1.0, pace)).at[len(u) - len(of_report) :].set(of_report)


def latent(u: Array, d: ReconcileArrays) -> Latent:
    """Latent variables of `u`."""
    block = blocks(u, d)
    pace = jnp.exp(d.pace[0] + d.pace[1] * block["pace"][0])
    path = d.centre + d.walk @ (jnp.where(d.fixed > 0, d.fixed, pace) * block["path"])
    if d.whole is not None:
        path = jnp.log(d.whole) + jax.nn.log_sigmoid(path)
    ratio = d.ratio[:, 0] + d.ratio[:, 1] * block["ratio"]
    others = jnp.exp(ratio[:, None] + d.trend * block["trend"][:, None] * d.years)
    relative = jnp.concatenate([jnp.ones_like(path)[None], others])
    flows = jnp.exp(path) * relative / (d.main @ relative)
    level = jnp.log(jnp.einsum("cpk,pk->c", d.functional, flows))
    share = jax.nn.log_sigmoid(d.named[0] + d.named[1] * block["floor"])
    bias = d.claims.log_bias(block["bias"], share)
    noise = jnp.exp(d.noise[0] + d.noise[1] * block["noise"])
    own = d.claims.source @ noise
    error = own * (d.claims.report @ block["report"])
    spread = jnp.sqrt((1 - d.claims.report.sum(axis=1)) * own**2 + d.carrier**2)
    return Latent(flows, level, bias, noise, error, spread, pace)


def log_likelihoods(u: Array, d: ReconcileArrays) -> Array:
    """Log likelihood of every claim, (claim,), including excluded ones."""
    now = latent(u, d)
    return d.claims.log_density(now.level + now.bias + now.error, now.spread)


def from_prior(key: Array, d: ReconcileArrays) -> Array:
    """One vector drawn from the prior."""
    return jax.random.normal(key, (size(d),))


def neg_log_density(u: Array, d: ReconcileArrays) -> Array:
    """Negative log posterior density, up to a constant."""
    return 0.5 * (u @ u) - d.include @ log_likelihoods(u, d)


MODEL = nuts.DensityModel(neg_log_density, scales)


def simulate(key: Array, u: Array, d: ReconcileArrays) -> ReconcileArrays:
    """The model with claims simulated from it at `u`."""
    now = latent(u, d)
    return d._replace(claims=d.claims.draw(key, now.level + now.bias + now.error, now.spread))


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def _path_values(flat: Array, d: ReconcileArrays, functionals: Array) -> Array:
    return jax.vmap(lambda u: jnp.einsum("tpk,pk->t", functionals, latent(u, d).flows))(flat)


def path_values(flat: Floats, d: ReconcileArrays, functionals: Floats) -> Floats:
    """Values of functionals (day, part, step), (draw, day), for draws of `u`; double precision."""
    return np.asarray(_path_values(flat, d, functionals))


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def latent_draws(flat: Array, d: ReconcileArrays) -> Latent:
    """Latent variables of many draws; call in double precision."""
    return jax.vmap(lambda u: latent(u, d))(flat)


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def likelihoods(flat: Array, d: ReconcileArrays) -> Array:
    """`log_likelihoods` of many draws, (draw, claim); call in double precision."""
    return jax.vmap(lambda u: log_likelihoods(u, d))(flat)


@partial(jax.jit, compiler_options=NO_MULTI_OUTPUT_FUSION)
def simulate_claims(keys: Array, flat: Array, d: ReconcileArrays) -> Array:
    """Simulated claims of many draws, (draw, claim); call in double precision."""
    return jax.vmap(lambda key, u: simulate(key, u, d).claims.observed_log)(keys, flat)
