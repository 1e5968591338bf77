"""Regional sensitivity: parameters that differ between futures with and without an outcome.

Regional sensitivity (Monte Carlo filtering): futures are split by their outcome, and the two distributions of each
parameter are compared by their largest distance (Kolmogorov-Smirnov). A distance counts where the largest of as many
distances would hardly reach it by noise alone.

Sources: hornberger_spear1981 (regional sensitivity), saltelli2008 (Monte Carlo filtering), massart1990 (bound).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import ks_2samp

from standoff.analysis.quantity_of_interest import QuantityOfInterest
from standoff.analysis.sensitivity.screening import NamedParameter, named, parameter_uniforms
from standoff.engine.model import Model

TOP = 0.75  #: for a quantity, its highest quarter is the outcome (assumption)
RISK = 0.05  # assumption: in one of twenty answers noise alone shows a number


@dataclass(frozen=True)
class KsDistance(NamedParameter):
    """Kolmogorov-Smirnov distance of a parameter between futures inside and outside."""

    distance: float  #: 0 for equal distributions, 1 for disjoint ones
    higher: bool  #: whether it is higher inside
    mc_error: float  #: upper bound of the standard error of the distance
    noise: float  #: significance threshold: the largest of as many distances of noise


def split(about: QuantityOfInterest, values: np.ndarray) -> tuple[np.ndarray, str]:
    """(N,) whether a future is inside, and the description of the outcome."""
    good = values[np.isfinite(values)]
    if about.is_probability and about.kind != "option":
        return values > 0.5, "it happens" if len(about.labels) == 2 else f"first is: {about.labels[about.index]}"
    edge = float(np.quantile(good, TOP))
    what = "chance" if about.kind == "option" else "value"
    return values > edge, f"the {what} is in its highest quarter"


def distances(model: Model, inside: np.ndarray, good: np.ndarray, seed: int) -> tuple[KsDistance, ...]:
    """Parameters with significant distances, the largest first."""
    u = parameter_uniforms(model, len(inside), seed)[good]
    a, b = u[inside[good]], u[~inside[good]]
    if not len(a) or not len(b) or not u.shape[1]:
        return ()
    noise = math.sqrt(math.log(2 * u.shape[1] / RISK) / 2 * (1 / len(a) + 1 / len(b)))
    error = 0.5 * math.sqrt(1 / len(a) + 1 / len(b))  # a difference of two shares, at most
    out = []
    for row, i in enumerate(model.layout.varying):
        gap = ks_2samp(b[:, row], a[:, row], method="asymp")
        if gap.statistic > noise:
            higher = gap.statistic_sign > 0  # others reach each value more often
            out.append(KsDistance(*named(model.plan, i), float(gap.statistic), bool(higher), error, noise))
    return tuple(sorted(out, key=lambda item: -item.distance))
