"""Leave-one-claim-out estimates: importance weights, and refits of influential claims.

Draws of the posterior, weighted by one over the likelihood of a claim, represent the posterior without that claim.
Pareto smoothing stabilises the weights; its shape parameter k shows when they cannot be trusted (vehtari2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import jax
import numpy as np

from standoff.inference import _optional, nuts
from standoff.inference.reconcile import measurement_model
from standoff.inference.reconcile.records import Influence
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats

LEVELS = (0.05, 0.5, 0.95)


def weights(data: measurement_model.ReconcileArrays, fit: nuts.NutsResult) -> tuple[Floats, Floats]:
    """Importance weights without one claim, (draw, claim), of sum 1; Pareto shapes, (claim,)."""
    with jax.enable_x64(True):
        likelihood = np.asarray(measurement_model.likelihoods(fit.flat, data))
    # takes log likelihoods, and turns them round itself
    smooth, shapes = _optional.statistics().psislw(likelihood, axis=0)
    out = np.exp(np.asarray(smooth)).reshape(likelihood.shape[::-1]).T
    return out / out.sum(axis=0), np.asarray(shapes)


def influences(
    ids: Sequence[str],
    data: measurement_model.ReconcileArrays,
    without_one: tuple[Floats, Floats],
    size: Floats,
    target: Floats,
    refits: int,
    seed: int,
    progress: Progress = SILENT,
) -> tuple[Influence, ...]:
    """Influence of each claim, largest first; the top `refits` by weights are fitted again.

    without_one: `weights`; size: (draw,) of the target quantity; target: its functional, (1, part, step)
    """
    median = float(np.median(size))
    ranked = []
    for i, (name, weight, shape) in enumerate(zip(ids, without_one[0].T, without_one[1], strict=True)):
        low, middle, high = weighted(size, weight, LEVELS)
        ranked.append((i, Influence(name, middle, (low, high), middle / median - 1, float(shape), None, None)))
    ranked.sort(key=lambda pair: -abs(pair[1].change))
    out = [_refitted(i, item, data, target, median, seed) for i, item in track(progress, "refits", ranked[:refits])]
    out += [item for _, item in ranked[refits:]]
    return tuple(sorted(out, key=lambda item: -abs(item.change)))


def _refitted(
    i: int, influence: Influence, data: measurement_model.ReconcileArrays, target: Floats, median: float, seed: int
) -> Influence:
    with jax.enable_x64(True):
        fewer = data._replace(include=data.include.at[i].set(0.0))
        fit = nuts.fit(measurement_model.MODEL, fewer, measurement_model.size(data), seed=seed)
        low, middle, high = np.quantile(measurement_model.path_values(fit.flat, data, target)[:, 0], LEVELS)
    change = float(middle) / median - 1
    return replace(influence, change=change, refitted=float(middle), refitted_interval=(float(low), float(high)))


def weighted(values: Floats, weights: Floats, levels: Sequence[float]) -> list[float]:
    """Weighted quantiles of draws."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return [float(x) for x in np.interp(np.array(levels) * total[-1], total - weights[order] / 2, values[order])]
