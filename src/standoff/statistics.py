"""Normal quantiles, intervals and standard errors of shares, means and medians."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

Z90 = NormalDist().inv_cdf(0.95)  #: 1.6449: the central 90 % of a normal distribution is within +- Z90


def wilson_interval(hits: int, count: int) -> tuple[float, tuple[float, float], float]:
    """A share, its central 90 % Wilson interval, and its standard error.

    The error is at least that of half a hit. Sources: wilson1927.
    """
    z, p = Z90, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    inner = min(max(p, 0.5 / count), 1 - 0.5 / count)
    return p, (max(0.0, middle - half), min(1.0, middle + half)), math.sqrt(inner * (1 - inner) / count)


def jeffreys_interval(hits: int, count: int) -> tuple[float, float]:
    """Central 90 % of Jeffreys' posterior of a share.

    It reaches 0 without a hit, and 1 without a miss. Sources: brown2001.
    """
    from scipy.special import betaincinv  # imported late: `import standoff` stays quick

    a, b = hits + 0.5, count - hits + 0.5
    low, high = betaincinv(a, b, 0.05), betaincinv(a, b, 0.95)
    return float(low) if hits else 0.0, float(high) if hits < count else 1.0


def coverage_interval(inside: float, count: int) -> tuple[float, float]:
    """Central 90 % interval of a share with half hits, from the neighbouring Wilson intervals."""
    return wilson_interval(math.floor(inside), count)[1][0], wilson_interval(math.ceil(inside), count)[1][1]


def is_binary(values: np.ndarray) -> bool:
    """Whether every value is 0 or 1, as for an event."""
    return bool(((values == 0) | (values == 1)).all())


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Mean of (N,) values and its standard error; for 0 and 1, that of a share."""
    if is_binary(values):
        share, _, error = wilson_interval(int(values.sum()), len(values))
        return share, error
    return float(values.mean()), float(values.std()) / math.sqrt(len(values))


def error_floor(values: np.ndarray, count: int) -> float:
    """Standard error of half a hit in `count` draws for values 0 and 1, else 0.

    A difference of shares that no draw shows is not known to be zero.
    """
    return wilson_interval(0, count)[2] if count and is_binary(values) else 0.0


def median_error(values: np.ndarray) -> float:
    """Standard error of the median of (N,) values, from order statistics."""
    count = len(values)
    ordered = np.sort(values)
    step = 0.5 * math.sqrt(count)
    low, high = max(0, int(count / 2 - step)), min(count - 1, math.ceil(count / 2 + step))
    if not (np.isfinite(ordered[low]) and np.isfinite(ordered[high])):
        return math.nan
    return float(ordered[high] - ordered[low]) / 2


def screening_threshold(parameters: int) -> float:
    """sqrt(2 log P): expected largest of P independent standard normals, to first order.

    A correlation over N draws stands out from noise above this over sqrt(N). Sources: donoho_johnstone1994.
    """
    return math.sqrt(2 * math.log(max(parameters, 2)))
