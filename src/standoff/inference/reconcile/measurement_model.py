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

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.inference import nuts
from standoff.inference.reconcile.claim_arrays import ClaimData, require_published_by
from standoff.inference.reconcile.claim_likelihood import ClaimArrays, SourcePrior, split
from standoff.inference.reconcile.time_grid import YEAR
from standoff.xla import NO_MULTI_OUTPUT_FUSION


class ReconcileArrays(NamedTuple):
    """Claims and a path as arrays for compiled functions.

    Numbers and `include` may be replaced without a new compilation.
    """

    claims: ClaimArrays
    functional: Any  #: (claim, part, step)
    include: Any  #: (claim,) 1, or 0 for an excluded claim
    ratio: Any  #: (part - 1, 2)
    walk: Any  #: (step, normal) from normals of the path to its logs, in units of `start` and `pace`
    fixed: Any  #: (normal,) 1 if its standard deviation is `start`; 0 if it is `pace`
    main: Any  #: (part,) 1 for the parts of the quantity that the path describes
    years: Any  #: (step,) from the middle of the path
    centre: Any
    sources: SourcePrior
    pace: Any  #: (2,) log median, deviation
    trend: Any
    whole: Any = None  #: the level that a share cannot exceed


class Latent(NamedTuple):
    """Latent variables of `u`."""

    flows: Array  #: (part, step)
    level: Array  #: (claim,) log of the size that each claim is about
    bias: Array  #: (claim,) log bias, with the log of a name-count share
    noise: Array  #: (source,) standard deviation of a source
    error: Array  #: (claim,) error of a shared report, else 0
    spread: Array  #: (claim,) remaining standard deviation


def data(evidence: ClaimData) -> ReconcileArrays:
    """Arrays of a model, in double precision; refuses claims published after the cut-off date."""
    require_published_by([item.claim for item in evidence.claims], evidence.as_of)
    prior, knots = evidence.prior, evidence.grid.knot_days
    walk, fixed = evidence.grid.walk(prior.start)
    arrays = ReconcileArrays(
        claims=evidence.arrays,
        functional=evidence.functional,
        include=np.ones(len(evidence.claims)),
        ratio=evidence.ratio,
        walk=walk,
        fixed=fixed,
        main=evidence.main,
        years=(knots - knots.mean()) / YEAR,
        centre=evidence.centre,
        sources=SourcePrior(
            np.array([np.log(prior.noise[0]), prior.noise[1]]), np.array(prior.name_count_share), prior.relay_noise
        ),
        pace=np.array([np.log(prior.flow_volatility[0]), prior.flow_volatility[1]]),
        trend=prior.trend,
        whole=evidence.whole,
    )
    return jax.tree.map(jnp.asarray, arrays)


def sizes(d: ReconcileArrays) -> dict[str, int]:
    """Sizes of the blocks of `u`, in order."""
    parts = d.ratio.shape[0]
    return {"path": d.walk.shape[1], "pace": 1, "ratio": parts, "trend": parts, **d.claims.sizes}


def size(d: ReconcileArrays) -> int:
    """Length of `u`."""
    return sum(sizes(d).values())


def scales(u: Array, d: ReconcileArrays) -> Array:
    """Scale of each number of `u` over its prior median if it is unknown; 1 elsewhere."""
    block = split(u, sizes(d))
    ones = jnp.ones_like(u)
    pace = jnp.exp(d.pace[1] * block["pace"][0])
    noise = jnp.exp(d.sources.noise[1] * block["noise"])
    report = d.claims.report
    of_report = (report.T @ d.claims.source) / report.sum(axis=0)[:, None] @ noise
    return ones.at[: len(d.fixed)].set(jnp.where(d.fixed > 0, 1.0, pace)).at[len(u) - len(of_report) :].set(of_report)


def latent(u: Array, d: ReconcileArrays) -> Latent:
    """Latent variables of `u`."""
    block = split(u, sizes(d))
    pace = jnp.exp(d.pace[0] + d.pace[1] * block["pace"][0])
    path = d.centre + d.walk @ (jnp.where(d.fixed > 0, d.fixed, pace) * block["path"])
    if d.whole is not None:
        path = jnp.log(d.whole) + jax.nn.log_sigmoid(path)
    ratio = d.ratio[:, 0] + d.ratio[:, 1] * block["ratio"]
    others = jnp.exp(ratio[:, None] + d.trend * block["trend"][:, None] * d.years)
    relative = jnp.concatenate([jnp.ones_like(path)[None], others])
    flows = jnp.exp(path) * relative / (d.main @ relative)
    level = jnp.log(jnp.einsum("cpk,pk->c", d.functional, flows))
    now = d.claims.effects(level, block, d.sources)
    return Latent(flows, level, now.bias, now.source_noise, now.error, now.spread)


def log_likelihoods(u: Array, d: ReconcileArrays) -> Array:
    """Log likelihood of every claim, (claim,), including excluded ones."""
    now = latent(u, d)
    return d.claims.log_density(now.level + now.bias + now.error, now.spread)


def neg_log_density(u: Array, d: ReconcileArrays) -> Array:
    """Negative log posterior density, up to a constant."""
    return 0.5 * (u @ u) - d.include @ log_likelihoods(u, d)


MODEL = nuts.DensityModel(neg_log_density, scales)


def simulate(key: Array, u: Array, d: ReconcileArrays) -> ReconcileArrays:
    """The model with claims simulated from it at `u`."""
    now = latent(u, d)
    return d._replace(claims=d.claims.draw(key, now.level + now.bias + now.error, now.spread))


def _compiled(function: Callable[..., Any], *axes: int | None) -> Callable[..., Any]:
    """The function of many draws, compiled; to be called in double precision.

    axes: those of `jax.vmap`
    """
    return jax.jit(jax.vmap(function, in_axes=axes), compiler_options=NO_MULTI_OUTPUT_FUSION)


def _path(u: Array, d: ReconcileArrays, functionals: Array) -> Array:
    return jnp.einsum("tpk,pk->t", functionals, latent(u, d).flows)


#: (draw, day) values of functionals (day, part, step), from draws of `u`
path_values = _compiled(_path, 0, None, None)
latent_draws = _compiled(latent, 0, None)  #: latent variables, from draws of `u`
likelihoods = _compiled(log_likelihoods, 0, None)  #: (draw, claim), from draws of `u`
#: (draw, claim) simulated claims, from random keys and draws of `u`
simulate_claims = _compiled(lambda key, u, d: simulate(key, u, d).claims.observed_log, 0, 0, None)
