"""Draws of a fit's posterior by Hamiltonian Monte Carlo, in coordinates in which the normal at the mode is a standard one.

The gradient goes backwards through the simulation; equilibria are differentiated implicitly (`implicit`). It is compiled
once for all chains, and chains move on the host, side by side: a library's sampler holds copies of the gradient in its own
loops, and did not finish compiling them for the flagship in eight minutes. Trajectories have random lengths about a
quarter of a turn of a standard normal, so that none comes back to where it began; step sizes settle by dual averaging
while the first draws, which are thrown away, are made. Sources: neal2011 (method, random lengths), hoffman2014 (step size).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from standoff.calibrate import extras, learned
from standoff.calibrate.sample import CHAINS, ESS, RHAT

if TYPE_CHECKING:
    from standoff.calibrate.newton import Laplace
    from standoff.calibrate.target import Target

Array: TypeAlias = jax.Array
Floats = NDArray[np.float64]
Energy: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]  #: (chain, number) -> energy and slope
WARMUP = 400  #: draws in which the step size settles; the metric is the normal's, and stays
ACCEPT = 0.9  #: aimed at; higher than the usual 0.65 of long trajectories, for a posterior with bends; assumption
FIRST = 0.1  #: step size at first, deviations of the normal
LENGTHS = (0.5, 1.5)  #: of a trajectory, uniform, in quarter turns (pi / 2 deviations)
MOST = 64  #: steps of a trajectory; assumption
DIVERGED = 1000.0  #: growth of the energy at which a trajectory has left the posterior; as Stan has it


@dataclass(frozen=True, eq=False)
class Sampled:
    """Draws and how far to trust them."""

    draws: Floats  #: (chain, draw, number)
    rhat: float  #: largest over numbers
    ess: float  #: least over numbers, bulk and tails
    divergences: int
    accepted: float
    steps: float  #: gradients a draw, mean

    def diagnostics(self, found: Laplace) -> learned.Diagnostics:
        """The gate."""
        checks = [(self.rhat < RHAT, f"R-hat is not below {RHAT}"), (self.ess >= ESS, f"fewer than {ESS:g} effective draws"),
                  (self.divergences == 0, f"{self.divergences} divergences")]  # fmt: skip
        wrong = [text for good, text in checks if not good]
        why = "; ".join(wrong) or f"{self.draws.shape[0]} chains of {self.draws.shape[1]:,} draws agree"
        return learned.Diagnostics("hmc", found.found, found.steps, self.rhat, self.ess, self.divergences, None,
                                   not wrong, why)  # fmt: skip


def energy(target: Target, found: Laplace) -> Energy:
    """Minus the log posterior density, up to a constant, and its slope, at whitened numbers."""
    count, base = len(found.fitted), jnp.asarray(target.from_prior())
    coordinates = found.coordinates
    said = target.said._replace(unheard=jnp.asarray(found.unheard))

    def of(white: Array, mode: Array, root: Array) -> Array:
        x = mode + root @ white
        numbers = coordinates.plain(x)
        out = target.outputs(base.at[found.fitted].set(numbers[:count])[:, None])[:, 0]
        value: Array = coordinates.prior(x) - target.log_lik(out, numbers[count:], said)
        return value

    compiled = jax.jit(jax.vmap(jax.value_and_grad(of), in_axes=(0, None, None)))
    mode, root = jnp.asarray(found.mode), jnp.asarray(found.root)

    def at(white: Floats) -> tuple[Floats, Floats]:
        value, slope = compiled(jnp.asarray(white), mode, root)
        return np.asarray(value), np.asarray(slope)

    return at


def sample(target: Target, found: Laplace, *, draws: int, seed: int, tell: Callable[[str], None]) -> Sampled:
    """Draw from the posterior; the gate needs the extra `fit`."""
    extras.require()
    white, diverged, accepted, steps = chains(energy(target, found), len(found.mode), draws, seed, tell)
    x = found.mode + white @ found.root.T
    rhat, ess = gate(x)
    return Sampled(x, rhat, ess, diverged, accepted, steps)


def gate(x: Floats) -> tuple[float, float]:
    """Largest R-hat and least number of effective draws, of bulk and tails, of draws (chain, draw, number)."""
    stats = import_module("arviz_stats.base").array_stats  # carries no types
    each = np.array([(stats.rhat(x[..., i]), stats.ess(x[..., i], method="bulk"),
                      stats.ess(x[..., i], method="tail", prob=(0.05, 0.95))) for i in range(x.shape[-1])])  # fmt: skip
    return float(each[:, 0].max()), float(each[:, 1:].min())


def chains(
    energy: Energy, size: int, draws: int, seed: int, tell: Callable[[str], None], warmup: int = WARMUP
) -> tuple[Floats, int, float, float]:
    """Draws (chain, draw, number), how many trajectories diverged, the share accepted, and steps a draw."""
    rng = np.random.default_rng(seed)
    z = 0.5 * rng.standard_normal((CHAINS, size))
    value, slope = energy(z)
    step, centre, mean, average = FIRST, np.log(10 * FIRST), 0.0, 0.0
    out, diverged, accepted, taken = np.empty((CHAINS, draws, size)), 0, 0.0, 0
    for number in range(warmup + draws):
        length = rng.uniform(*LENGTHS) * np.pi / 2
        count = int(np.clip(np.ceil(length / step), 1, MOST))
        momentum = rng.standard_normal((CHAINS, size))
        before = value + 0.5 * np.square(momentum).sum(axis=1)
        place, drive = z, momentum - 0.5 * step * slope
        for i in range(count):
            place = place + step * drive
            there, rise = energy(place)
            drive = drive - (1.0 if i < count - 1 else 0.5) * step * rise
        growth = there + 0.5 * np.square(drive).sum(axis=1) - before
        growth = np.where(np.isfinite(growth), growth, np.inf)
        chance = np.exp(-np.maximum(growth, 0.0))
        taken_by = rng.random(CHAINS) < chance
        z = np.where(taken_by[:, None], place, z)
        value, slope = np.where(taken_by, there, value), np.where(taken_by[:, None], rise, slope)
        if number < warmup:  # dual averaging, with the constants of hoffman2014
            mean += (ACCEPT - chance.mean() - mean) / (number + 11)
            log_step = centre - np.sqrt(number + 1) / 0.05 * mean
            weight = (number + 1) ** -0.75
            average = weight * log_step + (1 - weight) * average
            step = float(np.exp(log_step if number < warmup - 1 else average))
        else:
            out[:, number - warmup] = z
            diverged += int((growth > DIVERGED).sum())
            accepted += float(chance.mean())
            taken += count
        if number % 50 == 49:
            tell(f"{number + 1} of {warmup + draws} draws a chain, steps of {step:.3f}")
    return out, diverged, accepted / draws, taken / draws
