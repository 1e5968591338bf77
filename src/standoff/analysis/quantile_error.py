"""Monte Carlo standard error of a quantile of a sample."""

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
