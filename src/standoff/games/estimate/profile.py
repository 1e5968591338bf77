"""Profile likelihood of one parameter, and its interval.

The interval contains the values whose profile log likelihood lies within half a quantile of chi squared (one degree of
freedom) of the maximum. It needs no standard error, may be asymmetric, and is one-sided at a bound.

Sources: venzon_moolgavkar1988 (profile likelihood intervals).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq

from standoff.games.estimate.likelihood import At, Likelihood
from standoff.games.estimate.response import ResponsePath
from standoff.games.estimate.search import between, climb
from standoff.types import Floats

OUTWARD = 40  # assumption: steps outward before an interval is called open; they double from the sixth on
TOO_FAR = 200.0  # log odds: an end of an interval beyond is infinite for every purpose


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile likelihood of one parameter."""

    term: str
    values: Floats  #: (point,) in the order of the branch for one parameter, else rising
    log_likelihoods: Floats  #: (point,)
    low: float  #: of the interval; minus infinity where it is open
    high: float
    pieces: int  #: disjoint parts of the interval; more than one means gaps


def drop(level: float) -> float:
    """Difference of the log likelihood between maximum and interval ends."""
    return NormalDist().inv_cdf((1 + level) / 2) ** 2 / 2


def along(lik: Likelihood, rays: list[tuple[Floats, ResponsePath]], best: float, level: float) -> Profile:
    """Profile of the only parameter, from the branches on which it was followed."""
    cut, pieces = best - drop(level), 0
    ends: list[float] = []
    open_ends: list[float] = []
    values: list[float] = []
    heights: list[float] = []
    for ray, path in rays:
        sign = float(ray[0])
        inside = False
        for a, b in zip(path.points, path.points[1:], strict=False):
            if (a.log_likelihood >= cut) != (b.log_likelihood >= cut):
                ends.append(sign * between(lik, ray, a, b, "log_likelihood", cut).scale)
        for i, point in enumerate(path.points):
            if point.log_likelihood >= cut:
                ends.append(sign * point.scale)
                pieces += not inside and not (i == 0 and sign < 0)  # the two rays share their first point
                if i == len(path.points) - 1:
                    open_ends.append(sign * np.inf)
            inside = point.log_likelihood >= cut
        order = path.points[::-1] if sign < 0 else path.points
        values = [*values, *(sign * p.scale for p in order)] if sign > 0 else [sign * p.scale for p in order]
        heights = [*heights, *(p.log_likelihood for p in order)] if sign > 0 else [p.log_likelihood for p in order]
    ends += open_ends
    return Profile(lik.terms[0], np.array(values), np.array(heights), min(ends), max(ends), max(pieces, 1))


def each(lik: Likelihood, best: At, errors: Floats, k: int, level: float) -> Profile:
    """Profile of one of several parameters; the others are refitted at every value."""
    cut = best.log_likelihood - drop(level)
    points = {float(best.theta[k]): best.log_likelihood}
    width = drop(level) ** 0.5 * 2**0.5 * float(errors[k])

    def profile(x: float, at: At) -> At:
        theta = at.theta.copy()
        theta[k] = x
        result, settled, _ = climb(lik, theta, fixed=[k], near=at)
        if settled:
            points[x] = result.log_likelihood
        return result

    def end(sign: float) -> float:
        before, step = best, width / 4
        for count in range(OUTWARD):
            x = float(before.theta[k]) + sign * step
            if abs(x) * lik.scale[k] > TOO_FAR:
                return sign * np.inf
            bounded = bool(lik.rational[k]) and x <= 0
            after = profile(max(x, 0.0) if lik.rational[k] else x, before)
            if after.log_likelihood < cut:
                near, tolerance = before, 1e-4 * width  # of a quarter of the interval
                low, high = sorted((float(before.theta[k]), float(after.theta[k])))
                return float(
                    brentq(lambda y, near=near: profile(y, near).log_likelihood - cut, low, high, xtol=tolerance)
                )
            if bounded:
                return 0.0
            before = after
            step *= 2.0 if count > 4 else 1.0
        return sign * np.inf

    low, high = end(-1.0), end(1.0)
    xs = np.array(sorted(points))
    return Profile(lik.terms[k], xs, np.array([points[x] for x in xs]), low, high, 1)
