"""Intervals and standard errors of Monte Carlo estimates."""

from __future__ import annotations

import math


def wilson_interval(hits: int, count: int) -> tuple[float, tuple[float, float], float]:
    """A share, its central 90 % Wilson interval, and its standard error (at least that of half a hit).

    Sources: wilson1927.
    """
    z, p = 1.6448536269514722, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    inner = min(max(p, 0.5 / count), 1 - 0.5 / count)
    return p, (max(0.0, middle - half), min(1.0, middle + half)), math.sqrt(inner * (1 - inner) / count)
