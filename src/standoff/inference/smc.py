"""Sequential Monte Carlo: condition draws of a fit on choices under rival theories.

Under a rival theory the likelihood of choices is a step function of the weights: it has no gradient for Hamiltonian
Monte Carlo. So draws are taken from the posterior given all other evidence, which has a gradient, and conditioned on
the choices in batches, by temperatures t from 0 to 1:

    density at t  =  density given other evidence  x  (probability of the observed choices)^t

Each temperature is chosen so that the effective number of draws is half of their count. Draws are resampled by their
weights, within each population (systematic resampling), and moved. Parameters that the other evidence is about are
moved by trajectories of the density given that evidence, accepted or rejected by the likelihood of choices; parameters
that only choices inform, by proposals that leave their prior unchanged. The product of the mean weights is the
probability of the observed choices given the other evidence: the evidence for the theory. Populations are independent
until the end, so that their agreement is a test; then draws are taken from each in proportion to its product.

Sources: delmoral2006 (method, evidence), jasra2011 (temperatures by the effective number), cotter2013 (steps that leave
a normal prior as it is).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import logsumexp

from standoff.inference import hmc
from standoff.inference.convergence import rhat_and_ess
from standoff.inference.fit.log_density import LogDensity
from standoff.inference.fit.records import FitDiagnostics
from standoff.inference.hmc import Density
from standoff.inference.laplace import LaplaceFit
from standoff.progress import SILENT, Progress, Task
from standoff.types import Floats, Ints

LOG = logging.getLogger(__name__)
ESS_FRACTION = 0.5  #: effective share of draws at the next temperature; jasra2011
MOVES = 2  #: trajectories of every draw at a temperature; assumption
NUISANCE_MOVES = 4  #: random-walk moves of the separate parameters, a tenth of the cost of a trajectory; assumption
BATCH = 250  #: draws per call; assumption
ACCEPT = 0.3  #: target acceptance of random walks, near 0.23 to 0.44; assumption
RHAT = 1.05  #: R-hat between populations of some hundred draws, whose noise is about 1.01; assumption
MAX_ERROR = 0.5  #: largest error of the log evidence: half of the least evidence on the scale of kass1995


class SmcDensities(NamedTuple):
    """Densities of `x` (draw, parameter) whitened, and `rest` (draw, parameter) separate."""

    log_prior: Density  #: density of all other evidence
    log_likelihood: Callable[[Floats, Floats], Floats]
    #: x, rest -> (draw, choice) log probability of the observed options


@dataclass(frozen=True, eq=False, kw_only=True)
class Particles:
    """Draws at the last temperature."""

    by_population: Floats  #: (population, draw, parameter) x of each population
    x: Floats  #: (population, draw, parameter) resampled from all populations by weight
    rest: Floats  #: (population, draw, parameter) of the same draws
    temperatures: tuple[float, ...]
    log_evidence: float  #: log evidence of the choices
    error: float  #: standard error, between populations
    before: Floats  #: (choice,) mean probability of the observed options, among the first draws
    after: Floats  #: among the last draws


@dataclass(frozen=True, eq=False)
class SmcResult:
    """Draws conditioned on choices without slopes; same interface as `hmc.HmcResult`."""

    draws: Floats  #: (population, draw, parameter)
    particles: Particles  #: their `rest` are window parameters; fitted ones are ignored
    rhat: float
    ess: float
    smooth: hmc.HmcResult  #: the initial draws

    def diagnostics(self, laplace: LaplaceFit) -> FitDiagnostics:
        """Convergence checks of the first draws, and agreement of populations."""
        first, particles = self.smooth.diagnostics(laplace), self.particles
        checks = [
            (first.passed, first.why),
            (self.rhat < RHAT, f"R-hat of populations is not below {RHAT}"),
            (
                particles.error <= MAX_ERROR,
                f"populations give the choices log probabilities {particles.error:.1f} apart",
            ),
        ]
        wrong = [text for good, text in checks if not good]
        count, size, _ = self.draws.shape
        agree = f"{count} populations of {size:,} draws agree, through {len(particles.temperatures)} temperatures"
        return replace(
            first,
            method="smc",
            rhat=self.rhat,
            ess=self.ess,
            passed=not wrong,
            why="; ".join(wrong) or agree,
            log_evidence=(particles.log_evidence, particles.error),
        )


def sample(
    laplace: LaplaceFit,
    first: hmc.HmcResult,
    x: Floats,
    choosing: LogDensity,
    *,
    seed: int,
    ready: hmc.Compiled | None = None,
    progress: Progress = SILENT,
) -> SmcResult:
    """Condition draws `x` (population, draw, parameter) of `first` on the choices of `choosing`.

    `ready` may be reused from `first`, or for another theory.
    """
    by, root = laplace.coordinates, first.root
    smooth = hmc.surface(laplace, root, ready or hmc.compiled(by))

    @jax.jit
    def log_likelihood(white: Any, rest: Any) -> Any:
        numbers = jax.vmap(by.plain, in_axes=(0, None))(laplace.mode + white @ root.T, laplace.centring)
        z = rest.T.at[by.fitted].set(numbers[:, : len(by.fitted)].T)
        return jax.vmap(choosing.of_choices, in_axes=1)(choosing.outputs(z, laplace.how))

    ground = SmcDensities(
        Density(lambda x: _batched(smooth.value, x), lambda x: _batched(smooth.surrogate, x)),
        lambda x, rest: _batched(log_likelihood, x, rest),
    )
    rng = np.random.default_rng((seed, 1))  # not the numbers of the draws before
    white = np.linalg.solve(root, (x.reshape(-1, x.shape[-1]) - laplace.mode).T).T.reshape(x.shape)
    rest = rng.standard_normal((*x.shape[:2], by.target.size))
    with progress.task("temperature", 1.0) as task:
        particles = temper(ground, white, rest, first.step, rng, task)
    convergence = rhat_and_ess(laplace.mode + particles.by_population @ root.T)
    return SmcResult(laplace.mode + particles.x @ root.T, particles, *convergence, first)


@dataclass(eq=False)
class _Tempered:
    """Draws at a temperature, and what moves them."""

    ground: SmcDensities
    rng: np.random.Generator
    step: float  #: of trajectories
    x: Floats  #: (draw, parameter)
    rest: Floats  #: (draw, parameter)
    log_p: Floats  #: (draw, choice)
    spread: float = 1.0  #: of random walks, as a share of the prior's

    def resample(self, indices: Ints) -> None:
        """Keep the draws `indices`."""
        self.x, self.rest, self.log_p = self.x[indices], self.rest[indices], self.log_p[indices]

    def follow_trajectories(self, t: float) -> float:
        """Move `x` by trajectories of all other evidence; the last acceptance rate."""
        prior, rng = self.ground.log_prior, self.rng
        energy, (_, slope) = prior.value(self.x), prior.surrogate(self.x)
        for _ in range(MOVES):
            steps, momentum = hmc.steps_of(rng, self.step), rng.standard_normal(self.x.shape)
            end = hmc.trajectory(prior, self.x, slope, momentum, self.step, steps)
            proposed_energy, proposed = prior.value(end.position), self.ground.log_likelihood(end.position, self.rest)
            growth = proposed_energy - energy + 0.5 * (np.square(end.momentum) - np.square(momentum)).sum(axis=1)
            accepts = _accepts(rng, t * (proposed - self.log_p).sum(axis=1) - growth)
            rows = accepts[:, None]
            self.x, slope = np.where(rows, end.position, self.x), np.where(rows, end.slope, slope)
            energy, self.log_p = np.where(accepts, proposed_energy, energy), np.where(rows, proposed, self.log_p)
        return float(accepts.mean())

    def walk_apart(self, t: float) -> None:
        """Move `rest` by proposals that leave its prior as it is, and adapt their size."""
        for _ in range(NUISANCE_MOVES):
            tried = np.sqrt(1 - self.spread**2) * self.rest + self.spread * self.rng.standard_normal(self.rest.shape)
            proposed = self.ground.log_likelihood(self.x, tried)
            accepts = _accepts(self.rng, t * (proposed - self.log_p).sum(axis=1))
            rows = accepts[:, None]
            self.rest, self.log_p = np.where(rows, tried, self.rest), np.where(rows, proposed, self.log_p)
            self.spread = float(min(1.0, self.spread * np.exp(accepts.mean() - ACCEPT)))


def temper(
    ground: SmcDensities, x: Floats, rest: Floats, step: float, rng: np.random.Generator, task: Task
) -> Particles:
    """Temper populations of draws `x`, `rest` to all of the evidence; `step` is a step size."""
    shape, size = x.shape[:2], x.shape[0] * x.shape[1]
    x, rest = x.reshape(size, -1), rest.reshape(size, -1)
    draws = _Tempered(ground, rng, step, x, rest, ground.log_likelihood(x, rest))
    before, t, temperatures, evidence = np.exp(draws.log_p).mean(axis=0), 0.0, [], np.zeros(shape[0])
    while t < 1:
        total = draws.log_p.sum(axis=1)
        rise = _next(total, 1 - t)
        log_weight = (rise * total).reshape(shape)
        evidence += logsumexp(log_weight, axis=1) - np.log(shape[1])
        t = min(t + rise, 1.0)
        temperatures.append(t)
        draws.resample(np.concatenate([n * shape[1] + _resampled(row, rng) for n, row in enumerate(log_weight)]))
        accepted = draws.follow_trajectories(t)
        draws.walk_apart(t)
        task.update(rise)
        LOG.info("temperature %.3g: %.2f of trajectories accepted, random walks of %.2f", t, accepted, draws.spread)
    weight = np.exp(evidence - evidence.max())
    error = float(weight.std(ddof=1) / weight.mean() / np.sqrt(len(weight))) if len(weight) > 1 else np.inf
    by_population = draws.x.reshape(*shape, -1)
    draws.resample(_resampled(np.repeat(evidence, shape[1]), rng))
    return Particles(
        by_population=by_population,
        x=draws.x.reshape(*shape, -1),
        rest=draws.rest.reshape(*shape, -1),
        temperatures=tuple(temperatures),
        log_evidence=float(logsumexp(evidence) - np.log(len(evidence))),
        error=error,
        before=before,
        after=np.exp(draws.log_p).mean(axis=0),
    )


def _next(total: Floats, most: float) -> float:
    """Temperature increment that leaves `ESS_FRACTION` of the draws effective, at most `most`."""

    def counts(rise: float) -> float:
        log_weight = rise * total
        return float(np.exp(2 * logsumexp(log_weight) - logsumexp(2 * log_weight)) - ESS_FRACTION * len(total))

    return most if counts(most) >= 0 else float(brentq(counts, 0.0, most, xtol=1e-9))


def _resampled(log_weight: Floats, rng: np.random.Generator) -> Ints:
    """Indices of draws by systematic resampling."""
    share = np.cumsum(np.exp(log_weight - logsumexp(log_weight)))
    return np.searchsorted(share / share[-1], (np.arange(len(log_weight)) + rng.random()) / len(log_weight))


def _accepts(rng: np.random.Generator, log_ratio: Floats) -> NDArray[np.bool_]:
    """Metropolis acceptance; NaN is rejected."""
    safe = np.where(np.isfinite(log_ratio), log_ratio, -np.inf)
    return np.log(rng.random(len(safe))) < safe


def _batched(function: Callable[..., Any], *arrays: Floats) -> Any:
    """Apply a function to rows in equal batches of about `BATCH`, compiled once."""
    count = len(arrays[0])
    size = -(-count // -(-count // BATCH))
    size += size % 2  # shared between two devices
    padded = [np.concatenate([array, np.repeat(array[-1:], -count % size, axis=0)]) for array in arrays]
    parts = [function(*(array[at : at + size] for array in padded)) for at in range(0, count, size)]
    return jax.tree.map(lambda *rows: np.concatenate(rows)[:count], *parts)
