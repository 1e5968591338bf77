"""Checks of an estimate: flat directions, separation, and other maxima."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from standoff.addons.games.estimate.likelihood import LikelihoodPoint, StrategicLikelihood
from standoff.addons.games.estimate.maximise import Maximum, maximise
from standoff.addons.games.estimate.result import ProfileCurve
from standoff.addons.games.estimate.starting_values import separated
from standoff.errors import join_limited
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats

HIGH = 30.0  #: condition index above which belsley1980 speaks of strong dependence
WIDE = 30.0  #: standard error, for a regressor of size one, above which separation is looked for; assumption
EDGE = 1e-6  #: fitted probability of an observed outcome below which it is called surprising
PROFILE_STEPS = 5  #: values on each side of an estimate, as in the R package `games`
PROFILE_REACH = 3.0  #: standard errors to the outermost value, as there
HIGHER = 1e-6  #: log likelihood by which another maximum must be higher


def covariance(point: LikelihoodPoint) -> Floats:
    """Inverse of the observed information; NaN where the likelihood is not curved."""
    try:
        root = np.linalg.cholesky(-point.hessian)
    except np.linalg.LinAlgError:
        return np.full_like(point.hessian, np.nan)
    inverse = np.linalg.inv(root)
    return inverse.T @ inverse


def clustered(lik: StrategicLikelihood, maximum: Maximum, groups: Sequence[str]) -> Floats:
    """Covariance where observations of a group depend on each other (liang_zeger1986)."""
    _, place = np.unique(np.asarray(groups), return_inverse=True)
    count = int(place.max()) + 1
    sums = np.zeros((count, len(lik.terms)))
    np.add.at(sums, place, lik.scores(maximum.coefficients))
    bread = covariance(maximum.point)
    return np.asarray(bread @ (sums.T @ sums) @ bread * count / (count - 1))


def warnings(lik: StrategicLikelihood, maximum: Maximum, size: Floats) -> Iterator[str]:
    """What a reader should know, in sentences."""
    errors = np.sqrt(np.diag(covariance(maximum.point)))
    if not maximum.converged:
        grown = [t for t, b in zip(lik.terms, maximum.coefficients * size, strict=True) if abs(b) > WIDE]
        far = f"; coefficients that grow without limit: {join_limited(grown)}" if grown else ""
        yield f"the search did not settle after {maximum.steps} steps, so there is no estimate{far}"
    lost = not maximum.converged or bool((errors * size > WIDE).any())
    if lost and (names := separated(lik, maximum.coefficients)):
        yield f"separation: {join_limited(names)} predict choices without error, and the likelihood rises without limit"
    if np.isfinite(errors).all() and len(errors) > 1:
        scale = np.sqrt(np.diag(-maximum.point.hessian))
        values, directions = np.linalg.eigh(-maximum.point.hessian / np.outer(scale, scale))
        index = float(np.sqrt(values[-1] / values[0]))
        if index > HIGH:
            close = [t for t, d in zip(lik.terms, directions[:, 0], strict=True) if abs(d) > 0.3]
            yield (
                f"the data hardly tell {join_limited(close)} apart: condition index {index:.0f}, above {HIGH:.0f}; "
                "their standard errors are large and their estimates depend on each other"
            )
    surprising = int((np.exp(maximum.point.each) < EDGE).sum())
    if surprising:
        yield f"{surprising} observed outcomes have a fitted probability below one in a million"


def profiles(
    lik: StrategicLikelihood, maximum: Maximum, size: Floats, progress: Progress = SILENT
) -> tuple[list[ProfileCurve], Maximum]:
    """Likelihood profile of each coefficient, and the highest maximum that was met on the way."""
    errors = np.sqrt(np.diag(covariance(maximum.point)))
    best, curves = maximum, []
    name = f"profiles of {len(lik.terms)} coefficients, {2 * PROFILE_STEPS} searches each"
    for k, term in enumerate(track(progress, name, lik.terms)):
        steps = [s / PROFILE_STEPS * PROFILE_REACH for s in range(-PROFILE_STEPS, PROFILE_STEPS + 1) if s]
        values = maximum.coefficients[k] + errors[k] * np.array(steps)
        heights = []
        for value in values:
            held = _held(lik, k, float(value), maximum.coefficients, size)
            heights.append(held.point.value if held.converged else np.nan)
            if held.point.value > best.point.value + HIGHER:
                start = np.insert(held.coefficients, k, value)
                best = max(best, maximise(lik.at, start, size), key=lambda m: m.point.value)
        curves.append(ProfileCurve(term=term, values=values, log_likelihoods=np.array(heights)))
    return curves, best


def _held(lik: StrategicLikelihood, k: int, value: float, near: Floats, size: Floats) -> Maximum:
    """The maximum with one coefficient held at a value."""
    free = np.arange(len(near)) != k

    def at(rest: Floats) -> LikelihoodPoint:
        point = lik.at(np.insert(rest, k, value))
        return LikelihoodPoint(point.value, point.gradient[free], point.hessian[np.ix_(free, free)], point.each)

    return maximise(at, near[free], size[free])
