"""Posterior of rationality and weights from observed choices and priors.

Every prior is a belief of the scenario language (`lognormal(1, 3)`, `0.2 to 5`, `normal(0, 1)`), that is, a function of
a standard normal number z, so that in z every prior is the standard normal:

    log posterior(z) = log likelihood(parameters(z)) - |z|^2 / 2 + constant

One or two parameters are integrated on a grid; more, by importance sampling with a Laplace approximation as the
proposal. The likelihood is that of the principal branch.

Sources: tierney_kadane1986 (Laplace approximation), kong1994 (effective sample size).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from standoff import beliefs
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.games.estimate.choices import Choices
from standoff.games.estimate.likelihood import At, Likelihood, likelihood
from standoff.types import Floats

REACH = 6.5  # standard deviations of the prior that a grid covers: all but 1e-10 of it
DEEP = 25.0  # log density below its top beyond which a grid does not go: e^-25 is 1e-11
# A step of half a prior deviation finds the mode; a third of a posterior one integrates. One parameter costs little.
COARSE, FINE, LINE = 27, 41, 201  # points a side
TAILS = 4  # degrees of freedom of the proposals; assumption: tails heavier than those of most posteriors
FEW = 0.1  # assumption: with an effective share of the draws below a tenth, the proposals miss the posterior
FAR = 4.0  # deviations of a prior: one in 16,000 lies further out


@dataclass(frozen=True, eq=False)
class Marginal:
    """The posterior of one parameter."""

    term: str
    mean: float
    deviation: float
    low: float  #: of the central interval
    median: float
    high: float
    values: Floats  #: (point,) rising: a grid, or draws
    weights: Floats  #: (point,) posterior probability of each


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """The posterior, with diagnostics."""

    terms: tuple[str, ...]
    priors: tuple[str, ...]  #: priors as written
    marginals: tuple[Marginal, ...]
    correlation: Floats  #: (term, term); NaN beside a term with a fixed prior
    level: float
    log_evidence: float  #: log evidence, without the multinomial constant
    method: str  #: grid or importance
    evaluations: int
    effective: float  #: effective number of draws; for a grid, the number of its points
    error: float  #: of the means, in posterior deviations: grid against every other point; draws: 1 / sqrt(effective)
    warnings: tuple[str, ...]

    def __getitem__(self, term: str) -> Marginal:
        """The posterior of one term."""
        if term not in self.terms:
            raise StandoffError(Problem(f"`{term}` was not estimated", allowed=join_limited(self.terms),
                                        fix=did_you_mean(term, self.terms)))  # fmt: skip
        return self.marginals[self.terms.index(term)]


def posterior(
    choices: Sequence[Choices],
    priors: Mapping[str, Any],
    *,
    level: float = 0.9,
    draws: int = 2000,
    seed: int = 0,
    method: str = "",
) -> Posterior:
    """The posterior of every term.

    priors: [term] a belief; every term needs one, and that of a rationality must not go below zero
    level: of the central intervals
    draws, seed: of the importance sampler
    method: grid or importance; where left out, a grid for one or two parameters
    """
    lik = likelihood(choices)
    written = _priors(lik, priors)
    free = [k for k, belief in enumerate(written) if belief.shape != "point"]
    if method not in {"", "grid", "importance"} or (method == "grid" and len(free) > 2):
        raise StandoffError(Problem(f"method `{method}` for {len(free)} parameters",
                                    allowed="importance, or grid for one or two"))  # fmt: skip
    target = _Target(lik, written, free)
    if method == "grid" or (not method and len(free) <= 2):
        z, weights, evidence, error, effective = _grid(target)
        method = "grid"
    else:
        z, weights, evidence, effective = _importance(target, draws, seed)
        error = effective**-0.5
        method = "importance"
    theta = np.array([target.theta(row) for row in z])
    warnings = list(target.warnings)
    if method == "importance" and effective < FEW * draws:
        warnings.append(f"{draws} draws are worth {effective:.0f}: the posterior is not like its Laplace approximation")
    if method == "grid" and error > 0.02:
        warnings.append(
            f"the grid is coarse for this posterior: means move by {error:.2g} deviations with half its points"
        )
    for column, k in enumerate(free):
        at = float(weights @ z[:, column])
        if abs(at) > FAR:
            warnings.append(f"the choices put `{lik.terms[k]}` {abs(at):.1f} deviations out in its prior {written[k]}")
    points = [(theta[:, k], weights) for k in range(len(lik.terms))]
    if method == "grid":
        for column, k in enumerate(free):
            fine, mass = _refined(z[:, column], weights)
            points[k] = np.array([_value(written[k], x) for x in fine.tolist()]), mass
    marginals = tuple(_marginal(term, *pair, level) for term, pair in zip(lik.terms, points, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = theta - weights @ theta
        covariance = (weights[:, None] * centred).T @ centred
        spread = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(spread, spread)
    return Posterior(
        terms=lik.terms, priors=tuple(str(b) for b in written), marginals=marginals, correlation=correlation,
        level=level, log_evidence=evidence, method=method, evaluations=target.evaluations, effective=effective,
        error=error, warnings=tuple(warnings),
    )  # fmt: skip


class _Target:
    """Log posterior over z of the uncertain terms; starts from the last equilibrium."""

    def __init__(self, lik: Likelihood, priors: Sequence[beliefs.Belief], free: Sequence[int]) -> None:
        self.lik, self.priors, self.free = lik, priors, free
        self.evaluations, self.last, self.warnings = 0, None, dict[str, None]()

    last: At | None

    def theta(self, z: Floats) -> Floats:
        out = np.array([belief.numbers[0] if belief.shape == "point" else 0.0 for belief in self.priors])
        for k, x in zip(self.free, z, strict=True):
            out[k] = _value(self.priors[k], float(x))
        return out

    def at(self, z: Floats) -> At | None:
        self.evaluations += 1
        theta = self.theta(z)
        here = self.lik.at(theta) if self.last is None else self.lik.onward(self.last, theta)
        if not here.reached:
            self.warnings["the branch was lost at some parameters, which count as impossible"] = None
            return None
        self.last = here
        return here

    def __call__(self, z: Floats) -> float:
        here = self.at(z)
        return -np.inf if here is None else here.log_likelihood - float(z @ z) / 2

    def slope(self, here: At, z: Floats) -> tuple[Floats, Floats]:
        """Slope over z, and the negative expected curvature."""
        by_z = np.array([(_value(self.priors[k], x + 1e-4) - _value(self.priors[k], x - 1e-4)) / 2e-4
                         for k, x in zip(self.free, z.tolist(), strict=True)])  # fmt: skip
        information = here.information[np.ix_(self.free, self.free)] * np.outer(by_z, by_z)
        return here.score[self.free] * by_z - z, information + np.eye(len(z))


def _priors(lik: Likelihood, priors: Mapping[str, Any]) -> list[beliefs.Belief]:
    problems = [Problem(f"no prior for `{term}`", allowed=beliefs.FORMS, fix="there is no default: state a belief")
                for term in lik.terms if term not in priors]  # fmt: skip
    problems += [Problem(f"a prior for `{term}`, which is not estimated", allowed=join_limited(lik.terms),
                         fix=did_you_mean(term, lik.terms)) for term in priors if term not in lik.terms]  # fmt: skip
    if problems:
        raise StandoffError(problems)
    out = [beliefs.parse(priors[term]) for term in lik.terms]
    for k, belief in enumerate(out):
        lowest = belief.numbers[0] if belief.shape == "point" else _value(belief, -REACH)
        if lik.rational[k] and lowest < 0:
            problems.append(Problem(f"the prior {belief} of `{lik.terms[k]}` goes below 0",
                                    allowed="lognormal, uniform from 0, or a range above 0"))  # fmt: skip
    if all(belief.shape == "point" for belief in out):
        problems.append(Problem("every prior is a fixed number: there is nothing to estimate", allowed=beliefs.FORMS))
    if problems:
        raise StandoffError(problems)
    return out


def _value(belief: beliefs.Belief, z: float) -> float:
    """The number at z standard deviations."""
    shape = belief.g_parameters()
    if shape is not None:
        a, b, s = shape
        return a + b * (z if s == 0.0 else float(np.expm1(s * z)) / s)
    return belief.quantile(min(max(NormalDist().cdf(z), 1e-15), 1 - 1e-15))


def _grid(target: _Target) -> tuple[Floats, Floats, float, float, float]:
    """Points (point, parameter), their probabilities, the log evidence, and error of the means."""
    size = len(target.free)
    low, high = np.full(size, -REACH), np.full(size, REACH)
    fine = LINE if size == 1 else FINE
    for points in (COARSE, COARSE, fine):
        axes = [np.linspace(a, b, points) for a, b in zip(low, high, strict=True)]
        heights = np.empty((points,) * size)
        for row in range(points if size > 1 else 1):  # to and fro, so that each point is next to the last
            order = range(points) if row % 2 == 0 else range(points - 1, -1, -1)
            for column in order:
                index = (row, column) if size > 1 else (column,)
                heights[index] = target(np.array([axis[i] for axis, i in zip(axes, index, strict=True)]))
        if points == fine:
            break
        inside = heights >= heights.max() - DEEP
        for d in range(size):
            observed = np.flatnonzero(inside.any(axis=tuple(e for e in range(size) if e != d)))
            low[d] = axes[d][max(observed[0] - 1, 0)]
            high[d] = axes[d][min(observed[-1] + 1, points - 1)]
    top = heights.max()
    density = np.exp(heights - top)
    cell = float(np.prod([axis[1] - axis[0] for axis in axes]))
    z = np.array(list(itertools.product(*axes)))
    weights = density.ravel() / density.sum()
    evidence = float(top + np.log(density.sum() * cell)) - size / 2 * float(np.log(2 * np.pi))
    half = np.zeros_like(density)
    half[(slice(None, None, 2),) * size] = density[(slice(None, None, 2),) * size]
    half = half.ravel() / half.sum()
    mean = weights @ z
    deviation = np.sqrt(weights @ (z - mean) ** 2)
    return z, weights, evidence, float(np.max(np.abs(half @ z - mean) / deviation)), float(len(z))


def _refined(z: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Interpolate a margin of a grid to twenty times as many points by a cubic spline."""
    axis, index = np.unique(z, return_inverse=True)
    mass = np.bincount(index.ravel(), weights)
    fine = np.linspace(axis[0], axis[-1], 20 * (len(axis) - 1) + 1)
    dense = np.maximum(CubicSpline(axis, mass)(fine), 0.0)
    return fine, dense / dense.sum()


