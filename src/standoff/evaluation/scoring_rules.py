"""Scoring rules on plain numbers, lower is better, and the ends of bootstraps of few.

    crps  E|X - y| - E|X - X'| / 2, in the unit of the question; |x - y| for a forecast of one number

It is proper: no forecaster gains by reporting other than its beliefs. An outcome known only as a range is taken
as uniform in it, and the CRPS is the mean over it. A time that is observed only up to a horizon is scored with forecast
and outcome cut there, which is the CRPS with all weight before the horizon, and proper as well.

Own code: it is five lines, and the available libraries depend on pandas or are no longer maintained.

Sources: matheson1976 (CRPS), gneiting2007 (propriety, the form with two expectations),
gneiting2011 (weight before a threshold), hesterberg2015 (the wider percentiles of a bootstrap of few).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

FEWEST = 5  # assumption: of fewer than five, resampling says nothing
LEVEL = 0.9  #: level of intervals, as everywhere in reports


def smoothed(hits: Sequence[float], count: int) -> np.ndarray:
    """(C,) smoothed probabilities of C exclusive results from their counts in `count` draws.

    (k + 1/2) / (n + C / 2), the mean under Jeffreys' prior, so that a result in no draw keeps a positive probability.
    For a yes or no it is (k + 1/2) / (n + 1). Sources: krichevsky1981.
    """
    k = np.asarray(hits, float)
    return (k + 0.5) / (count + 0.5 * len(k))


def brier(p: Sequence[float] | np.ndarray, happened: int) -> float:
    """Brier score: half the squared distance from the outcome, the entry `happened`."""
    gap = np.asarray(p, float).copy()
    gap[happened] -= 1.0
    return float(np.sum(gap * gap) / 2)


def logarithmic(p: Sequence[float] | np.ndarray, happened: int) -> float:
    """Log score: -log of the probability of the outcome; infinite if that was zero."""
    chance = float(p[happened])
    return -math.log(chance) if chance > 0 else math.inf


def crps(values: np.ndarray, low: float, high: float | None = None) -> float:
    """CRPS of (N,) equally likely values for an outcome, or one uniform in `low` to `high`."""
    x = np.sort(np.asarray(values, float))
    n = len(x)
    if high is None or high <= low:
        distance = np.abs(x - low)
    else:  # E|x - Y| with Y uniform: the distance to the middle outside the range, a parabola inside
        inside = ((x - low) ** 2 + (high - x) ** 2) / (2 * (high - low))
        distance = np.where((x > low) & (x < high), inside, np.abs(x - (low + high) / 2))
    weights = (2 * np.arange(1, n + 1) - n - 1) / n**2  # their sum times x is half the mean distance between two values
    return float(distance.mean() - weights @ (x - x[n // 2]))


def covered(values: np.ndarray, level: float, low: float, high: float | None = None) -> float:
    """Share of the outcome (0 or 1, or a part of a range) in the central `level` of (N,) values."""
    ends = np.quantile(values, ((1 - level) / 2, (1 + level) / 2), method="inverted_cdf")
    first, last = float(ends[0]), float(ends[1])
    if high is None or high <= low:
        return float(first <= low <= last)
    return max(0.0, min(high, last) - max(low, first)) / (high - low)


def share_below(values: np.ndarray, low: float, high: float) -> float:
    """Share of (N,) values below the middle of an outcome, ties by half."""
    middle = (low + high) / 2
    return float(np.mean(values < middle) + np.mean(values == middle) / 2)


def ends(units: int) -> tuple[float, float]:
    """Ends of the central 90 % of a bootstrap of few units, further out by Student's t."""
    tail = NormalDist().cdf(-math.sqrt(units / (units - 1)) * float(stdtrit(units - 1, (1 + LEVEL) / 2)))
    return tail, 1 - tail
