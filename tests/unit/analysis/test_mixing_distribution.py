"""Distributions of a probability from hits in replicates: shapes that are known, without the noise of the replicates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta, norm

from standoff.analysis.mixing_distribution import MixingDistribution, mixing_distribution, quantiles

UNITS, TIMES, LEVELS = 800, 8, (0.05, 0.95)


def ends(p: np.ndarray, trials: int, rng: np.random.Generator) -> tuple[float, ...]:
    return quantiles([mixing_distribution(rng.binomial(trials, p), trials)], LEVELS)


@pytest.mark.parametrize(("mean", "sd"), [(-3, 0.6), (-3, 1.5), (0, 1), (-1, 0.3)])
@pytest.mark.parametrize("trials", [16, 32])
def test_normal_log_odds_come_out_without_the_noise_of_the_trials(mean: float, sd: float, trials: int) -> None:
    rng = np.random.default_rng(1)
    samples = [expit(rng.normal(mean, sd, UNITS)) for _ in range(TIMES)]
    found = np.array([ends(p, trials, rng) for p in samples])
    known = expit(mean + sd * norm.ppf(LEVELS))
    off = np.abs(found.mean(axis=0) - known)
    assert np.all(off < 4 * found.std(axis=0) / np.sqrt(TIMES) + 0.1 * (known[1] - known[0])), "a tenth of the width"
    assert np.all(found.std(axis=0) < 0.15 * (known[1] - known[0]))


def test_shares_of_hits_would_be_wider() -> None:
    rng = np.random.default_rng(1)
    p = expit(rng.normal(-1, 0.3, UNITS))
    low, high = ends(p, 16, rng)
    raw = np.quantile(rng.binomial(16, p) / 16, LEVELS)
    assert raw[1] - raw[0] > 1.8 * (high - low)


SHAPES: dict[str, tuple[Callable[[np.random.Generator], np.ndarray], tuple[float, float]]] = {
    "beta": (lambda rng: rng.beta(0.7, 6, UNITS), tuple(beta.ppf(LEVELS, 0.7, 6))),
    "two points": (lambda rng: np.where(rng.random(UNITS) < 0.5, 0.02, 0.3), (0.02, 0.3)),
    "mostly never": (lambda rng: np.where(rng.random(UNITS) < 0.8, 0.0, 0.3), (0.0, 0.3)),
    "never or always": (lambda rng: (rng.random(UNITS) < 0.13) * 1.0, (0.0, 1.0)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_other_shapes_are_right_to_a_few_points(name: str) -> None:
    rng = np.random.default_rng(2)
    make, known = SHAPES[name]
    found = np.mean([ends(make(rng), 32, rng) for _ in range(TIMES)], axis=0)
    np.testing.assert_allclose(found, known, atol=0.05)


def test_one_common_probability_is_a_point() -> None:
    rng = np.random.default_rng(3)
    points = [ends(np.full(UNITS, 0.27), 32, rng) for _ in range(40)]
    widths = np.array([high - low for low, high in points])
    assert (widths < 1e-6).mean() >= 0.85, "one in twenty stands out by chance"
    assert np.mean(points) == pytest.approx(0.27, abs=0.005)


@pytest.mark.parametrize(("hits", "known"), [(0, 0.0), (8, 1.0)])
def test_what_never_or_always_happens_is_a_point(hits: int, known: float) -> None:
    low, high = quantiles([mixing_distribution(np.full(100, hits), 8)], LEVELS)
    assert low == pytest.approx(high) == pytest.approx(known, abs=1e-3)


def test_a_mixture_has_the_ends_of_its_parts() -> None:
    parts = [mixing_distribution(np.full(400, hits), 20) for hits in (2, 4, 10)]
    assert quantiles(parts, (0.05, 0.5, 0.95)) == pytest.approx((0.1, 0.2, 0.5), abs=1e-6)


@pytest.mark.parametrize("mean", [1e-4, 0.043, 0.5, 0.97])
def test_a_shift_in_log_odds_gives_any_mean_and_keeps_the_shape(mean: float) -> None:
    edges = np.linspace(-9, 3, 241)
    wide = MixingDistribution(edges, norm(-3, 1.5).cdf(edges) / norm(-3, 1.5).cdf(edges)[-1])
    moved = wide.with_mean(mean)
    middles = (moved.edges[1:] + moved.edges[:-1]) / 2
    assert np.diff(moved.cumulative) @ expit(middles) == pytest.approx(mean, rel=1e-6)
    np.testing.assert_allclose(np.diff(moved.edges), np.diff(wide.edges))
    assert quantiles([MixingDistribution.point(0.0).with_mean(mean)], [0.5])[0] == pytest.approx(mean, rel=1e-6)