def _importance(target: _Target, draws: int, seed: int) -> tuple[Floats, Floats, float, float]:
    """Draws (draw, parameter) around the mode, weights, log evidence, effective number."""
    mode, spread = _mode(target)
    top = target.last
    rng, size = np.random.default_rng(seed), len(target.free)
    root = np.linalg.cholesky(spread)
    normal = rng.standard_normal((draws, size))
    stretch = np.sqrt(TAILS / rng.chisquare(TAILS, draws))
    z = mode + (normal * stretch[:, None]) @ root.T
    length = ((normal * stretch[:, None]) ** 2).sum(1)
    log_proposal = -(TAILS + size) / 2 * np.log1p(length / TAILS)  # up to a constant
    log_weight = np.empty(draws)
    for i, row in enumerate(z):
        target.last = top
        log_weight[i] = target(row) - log_proposal[i]
    shift = log_weight.max()
    weight = np.exp(log_weight - shift)
    constant = (
        math.lgamma((TAILS + size) / 2) - math.lgamma(TAILS / 2) - size / 2 * np.log(TAILS * np.pi)
        - float(np.log(np.diag(root)).sum())
    )  # fmt: skip
    evidence = float(shift + np.log(weight.mean()) - constant) - size / 2 * float(np.log(2 * np.pi))
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return z, weight / weight.sum(), evidence, effective


