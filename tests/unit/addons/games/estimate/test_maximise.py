"""The search for a maximum."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.games.estimate.likelihood import LikelihoodPoint
from standoff.addons.games.estimate.maximise import maximise, newton_step
from tests.unit.addons.games.estimate.models import model, some


def hill(b: np.ndarray) -> LikelihoodPoint:
    """A quartic with a saddle at zero and tops at (2, 0) and (-2, 0)."""
    x, y = b
    value = -((x * x - 4) ** 2) / 8 - 5000 * y * y
    gradient = np.array([-x * (x * x - 4) / 2, -10000 * y])
    return LikelihoodPoint(float(value), gradient, np.diag([2 - 1.5 * x * x, -10000.0]), np.array([value]))


def test_it_leaves_a_region_that_is_not_concave() -> None:
    assert newton_step(hill(np.array([0.1, 1.0])))[1] == np.inf
    top = maximise(hill, np.array([0.1, 1.0]), np.ones(2))
    assert top.converged
    assert np.abs(top.coefficients) == pytest.approx([2.0, 0.0], abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_start_leads_to_the_same_maximum(seed: int) -> None:
    lik = model("egame123", error="private")
    size = np.ones(len(lik.terms))
    best, other = maximise(lik.at, np.zeros(len(size)), size), maximise(lik.at, 4 * some(lik, seed), size)
    assert best.converged
    assert other.coefficients == pytest.approx(best.coefficients, abs=1e-6)
    assert np.abs(best.point.gradient).max() < 1e-6


def test_units_do_not_matter() -> None:
    lik = model("egame12")
    size = np.array([1.0, 1e6, 1.0, 1.0, 1e-6])
    scaled = maximise(lambda b: _in_units(lik.at(b * size), size), np.zeros(5), size)
    assert scaled.converged
    assert scaled.coefficients * size == pytest.approx(maximise(lik.at, np.zeros(5), np.ones(5)).coefficients, abs=1e-8)


def _in_units(point: LikelihoodPoint, size: np.ndarray) -> LikelihoodPoint:
    return LikelihoodPoint(point.value, point.gradient * size, point.hessian * np.outer(size, size), point.each)


def test_a_slope_without_an_end_does_not_converge() -> None:
    def slope(b: np.ndarray) -> LikelihoodPoint:
        return LikelihoodPoint(float(b[0]), np.ones(1), np.zeros((1, 1)), b)

    assert not maximise(slope, np.zeros(1), np.ones(1), 20).converged


def test_it_turns_back_where_numbers_overflow() -> None:
    """The log likelihood of a scale: its exponential overflows on the far side of a long step."""

    def cliff(b: np.ndarray) -> LikelihoodPoint:
        far = np.exp(b[0]) if b[0] < 5 else np.nan
        return LikelihoodPoint(float(3 * b[0] - far), 3 - np.array([far]), -np.array([[far]]), b)

    top = maximise(cliff, np.array([-6.0]), np.ones(1))
    assert top.converged
    assert top.coefficients == pytest.approx([np.log(3)], abs=1e-9)
    assert not maximise(cliff, np.array([9.0]), np.ones(1)).converged
