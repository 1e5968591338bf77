"""Monte Carlo standard error of a quantile of a sample, and of a difference of medians."""

from __future__ import annotations

import math

import numpy as np

SPAN = 0.05  # assumption: of the probability on either side, over which the density is taken as constant


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
