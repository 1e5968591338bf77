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
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import logsumexp

from standoff.inference import hmc
from standoff.inference.density import Density
from standoff.inference.fit import records
from standoff.progress import SILENT, Progress, Task
from standoff.types import Floats

if TYPE_CHECKING:
    from standoff.inference.fit.log_density import LogDensity
    from standoff.inference.laplace import LaplaceFit

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
    log_likelihood: Callable[
        [Floats, Floats], Floats
    ]  #: x, rest -> (draw, choice) log probability of the observed options


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
    accepted: float  #: acceptance rate of trajectories at the last temperature


@dataclass(frozen=True, eq=False)
class SmcResult:
    """Draws conditioned on choices without slopes; same interface as `hmc.HmcResult`."""

    draws: Floats  #: (population, draw, parameter)
    led: Particles  #: its `rest` are window parameters; fitted ones are ignored
    rhat: float
    ess: float
    smooth: hmc.HmcResult  #: the initial draws

    def diagnostics(self, laplace: LaplaceFit) -> records.Diagnostics:
        """Convergence checks of the first draws, and agreement of populations."""
        first, led = self.smooth.diagnostics(laplace), self.led
        checks = [
            (first.passed, first.why),
            (self.rhat < RHAT, f"R-hat of populations is not below {RHAT}"),
            (led.error <= MAX_ERROR, f"populations give the choices log probabilities {led.error:.1f} apart"),
        ]
        wrong = [text for good, text in checks if not good]
        count, size, _ = self.draws.shape
        why = (
            "; ".join(wrong)
            or f"{count} populations of {size:,} draws agree, through {len(led.temperatures)} temperatures"
        )
        return replace(
            first,
            method="smc",
            rhat=self.rhat,
            ess=self.ess,
            passed=not wrong,
            why=why,
            log_evidence=(led.log_evidence, led.error),
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
    by, root, made = laplace.coordinates, first.root, ready or hmc.compiled(laplace.coordinates)
    smooth = hmc.surface(laplace, root, made)

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
        led = temper(ground, white, rest, first.step, rng, task)
    rhat, ess = hmc.convergence(laplace.mode + led.by_population @ root.T)
    return SmcResult(laplace.mode + led.x @ root.T, led, rhat, ess, first)


def temper(
    ground: SmcDensities, x: Floats, rest: Floats, step: float, rng: np.random.Generator, task: Task
) -> Particles:
    """Temper populations of draws `x`, `rest` to all of the evidence; `step` is a step size."""
    shape, size = x.shape[:2], x.shape[0] * x.shape[1]
    x, rest = x.reshape(size, -1), rest.reshape(size, -1)
    claims = ground.log_likelihood(x, rest)
    before, t, temperatures, evidence = np.exp(claims).mean(axis=0), 0.0, [], np.zeros(shape[0])
    far, accepted = 1.0, 1.0
    while t < 1:
        total = claims.sum(axis=1)
        rise = _next(total, 1 - t)
        weight = (rise * total).reshape(shape)
        evidence += logsumexp(weight, axis=1) - np.log(shape[1])
        t = min(t + rise, 1.0)
        temperatures.append(t)
        stored = np.concatenate([n * shape[1] + _resampled(row, rng) for n, row in enumerate(weight)])
        x, rest, claims = x[stored], rest[stored], claims[stored]
        value, (_, slope) = ground.log_prior.value(x), ground.log_prior.surrogate(x)
        for _ in range(MOVES):
            steps, momentum = hmc.steps_of(rng, step), rng.standard_normal(x.shape)
            end = hmc.trajectory(ground.log_prior, x, slope, momentum, step, steps)
            there, message = ground.log_prior.value(end.position), ground.log_likelihood(end.position, rest)
            growth = there - value + 0.5 * (np.square(end.momentum) - np.square(momentum)).sum(axis=1)
            better = _accepts(rng, t * (message - claims).sum(axis=1) - growth)
            accepted = float(better.mean())
            x, slope = np.where(better[:, None], end.position, x), np.where(better[:, None], end.slope, slope)
            value, claims = np.where(better, there, value), np.where(better[:, None], message, claims)
        for _ in range(NUISANCE_MOVES):
            tried = np.sqrt(1 - far**2) * rest + far * rng.standard_normal(rest.shape)
            message = ground.log_likelihood(x, tried)
            better = _accepts(rng, t * (message - claims).sum(axis=1))
            rest, claims = np.where(better[:, None], tried, rest), np.where(better[:, None], message, claims)
            far = float(min(1.0, far * np.exp(better.mean() - ACCEPT)))
        task.update(rise)
        LOG.info("temperature %.3g: %.2f of trajectories accepted, nuisance step size %.2f", t, accepted, far)
    chance = np.exp(evidence - evidence.max())
    error = float(chance.std(ddof=1) / chance.mean() / np.sqrt(len(chance))) if len(chance) > 1 else np.inf
    taken = _resampled(np.repeat(evidence, shape[1]), rng)
    apart, x, rest = (values.reshape(*shape, -1) for values in (x, x[taken], rest[taken]))
    return Particles(
        by_population=apart,
        x=x,
        rest=rest,
        temperatures=tuple(temperatures),
        log_evidence=float(logsumexp(evidence) - np.log(len(evidence))),
        error=error,
        before=before,
        after=np.exp(claims[taken]).mean(axis=0),
        accepted=accepted,
    )


def _next(total: Floats, most: float) -> float:
    """Temperature increment that leaves `HALF` of the draws effective, at most `most`."""

    def counts(rise: float) -> float:
        weight = rise * total
        return float(np.exp(2 * logsumexp(weight) - logsumexp(2 * weight)) - ESS_FRACTION * len(total))

    return most if counts(most) >= 0 else float(brentq(counts, 0.0, most, xtol=1e-9))


def _resampled(weight: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of draws by systematic resampling with log weights."""
    share = np.cumsum(np.exp(weight - logsumexp(weight)))
    return np.searchsorted(share / share[-1], (np.arange(len(weight)) + rng.random()) / len(weight))


def _accepts(rng: np.random.Generator, log_ratio: Floats) -> NDArray[np.bool_]:
    """Metropolis acceptance; NaN is rejected."""
    safe = np.where(np.isfinite(log_ratio), log_ratio, -np.inf)
    return np.log(rng.random(len(safe))) < safe


def _batched(function: Callable[..., Any], *arrays: Floats) -> Any:
    """Apply a function to rows in equal batches of `AT_ONCE`, compiled once."""
    count = len(arrays[0])
    size = -(-count // -(-count // BATCH))
    size += size % 2  # shared between two devices
    padded = [np.concatenate([array, np.repeat(array[-1:], -count % size, axis=0)]) for array in arrays]
    parts = [function(*(array[at : at + size] for array in padded)) for at in range(0, count, size)]
    return jax.tree.map(lambda *rows: np.concatenate(rows)[:count], *parts)