def _mode(target: _Target) -> tuple[Floats, Floats]:
    """Posterior mode, and the inverse of the expected curvature there."""
    z = np.zeros(len(target.free))
    here, height = target.at(z), -np.inf
    if here is None:
        raise StandoffError(Problem("no equilibrium was found at the medians of the priors"))
    height = here.log_likelihood
    for _ in range(100):
        slope, curvature = target.slope(here, z)
        step = np.linalg.solve(curvature, slope)
        if float(step @ slope) < 1e-10:
            break
        share = min(1.0, 1.0 / float(np.abs(step).max()))
        for _ in range(30):
            new = z + share * step
            there = target.at(new)
            if there is not None and there.log_likelihood - float(new @ new) / 2 > height:
                break
            share /= 2
        else:
            break
        z, here, height = new, there, there.log_likelihood - float(new @ new) / 2
    target.last = here
    return z, np.asarray(np.linalg.inv(target.slope(here, z)[1]), dtype=np.float64)


def _marginal(term: str, theta: Floats, weights: Floats, level: float) -> Marginal:
    values, index = np.unique(theta, return_inverse=True)
    mass = np.bincount(index.ravel(), weights).astype(np.float64)
    mean = float(mass @ values)
    below = np.cumsum(mass) - mass / 2  # half of the mass of a point lies below it
    low, median, high = np.interp([(1 - level) / 2, 0.5, (1 + level) / 2], below, values)
    return Marginal(term, mean, float(np.sqrt(mass @ (values - mean) ** 2)), float(low), float(median), float(high),
                    values, mass)  # fmt: skip
