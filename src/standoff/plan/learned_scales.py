"""Scales of a pace, learned from the growth of its count up to as_of.

The logarithm of the growth of a count is a constant and a pace with a level (`engine.disturbances`, `local_level`):

    y = x + v      x' = phi x + (1 - phi) l + q z      l' = l + d z      l(0) ~ N(0, 1), which holds the constant

The scales of v (the passing part), q and d have the beliefs of the scenario as priors, lognormal with the same median and
central 90 %. Their posterior is computed on a grid of `POINTS` for each, drawn closer `ROUNDS` times, and replaced by
lognormals with the same means and standard deviations of the logarithms. Growth of t months before as_of counts with the
weight 0.5^(t / half-life): the scales of a war change too, and what it was like years ago says less of the next months. phi
is the median of its belief.

Sources: kalman1960 (likelihood), west1997 (discounted likelihood); the grid is assumption.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from standoff.beliefs import Belief
from standoff.plan.builder import PlanBuilder
from standoff.plan.records import PlannedDisturbance, PlannedObservation
from standoff.statistics import Z90
from standoff.types import Floats

POINTS, FARTHEST = 11, 3.0  #: points of each scale, and standard deviations that they reach; assumption
ROUNDS = 3  #: grids, the first around the prior and each other one around the posterior of the one before; assumption
FEWEST = 6  #: months of growth from which anything is learned; assumption


def learn_scales(
    draft: PlanBuilder, disturbances: Sequence[PlannedDisturbance], observations: Sequence[PlannedObservation]
) -> None:
    """Replace the beliefs of the scales of paces whose counts say `learned`."""
    for item in disturbances:
        seen = None if item.observation is None else observations[item.observation]
        if seen is None or not seen.half_life or item.persistence is None:
            continue
        y, noise = log_growth(draft, seen)
        if len(y) < FEWEST:
            continue
        level = None if item.level is None else disturbances[item.level].innovation_sd
        scales = [item.noise_sd, item.innovation_sd, *([] if level is None else [level])]
        priors = [draft.parameters[scale].belief for scale in scales]
        if any(belief.shape == "point" or belief.quantile(0.05) <= 0 for belief in priors):
            continue  # a scale that its author fixed stays
        dt = draft.calendar.dt
        phi = draft.parameters[item.persistence].quantile(0.5) ** dt
        months = dt * np.arange(len(y))[::-1]
        weights = np.array(0.5 ** (months / seen.half_life), np.float64)
        grid, weight = posterior(y, noise, phi, priors, weights)
        for scale, belief, points in zip(scales, priors, grid, strict=True):
            mean = float(weight @ points)
            deviation = math.sqrt(max(float(weight @ (points - mean) ** 2), 1e-12))
            new = Belief(
                "lognormal",
                (math.exp(mean), math.exp(deviation)),
                belief.unit,
                belief.sources,
                origin=f"learned from {seen.cell}",
            )
            draft.parameters[scale] = replace(draft.parameters[scale], belief=new)


def log_growth(draft: PlanBuilder, count: PlannedObservation) -> tuple[Floats, Floats]:
    """(T,) logarithms of growth, NaN where unknown, and variances of its errors of reporting."""
    spans = np.array(count.spans[: draft.first_free])
    if not spans.any():
        return np.zeros(0), np.zeros(0)
    first, stop = np.flatnonzero(spans)[[0, -1]] + (0, 1)
    values = np.array([math.nan if value is None else value for value in count.values], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(spans == 1, np.log(np.diff(values)[: len(spans)]), math.nan)
    share = 0.0 if count.error is None else draft.parameters[count.error].quantile(0.5)
    leverage = np.array(count.leverage[: len(spans)]) if count.leverage else np.zeros(len(spans))
    return (y - np.nanmedian(y) if np.isfinite(y).any() else y)[first:stop], ((share * leverage) ** 2)[first:stop]


def posterior(y: Floats, noise: Floats, phi: float, priors: Sequence[Belief], weights: Floats) -> tuple[Floats, Floats]:
    """Logarithms of the scales on a grid (K, G), and its weights (G,).

    K: passing part, innovation, and step of the level if there is one.

    y: (T,) logarithms of growth, NaN where unknown; noise: (T,) variance of their other errors; weights: (T,)
    """
    middle = np.array([math.log(belief.quantile(0.5)) for belief in priors])
    spread = np.array([math.log(belief.quantile(0.95) / belief.quantile(0.05)) / (2 * Z90) for belief in priors])
    centre, width, steps = middle, spread, np.linspace(-FARTHEST, FARTHEST, POINTS)
    for _ in range(ROUNDS):
        axes = np.meshgrid(*(c + w * steps for c, w in zip(centre, width, strict=True)), indexing="ij")
        grid = np.array([axis.ravel() for axis in axes])
        passing, innovation = np.exp(grid[0]), np.exp(grid[1])
        level = np.exp(grid[2]) if len(grid) > 2 else np.zeros_like(passing)
        log = log_likelihood(y, noise, phi, np.log1p(passing**2), innovation**2, level**2, weights)
        log -= (((grid - middle[:, None]) / spread[:, None]) ** 2).sum(axis=0) / 2
        weight = np.exp(log - log.max())
        weight /= weight.sum()
        centre = grid @ weight
        width = np.maximum(np.sqrt((grid - centre[:, None]) ** 2 @ weight), width * (steps[1] - steps[0]) / 2)
    return grid, weight


def log_likelihood(
    y: Floats, noise: Floats, phi: float, passing: Floats, innovation: Floats, level: Floats, weights: Floats
) -> Floats:
    """(G,) weighted logarithm of the likelihood of y, for variances (G,) of a month."""
    x, mean = np.zeros_like(passing), np.zeros_like(passing)  # pace and level
    # the pace begins where it settles around its level
    a, b, c = 1.0 + innovation / (1 - phi**2), np.ones_like(passing), np.ones_like(passing)  # pace, both, level
    total = np.zeros_like(passing)
    for value, extra, weight in zip(y, noise, weights, strict=True):
        if np.isfinite(value):
            variance = a + passing + extra
            wrong = value - x
            total -= weight * (np.log(2 * math.pi * variance) + wrong**2 / variance) / 2
            gain, of_level = a / variance, b / variance
            x, mean = x + gain * wrong, mean + of_level * wrong
            a, b, c = a * (1 - gain), b * (1 - gain), c - of_level * b
        x = phi * x + (1 - phi) * mean
        a, b, c = (
            phi**2 * a + 2 * phi * (1 - phi) * b + (1 - phi) ** 2 * c + innovation,
            phi * b + (1 - phi) * c,
            c + level,
        )
    return total
