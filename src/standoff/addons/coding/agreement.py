"""How far coders agree: Krippendorff's alpha for intervals, and the bias and spread of each.

Source: krippendorff2011 (computing alpha, with missing values).
"""

from __future__ import annotations

import math

import numpy as np

from standoff.record import record


@record
class CoderBias:
    """How one coder differs from the mean of the others in the cells that they share."""

    coder: str
    cells: int
    bias: float  #: mean difference
    error: float  #: standard error of the bias over cells
    spread: float  #: standard deviation of the difference


def interval_alpha(codes: np.ndarray) -> float:
    """Krippendorff's alpha of codes (coder, cell), NaN where a coder gave none.

    1 is perfect agreement, 0 that of chance; NaN without a pair or without variation.
    """
    there = np.isfinite(codes)
    pairable = there.sum(axis=0) > 1
    values, counts = codes[:, pairable], there[:, pairable].sum(axis=0)
    total = counts.sum()
    if total < 2:
        return math.nan
    observed = np.nansum(2 * counts * np.nanvar(values, axis=0) * counts / (counts - 1)) / total
    expected = 2 * total * np.nanvar(values) / (total - 1)
    return float(1 - observed / expected) if expected > 0 else math.nan


def biases(coders: tuple[str, ...], codes: np.ndarray) -> tuple[CoderBias, ...]:
    """Bias and spread of every coder against the others; codes (coder, cell)."""
    out = []
    for row, coder in enumerate(coders):
        others = np.delete(codes, row, axis=0)
        shared = np.isfinite(codes[row]) & np.isfinite(others).any(axis=0)
        off = codes[row, shared] - np.nanmean(others[:, shared], axis=0)
        spread = float(off.std(ddof=1)) if len(off) > 1 else math.nan
        bias = float(off.mean()) if len(off) else math.nan
        out.append(
            CoderBias(coder=coder, cells=len(off), bias=bias, error=spread / math.sqrt(max(len(off), 1)), spread=spread)
        )
    return tuple(out)
