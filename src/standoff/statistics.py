"""Normal quantiles, intervals and standard errors of shares, means and medians."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

Z90 = NormalDist().inv_cdf(0.95)  #: 1.6449: the central 90 % of a normal distribution is within +- Z90
SPAN = 0.05  # assumption: of the probability on either side of a quantile, over which the density is taken as constant


def wilson_interval(hits: int, count: int) -> tuple[float, tuple[float, float], float]:
    """A share, its central 90 % Wilson interval, and its standard error.

    The error is at least that of half a hit. Sources: wilson1927.
    """
    z, p = Z90, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    inner = min(max(p, 0.5 / count), 1 - 0.5 / count)
    return p, (max(0.0, middle - half), min(1.0, middle + half)), math.sqrt(inner * (1 - inner) / count)


def over(rate: float, times: float) -> float:
    """Probability of at least one event in a number of spans of time with the same rate."""
    return float(1 - (1 - rate) ** times)


def jeffreys_interval(hits: float, count: float) -> tuple[float, float]:
    """Central 90 % of Jeffreys' posterior of a share.

    It reaches 0 without a hit, and 1 without a miss. Sources: brown2001.
    """
    from scipy.special import betaincinv  # imported late: `import standoff` stays quick

    a, b = hits + 0.5, count - hits + 0.5
    low, high = betaincinv(a, b, 0.05), betaincinv(a, b, 0.95)
    return float(low) if hits else 0.0, float(high) if hits < count else 1.0


def class_rate(hits: int, count: int, times: float = 1.0) -> tuple[float, float]:
    """Predictive probability of an event in `times` spans of time, and its uncertainty.

    Of the rate q of one span Jeffreys' posterior is Beta(a, b), a = hits + 1/2, b = count - hits + 1/2. The mean of
    1 - (1 - q)^times is 1 - B(a, b + times) / B(a, b); the standard deviation of the log odds of q, which is that of the
    event too where it is rare, the root of trigamma(a) + trigamma(b). Sources: brown2001 (Jeffreys' prior).
    """
    from scipy.special import betaln  # imported late: `import standoff` stays quick

    a, b = hits + 0.5, count - hits + 0.5
    return float(-np.expm1(betaln(a, b + times) - betaln(a, b))), log_odds_spread(hits, count)


def log_odds_spread(hits: float, count: float) -> float:
    """Standard deviation of the log odds of a share under Jeffreys' posterior."""
    from scipy.special import polygamma  # imported late: `import standoff` stays quick

    return math.sqrt(polygamma(1, hits + 0.5) + polygamma(1, count - hits + 0.5))


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


def quantile_error(values: np.ndarray, p: float) -> float:
    """Standard error of the p-quantile of independent values (N,).

    It is sqrt(p (1 - p) / N) over the density there, which is 2 SPAN over the difference of the quantiles at p - SPAN and
    p + SPAN. NaN without values.

    Sources: serfling1980 (asymptotic variance of a sample quantile).
    """
    if not len(values):
        return math.nan
    low, high = max(p - SPAN, 0.0), min(p + SPAN, 1.0)
    spread = np.diff(np.quantile(values, (low, high)))[0]
    return float(math.sqrt(p * (1 - p) / len(values)) * spread / (high - low))


def median_pseudovalues(values: np.ndarray) -> np.ndarray:
    """(N,) pseudo-values: their mean and standard error are those of the median of `values`.

    A value above the median counts 1 / (2 density) more than it, a value below as much less. Differences of pseudo-values
    over the same draws have the error of the difference of two medians. The density at the median is that of
    `quantile_error`; where it is infinite, as at a value of most futures, the median has no error.

    Sources: serfling1980 (influence function of a sample quantile).
    """
    low, high = np.quantile(values, (0.5 - SPAN, 0.5 + SPAN))
    centre = np.partition(values, len(values) // 2)[len(values) // 2]
    above = (values > centre).astype(float)
    return centre + (above - above.mean()) * (high - low) / (2 * SPAN)


def central_90(values: np.ndarray) -> tuple[float, float]:
    """Ends of the central 90 % of (N,) values."""
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)


def screening_threshold(parameters: int) -> float:
    """sqrt(2 log P): expected largest of P independent standard normals, to first order.

    A correlation over N draws stands out from noise above this over sqrt(N). Sources: donoho_johnstone1994.
    """
    return math.sqrt(2 * math.log(max(parameters, 2)))
