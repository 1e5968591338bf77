"""Level of help by arena: filtered year by year by the outcomes of earlier years, or that of a reference class.

Filtered: the log of the level of an arena is a random walk. Its step a year is that of the eras of the fit (a block of five years
has the variance of five steps). Counts are Poisson around the forecasts, and the normal approximation at the mode of each
year's posterior is carried on: an extended Kalman filter for counts. Source: fahrmeir1992 (posterior mode filter).

Of a class, as a case has it (docs/anchors.md): all decisions of the arena in the years before have one level, with which their
forecasts add up to the number that happened.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from standoff.addons.history.design import ERA_YEARS
from standoff.types import Floats

NEWTON = 30  # steps; the function has one maximum
LEVELS = 20.0  # log odds within which the level of a class lies


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


def of_class(
    chance: Floats, helped: np.ndarray, year: np.ndarray, arena: np.ndarray, first: int, years: int | None = None
) -> Floats:
    """Forecasts of the years from `first` on, those before left as they are, with the level of a class in each arena.

    `chance` of rows before and after it, all with the same level; the class has all years before, or so many.
    """
    out = np.array(chance, float)
    log_odds = np.log(chance) - np.log1p(-chance)
    for name in np.unique(arena):
        for now in np.unique(year[year >= first]):
            member = (arena == name) & (year < now) & (year >= (now - years if years else 0))
            count = member.sum() * (helped[member].sum() + 0.5) / (member.sum() + 1)  # Jeffreys

            def excess(level: float, at: Floats = log_odds[member], count: float = count) -> float:
                return float((1.0 / (1.0 + np.exp(-at - level))).sum() - count)

            rows = (arena == name) & (year == now)
            out[rows] = 1.0 / (1.0 + np.exp(-log_odds[rows] - brentq(excess, -LEVELS, LEVELS)))
    return out
