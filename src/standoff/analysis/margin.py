"""Margin of an answer to its threshold under changed parameters, with Monte Carlo error.

The margin is `mean(answer) - mean(best alternative)`, or `mean(answer) - to` for a given threshold. Means over the N
futures of the run have a small error; changed parameters are simulated in the first n futures alone, and the difference
there is added:

    mean under new numbers = mean_N(run) + mean_n(new - run)

so that the random numbers that both share cancel (common random numbers as a control variate).

Sources: glasserman2003 (control variates, common random numbers).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class MarginEstimate:
    """An answer under changed parameters."""

    answer: float  #: mean of the quantity of interest
    answer_error: float  #: standard error
    margin: float
    error: float  #: standard error of the margin
    rival: int = -1  #: index of the best alternative; -1 for a given threshold


@dataclass(frozen=True)
class MarginEstimator:
    """Margins from (label, N) values at the parameters of the run; NaN for failed draws."""

    base: np.ndarray
    place: int
    to: float | None = None  #: a threshold, or None: being the most likely alternative

    def level(self, new: np.ndarray | None = None) -> MarginEstimate:
        """The answer of the run, or of (label, n) values of its first n futures with changes."""
        means = np.array([_mean(self.base[row], None if new is None else new[row])[0] for row in range(len(self.base))])
        answer, error = _mean(self.base[self.place], None if new is None else new[self.place])
        if self.to is not None or len(means) == 1:
            return MarginEstimate(answer, error, answer - (self.to or 0.0), error)
        rivals = np.where(np.arange(len(means)) == self.place, -np.inf, means)
        best = int(rivals.argmax())
        distance = None if new is None else new[self.place] - new[best]
        margin, error_of_gap = _mean(self.base[self.place] - self.base[best], distance)
        return MarginEstimate(answer, error, margin, error_of_gap, best)


def _mean(base: np.ndarray, new: np.ndarray | None) -> tuple[float, float]:
    """Mean under changed parameters and its standard error, from paired and independent draws."""
    if new is None:
        stored = base[np.isfinite(base)]
        return float(stored.mean()), float(stored.std()) / math.sqrt(len(stored))
    head, rest = base[: len(new)], base[len(new) :]
    both = np.isfinite(head) & np.isfinite(new)
    head, new, rest = head[both], new[both], rest[np.isfinite(rest)]
    n, total = len(new), len(new) + len(rest)
    weights = new / n - head * (1 / n - 1 / total)  # contribution of each of the first draws to the estimate
    variance = n * weights.var() + (len(rest) * rest.var() / total**2 if len(rest) else 0.0)
    return float(weights.sum() + rest.sum() / total), math.sqrt(variance)
