"""Hamiltonian Monte Carlo for a fit, preconditioned by the normal approximation at the mode.

The gradient is computed in reverse mode through the simulation. It is compiled once for all chains, and the host moves
the chains side by side: a library's sampler holds copies of the gradient in its own loops, and did not finish compiling
them for the flagship in eight minutes. Along a trajectory the log likelihood of choices is replaced by its quadratic
approximation at the mode (the surrogate), so that games are solved only at the end and are not differentiated. The
acceptance test uses the exact density, so that draws are those of the posterior. Trajectories have random lengths about
an eighth of a turn of a standard normal, so that none returns to its start. During warm-up, whose draws are discarded,
step sizes are set by dual averaging; further discarded draws adapt the quadratic of the choices to their exact
log likelihood, because at the mode its curvature along a few directions can be several times that over the posterior (a chain
that strays there is then rejected for hundreds of draws), and rescale directions in which the posterior is much wider than the
normal at its mode.

Sources: neal2011 (method, random lengths, trajectories of another density), hoffman2014 (step size), johnstone2001 (how wide a
direction looks by chance), baik2006 (how much wider it looks than it is).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.array_files import arrays_digest
from standoff.inference import _optional
from standoff.inference.checkpoint import DrawCheckpoint
from standoff.inference.convergence import disagreements, rhat_and_ess
from standoff.inference.fit.flow_coordinates import FlowCoordinates
from standoff.inference.fit.log_density import LogDensity
from standoff.inference.fit.partial_centring import Centring, Coordinates
from standoff.inference.fit.records import FitDiagnostics
from standoff.inference.laplace import LaplaceFit
from standoff.inference.reconcile.claim_likelihood import ClaimArrays
from standoff.progress import SILENT, Progress
from standoff.types import Floats
from standoff.xla import LOGICAL, REPLICATED, SHARDED, devices, shard

LOG = logging.getLogger(__name__)
CHAINS = 8  #: number of chains; assumption
WARMUP = 200  #: warm-up draws for the step size
LEARNED = 400  #: draws for the quadratic of the choices, and for scales, twice as many the second time; assumption
SEED_STEP = 2**32  #: between seeds of consecutive series of draws, so that each has random numbers of its own
ACCEPT = 0.65  #: target acceptance of the surrogate, the optimum in many dimensions; neal2011
FIRST = 0.1  #: initial step size, in standard deviations of the normal approximation
#: range of trajectory lengths, uniform, in quarter turns (pi / 2 deviations): the slowest direction, the energy, changes
#: only between trajectories, so that many short ones mix better; assumption
LENGTHS = (0.25, 0.75)
MOST = 64  #: largest number of steps of a trajectory; assumption
DIVERGED = 1000.0  #: energy error at which a trajectory diverges, as in Stan

WIDE = 2.02  #: 99 % of the law of Tracy and Widom (order 1), of the largest variance that chance shows; johnstone2001
#: directions with the largest curvature of the choices, whose curvature is fitted anew; assumption: on the flagship one has
#: four times the curvature of the next, and errors at left-out chains are the same for 1 to 10 directions
CURVED_DIRECTIONS = 5
RIDGE = 10.0  #: penalty of a change of the quadratic, in draws; errors at left-out chains are the same from 1 to 50; assumption


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
    arrays: ClaimArrays
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
    rhat: float
    ess: float
    divergences: int
    step: float  #: step size, in whitened coordinates
    root: Floats  #: (parameter, parameter) square root of the covariance at the mode, rescaled

    def diagnostics(self, laplace: LaplaceFit) -> FitDiagnostics:
        """Convergence checks."""
        wrong = disagreements(self.rhat, self.ess)
        wrong += [f"{self.divergences} divergences"] * (self.divergences > 0)
        return FitDiagnostics(
            method="hmc",
            mode_found=laplace.converged,
            steps=laplace.steps,
            rhat=self.rhat,
            ess=self.ess,
            divergences=self.divergences,
            passed=not wrong,
            why="; ".join(wrong) or f"{self.draws.shape[0]} chains of {self.draws.shape[1]:,} draws agree",
        )


def compiled(by: Coordinates, *, over_devices: bool = True) -> Compiled:
    """Compile the density and the slope of its surrogate: games are solved once a trajectory.

    over_devices: distribute chains over devices, which costs some milliseconds a call; else they share one
    """
    silent = replace(by.target, options=replace(by.target.options, with_gradient=()))

    def of(target: LogDensity, white: Array, how: WhitenedInputs) -> Array:
        x = how.centre + white @ how.root.T
        numbers, count = jax.vmap(by.plain, in_axes=(0, None))(x, how.centring), len(by.fitted)
        outputs = target.outputs(target.near_prior(by.fitted, numbers[:, :count].T), how.how)
        lik = jax.vmap(target.log_lik, in_axes=(1, 0, None))(outputs, numbers[:, count:], how.arrays)
        return jax.vmap(by.prior, in_axes=(0, None))(x, how.centring) - lik

    def about(white: Array, how: WhitenedInputs) -> tuple[Array, Array]:
        away, (slope, bends) = white @ how.root.T, how.choices
        value = of(silent, white, how) + jnp.sum(away @ bends * away, axis=1) / 2 - away @ slope
        return jnp.sum(value), value  # chains do not touch one another: the slope of the sum is that of each

    spread = _over_chains if over_devices else jax.jit
    return Compiled(spread(partial(of, by.target)), spread(jax.grad(about, has_aux=True)))


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
    laplace: LaplaceFit,
    *,
    draws: int,
    seed: int,
    ready: Compiled | None = None,
    warmup: int = WARMUP,
    learned: int = LEARNED,
    count: int = CHAINS,
    progress: Progress = SILENT,
    folder: Path | None = None,
) -> HmcResult:
    """Sample the posterior; checks need the extra `fit`.

    ready: compiled functions, which can be reused for other claims
    folder: where parts of the draws are kept, so that the same call resumes after an interruption, or adds more draws
    """
    _optional.require()
    ready, root, size = ready or compiled(laplace.coordinates), laplace.root, len(laplace.mode)
    start: Floats | None = None

    def chains_of(number: int) -> Chains:
        inputs = {
            "mode": laplace.mode,
            "root": root,
            "slope": laplace.choices[0],
            "bends": laplace.choices[1],
            "start": np.empty(0) if start is None else start,
            "settings": np.array([seed, warmup, count]),
            "code": np.frombuffer(Path(__file__).read_bytes(), np.uint8),
        }
        stored = None if folder is None else DrawCheckpoint(folder, arrays_digest(inputs))
        return chains(surface(laplace, root, ready), size, number, seed, warmup, count, start, progress, stored)

    if learned:
        LOG.info("%d draws of each chain fit the quadratic of the choices", learned)
        first = chains_of(learned)
        laplace = replace(laplace, choices=fit_choices(laplace, root, first.draws, surface(laplace, root, ready)))
        warmup, seed, start = warmup // 2, seed + SEED_STEP, first.draws[:, -1]
        for number in (learned, 2 * learned):
            LOG.info("%d draws of each chain estimate the scale of every direction", number)
            first = chains_of(number)
            stretch = widen_directions(first.draws)
            root, start, seed = root @ stretch, np.linalg.solve(stretch, first.draws[:, -1].T).T, seed + SEED_STEP
            if np.array_equal(stretch, np.eye(size)):
                break  # no direction is wider than chance explains
    last = chains_of(draws)
    x = laplace.mode + last.draws @ root.T
    return HmcResult(x, *rhat_and_ess(x), last.divergences, last.step, root)


def surface(laplace: LaplaceFit, root: Floats, programs: Compiled) -> Density:
    """The density over coordinates that `root` whitens."""
    how = WhitenedInputs(
        jnp.asarray(laplace.mode), jnp.asarray(root), laplace.centring, laplace.how, laplace.arrays, laplace.choices
    )

    def near(white: Floats) -> tuple[Floats, Floats]:
        slope, value = programs.surrogate(jnp.asarray(white), how)
        return np.asarray(value), np.asarray(slope)

    return Density(lambda white: np.asarray(programs.value(jnp.asarray(white), how)), near)


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
    return np.eye(size) + (vectors[:, wide] * (np.sqrt(true) - 1)) @ vectors[:, wide].T


class Chains(NamedTuple):
    """Record of the chains."""

    draws: Floats  #: (chain, draw, parameter)
    divergences: int  #: number of divergent trajectories
    accepted: float  #: acceptance rate
    step: float  #: step size


@dataclass(eq=False)
class ChainState:
    """State of parallel chains between two draws."""

    position: Floats  #: (chain, parameter)
    value: Floats  #: (chain,) energy
    surrogate: Floats  #: (chain,) energy of the surrogate
    slope: Floats  #: (chain, parameter) of the surrogate
    number: int = 0  #: of draws, with those of the warm-up
    step: float = FIRST
    mean: float = 0.0  #: of dual averaging, as the average
    average: float = 0.0  #: log step size
    divergences: int = 0
    accepted: float = 0.0  #: sum over draws


class TrajectoryEnd(NamedTuple):
    """End points of trajectories, one per row."""

    position: Floats
    momentum: Floats  #: momentum
    surrogate: Floats  #: energy of the surrogate
    slope: Floats


def trajectory(
    surface: Density, position: Floats, slope: Floats, momentum: Floats, step: float, steps: int
) -> TrajectoryEnd:
    """Leapfrog integration of a number of steps; `slope` is that of the surrogate there."""
    momentum = momentum - 0.5 * step * slope
    for i in range(steps):
        position = position + step * momentum
        value, slope = surface.surrogate(position)
        momentum = momentum - (1.0 if i < steps - 1 else 0.5) * step * slope
    return TrajectoryEnd(position, momentum, value, slope)


def steps_of(rng: np.random.Generator, step: float) -> int:
    """Number of steps of a trajectory of random length."""
    return int(np.clip(np.ceil(rng.uniform(*LENGTHS) * np.pi / 2 / step), 1, MOST))


def chains(
    surface: Density,
    size: int,
    draws: int,
    seed: int,
    warmup: int = WARMUP,
    count: int = CHAINS,
    start: Floats | None = None,
    progress: Progress = SILENT,
    stored: DrawCheckpoint | None = None,
) -> Chains:
    """Sample parallel chains, from near the mode, or from `start` (chain, parameter).

    stored: where parts of the draws are kept, and from which an earlier call with the same arguments resumes
    """
    rng = np.random.default_rng(seed)
    parts: list[Floats] = []
    state, is_longer = _resume(stored, rng, parts, warmup + draws) if stored else (None, False)
    if is_longer:
        stored = None  # these draws are the beginning of what is there
    if state is None:
        z = 0.5 * rng.standard_normal((count, size)) if start is None else start
        state = ChainState(z, surface.value(z), *surface.surrogate(z))
    recent: list[Floats] = []
    begin = state.number
    with progress.task("draws of each chain", warmup + draws) as task:
        task.update(state.number)
        while state.number < warmup + draws:
            _draw(surface, rng, state, warmup)
            if state.number > warmup:
                recent.append(state.position)
            task.update()
            if stored and (stored.due() or state.number == warmup + draws):
                parts.append(_stack(recent, count, size))
                arrays = {name: np.asarray(value) for name, value in vars(state).items()}
                random = np.asarray(json.dumps(rng.bit_generator.state))
                stored.write({**arrays, "random": random, "draws": parts[-1], "begin": np.asarray(begin)})
                recent, begin = [], state.number
    out = np.concatenate([*parts, _stack(recent, count, size)], axis=1)
    return Chains(out, state.divergences, state.accepted / draws, state.step)


def _draw(surface: Density, rng: np.random.Generator, state: ChainState, warmup: int) -> None:
    """Move every chain by one trajectory."""
    steps = steps_of(rng, state.step)
    momentum = rng.standard_normal(state.position.shape)
    before = 0.5 * np.square(momentum).sum(axis=1)
    end = trajectory(surface, state.position, state.slope, momentum, state.step, steps)
    there, after = surface.value(end.position), 0.5 * np.square(end.momentum).sum(axis=1)
    growth, followed = (
        np.where(np.isfinite(one), one, np.inf)
        for one in (there + after - state.value - before, end.surrogate + after - state.surrogate - before)
    )
    chance = np.exp(-np.maximum(growth, 0.0))
    better = rng.random(len(chance)) < chance
    state.position = np.where(better[:, None], end.position, state.position)
    state.slope = np.where(better[:, None], end.slope, state.slope)
    state.value = np.where(better, there, state.value)
    state.surrogate = np.where(better, end.surrogate, state.surrogate)
    if state.number < warmup:  # dual averaging, with the constants of hoffman2014
        state.mean += (ACCEPT - np.exp(-np.maximum(followed, 0.0)).mean() - state.mean) / (state.number + 11)
        log_step = np.log(10 * FIRST) - np.sqrt(state.number + 1) / 0.05 * state.mean
        weight = (state.number + 1) ** -0.75
        state.average = weight * log_step + (1 - weight) * state.average
        state.step = float(np.exp(log_step if state.number < warmup - 1 else state.average))
    else:
        state.divergences += int((growth > DIVERGED).sum())
        state.accepted += float(chance.mean())
    state.number += 1
    if state.number % 50 == 0:
        LOG.info("draw %d of each chain: step size %.3f, %.2f accepted", state.number, state.step, chance.mean())


def _stack(draws: list[Floats], count: int, size: int) -> Floats:
    """Draws as (chain, draw, parameter)."""
    return np.stack(draws, axis=1) if draws else np.empty((count, 0, size))


def _resume(
    stored: DrawCheckpoint, rng: np.random.Generator, parts: list[Floats], most: int
) -> tuple[ChainState | None, bool]:
    """The state after the stored parts with at most `most` draws, and whether there are more.

    Sets the generator, and fills `parts`. A part that does not begin where the one before ends is not used.
    """
    state: ChainState | None = None
    for part in stored.read():
        if part.pop("begin") != (state.number if state else 0):
            break
        if part["number"] > most:
            return state, True
        parts.append(part.pop("draws"))
        rng.bit_generator.state = json.loads(str(part.pop("random")))
        fields: dict[str, Any] = {name: value if value.ndim else value.item() for name, value in part.items()}
        state = ChainState(**fields)
    if state:
        LOG.info("%d draws of each chain are stored in %s", state.number, stored.folder)
    return state, False
