"""Scoring rules on plain numbers, lower is better, and bootstrap intervals of their means.

    brier        half the sum over outcomes of (p - y)^2: (p - y)^2 for a yes or no, 0 to 1 for any number of labels
    logarithmic  -log of the probability of the actual outcome, nats
    crps         E|X - y| - E|X - X'| / 2, in the unit of the question; |x - y| for a forecast of one number

All three are proper: no forecaster gains by reporting other than its beliefs. An outcome known only as a range is taken
as uniform in it, and the CRPS is the mean over it. A time that is observed only up to a horizon is scored with forecast
and outcome cut there, which is the CRPS with all weight before the horizon, and proper as well.

Own code: it is five lines, and the available libraries depend on pandas or are no longer maintained.

Sources: brier1950, good1952, matheson1976 (CRPS), gneiting2007 (propriety, the form with two expectations),
gneiting2011 (weight before a threshold), hesterberg2015 (the wider percentiles of a bootstrap of few).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

RESAMPLES = 10_000  # assumption: the ends of a 90 % interval are then accurate to a few per cent of its length
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


def skill(
    score: str, ours: np.ndarray, theirs: np.ndarray, units: Sequence[str | int], seed: int
) -> tuple[float, tuple[float, float] | None]:
    """Skill of (Q,) scores over those of a rival, and its 90 % interval by resampling units.

    brier: 1 - mean / mean; log: the difference of the means; crps: 1 - geometric mean of the ratios, equal scores being 1.
    """
    ones = np.ones(len(ours))
    with np.errstate(divide="ignore", invalid="ignore"):
        if score == "brier":
            top, bottom = ours, theirs
        elif score == "log":
            top, bottom = theirs - ours, ones
        else:
            equal = ours == theirs
            top, bottom = np.log(np.where(equal, 1.0, ours) / np.where(equal, 1.0, theirs)), ones

        def shape(ratio: np.ndarray) -> np.ndarray:
            return ratio if score == "log" else 1 - (ratio if score == "brier" else np.exp(ratio))

        value = float(shape(np.sum(top) / np.sum(bottom)))
    _, unit = np.unique(np.array(units), return_inverse=True)
    return value, ratio_interval(np.bincount(unit, top), np.bincount(unit, bottom), shape, seed)


def ratio_interval(
    top: np.ndarray, bottom: np.ndarray, shape: Callable[[np.ndarray], np.ndarray], seed: int
) -> tuple[float, float] | None:
    """Bootstrap 90 % of `shape(sum(top) / sum(bottom))` over (U,) units; None below five.

    The percentiles lie further out than 5 and 95 %, according to Student's t with U - 1 degrees of freedom.
    """
    units = len(top)
    if units < FEWEST or not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        return None
    samples = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), RESAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = shape((samples @ top) / (samples @ bottom))
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.quantile(values, ends(units), method="inverted_cdf")
    return float(low), float(high)


def ends(units: int) -> tuple[float, float]:
    """Ends of the central 90 % of a bootstrap of few units, further out by Student's t."""
    tail = NormalDist().cdf(-math.sqrt(units / (units - 1)) * float(stdtrit(units - 1, (1 + LEVEL) / 2)))
    return tail, 1 - tail
