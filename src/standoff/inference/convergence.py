"""Convergence of draws: R-hat and effective sample size, and the gate of both.

Sources: vehtari2021.
"""

from __future__ import annotations

import numpy as np

from standoff.inference import _optional
from standoff.record import record
from standoff.types import Floats

RHAT, ESS = 1.01, 400.0  #: thresholds


@record
class Diagnostics:
    """Convergence diagnostics of draws."""

    passed: bool
    rhat: float | None  #: largest over parameters, rank-normalised and split; None without draws of chains
    ess: float | None  #: least effective sample size over parameters, bulk and tails
    divergences: int | None


def rhat_and_ess(draws: Floats) -> tuple[float, float]:
    """Largest R-hat and least effective sample size of draws (chain, draw, parameter)."""
    stats = _optional.statistics()
    columns = [draws[..., i] for i in range(draws.shape[-1])]
    sizes = [(stats.ess(x, method="bulk"), stats.ess(x, method="tail", prob=(0.05, 0.95))) for x in columns]
    return float(np.max([stats.rhat(x) for x in columns])), float(np.min(sizes))


def disagreements(rhat: float, ess: float) -> list[str]:
    """What is wrong with draws of chains, in words."""
    wrong = [] if rhat < RHAT else [f"R-hat is not below {RHAT}"]
    return wrong if ess >= ESS else [*wrong, f"fewer than {ESS:g} effective draws"]
