"""Maximum likelihood estimation of rationality and weights, with diagnostics.

Choices depend only on the product of a player's rationality and the weight of a reason. `fit` estimates the product;
`normalise` splits it by a rule that the caller states.

Sources: mckelvey_palfrey1995 (estimation along the principal branch), signorino1999 (strategic choice models).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.games.estimate import identify, profile, search
from standoff.games.estimate.choices import Choices
from standoff.games.estimate.likelihood import At, Likelihood, likelihood
from standoff.games.estimate.multiplicity import Several, several
from standoff.games.estimate.response import ResponsePath, follow
from standoff.types import Floats

LARGEST = 1000.0  # log odds of the largest payoff difference; assumption: odds beyond e^1000 are certainty
FLAT = 1e-9  # least eigenvalue of scaled information: differences leave 1e-10 of noise
ALIKE = 1e-4  # log likelihood: climbs that end closer together than this ended at one maximum


@dataclass(frozen=True)
class Maximum:
    """A local maximum of the likelihood."""

    estimate: tuple[float, ...]  #: (term,)
    log_likelihood: float


@dataclass(frozen=True, eq=False, kw_only=True)
class EstimationResult:
    """An estimate with its diagnostics. Read `warnings` first."""

    terms: tuple[str, ...]
    estimate: Floats  #: (term,), infinite if the likelihood increases without bound
    standard_errors: Floats  #: (term,) from the observed information; NaN at a bound
    covariance: Floats  #: (term, term)
    log_likelihood: float
    even: float  #: log likelihood of uniform choices
    saturated: float  #: log likelihood of the observed frequencies, an upper bound for all models
    chosen: float  #: number of observed choices
    profiles: tuple[profile.Profile, ...]  #: profile of each term; empty unless requested
    level: float  #: level of the intervals
    probabilities: tuple[Floats, ...]  #: [choices] (game, option) at the estimate
    converged: bool
    at_bound: dict[str, str]  #: term -> zero, infinite, or largest (stopped at the limit of the caller)
    maxima: tuple[Maximum, ...]  #: all local maxima, the highest first
    several: tuple[Several, ...]  #: games with other equilibria at the estimate
    warnings: tuple[str, ...]

    def __getitem__(self, term: str) -> float:
        """The estimate of one term."""
        if term not in self.terms:
            raise StandoffError(Problem(f"`{term}` was not estimated", allowed=join_limited(self.terms),
                                        fix=did_you_mean(term, self.terms)))  # fmt: skip
        return float(self.estimate[self.terms.index(term)])


def fit(
    choices: Sequence[Choices],
    *,
    level: float = 0.95,
    largest: float | None = None,
    rays: int = 6,
    tries: int = 50,
    seed: int = 0,
    profiles: bool = True,
) -> EstimationResult:
    """Maximum likelihood parameters of observed choices.

    level: of the profile likelihood intervals
    largest: bound of the search for a single parameter; by default the value at which the largest payoff difference has
        odds of e^1000
    rays: random directions from which several parameters are searched
    tries: random starts of the search for other equilibria
    seed: of rays and tries
    profiles: whether to compute profile likelihoods; they take most of the time where several parameters are estimated

    Raises `StandoffError` where a term makes no difference, or terms are collinear.
    """
    lik = likelihood(choices)
    if not 0 < level < 1:
        raise StandoffError(Problem(f"level {level}", allowed="between 0 and 1"))
    if largest is not None and not largest > 0:
        raise StandoffError(Problem(f"largest {largest}", allowed="above 0"))
    warnings = _check_identified(lik)
    result = _one(lik, largest) if len(lik.terms) == 1 else _many(lik, rays, seed)
    warnings += result.warnings
    best, bound = result.best, result.bound
    free = [k for k, term in enumerate(lik.terms) if term not in bound]
    covariance = np.full((len(lik.terms),) * 2, np.nan)
    if free and result.converged:
        information = lik.observed(best, free)
        if _definite(information):
            covariance[np.ix_(free, free)] = np.linalg.inv(information)
        else:
            warnings.append("the likelihood is flat at the estimate: these choices do not tell the terms apart, and there "
                            "are no standard errors")  # fmt: skip
    errors = np.sqrt(np.diag(covariance))
    curves: list[profile.Profile] = []
    if profiles and result.rays:
        curves = [profile.along(lik, result.rays, result.height, level)]
    elif profiles:
        curves = [profile.each(lik, best, errors, k, level) for k in free if np.isfinite(errors[k])]
    warnings += [
        f"the interval of `{c.term}` spans {c.pieces} stretches with gaps between" for c in curves if c.pieces > 1
    ]
    others = several(lik, best.theta, best.values, tries, seed)
    warnings += _others(others)
    if len(result.maxima) > 1:
        second = result.maxima[1]
        warnings.append(
            f"the likelihood has {len(result.maxima)} maxima; the next is {result.height - second.log_likelihood:.3g} below, at "
            + ", ".join(f"{t} = {x:.4g}" for t, x in zip(lik.terms, second.estimate, strict=True))
        )
    estimate = best.theta.copy()
    for k, term in enumerate(lik.terms):
        if bound.get(term) == "infinite":
            estimate[k] = np.inf * (1.0 if best.theta[k] >= 0 else -1.0)
    even, full = lik.limits
    return EstimationResult(
        terms=lik.terms, estimate=estimate, standard_errors=errors, covariance=covariance, log_likelihood=result.height,
        even=even, saturated=full, chosen=lik.chosen, profiles=tuple(curves), level=level,
        probabilities=tuple(np.exp(g.logs(v)) for g, v in zip(lik.groups, best.values, strict=True)),
        converged=result.converged, at_bound=bound, maxima=result.maxima, several=others, warnings=tuple(warnings),
    )  # fmt: skip


def _definite(information: Floats) -> bool:
    """Whether an information matrix is positive definite, whatever the units of the terms."""
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not np.isfinite(information).all() or not (size > 0).all():
        return False
    return bool(np.linalg.eigvalsh(information / np.outer(size, size))[0] > FLAT)


@dataclass(frozen=True, eq=False)
class _Optimum:
    best: At
    height: float
    maxima: tuple[Maximum, ...]
    bound: dict[str, str]
    converged: bool
    warnings: list[str]
    rays: list[tuple[Floats, ResponsePath]]


def _check_identified(lik: Likelihood) -> list[str]:
    """Warnings about identification; raises if terms cannot be distinguished."""
    terms = identify.collinear(lik)
    if terms.idle:
        raise StandoffError(Problem(f"`{terms.idle[0]}` has no effect on any choice", allowed="terms that differ "
                                    "between options of somebody who chose", fix="leave it out"))  # fmt: skip
    if terms.same:
        raise StandoffError(Problem(f"{join_limited(terms.same)} are collinear: a combination has no effect on odds",
                                    fix="leave one of them out, or fix their ratio in one reason"))  # fmt: skip
    out = []
    if len(lik.terms) > 1 and terms.index > identify.HIGH:
        out.append(f"{join_limited(terms.close)} are nearly collinear (condition index {terms.index:.0f})")
    if (split := identify.separation(lik)) is not None:
        terms_in = [t for t, d in zip(lik.terms, split.direction * lik.scale, strict=True) if abs(d) > 1e-6]
        out.append(f"{split.kind} separation: a combination of {join_limited(terms_in)} explains the choices "
                   + ("fully" if split.kind == "complete" else "without exception")
                   + "; the likelihood has no maximum")  # fmt: skip
    return out


def _one(lik: Likelihood, largest: float | None) -> _Optimum:
    """One parameter: every maximum along the branch."""
    term, warnings, bound = lik.terms[0], [], {}
    far = LARGEST / float(lik.scale[0]) if largest is None else largest
    rays, result = [], []
    for sign in (1.0,) if lik.rational[0] else (-1.0, 1.0):
        ray = np.array([sign])
        path, tops = search.peaked(lik, ray, follow(lik.groups, ray, far))
        rays.append((ray, path))
        result += [(sign, top) for top in tops]
    start = rays[-1][1].points[0]
    if all(path.points[0].slope <= 0 for _, path in rays):
        result.append((1.0, start))
    inner = [(s, p) for s, p in result if p.scale < far and p.scale > 0] or result
    result.sort(key=lambda pair: -pair[1].log_likelihood)
    sign, top = result[0]
    if top.scale >= far and (close := [x for x in inner if x[1].log_likelihood >= top.log_likelihood]):
        sign, top = close[0]
    best = lik.near(np.array([sign * top.scale]), top.values)
    if lik.rational[0] and top.scale <= 0:
        bound[term] = "zero"
        warnings.append(f"`{term}` is estimated at its bound 0: the choices speak against it")
    elif top.scale >= far:
        bound[term] = "infinite" if largest is None else "largest"
        warnings.append(f"the likelihood still rises at `{term}` = {sign * far:.4g}, the furthest looked at: no finite "
                        "estimate; the interval is one-sided")  # fmt: skip
    for ray, path in rays:
        if not path.complete:
            warnings.append(f"the branch was lost at `{term}` = {float(ray[0]) * path.points[-1].scale:.4g}")
        for words, places in (("turns back", path.turns), ("is crossed by another", path.bifurcations)):
            before = [x for x in places if x <= max(top.scale, 0) * (1 + 1e-9) or words == "turns back"]
            if before:
                warnings.append(f"the branch {words} at `{term}` = {', '.join(f'{x:.4g}' for x in before[:4])}")
    maxima = tuple(Maximum((s * p.scale,), p.log_likelihood) for s, p in result if p.scale < far or term in bound)
    return _Optimum(best, best.log_likelihood, maxima, bound, best.reached, warnings, rays)


def _many(lik: Likelihood, rays: int, seed: int) -> _Optimum:
    """Several parameters: the highest of several local searches."""
    ends = [search.climb(lik, theta) for theta in search.starts(lik, rays, seed, LARGEST)]
    reached = [end for end in ends if end[0].reached]
    if not reached:
        raise StandoffError(Problem("no equilibrium was found at any start", fix="scale payoffs to be of order one"))
    reached.sort(key=lambda end: -end[0].log_likelihood)
    best, settled, ahead = reached[0]
    away = search.drifting(lik, ahead) if settled else {}
    bound = {lik.terms[k]: "infinite" for k in away}
    bound |= {
        t: "zero" for k, t in enumerate(lik.terms) if lik.rational[k] and best.theta[k] <= 0 and best.score[k] <= 0
    }
    warnings = []
    if away:
        warnings.append(
            f"{join_limited([lik.terms[k] for k in away])} head for infinity: the likelihood has no maximum, and what "
            "is given of the other terms is its limit"
        )
    warnings += [
        f"`{t}` is estimated at its bound 0: the choices speak against it" for t, b in bound.items() if b == "zero"
    ]
    if not settled:
        warnings.append("the search did not settle; the estimate is the highest point that it came to, perhaps an edge at "
                        "which the principal branch jumps")  # fmt: skip
    ats: list[At] = []
    for end, done, _ in reached:
        if done and all(abs(end.log_likelihood - k.log_likelihood) > ALIKE
                        or search.odds(lik, end.theta - k.theta) > 0.01 for k in ats):  # fmt: skip
            ats.append(end)
    ats = [best] if away or not ats else ats
    maxima = tuple(Maximum(tuple(end.theta.tolist()), end.log_likelihood) for end in ats)
    return _Optimum(best, best.log_likelihood, maxima, bound, settled, warnings, [])


def _others(others: Sequence[Several]) -> list[str]:
    out = []
    for one in others[:5]:
        better = float(one.log_likelihoods.max() - one.log_likelihoods[0])
        out.append(f"{one.title} has {len(one.probabilities)} equilibria at the estimate"
                   + (f"; its choices are more likely under another than the principal branch (by {better:.3g})"
                      if better > 1e-6 else ""))  # fmt: skip
    if len(others) > 5:
        out.append(f"{len(others) - 5} more games have several equilibria at the estimate")
    return out


def normalise(fit: EstimationResult, by: str, weight: float = 1.0) -> tuple[float, dict[str, tuple[float, float]]]:
    """Rationality, and weights with errors, normalised to weight `weight` of reason `by`.

    Rationality is then the estimate of `by` over `weight`, and the standard errors are those of ratios (delta method).
    """
    product = fit[by]
    if weight == 0 or product == 0 or not np.isfinite(product):
        raise StandoffError(Problem(f"`{by}` with the estimate {product} and the weight {weight} cannot set the scale",
                                    allowed="a reason with a finite estimate and a weight that is not zero"))  # fmt: skip
    rationality, k = product / weight, fit.terms.index(by)
    if rationality < 0:
        raise StandoffError(Problem(f"`{by}` with the weight {weight} makes rationality {rationality:.4g}",
                                    allowed="a weight with the sign of the estimate", fix=f"weight={-weight}"))  # fmt: skip
    out = {}
    for j, term in enumerate(fit.terms):
        slope = np.zeros(len(fit.terms))
        slope[j] += weight / product
        slope[k] -= weight * fit.estimate[j] / product**2
        current = slope != 0
        variance = float(slope[current] @ fit.covariance[np.ix_(current, current)] @ slope[current])
        out[term] = (
            (weight, 0.0)
            if term == by
            else (float(weight * fit.estimate[j] / product), float(np.sqrt(max(variance, 0.0))))
        )
    return rationality, out
