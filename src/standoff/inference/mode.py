"""The mode of a density by damped Newton steps, and the normal approximation there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from standoff.progress import SILENT, Progress
from standoff.types import Floats

LOG = logging.getLogger(__name__)
LEAST = 0.05  #: least curvature in whitening; the prior alone has 1
LONGEST = 5.0  #: longest step, in prior deviations
STEPS, HALVINGS = 100, 8  #: largest number of steps, and of halvings of a step; assumption: twice the 51 of made claims
DONE = 1e-3  #: log density gain of a step at which the mode is reached: far below the variation of draws


@dataclass(frozen=True, eq=False)
class Point:
    """A negative log density at a point."""

    energy: float
    slope: Floats
    curvature: Floats  #: (parameter, parameter) its Hessian, or an approximation


P = TypeVar("P", bound=Point)


@dataclass(frozen=True, eq=False)
class Mode(Generic[P]):
    """Where a search for the mode ended."""

    x: Floats
    point: P
    steps: int
    converged: bool


def find_mode(at: Callable[[Floats], P], x: Floats, progress: Progress = SILENT) -> Mode[P]:
    """Newton steps from `x`, halved until they improve; a negative curvature counts as positive."""
    here, done = at(x), False
    with progress.task("steps to the mode") as task:
        for steps in range(1, STEPS + 1):
            values, vectors = np.linalg.eigh(here.curvature)
            move = -vectors @ ((vectors.T @ here.slope) / np.maximum(np.abs(values), LEAST))
            move *= min(1.0, LONGEST / np.linalg.norm(move))
            for halving in range(HALVINGS):
                tried = at(x + 0.5**halving * move)
                if np.isfinite(tried.energy) and tried.energy < here.energy:
                    break
            else:
                done = bool(-here.slope @ move < 2 * DONE)  # nothing better near: the mode, if the slope says so too
                break
            gain = here.energy - tried.energy
            x, here = x + 0.5**halving * move, tried
            task.update()
            LOG.info("step %d to the mode: log density %.3f", steps, -here.energy)
            if gain < DONE:
                done = True
                break
    return Mode(x, here, steps, done)


def inverse_root(curvature: Floats) -> Floats:
    """W with W W' = inverse of a curvature, with its eigenvalues made positive."""
    values, vectors = np.linalg.eigh(curvature)
    return vectors / np.sqrt(np.maximum(np.abs(values), LEAST))
