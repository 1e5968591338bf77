"""Hamiltonian Monte Carlo for a fit, preconditioned by the normal approximation at the mode.

The gradient is computed in reverse mode through the simulation. It is compiled once for all chains, and the host moves
the chains side by side: a library's sampler holds copies of the gradient in its own loops, and did not finish compiling
them for the flagship in eight minutes. Along a trajectory the log likelihood of choices is replaced by its quadratic
approximation at the mode (the surrogate), so that games are solved only at the end and are not differentiated. The
acceptance test uses the exact density, so that draws are those of the posterior. Trajectories have random lengths about
an eighth of a turn of a standard normal, so that none returns to its start. During warm-up, whose draws are discarded,
step sizes are set by dual averaging; further discarded draws adapt the `preconditioner`.

Sources: neal2011 (method, random lengths, trajectories of another density), hoffman2014 (step size).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.array_files import Arrays, arrays_digest
from standoff.inference import _optional, preconditioner
from standoff.inference.checkpoint import DrawCheckpoint
from standoff.inference.density import Density
from standoff.inference.fit import records
from standoff.inference.nuts import ESS, RHAT
from standoff.progress import SILENT, Progress
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
LEARNED = 400  #: draws for the quadratic of the choices, and for scales, twice as many the second time; assumption
SEED_STEP = 2**32  #: between seeds of consecutive series of draws, so that each has random numbers of its own
ACCEPT = 0.65  #: target acceptance of the surrogate, the optimum in many dimensions; neal2011
FIRST = 0.1  #: initial step size, in standard deviations of the normal approximation
LENGTHS = (
    0.25,
    0.75,
)  #: range of trajectory lengths, uniform, in quarter turns (pi / 2 deviations): the slowest direction, the
#: energy, changes only between trajectories, so that many short ones mix better; assumption
MOST = 64  #: largest number of steps of a trajectory; assumption
DIVERGED = 1000.0  #: energy error at which a trajectory diverges, as in Stan


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
        checks = [
            (self.rhat < RHAT, f"R-hat is not below {RHAT}"),
            (self.ess >= ESS, f"fewer than {ESS:g} effective draws"),
            (self.divergences == 0, f"{self.divergences} divergences"),
        ]
        wrong = [text for good, text in checks if not good]
        why = "; ".join(wrong) or f"{self.draws.shape[0]} chains of {self.draws.shape[1]:,} draws agree"
        return records.Diagnostics(
            method="hmc",
            mode_found=laplace.converged,
            steps=laplace.steps,
            rhat=self.rhat,
            ess=self.ess,
            divergences=self.divergences,
            weight_deviation=None,
            passed=not wrong,
            why=why,
        )


def compiled(by: Coordinates, *, over_devices: bool = True) -> Compiled:
    """Compile the density and the slope of its surrogate: games are solved once a trajectory.

    over_devices: distribute chains over devices, which costs some milliseconds a call; else they share one
    """
    silent = replace(by.target, options=replace(by.target.options, with_gradient=()))

    def of(target: LogDensity, white: Array, how: WhitenedInputs) -> Array:
        x = how.centre + white @ how.root.T
        fitted, base = by.fitted, jnp.asarray(by.target.from_prior())
        numbers = jax.vmap(by.plain, in_axes=(0, None))(x, how.centring)
        z = jnp.tile(base[:, None], (1, len(white))).at[fitted].set(numbers[:, : len(fitted)].T)
        sources = numbers[:, len(fitted) :]
        lik = jax.vmap(target.log_lik, in_axes=(1, 0, None))(target.outputs(z, how.how), sources, how.arrays)
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
    made, root, size = ready or compiled(laplace.coordinates), laplace.root, len(laplace.mode)
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
        return chains(surface(laplace, root, made), size, number, seed, warmup, count, start, progress, stored)

    if learned:
        LOG.info("%d draws of each chain fit the quadratic of the choices", learned)
        first = chains_of(learned)
        laplace = replace(
            laplace, choices=preconditioner.fit_choices(laplace, root, first.draws, surface(laplace, root, made))
        )
        warmup, seed, start = warmup // 2, seed + SEED_STEP, first.draws[:, -1]
        for number in (learned, 2 * learned):
            LOG.info("%d draws of each chain estimate the scale of every direction", number)
            first = chains_of(number)
            stretch = preconditioner.widen_directions(first.draws)
            root, start, seed = root @ stretch, np.linalg.solve(stretch, first.draws[:, -1].T).T, seed + SEED_STEP
            if np.array_equal(stretch, np.eye(size)):
                break  # no direction is wider than chance explains
    walked = chains_of(draws)
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


def convergence(x: Floats) -> tuple[float, float]:
    """Largest R-hat and least effective sample size of draws (chain, draw, parameter)."""
    stats = _optional.statistics()
    each = np.array(
        [
            (
                stats.rhat(x[..., i]),
                stats.ess(x[..., i], method="bulk"),
                stats.ess(x[..., i], method="tail", prob=(0.05, 0.95)),
            )
            for i in range(x.shape[-1])
        ]
    )
    return float(each[:, 0].max()), float(each[:, 1:].min())


class Chains(NamedTuple):
    """Record of the chains."""

    draws: Floats  #: (chain, draw, parameter)
    divergences: int  #: number of divergent trajectories
    accepted: float  #: acceptance rate
    steps: float  #: gradients per draw
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
    taken: int = 0  #: sum over draws


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
                stored.write({**_to_arrays(state, rng), "draws": parts[-1], "begin": np.asarray(begin)})
                recent, begin = [], state.number
    out = np.concatenate([*parts, _stack(recent, count, size)], axis=1)
    return Chains(out, state.divergences, state.accepted / draws, state.taken / draws, state.step)


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
    state.value, state.surrogate = (
        np.where(better, there, state.value),
        np.where(better, end.surrogate, state.surrogate),
    )
    if state.number < warmup:  # dual averaging, with the constants of hoffman2014
        state.mean += (ACCEPT - np.exp(-np.maximum(followed, 0.0)).mean() - state.mean) / (state.number + 11)
        log_step = np.log(10 * FIRST) - np.sqrt(state.number + 1) / 0.05 * state.mean
        weight = (state.number + 1) ** -0.75
        state.average = weight * log_step + (1 - weight) * state.average
        state.step = float(np.exp(log_step if state.number < warmup - 1 else state.average))
    else:
        state.divergences += int((growth > DIVERGED).sum())
        state.accepted += float(chance.mean())
        state.taken += steps
    state.number += 1
    if state.number % 50 == 0:
        LOG.info("draw %d of each chain: step size %.3f, %.2f accepted", state.number, state.step, chance.mean())


def _stack(draws: list[Floats], count: int, size: int) -> Floats:
    """Draws as (chain, draw, parameter)."""
    return np.stack(draws, axis=1) if draws else np.empty((count, 0, size))


def _to_arrays(state: ChainState, rng: np.random.Generator) -> Arrays:
    return {
        **{name: np.asarray(value) for name, value in vars(state).items()},
        "random": np.asarray(json.dumps(rng.bit_generator.state)),
    }


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
