"""The measurement model: a latent path that claims observe through their sources. Pure functions in JAX.

All that is unknown is one vector of numbers `u`, standard normal under the prior; everything else is a transform of it:

    log flow of step k         x[0], x[1] = centre + start u;  x[k] = x[k-1] + pace sqrt(months) u     (a level: x[0] only)
                               of the quantity with the most claims; its first part has the share that the ratios leave
    log of another part        that of the first part + ratio + trend (years from the middle)
    size that a claim is about theta = functional . exp(flows)
    claim                      log theta + bias + noise of its source, as `observe` has it
    bias                       that of the interest + the source's own + its definition + drift; log(share) for a floor
    claims of one report       one draw of the noise, and each the small noise of passing it on

Where a running count tells the steps of the path, `u` holds the change itself, over the median pace, and not over the
pace, which is then the better coordinate to sample in (papaspiliopoulos2007); its prior has the deviation pace / median.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.calibrate import observe, sample
from standoff.calibrate.path import YEAR

if TYPE_CHECKING:
    from standoff.calibrate.evidence import Evidence


class Data(NamedTuple):
    """An `Evidence` as arrays for compiled functions; `said` and `heed` may be replaced without a new compilation."""

    functional: Array  #: (claim, part, step)
    said: Array  #: (claim,)
    heed: Array  #: (claim,) 1, or 0 for a claim that is left out
    half: Array
    fall: Array
    bias_mean: Array
    bias: Array  #: (claim, normal)
    voice: Array  #: (claim, voice), 0 or 1
    floor: Array  #: (claim, floor), 0 or 1
    report: Array  #: (claim, report), 0 or 1
    ratio: Array  #: (part - 1, 2)
    walk: Array  #: (step, normal) from normals of the path to its logarithms, in units of `start` and `pace`
    fixed: Array  #: (normal,) deviation of each of these normals where it is `start`; 0 where it is `pace`
    told: Array  #: (normal,) 1 where a running count tells the change, else 0
    shared: Array  #: (report,) 1: its error is told by several claims
    main: Array  #: (part,) 1 for the parts of the quantity that the path is of
    years: Array  #: (step,) from the middle of the path
    centre: Array
    noise: Array  #: (2,) log median, deviation
    pace: Array  #: (2,) log median, deviation
    named: Array  #: (2,) mean and deviation of the logit of a floor's share
    trend: Array
    carrier: Array


class Latent(NamedTuple):
    """What `u` stands for."""

    flows: Array  #: (part, step)
    level: Array  #: (claim,) log of the size that each claim is about
    bias: Array  #: (claim,) log bias, with the log share of a floor
    noise: Array  #: (voice,) deviation of a source
    error: Array  #: (claim,) of a report that others share, else 0
    spread: Array  #: (claim,) deviation that is left
    pace: Array


def data(evidence: Evidence) -> Data:
    """Arrays of a model; call under double precision."""
    prior, places = evidence.prior, evidence.grid.places
    walk, fixed = evidence.grid.walk(prior.start)
    told = np.concatenate([np.zeros(len(fixed) - len(evidence.told)), evidence.told]) * (fixed == 0)

    def one_hot(which: np.ndarray) -> Array:  # type: ignore[type-arg]
        return jnp.asarray((which[:, None] == np.arange(which.max(initial=-1) + 1)).astype(float))

    return Data(
        *(jnp.asarray(part) for part in (evidence.functional, evidence.value, np.ones_like(evidence.value), evidence.half,
                                         evidence.fall, evidence.bias_mean, evidence.bias)),
        one_hot(evidence.voice), one_hot(evidence.floor), one_hot(evidence.report),
        *(jnp.asarray(part) for part in (evidence.ratio, walk, fixed, told,
                                         np.ones(evidence.report.max(initial=-1) + 1), evidence.main,
                                         (places - places.mean()) / YEAR, evidence.centre,
                                         np.array([np.log(prior.noise[0]), prior.noise[1]]),
                                         np.array([np.log(prior.pace[0]), prior.pace[1]]), np.array(prior.named),
                                         prior.trend, prior.carrier)),
    )  # fmt: skip


def sizes(d: Data) -> dict[str, int]:
    """The blocks of `u`, in order."""
    parts = d.ratio.shape[0]
    return {
        "path": d.walk.shape[1], "pace": 1, "ratio": parts, "trend": parts, "bias": d.bias.shape[1],
        "noise": d.voice.shape[1], "floor": d.floor.shape[1], "report": d.report.shape[1],
    }  # fmt: skip


def blocks(u: Array, d: Data) -> dict[str, Array]:
    """The vector, part by part."""
    out, at = {}, 0
    for name, size in sizes(d).items():
        out[name] = u[at : at + size]
        at += size
    return out


def scales(u: Array, d: Data) -> tuple[Array, Array]:
    """Prior deviations of the blocks path, (normal,), and report, (report,): 1 where they are not told."""
    block = blocks(u, d)
    pace = jnp.exp(d.pace[1] * block["pace"][0])
    noise = jnp.exp(d.noise[1] * block["noise"])
    of_report = (d.report.T @ d.voice) / d.report.sum(axis=0)[:, None] @ noise
    return jnp.where(d.told > 0, pace, 1.0), jnp.where(d.shared > 0, of_report, 1.0)


def latent(u: Array, d: Data) -> Latent:
    """The transform."""
    block = blocks(u, d)
    pace = jnp.exp(d.pace[0] + d.pace[1] * block["pace"][0])
    unit = jnp.where(d.told > 0, jnp.exp(d.pace[0]), pace)
    path = d.centre + d.walk @ (jnp.where(d.fixed > 0, d.fixed, unit) * block["path"])
    ratio = d.ratio[:, 0] + d.ratio[:, 1] * block["ratio"]
    others = jnp.exp(ratio[:, None] + d.trend * block["trend"][:, None] * d.years)
    relative = jnp.concatenate([jnp.ones_like(path)[None], others])
    flows = jnp.exp(path) * relative / (d.main @ relative)
    level = jnp.log(jnp.einsum("cpk,pk->c", d.functional, flows))
    share = jax.nn.log_sigmoid(d.named[0] + d.named[1] * block["floor"])
    bias = d.bias_mean + d.bias @ block["bias"] + d.floor @ share
    noise = jnp.exp(d.noise[0] + d.noise[1] * block["noise"])
    own = d.voice @ noise
    error = d.report @ (d.shared * jnp.exp(d.noise[0]) * block["report"]) + own * (
        d.report @ ((1 - d.shared) * block["report"])
    )
    spread = jnp.sqrt((1 - d.report.sum(axis=1)) * own**2 + d.carrier**2)
    return Latent(flows, level, bias, noise, error, spread, pace)


def log_likelihoods(u: Array, d: Data) -> Array:
    """Log likelihood of every claim, (claim,), whether it is heeded or not."""
    now = latent(u, d)
    return observe.log_density(d.said, now.level + now.bias + now.error, now.spread, d.half, d.fall)


def log_prior(u: Array, d: Data) -> Array:
    """Log prior density, up to a constant."""
    block, (path, report) = blocks(u, d), scales(u, d)
    told = jnp.concatenate([block["path"], block["report"]])
    scale = jnp.concatenate([path, report])
    return -0.5 * (u @ u - told @ told) - jnp.sum(jnp.log(scale) + 0.5 * (told / scale) ** 2)


def from_prior(key: Array, d: Data) -> Array:
    """One vector drawn from the prior."""
    return from_plain(jax.random.normal(key, (sum(sizes(d).values()),)), d)


def energy(u: Array, d: Data) -> Array:
    """Minus the log posterior density, up to a constant."""
    return -log_prior(u, d) - d.heed @ log_likelihoods(u, d)


def plain_energy(u: Array, d: Data) -> Array:
    """The same with all of `u` standard normal: its mode is sound, where the other's runs to a pace of zero."""
    return energy(u, d._replace(told=jnp.zeros_like(d.told), shared=jnp.zeros_like(d.shared)))


def from_plain(u: Array, d: Data) -> Array:
    """The vector of `energy` that stands for the same path as one of `plain_energy`."""
    path, report = scales(u, d)
    return u.at[: len(path)].multiply(path).at[len(u) - len(report) :].multiply(report)


MODEL = sample.Model(energy, plain_energy, from_plain)


def drawn(key: Array, u: Array, d: Data) -> Data:
    """The same model with claims drawn from it, at `u`."""
    now = latent(u, d)
    return d._replace(said=observe.draw(key, now.level + now.bias + now.error, now.spread, d.half, d.fall))
