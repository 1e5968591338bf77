"""What the case `closed-form` answers, worked out on paper; README.md beside it has the formulas."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from scipy.stats import norm

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
GAIN, COST = (1.0, 0.3), (1.5, 0.4)  #: mean and standard deviation
WEIGHT = {"gain": 2.0, "cost": 1.5, "word": 1.0}
BREACH = 0.5
MONTHS = 119  #: from the start to the end
CAUSES = ("Blue, money", "Blue, shells", "Red, money", "Red, shells")


def log_odds(
    gain: tuple[float, float] = GAIN, cost: tuple[float, float] = COST, *, seen: float = 1.0, **weight: float
) -> tuple[float, float]:
    """Mean and standard deviation of the log odds of acting, a normal number; `seen` is Blue's belief about the gain."""
    w = {**WEIGHT, **weight}
    mean = w["gain"] * seen * gain[0] - w["cost"] * cost[0] - w["word"] * BREACH
    return mean, math.hypot(w["gain"] * seen * gain[1], w["cost"] * cost[1])


def expected(function, mean: float, sd: float) -> float:
    """Mean of a function of a normal number."""
    return float(WEIGHTS @ function(mean + sd * NODES))


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def acts(**changes) -> float:
    """Probability that Blue acts at a date of decisions."""
    return expected(logistic, *log_odds(**changes))


def acts_ever(dates: int = 10) -> float:
    """Probability that Blue acts at one of so many dates: taste shocks are redrawn, uncertain numbers are not."""
    return expected(lambda x: 1 - (1 - logistic(x)) ** dates, *log_odds())


#: number -> the value at which acting is as likely as waiting: where the mean of the log odds is zero
FLIPS = {
    "choices.BLU.reasons.gain.weight": 2.75,
    "choices.BLU.reasons.cost.weight": 1.0,
    "stocks.gain.initial": 1.375,
    "stocks.cost.initial": 1.0,
    "beliefs.BLU.gain": 1.375,
}


def acted(months: int = 13) -> float:
    """Months of acting by the end of 2031: twelve after the first decision, one after the second."""
    return months * acts()


def sobol_sum() -> dict[str, float]:
    """First and total indices of `sum`, which are the same: it is linear."""
    closed = -math.expm1(-0.6)
    parts = {"mean": (closed * 0.5) ** 2, "initial": (1 - closed) ** 2, "chance": 6 * 0.2**2}
    return {name: part / sum(parts.values()) for name, part in parts.items()}


def sobol_product() -> dict[str, tuple[float, float]]:
    """First and total indices of `product`."""
    (a, s), (b, t) = GAIN, COST
    alone, other, both = (b * s) ** 2, (a * t) ** 2, (s * t) ** 2
    total = alone + other + both
    return {"gain": (alone / total, (alone + both) / total), "cost": (other / total, (other + both) / total)}


def by_month(cause: str) -> np.ndarray:
    """(month 0 .. MONTHS) probability that a cause has come by the end of a month."""
    k = np.maximum(np.arange(MONTHS + 1), 1e-9)
    if cause == "Blue, money":
        out = norm.cdf((2.0 - 100 / k) / 0.4)
    elif cause == "Red, money":
        out = norm.cdf((1.5 - 100 / k) / 0.4)
    else:
        middle, spread = (0.04, 1.4) if cause == "Blue, shells" else (0.05, 1.6)
        out = 1 - norm.cdf(np.log(math.log(10) / k / middle) / math.log(spread))
    return np.asarray(out)


def first(until: int = MONTHS) -> dict[str, float]:
    """Probability that each cause comes first, up to a month; causes of one month share it."""
    inside = {cause: np.diff(by_month(cause)[: until + 1]) for cause in CAUSES}
    after = {cause: 1 - by_month(cause)[1 : until + 1] for cause in CAUSES}
    out = dict.fromkeys(CAUSES, 0.0)
    for size in range(1, len(CAUSES) + 1):
        for together in combinations(CAUSES, size):
            chance = np.prod([inside[c] if c in together else after[c] for c in CAUSES], axis=0).sum()
            for cause in together:
                out[cause] += float(chance) / size
    return out


def median_month(cause: str) -> int:
    """The first month by which a cause has come in half of the futures."""
    return int(np.argmax(by_month(cause) >= 0.5))


#: share of the change of `crowd`, and of the growth of `arms` along its own direction, by loop
LOOPS = {"births": 0.05 / 0.08, "deaths": -0.03 / 0.08}
ARMS_LOOPS = {"answers": 1.5**2 / (1.5**2 + 1.0), "wear_blu": -0.5 / (1.5**2 + 1.0), "wear_red": -0.5 / (1.5**2 + 1.0)}


def corner() -> float:
    """Probability of gain > 1.2 and cost < 1.5."""
    return float(norm.sf((1.2 - GAIN[0]) / GAIN[1]) * norm.cdf((1.5 - COST[0]) / COST[1]))


def corner_distances() -> dict[str, float]:
    """Kolmogorov-Smirnov distances between futures in the corner and the others."""
    inside = corner()
    return {
        "gain": float(norm.cdf((1.2 - GAIN[0]) / GAIN[1])) / (1 - inside),
        "cost": 1 - (0.5 - inside) / (1 - inside),
    }


def known_gain() -> float:
    """By how much the Brier score of `acts` falls where the gain is known: the variance of the chance given the gain."""
    values = GAIN[0] + GAIN[1] * NODES
    given = np.array([acts(gain=(value, 0.0)) for value in values])
    return float(WEIGHTS @ given**2 - (WEIGHTS @ given) ** 2)
