"""Distribution of a probability over its uncertain causes, from hits in replicate trials.

Each of N units has a probability p of its own, and h hits in R trials. The quantiles of h / R are those of p widened by
the noise of the trials, so the distribution of p is estimated instead: the log odds of p are normal by maximum
likelihood, and a few steps of expectation-maximisation on a grid then let the shape follow the data (smoothing by
roughening). Where the hits vary no more than those of one common p would, the distribution is that one point.

Sources: williams1982 (logistic-normal binomial model), laird_louis1991 (smoothing by roughening), self_liang1987 (test
of a variance at its bound of zero).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit, logsumexp, ndtr

from standoff.statistics import Z90

EDGES = np.linspace(-11.025, 11.025, 442)  #: log odds: probabilities beyond 0.00002 need more replicates than we run
STEPS = 30  # of roughening, assumption: few enough for a smooth shape; a test holds shapes that are not normal
FLAT = 0.02  # assumption: share of the start spread over the grid, so that every shape can be reached
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
STANDS_OUT = Z90**2  #: the likelihood ratio of a variance at its bound exceeds it with 5 % (half a chi-squared)
MOST = 40.0  #: of a shift in log odds: beyond it no mean of floats is inside 0 and 1
POINT = 1e-9  # half the width of a point, in log odds


@dataclass(frozen=True)
class MixingDistribution:
    """A distribution of log odds with a linear cumulative probability between edges."""

    edges: np.ndarray  #: (n,) increasing
    cumulative: np.ndarray  #: (n,) from 0 to 1

    @classmethod
    def point(cls, log_odds: float) -> MixingDistribution:
        """One value."""
        return cls(np.array([log_odds - POINT, log_odds + POINT]), np.array([0.0, 1.0]))

    def with_mean(self, mean: float) -> MixingDistribution:
        """The distribution shifted in log odds until the mean of the probability is `mean`."""

        middles, weights = (self.edges[1:] + self.edges[:-1]) / 2, np.diff(self.cumulative)
        shift = brentq(lambda by: float(weights @ expit(middles + by)) - mean, -MOST, MOST)
        return MixingDistribution(self.edges + shift, self.cumulative)


@dataclass(frozen=True)
class _Counts:
    """Units by their number of hits."""

    hits: np.ndarray  #: (k,)
    units: np.ndarray  #: (k,)
    trials: int

    def log_likelihood(self, log_odds: np.ndarray) -> np.ndarray:
        """(k, log odds), without the binomial coefficient."""
        misses = self.trials - self.hits
        return -np.outer(self.hits, np.logaddexp(0, -log_odds)) - np.outer(misses, np.logaddexp(0, log_odds))

    @property
    def mean(self) -> float:
        """Share of hits in all trials, at least half a hit away from 0 and 1."""
        count = int(self.units.sum()) * self.trials
        return float(np.clip(self.hits @ self.units / count, 0.5 / count, 1 - 0.5 / count))


def mixing_distribution(hits: np.ndarray, trials: int) -> MixingDistribution:
    """Estimate the distribution of probabilities from hits (N,) in two or more `trials` each."""
    counts = _Counts(*np.unique(np.rint(hits), return_counts=True), trials)
    common = float(logit(counts.mean))
    location, scale, gain = _logit_normal(counts, common)
    if 2 * gain < STANDS_OUT:
        return MixingDistribution.point(common)
    return _roughened(counts, location, scale)


def quantiles(mixture: Sequence[MixingDistribution], levels: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of the probability, in a mixture with equal weights."""
    edges = np.unique(np.concatenate([part.edges for part in mixture]))
    below = np.mean([np.interp(edges, part.edges, part.cumulative) for part in mixture], axis=0)
    return tuple(float(expit(value)) for value in np.interp(levels, below, edges))


def _logit_normal(counts: _Counts, common: float) -> tuple[float, float, float]:
    """Location and scale of normal log odds, and the log likelihood gained over one value."""

    weights = WEIGHTS / WEIGHTS.sum()

    def loss(x: np.ndarray) -> float:
        each = logsumexp(counts.log_likelihood(x[0] + abs(x[1]) * NODES), axis=1, b=weights)
        return -float(counts.units @ each)

    share = counts.hits / counts.trials
    off = float(counts.units @ (share - counts.mean) ** 2 / counts.units.sum())
    noise = float(counts.units @ (share * (1 - share)) / counts.units.sum()) / (counts.trials - 1)
    slope = counts.mean * (1 - counts.mean)
    begin = np.array([common, min(max(np.sqrt(max(off - noise, 0.0)) / slope, 0.1), 4.0)])
    best = minimize(loss, begin, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-3, "maxiter": 400})
    alone = float(counts.units @ counts.log_likelihood(np.array([common]))[:, 0])
    return float(best.x[0]), abs(float(best.x[1])), -float(best.fun) - alone


def _roughened(counts: _Counts, location: float, scale: float) -> MixingDistribution:
    """Normal log odds after `STEPS` steps of expectation-maximisation on the grid."""
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    ends = np.concatenate([[-np.inf], EDGES[1:-1], [np.inf]])
    weights = np.diff(ndtr((ends - location) / max(scale, EDGES[1] - EDGES[0])))
    weights = (1 - FLAT) * weights + FLAT / len(weights)
    likelihood = counts.log_likelihood(middles)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    share = counts.units / counts.units.sum()
    for _ in range(STEPS):
        weights = weights * ((share / (likelihood @ weights)) @ likelihood)
    return MixingDistribution(EDGES, np.concatenate([[0.0], np.cumsum(weights / weights.sum())]))
