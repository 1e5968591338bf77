"""Level of help by arena, filtered year by year by the outcomes of earlier years.

The log of the level of an arena is a random walk. Its step a year is that of the eras of the fit (a block of five years has
the variance of five steps). Counts are Poisson around the forecasts, and the normal approximation at the mode of each
year's posterior is carried on: an extended Kalman filter for counts. Source: fahrmeir1992 (posterior mode filter).
"""

from __future__ import annotations

import numpy as np

from standoff.addons.history.design import ERA_YEARS
from standoff.types import Floats

NEWTON = 30  # steps; the function has one maximum


def filtered(chance: Floats, helped: np.ndarray, year: np.ndarray, arena: np.ndarray, era_scale: float) -> Floats:
    """Forecasts of beginnings with the level of each arena moved by earlier years.

    `chance` and `helped` of each row, its `year` and `arena`; `era_scale` is the step in log odds from era to era.
    """
    step = era_scale**2 / ERA_YEARS
    out = np.array(chance, float)
    for name in np.unique(arena):
        level, variance = 0.0, era_scale**2
        for now in np.unique(year):
            rows = (arena == name) & (year == now)
            if not rows.any():
                continue
            variance += step
            log_odds = np.log(chance[rows]) - np.log1p(-chance[rows]) + level
            out[rows] = 1.0 / (1.0 + np.exp(-log_odds))
            move, variance = _update(float(out[rows].sum()), float(helped[rows].sum()), variance)
            level += move
    return out


def _update(expected: float, count: float, variance: float) -> tuple[float, float]:
    """Move of a log level, and its new variance, after `count` where `expected` were."""
    move = 0.0
    for _ in range(NEWTON):
        rate = expected * np.exp(move)
        move += (count - rate - move / variance) / (rate + 1.0 / variance)
    return float(move), float(1.0 / (expected * np.exp(move) + 1.0 / variance))
