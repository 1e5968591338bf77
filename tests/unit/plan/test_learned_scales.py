"""Scales of a pace that its count teaches: the likelihood in closed form, planted scales, and what stays as it is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from standoff import beliefs
from standoff.plan import learned_scales, plan
from standoff.scenario import load_text
from tests.unit.engine.test_disturbances import LEVEL, SCENARIO, claims, history

PHI = 0.9


def joint(months: int, passing: float, innovation: float, level: float) -> np.ndarray:
    """(T, T) covariance of the observations, from the definition."""
    step = np.array([[PHI, 1 - PHI], [0, 1]])
    now = np.array([[1 + innovation**2 / (1 - PHI**2), 1.0], [1.0, 1.0]])
    out = np.zeros((months, months))
    for k in range(months):
        ahead = now
        for later in range(k, months):
            out[later, k] = out[k, later] = ahead[0, 0]
            ahead = step @ ahead
        now = step @ now @ step.T + np.diag([innovation**2, level**2])
    return out + passing**2 * np.eye(months)


def test_the_likelihood_is_that_of_the_joint_normal_distribution() -> None:
    y = np.random.default_rng(1).normal(0, 0.5, 15)
    y[[3, 7, 8]] = math.nan
    seen, noise = ~np.isnan(y), np.full(15, 0.02)
    args = [np.array([v]) for v in (0.2**2, 0.15**2, 0.05**2)]
    found = learned_scales.log_likelihood(y, noise, PHI, *args, np.ones(15))
    covariance = joint(15, math.hypot(0.2, 0.02**0.5), 0.15, 0.05)[np.ix_(seen, seen)]
    assert float(found[0]) == pytest.approx(multivariate_normal(cov=covariance).logpdf(y[seen]), rel=1e-9)


def simulated(rng: np.random.Generator, months: int, passing: float, innovation: float, level: float) -> np.ndarray:
    x, mean, out = 0.0, 0.0, []
    for _ in range(months):
        out.append(x + passing * rng.normal())
        x = PHI * x + (1 - PHI) * mean + innovation * rng.normal()
        mean += level * rng.normal()
    return np.array(out)


def test_planted_scales_are_recovered_within_monte_carlo_error() -> None:
    """Over 60 histories of ten years each planted scale lies in the 90 % interval about nine times of ten, without a bias."""
    planted = (0.25, 0.12, 0.04)
    wide = [beliefs.parse(text) for text in ("0.05 to 0.6", "0.03 to 0.4", "0.01 to 0.15")]
    errors = []
    for number in range(60):
        y = simulated(np.random.default_rng(number), 120, *planted)
        grid, weight = learned_scales.posterior(y, np.zeros(120), PHI, wide, np.ones(120))
        means = np.array([weight @ axis for axis in grid])
        sds = np.sqrt([weight @ (axis - mean) ** 2 for axis, mean in zip(grid, means, strict=True)])
        errors.append((np.log(planted) - means) / sds)
    inside = (np.abs(errors) < 1.645).mean(axis=0)
    # a binomial of 60 has a standard error of 4 points; a posterior on a grid with a prior may cover more
    assert (inside > 0.78).all(), inside
    assert (np.abs(np.mean(errors, axis=0)[:2]) < 0.5).all()  # of a standard deviation of one history


def test_old_months_count_for_less() -> None:
    """A count that was restless and is calm now: with a short half-life the passing part is learned to be small."""
    rng = np.random.default_rng(2)
    y = np.concatenate([0.5 * rng.normal(size=36), 0.1 * rng.normal(size=24)])
    priors, age = [beliefs.parse("0.05 to 0.6"), beliefs.parse("0.02 to 0.04")], np.arange(60)[::-1]
    sizes = []
    for half_life in (6, 1000):
        grid, weight = learned_scales.posterior(y, np.zeros(60), PHI, priors, 0.5 ** (age / half_life))
        sizes.append(math.exp(weight @ grid[0]))
    assert sizes[0] < 0.2 < 0.3 < sizes[1]


def planned(change: dict[str, Any], months: int = 24) -> dict[str, Any]:
    growth = history(np.random.default_rng(7))[0][:months]
    spread = {"equipment": {"loss_noise": "0.1 to 0.6", "pace_sd": "0.05 to 0.4"}}
    loaded = load_text(SCENARIO).over({"mechanisms": spread}).over(change)
    return {item.path: item for item in plan(loaded, claims(growth)).parameters}


def test_a_plan_learns_the_scales_of_the_count_that_says_so_and_no_others() -> None:
    paths = [f"mechanisms.equipment.{name}" for name in ("loss_noise", "pace_sd")]
    before = planned({})
    learned = {"observations": {"equipment_lost.AAA": {"learned": "12 months"}}}
    after = planned(learned)
    for path in paths:
        old, new = before[path].belief, after[path].belief
        assert new.shape == "lognormal" and new.origin == "learned from equipment_lost.AAA" and not old.origin
        assert new.quantile(0.95) / new.quantile(0.05) < old.quantile(0.95) / old.quantile(0.05)
    assert {path for path in before if before[path].belief != after[path].belief} == {*paths}
    few = planned(learned, months=5)
    assert all(few[path].belief == before[path].belief for path in paths)
    free = {**LEVEL, "mechanisms": {"level_of_a": {**LEVEL["mechanisms"]["level_of_a"], "level_sd": "0.02 to 0.1"}}}
    with_level = planned({**free, **learned})
    assert with_level["mechanisms.level_of_a.level_sd"].belief.origin
