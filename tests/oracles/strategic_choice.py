"""Strategic choice models written out game by game, and made-up data without a random generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import logistic, norm

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)
SIZE = 400


def uniforms(count: int, prime: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A Weyl sequence: fractional parts of multiples of a square root, the same on every machine."""
    return np.mod(np.arange(1, count + 1) * np.sqrt(prime), 1.0)


def probabilities(
    game: str, u: Mapping[str, Any], link: str = "probit", error: str = "agent", sd: tuple[Any, ...] = (1.0, 1.0, 1.0)
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Outcome probabilities by the formulas of Signorino 2003; utilities as `u14`, by branch as there."""
    cdf = norm.cdf if link == "probit" else logistic.cdf
    private = error == "private"
    s1, s2, s3 = sd
    if game == "egame12":
        p4 = cdf(u["u24"] / (np.sqrt(2) * s2))
        spread = np.sqrt(1 + (1 - p4) ** 2 + p4**2) if private else np.sqrt(2)
        p2 = cdf(((1 - p4) * u["u13"] + p4 * u["u14"] - u["u11"]) / (s1 * spread))
        return np.column_stack([1 - p2, p2 * (1 - p4), p2 * p4])
    if game == "egame122":
        p4, p6 = cdf(u["u22"] / (np.sqrt(2) * s2)), cdf(u["u24"] / (np.sqrt(2) * s2))
        spread = np.sqrt((1 - p4) ** 2 + p4**2 + (1 - p6) ** 2 + p6**2) if private else np.sqrt(2)
        gain = (1 - p6) * u["u13"] + p6 * u["u14"] - (1 - p4) * u["u11"] - p4 * u["u12"]
        p2 = cdf(gain / (s1 * spread))
        return np.column_stack([(1 - p2) * (1 - p4), (1 - p2) * p4, p2 * (1 - p6), p2 * p6])
    p6 = cdf(u["u36"] / (np.sqrt(2) * s3))
    spread = np.sqrt(1 + (1 - p6) ** 2 + p6**2) if private else np.sqrt(2)
    p4 = cdf(((1 - p6) * u["u25"] + p6 * u["u26"] - u["u23"]) / (s2 * spread))
    spread = np.sqrt(1 + (1 - p4) ** 2 + p4**2 * ((1 - p6) ** 2 + p6**2)) if private else np.sqrt(2)
    gain = (1 - p4) * u["u13"] + p4 * ((1 - p6) * u["u15"] + p6 * u["u16"]) - u["u11"]
    p2 = cdf(gain / (s1 * spread))
    return np.column_stack([1 - p2, p2 * (1 - p4), p2 * p4 * (1 - p6), p2 * p4 * p6])


def regressors(count: int = SIZE) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Eight normal regressors, `x1` to `x8`."""
    return {f"x{k + 1}": norm.ppf(uniforms(count, prime)) for k, prime in enumerate(PRIMES[:8])}


def table(game: str, count: int = SIZE) -> dict[str, Any]:
    """Regressors and outcomes `y`, from 1, of a game with probit agent error."""
    x = regressors(count)
    if game == "egame12":
        u = {"u11": 0.5 + x["x1"], "u13": 0.0, "u14": x["x2"], "u24": 0.3 + x["x3"]}
    elif game == "egame122":
        u = {
            "u11": 0.5 + x["x1"],
            "u12": x["x2"],
            "u13": 0.0,
            "u14": 0.3 + x["x3"],
            "u22": 0.2 + x["x4"],
            "u24": x["x5"] - 0.4,
        }
    else:
        u = {
            "u11": 0.3 + x["x1"],
            "u13": 0.0,
            "u15": x["x2"],
            "u16": 0.5 + x["x3"],
            "u23": 0.0,
            "u25": x["x4"],
            "u26": 0.6 + x["x5"],
            "u36": 0.2 + x["x6"],
        }
    steps = np.cumsum(probabilities(game, u), axis=1)
    return {**x, "y": 1 + (uniforms(count, 101)[:, None] > steps[:, :-1]).sum(1)}
