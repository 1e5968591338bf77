"""Maximise a likelihood: along a branch for one parameter, from several starts for more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from standoff.games.estimate.likelihood import At, Likelihood
from standoff.games.estimate.response import ResponsePath, ResponsePoint, advance, follow
from standoff.types import Floats

SETTLED = 1e-11  # the rise of the log likelihood that a step still promises; rounding of a hundred choices is 1e-13
STRIDE = 4.0  # assumption: no step changes log odds by more, an e-fold or two beyond the linear range
ROUNDS = 100  # assumption: 5 to 20 are enough
SCORING = 2  # rounds with the expected information alone, before the observed information corrects it
HALVINGS = 20  # a step a millionth as long that still does not rise is no rise
DRIFT = 0.05  # log odds: a step that still moves this much where nothing is left to gain heads for infinity


def step_between(a: ResponsePoint, b: ResponsePoint) -> float:
    """Length along the direction of `a` to `b`."""
    return a.forward * (b.scale - a.scale) + sum(
        float((x * (w - v)).sum()) for x, v, w in zip(a.along, a.values, b.values, strict=True)
    )


def between(
    lik: Likelihood, theta: Floats, a: ResponsePoint, b: ResponsePoint, wanted: str, level: float = 0.0
) -> ResponsePoint:
    """The root of `slope`, or of `log_likelihood` less `level`, between two points of a path."""

    def point_at(step: float) -> ResponsePoint:
        result = advance(lik.groups, theta, a, step)[0]
        return result if result is not None else a

    length = step_between(a, b)
    root = brentq(lambda step: getattr(point_at(step) if step else a, wanted) - level, 0.0, length, xtol=1e-13 * length)
    return point_at(root)


def peaked(lik: Likelihood, direction: Floats, path: ResponsePath) -> tuple[ResponsePath, list[ResponsePoint]]:
    """The path with the maxima of the likelihood inserted, and the maxima.

    The last point counts where the likelihood still rises there. Two extremes within one step go unseen.
    """
    points, out = [path.points[0]], []
    for a, b in zip(path.points, path.points[1:], strict=False):
        if a.slope > 0 >= b.slope:
            out.append(between(lik, direction, a, b, "slope"))
            points.append(out[-1])
        points.append(b)
    if path.points[-1].slope > 0:
        out.append(path.points[-1])
    return ResponsePath(points, path.complete), out


def climb(lik: Likelihood, theta: Floats, fixed: Sequence[int] = (), near: At | None = None) -> tuple[At, bool, Floats]:
    """Scoring from `theta`; whether it converged, and the next step, (term,).

    near: a nearby point on the principal branch, which saves following it from zero. Where the search has left that
    branch, it is repeated with the whole branch followed at every step.
    """
    result = _climb(lik, theta, fixed, near, walk=False)
    return result if lik.principal(result[0]) else _climb(lik, theta, fixed, None, walk=True)


def _climb(
    lik: Likelihood, theta: Floats, fixed: Sequence[int], near: At | None, walk: bool
) -> tuple[At, bool, Floats]:
    begin = np.where(lik.rational, np.maximum(theta, 0.0), theta)
    here = lik.at(begin) if near is None else lik.onward(near, begin)
    ahead, curvature, current = np.zeros_like(here.theta), here.information, list[int]()
    for count in range(ROUNDS):
        if not here.reached:
            return here, False, ahead
        stopped = lik.rational & (here.theta <= 0) & (here.score <= 0)
        free = [k for k in range(len(theta)) if k not in fixed and not stopped[k]]
        if count < SCORING or free != current:
            curvature, current = here.information, free
        ahead = np.zeros_like(here.theta)
        if free:
            ahead[free] = np.linalg.lstsq(curvature[np.ix_(free, free)], here.score[free], rcond=1e-13)[0]
        promised = float(ahead @ here.score)
        if promised <= SETTLED:
            return here, True, ahead
        share = min(1.0, STRIDE / max(odds(lik, ahead), 1e-300))
        for _ in range(HALVINGS):
            new = here.theta + share * ahead
            new = np.where(lik.rational, np.maximum(new, 0.0), new)
            there = lik.at(new) if walk else lik.onward(here, new)
            if there.reached and there.log_likelihood > here.log_likelihood:
                break
            share /= 2
        else:
            return here, promised < 1e-7, ahead  # the maximum within rounding
        curvature = _secant(curvature, there.theta - here.theta, here.score - there.score)
        here = there
    return here, False, ahead


def _secant(curvature: Floats, step: Floats, change: Floats) -> Floats:
    """BFGS update of the expected information."""
    bent, across = curvature @ step, float(change @ step)
    if across <= 1e-12 * float(step @ bent) or not np.isfinite(across):
        return curvature
    out: Floats = curvature + np.outer(change, change) / across - np.outer(bent, bent) / float(step @ bent)
    return out


def odds(lik: Likelihood, step: Floats) -> float:
    """The largest change of log odds by a step of the parameters, with others' choices fixed."""
    return float(np.max(np.abs(step) * lik.scale))


def drifting(lik: Likelihood, ahead: Floats) -> dict[int, float]:
    """Terms [term] -> sign that diverge: steps are long without a gain."""
    moves = np.abs(ahead) * lik.scale
    away = moves > max(DRIFT, 0.01 * float(moves.max()))
    return {int(k): float(np.sign(ahead[k])) for k in np.flatnonzero(away)}


def starts(lik: Likelihood, rays: int, seed: int, largest: float) -> list[Floats]:
    """Starting points: maxima along the likelihood's own direction at zero, and random rays."""
    zero = lik.at(np.zeros(len(lik.terms)))
    own = np.linalg.lstsq(zero.information, zero.score, rcond=1e-10)[0]
    unit = 1.0 / np.where(lik.scale > 0, lik.scale, 1.0)
    rng = np.random.default_rng(seed)
    directions = [own, *(rng.standard_normal((rays, len(unit))) * unit)]
    if lik.rational.any():
        directions.insert(1, unit)
    out = [np.zeros(len(unit))]
    for direction in directions:
        ray = np.where(lik.rational, np.abs(direction), direction)
        size = odds(lik, ray)
        if size > 0:
            ray = ray / size
            path = follow(
                lik.groups, ray, min(largest, 50.0)
            )  # beyond odds of e^50 along a ray nothing more is learned
            out += [peak.scale * ray for peak in peaked(lik, ray, path)[1]]
    return out
