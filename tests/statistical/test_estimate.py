"""Estimates of strategic choice models on simulated data: unbiased, with the right errors and intervals that cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from tests.oracles.strategic_choice import probabilities

from standoff.addons.games.estimate.estimate import estimate

pytestmark = pytest.mark.slow
SETS, SIZE = 400, 600
SIGMAS = 4.0  #: of Monte Carlo error
#: game, formula, link, error, true coefficients in the order of the formula
MODELS = {
    "two players, private": ("egame12", "y ~ x1 | 0 | x2 - 1 | x3", "probit", "private", [0.4, -0.8, 1.0, 0.3, 0.7]),
    "two players, scale": ("egame12", "y ~ x1 | 0 | x2 - 1 | x3", "probit", "agent", [0.4, -0.8, 1.0, 0.3, 0.7, 0.3]),
    "two decisions of the second, logit": (
        "egame122",
        "y ~ x1 | x2 - 1 | 0 | x3 - 1 | x4 | 1",
        "logit",
        "agent",
        [0.3, 1.2, 1.0, -1.1, 0.2, 1.0, -0.4],
    ),
    "three players": (
        "egame123",
        "y ~ x1 | 0 | 0 | x2 | 0 | 0 | x3 | x4",
        "probit",
        "private",
        [-0.3, 0.8, 0.6, 1.0, 0.4, 0.8, 0.2, -0.7],
    ),
}


def simulated(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """One data set of a model."""
    game, _, link, error, b = MODELS[name]
    x = {f"x{k}": rng.standard_normal(SIZE) for k in range(1, 6)}
    sd = np.exp(b[5] * x["x5"]) if name == "two players, scale" else 1.0
    u = {
        "egame12": lambda: {
            "u11": b[0] + b[1] * x["x1"],
            "u13": 0.0,
            "u14": b[2] * x["x2"],
            "u24": b[3] + b[4] * x["x3"],
        },
        "egame122": lambda: {
            "u11": b[0] + b[1] * x["x1"],
            "u12": b[2] * x["x2"],
            "u13": 0.0,
            "u14": b[3] * x["x3"],
            "u22": b[4] + b[5] * x["x4"],
            "u24": np.full(SIZE, b[6]),
        },
        "egame123": lambda: {
            "u11": b[0] + b[1] * x["x1"],
            "u13": 0.0,
            "u15": 0.0,
            "u16": b[2] + b[3] * x["x2"],
            "u23": 0.0,
            "u25": 0.0,
            "u26": b[4] + b[5] * x["x3"],
            "u36": b[6] + b[7] * x["x4"],
        },
    }[game]()
    p = probabilities(game, u, link, error, (sd, sd, sd))
    return {**x, "y": 1 + (rng.random(SIZE)[:, None] > np.cumsum(p, axis=1)[:, :-1]).sum(1)}


@pytest.mark.parametrize("name", MODELS)
def test_estimates_are_unbiased_and_intervals_cover(name: str) -> None:
    game, formula, link, error, true = MODELS[name]
    rng = np.random.default_rng(21)
    scale = "x5 - 1" if name == "two players, scale" else None
    fits = [estimate(simulated(name, rng), formula, game, link=link, error=error, scale=scale) for _ in range(SETS)]  # type: ignore[arg-type]
    assert all(fit.converged for fit in fits)
    b, s = (np.array([getattr(fit, field) for fit in fits]) for field in ("coefficients", "standard_errors"))
    spread = b.std(0)
    # maximum likelihood is biased by a small part of its standard error in samples of this size
    assert (np.abs(b.mean(0) - true) < SIGMAS * spread / np.sqrt(SETS) + 0.1 * spread).all()
    assert np.median(s, axis=0) == pytest.approx(spread, rel=0.15)
    inside = np.mean([(fit.intervals()[:, 0] < true) & (true < fit.intervals()[:, 1]) for fit in fits], axis=0)
    tolerance = SIGMAS * np.sqrt(0.95 * 0.05 / SETS)
    assert np.abs(inside - 0.95).max() < tolerance
    z = (b - true) / s
    assert np.abs(np.mean(np.abs(z) < norm.ppf(0.75), axis=0) - 0.5).max() < SIGMAS * np.sqrt(0.25 / SETS)


def test_a_wrong_error_structure_is_found_out() -> None:
    """Data of private information with large stakes: the true error structure explains them better."""
    rng, better = np.random.default_rng(5), []
    for _ in range(40):
        data = simulated("two players, private", rng)
        fit = {error: estimate(data, MODELS["two players, private"][1], error=error) for error in ("agent", "private")}  # type: ignore[arg-type]
        better.append(fit["private"].log_likelihood - fit["agent"].log_likelihood)
    assert np.mean(better) > 0
