"""Hamiltonian Monte Carlo for a fit, preconditioned by the normal approximation at the mode.

The gradient is computed in reverse mode through the simulation. It is compiled once for all chains, and the host moves
the chains side by side: a library's sampler holds copies of the gradient in its own loops, and did not finish compiling
them for the flagship in eight minutes. Along a trajectory the log likelihood of choices is replaced by its quadratic
approximation at the mode (the surrogate), so that games are solved only at the end and are not differentiated. The
acceptance test uses the exact density, so that draws are those of the posterior. Trajectories have random lengths about
an eighth of a turn of a standard normal, so that none returns to its start. During warm-up, whose draws are discarded,
step sizes are set by dual averaging. Further discarded draws adapt two more things. The quadratic of the choices is
fitted anew to their exact log likelihood at these draws, because at the mode its curvature along a few directions can
be several times that over the posterior: a chain that strays there is then rejected for hundreds of draws. And
directions in which the posterior is much wider than the normal at its mode are rescaled.

Sources: neal2011 (method, random lengths, trajectories of another density), hoffman2014 (step size), johnstone2001 (how
wide a direction looks by chance), baik2006 (how much wider it looks than it is).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.inference import _optional
from standoff.inference.fit import records
from standoff.inference.nuts import ESS, RHAT
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats
from standoff.xla import LOGICAL, REPLICATED, SHARDED, devices, shard

if TYPE_CHECKING:
    from standoff.inference.fit.flow_coordinates import FlowCoordinates
    from standoff.inference.fit.log_density import FittedClaimArrays, LogDensity
    from standoff.inference.fit.partial_centring import Centring, Coordinates
    from standoff.inference.laplace import LaplaceFit

LOG = logging.getLogger(__name__)
CHAINS = 8  #: number of chains; assumption
WARMUP = 200  #: warm-up draws for the step size
LEARNED = 400  #: draws for the preconditioner; assumption
WIDE = 2.02  #: 99 % of the law of Tracy and Widom (order 1), of the largest variance that chance shows; johnstone2001
ACCEPT = 0.8  #: target acceptance; above the usual 0.65 of long trajectories, for a curved posterior; assumption
FIRST = 0.1  #: initial step size, in standard deviations of the normal approximation
LENGTHS = (
    0.25,
    0.75,
)  #: range of trajectory lengths, uniform, in quarter turns (pi / 2 deviations): the slowest direction, the
#: energy, changes only between trajectories, so that many short ones mix better; assumption
MOST = 64  #: largest number of steps of a trajectory; assumption
#: directions with the largest curvature of the choices, whose curvature is fitted anew; assumption: on the flagship one has
#: four times the curvature of the next, and errors at left-out chains are the same for 1 to 10 directions
CURVED_DIRECTIONS = 5
RIDGE = 10.0  #: penalty of a change of the quadratic, in draws; errors at left-out chains are the same from 1 to 50; assumption
DIVERGED = 1000.0  #: energy error at which a trajectory diverges, as in Stan


class Density(NamedTuple):
    """Target and surrogate density.

    Leapfrog uses the surrogate's gradient; the Metropolis test uses the target, so draws stay exact.
    """

    value: Callable[[Floats], Floats]  #: (chain, parameter) -> (chain,) negative log density
    surrogate: Callable[[Floats], tuple[Floats, Floats]]  #: the same of the surrogate, and its slope (chain, parameter)


class WhitenedInputs(NamedTuple):
    """Arrays of a compiled density that differ between sets of claims."""

    centre: Any  #: (parameter,)
    root: Any  #: (parameter, parameter)
    centring: Centring
    how: FlowCoordinates
    arrays: FittedClaimArrays
    choices: tuple[Any, Any]  #: slope and curvature of the choices' log likelihood at the centre


class Compiled(NamedTuple):
    """Compiled functions of points (chain, parameter) and `WhitenedInputs`."""

    value: Callable[[Array, WhitenedInputs], Array]  #: (chain,) negative log posterior density
    surrogate: Callable[[Array, WhitenedInputs], tuple[Array, Array]]
    #: slope (chain, parameter) and value (chain,), with a quadratic approximation of the choices


@dataclass(frozen=True, eq=False)
class HmcResult:
    """Draws with convergence diagnostics."""

    draws: Floats  #: (chain, draw, parameter)
    rhat: float  #: largest over parameters
    ess: float  #: least over parameters, bulk and tails
    divergences: int
    accepted: float
    steps: float  #: mean number of gradients per draw
    step: float  #: step size, in whitened coordinates
    root: Floats  #: (parameter, parameter) square root of the covariance at the mode, rescaled

    def diagnostics(self, laplace: LaplaceFit) -> records.Diagnostics:
        """Convergence checks."""
        checks = [(self.rhat < RHAT, f"R-hat is not below {RHAT}"), (self.ess >= ESS, f"fewer than {ESS:g} effective draws"),
                  (self.divergences == 0, f"{self.divergences} divergences")]  # fmt: skip
        wrong = [text for good, text in checks if not good]
        why = "; ".join(wrong) or f"{self.draws.shape[0]} chains of {self.draws.shape[1]:,} draws agree"
        return records.Diagnostics(
            method="hmc", mode_found=laplace.converged, steps=laplace.steps, rhat=self.rhat, ess=self.ess,
            divergences=self.divergences, weight_deviation=None, passed=not wrong, why=why,
        )  # fmt: skip


def compiled(by: Coordinates) -> Compiled:
    """Compile the density and the slope of its surrogate: games are solved once a trajectory."""
    silent = replace(by.target, options=replace(by.target.options, with_gradient=()))

    def of(target: LogDensity, white: Array, how: WhitenedInputs) -> Array:
        x = how.centre + white @ how.root.T
        fitted, base = by.fitted, jnp.asarray(by.target.from_prior())
        numbers = jax.vmap(by.plain, in_axes=(0, None))(x, how.centring)
        z = jnp.tile(base[:, None], (1, len(white))).at[fitted].set(numbers[:, : len(fitted)].T)
        sources = numbers[:, len(fitted) :]
        lik = jax.vmap(target.log_lik, in_axes=(1, 0, None))(target.outputs(z, how.how), sources, how.arrays)
        value: Array = jax.vmap(by.prior, in_axes=(0, None))(x, how.centring) - lik
        return value

    def about(white: Array, how: WhitenedInputs) -> tuple[Array, Array]:
        away, (slope, bends) = white @ how.root.T, how.choices
        value = of(silent, white, how) + jnp.sum(away @ bends * away, axis=1) / 2 - away @ slope
        return jnp.sum(value), value  # chains do not touch one another: the slope of the sum is that of each

    return Compiled(_over_chains(partial(of, by.target)), _over_chains(jax.grad(about, has_aux=True)))


def _over_chains(function: Callable[[Array, WhitenedInputs], Any]) -> Callable[[Array, WhitenedInputs], Any]:
    """The compiled function, with chains distributed evenly over devices.

    Devices are logical ones, of the same number on every machine, so that the shapes on each of them are the same.
    """

    def run(white: Array, how: WhitenedInputs) -> Any:
        if len(white) % LOGICAL or len(devices()) < LOGICAL:
            return function(white, how)
        return shard(function, (SHARDED, REPLICATED), LOGICAL)(white, how)

    return jax.jit(run)


def sample(
    laplace: LaplaceFit, *, draws: int, seed: int, ready: Compiled | None = None, warmup: int = WARMUP,
    learned: int = LEARNED, count: int = CHAINS, progress: Progress = SILENT,
) -> HmcResult:  # fmt: skip
    """Sample the posterior; checks need the extra `fit`. `ready` can be reused for other claims."""
    _optional.require()
    made, root, start, size = ready or compiled(laplace.coordinates), laplace.root, None, len(laplace.mode)
    if learned:
        LOG.info("%d draws of each chain fit the quadratic of the choices", learned)
        first = chains(surface(laplace, root, made), size, learned, seed, warmup, count, progress=progress)
        laplace = replace(laplace, choices=fit_choices(laplace, root, first.draws, surface(laplace, root, made)))
        LOG.info("%d draws of each chain estimate the scale of every direction", learned)
        warmup, seed, start = (
            warmup // 2,
            seed + 2**32,
            first.draws[:, -1],
        )  # other numbers than those of the draws before
        first = chains(surface(laplace, root, made), size, learned, seed, warmup, count, start, progress)
        stretch = widen_directions(first.draws)
        root, start, seed = root @ stretch, np.linalg.solve(stretch, first.draws[:, -1].T).T, seed + 2**32
    walked = chains(surface(laplace, root, made), size, draws, seed, warmup, count, start, progress)
    x = laplace.mode + walked.draws @ root.T
    rhat, ess = convergence(x)
    return HmcResult(x, rhat, ess, walked.divergences, walked.accepted, walked.steps, walked.step, root)


def surface(laplace: LaplaceFit, root: Floats, made: Compiled) -> Density:
    """The density over coordinates that `root` whitens."""
    how = WhitenedInputs(
        jnp.asarray(laplace.mode), jnp.asarray(root), laplace.centring, laplace.how, laplace.arrays, laplace.choices
    )

    def value(white: Floats) -> Floats:
        return np.asarray(made.value(jnp.asarray(white), how))

    def near(white: Floats) -> tuple[Floats, Floats]:
        slope, value = made.surrogate(jnp.asarray(white), how)
        return np.asarray(value), np.asarray(slope)

    return Density(value, near)


def fit_choices(laplace: LaplaceFit, root: Floats, white: Floats, density: Density) -> tuple[Floats, Floats]:
    """Slope and negative curvature of the choices, fitted to their exact log likelihood.

    white: (chain, draw, parameter) draws in the coordinates of `root`; every second is used. The regression has all
    slopes and the curvature of `CURVED_DIRECTIONS` directions; ridge regression shrinks them to those at the mode.
    """
    slope, bends = laplace.choices
    half = white[:, ::2]
    error = np.stack([density.value(z) - density.surrogate(z)[0] for z in half.swapaxes(0, 1)], axis=1).ravel()
    z = half.reshape(-1, half.shape[-1])
    axes = np.linalg.eigh(root.T @ bends @ root)[1][:, -CURVED_DIRECTIONS:]
    rows, columns = np.triu_indices(axes.shape[1])
    along = z @ axes
    features = np.hstack([np.ones((len(z), 1)), z, along[:, rows] * along[:, columns]])
    known = np.isfinite(error)
    penalty = RIDGE * np.eye(features.shape[1])
    penalty[0, 0] = 0.0  # of the constant, which no slope needs
    features, error = features[known], error[known]
    change = np.linalg.solve(features.T @ features + penalty, features.T @ error)
    left = error - features @ change
    LOG.info(
        "errors of the quadratic of the choices: standard deviation %.2f, %.2f when fitted", error.std(), left.std()
    )
    more = np.zeros((axes.shape[1], axes.shape[1]))
    more[rows, columns] = change[1 + z.shape[1] :]
    back = np.linalg.inv(root)  # from plain to white coordinates
    turned = axes.T @ back
    return slope - back.T @ change[1 : 1 + z.shape[1]], bends + turned.T @ (more + more.T) @ turned


def widen_directions(white: Floats) -> Floats:
    """Rescale directions, (parameter, parameter) symmetric, to the deviations of whitened draws.

    white: (chain, draw, parameter)

    Only directions that are wider than chance explains are rescaled; the others keep the scale of the normal at the mode.
    With p parameters and n effective draws, g = p / n, chance shows variances of about (1 + sqrt(g))^2 in some direction
    (johnstone2001), and a true variance s beyond 1 + sqrt(g) shows as s + g s / (s - 1) (baik2006), which is inverted.
    """
    stats, size, draws = _optional.statistics(), white.shape[-1], white.shape[0] * white.shape[1]
    count = min(float(np.median([stats.ess(white[..., i], method="mean") for i in range(size)])), draws)
    roots = np.sqrt([count, size])
    limit = (roots.sum() ** 2 + WIDE * roots.sum() * (1 / roots).sum() ** (1 / 3)) / count
    variances, vectors = np.linalg.eigh(np.cov(white.reshape(-1, size), rowvar=False))
    wide, g = variances > limit, size / count
    sums = variances[wide] + 1 - g  # the sum of both roots of the quadratic equation for s
    true = (sums + np.sqrt(sums**2 - 4 * variances[wide])) / 2
    LOG.info("%d of %d variances are above %.3g, the limit of chance: %s", wide.sum(), size, limit, np.round(true, 1))
    out: Floats = np.eye(size) + (vectors[:, wide] * (np.sqrt(true) - 1)) @ vectors[:, wide].T
    return out


def convergence(x: Floats) -> tuple[float, float]:
    """Largest R-hat and least effective sample size of draws (chain, draw, parameter)."""
    stats = _optional.statistics()
    each = np.array([(stats.rhat(x[..., i]), stats.ess(x[..., i], method="bulk"),
                      stats.ess(x[..., i], method="tail", prob=(0.05, 0.95))) for i in range(x.shape[-1])])  # fmt: skip
    return float(each[:, 0].max()), float(each[:, 1:].min())


class Chains(NamedTuple):
    """Record of the chains."""

    draws: Floats  #: (chain, draw, parameter)
    divergences: int  #: number of divergent trajectories
    accepted: float  #: acceptance rate
    steps: float  #: gradients per draw
    step: float  #: step size


class TrajectoryEnd(NamedTuple):
    """End points of trajectories, one per row."""

    position: Floats
    momentum: Floats  #: momentum
    surrogate: Floats  #: energy of the surrogate
    slope: Floats


def trajectory(
    surface: Density, index: Floats, slope: Floats, momentum: Floats, step: float, steps: int
) -> TrajectoryEnd:
    """Leapfrog integration of a number of steps; `slope` is that of the surrogate at `place`."""
    drive = momentum - 0.5 * step * slope
    for i in range(steps):
        index = index + step * drive
        near, slope = surface.surrogate(index)
        drive = drive - (1.0 if i < steps - 1 else 0.5) * step * slope
    return TrajectoryEnd(index, drive, near, slope)


def steps_of(rng: np.random.Generator, step: float) -> int:
    """Number of steps of a trajectory of random length."""
    return int(np.clip(np.ceil(rng.uniform(*LENGTHS) * np.pi / 2 / step), 1, MOST))


def chains(
    surface: Density, size: int, draws: int, seed: int, warmup: int = WARMUP, count: int = CHAINS,
    start: Floats | None = None, progress: Progress = SILENT,
) -> Chains:  # fmt: skip
    """Sample parallel chains, from near the mode, or from `start` (chain, parameter)."""
    rng = np.random.default_rng(seed)
    z = 0.5 * rng.standard_normal((count, size)) if start is None else start
    value, (about, slope) = surface.value(z), surface.surrogate(z)
    step, centre, mean, average = FIRST, np.log(10 * FIRST), 0.0, 0.0
    out, diverged, accepted, taken = np.empty((count, draws, size)), 0, 0.0, 0
    for number in track(progress, "draws of each chain", range(warmup + draws)):
        steps = steps_of(rng, step)
        momentum = rng.standard_normal(z.shape)
        before = 0.5 * np.square(momentum).sum(axis=1)
        end = trajectory(surface, z, slope, momentum, step, steps)
        there, after = surface.value(end.position), 0.5 * np.square(end.momentum).sum(axis=1)
        growth, followed = (np.where(np.isfinite(one), one, np.inf) for one in
                            (there + after - value - before, end.surrogate + after - about - before))  # fmt: skip
        chance = np.exp(-np.maximum(growth, 0.0))
        better = rng.random(count) < chance
        z, slope = np.where(better[:, None], end.position, z), np.where(better[:, None], end.slope, slope)
        value, about = np.where(better, there, value), np.where(better, end.surrogate, about)
        if number < warmup:  # dual averaging, with the constants of hoffman2014
            mean += (ACCEPT - np.exp(-np.maximum(followed, 0.0)).mean() - mean) / (number + 11)
            log_step = centre - np.sqrt(number + 1) / 0.05 * mean
            weight = (number + 1) ** -0.75
            average = weight * log_step + (1 - weight) * average
            step = float(np.exp(log_step if number < warmup - 1 else average))
        else:
            out[:, number - warmup] = z
            diverged += int((growth > DIVERGED).sum())
            accepted += float(chance.mean()) / draws
            taken += steps
        if number % 50 == 49:
            LOG.info("draw %d of each chain: step size %.3f, %.2f accepted", number + 1, step, chance.mean())
    return Chains(out, diverged, accepted, taken / draws, step)
