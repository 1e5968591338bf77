"""Adaptation of the sampler to warm-up draws: quadratic of choices, scales of directions.

The quadratic of the choices is fitted anew to their exact log likelihood at draws, because at the mode its curvature
along a few directions can be several times that over the posterior: a chain that strays there is then rejected for
hundreds of draws. Directions in which the posterior is much wider than the normal at its mode are rescaled.

Sources: johnstone2001 (how wide a direction looks by chance), baik2006 (how much wider it looks than it is).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from standoff.inference import _optional
from standoff.types import Floats

if TYPE_CHECKING:
    from standoff.inference.density import Density
    from standoff.inference.laplace import LaplaceFit

LOG = logging.getLogger(__name__)
WIDE = 2.02  #: 99 % of the law of Tracy and Widom (order 1), of the largest variance that chance shows; johnstone2001
#: directions with the largest curvature of the choices, whose curvature is fitted anew; assumption: on the flagship one has
#: four times the curvature of the next, and errors at left-out chains are the same for 1 to 10 directions
CURVED_DIRECTIONS = 5
RIDGE = 10.0  #: penalty of a change of the quadratic, in draws; errors at left-out chains are the same from 1 to 50; assumption


def fit_choices(laplace: LaplaceFit, root: Floats, white: Floats, density: Density) -> tuple[Floats, Floats]:
    """Slope and negative curvature of the choices, fitted to their exact log likelihood.

    white: (chain, draw, parameter) draws in the coordinates of `root`; every second is used. The regression has all
    slopes and the curvature of `CURVED_DIRECTIONS` directions; ridge regression shrinks them to those at the mode.
    """
    slope, bends = laplace.choices
    half = white[:, ::2]
    error = np.stack([density.value(z) - density.surrogate(z)[0] for z in half.swapaxes(0, 1)], axis=1).ravel()
    z = half.reshape(-1, half.shape[-1])
    axes = np.linalg.eigh(root.T @ bends @ root)[1][:, -CURVED_DIRECTIONS:]
    rows, columns = np.triu_indices(axes.shape[1])
    along = z @ axes
    features = np.hstack([np.ones((len(z), 1)), z, along[:, rows] * along[:, columns]])
    known = np.isfinite(error)
    penalty = RIDGE * np.eye(features.shape[1])
    penalty[0, 0] = 0.0  # of the constant, which no slope needs
    features, error = features[known], error[known]
    change = np.linalg.solve(features.T @ features + penalty, features.T @ error)
    left = error - features @ change
    LOG.info(
        "errors of the quadratic of the choices: standard deviation %.2f, %.2f when fitted", error.std(), left.std()
    )
    more = np.zeros((axes.shape[1], axes.shape[1]))
    more[rows, columns] = change[1 + z.shape[1] :]
    back = np.linalg.inv(root)  # from plain to white coordinates
    turned = axes.T @ back
    return slope - back.T @ change[1 : 1 + z.shape[1]], bends + turned.T @ (more + more.T) @ turned


def widen_directions(white: Floats) -> Floats:
    """Rescale directions, (parameter, parameter) symmetric, to the deviations of whitened draws.

    white: (chain, draw, parameter)

    Only directions that are wider than chance explains are rescaled; the others keep the scale of the normal at the mode.
    With p parameters and n effective draws, g = p / n, chance shows variances of about (1 + sqrt(g))^2 in some direction
    (johnstone2001), and a true variance s beyond 1 + sqrt(g) shows as s + g s / (s - 1) (baik2006), which is inverted.
    """
    stats, size, draws = _optional.statistics(), white.shape[-1], white.shape[0] * white.shape[1]
    count = min(float(np.median([stats.ess(white[..., i], method="mean") for i in range(size)])), draws)
    roots = np.sqrt([count, size])
    limit = (roots.sum() ** 2 + WIDE * roots.sum() * (1 / roots).sum() ** (1 / 3)) / count
    variances, vectors = np.linalg.eigh(np.cov(white.reshape(-1, size), rowvar=False))
    wide, g = variances > limit, size / count
    sums = variances[wide] + 1 - g  # the sum of both roots of the quadratic equation for s
    true = (sums + np.sqrt(sums**2 - 4 * variances[wide])) / 2
    LOG.info("%d of %d variances are above %.3g, the limit of chance: %s", wide.sum(), size, limit, np.round(true, 1))
    return np.eye(size) + (vectors[:, wide] * (np.sqrt(true) - 1)) @ vectors[:, wide].T
