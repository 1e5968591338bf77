"""Curves whose shape is known: folds, a crossing, one that never arrives; and the linear systems on the way."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff.addons.games import continuation
from standoff.games import linear_solve


def fold(x, strength, data):
    """strength = x^3 - 3 x^2 + a x: for a < 3 it turns twice."""
    return x**3 - 3 * x**2 + data * x - strength


def first_root(a: float, target: float) -> float:
    """Smallest x >= 0 with x^3 - 3 x^2 + a x = target: where the curve from (0, 0) first reaches it."""
    roots = np.roots([1, -3, a, -target])
    return min(r.real for r in roots if abs(r.imag) < 1e-9 and r.real >= 0)


@pytest.mark.parametrize("unknowns", [1, 2, 7, 15])
def test_elimination_is_that_of_numpy(unknowns):
    rng = np.random.default_rng(unknowns)
    matrix = rng.normal(size=(5, unknowns, unknowns)) + 2 * np.sqrt(unknowns) * np.eye(unknowns)  # no small pivot
    right = rng.normal(size=(5, unknowns, 2))
    with jax.enable_x64(True):
        answer, determinant = linear_solve.solve(np.moveaxis(matrix, 0, -1), np.moveaxis(right, 0, -1))
    np.testing.assert_allclose(np.moveaxis(answer, -1, 0), np.linalg.solve(matrix, right), atol=1e-12)
    np.testing.assert_allclose(determinant, np.linalg.det(matrix), rtol=1e-11)


def test_a_zero_pivot_is_not_passed_over_in_silence():
    with jax.enable_x64(True):
        answer, _ = linear_solve.solve(jnp.asarray([[0.0, 1.0], [1.0, 0.0]])[..., None], jnp.ones((2, 1, 1)))
    assert not np.isfinite(answer).all()


def test_turning_points_are_passed_and_the_first_arrival_is_the_answer():
    """At a = 2.2 the curve turns at x = 0.4836 (strength 0.4755) and at x = 1.5164 (-0.0755)."""
    target = np.array([0.3, 0.47, 0.48, 1.0, 50.0])
    found = continuation.trace(fold, np.full(5, 2.2), 1, target)
    assert found.reached_target.all()
    np.testing.assert_allclose(found.x[0], [first_root(2.2, s) for s in target], rtol=1e-9)
    assert found.turning.tolist() == [0, 0, 2, 2, 2]
    assert (found.crossings == 0).all()


def test_more_curves_than_lanes_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    data, target = rng.uniform(1.8, 3.5, 150), rng.uniform(0.0, 5.0, 150)
    plain = continuation.trace(fold, data, 1, target)
    np.testing.assert_allclose(plain.x[0], [first_root(*pair) for pair in zip(data, target, strict=True)], rtol=1e-7)
    monkeypatch.setattr(continuation, "LANES", 16)
    again = continuation.trace(fold, data, 1, target)
    np.testing.assert_allclose(again.x, plain.x, rtol=1e-12)
    np.testing.assert_array_equal(again.steps, plain.steps)
    alone = continuation.trace(fold, data[3:4], 1, target[3:4])
    np.testing.assert_allclose(alone.x[:, 0], plain.x[:, 3], rtol=1e-12)


def test_where_branches_cross_the_curve_goes_straight_on_and_says_so():
    found = continuation.trace(
        lambda x, strength, data: x * (strength - 1 - x**2) + 0 * data, np.zeros(2), 1, np.array([0.5, 2.0])
    )
    assert found.reached_target.all()
    np.testing.assert_allclose(found.x, 0.0, atol=1e-12)
    assert found.crossings.tolist() == [0, 1]


def test_a_curve_that_never_arrives_is_told_and_its_neighbour_does_not_mind():
    """strength = a x / (1 + x^2) reaches a / 2 at most."""
    found = continuation.trace(
        lambda x, strength, a: a * x / (1 + x**2) - strength, np.array([1.0, 4.0]), 1, np.array([1.0, 1.0])
    )
    assert found.reached_target.tolist() == [False, True]
    assert np.isfinite(found.x).all()
    np.testing.assert_allclose(found.x[0, 1], 2 - np.sqrt(3), rtol=1e-11)  # x^2 - 4 x + 1 = 0


def test_a_target_of_zero():
    found = continuation.trace(fold, np.full(3, 3.5), 1, np.array([0.0, 1e-9, 2.0]))
    assert found.reached_target.all()
    np.testing.assert_allclose(found.x[0], [0.0, 1e-9 / 3.5, first_root(3.5, 2.0)], rtol=1e-8)
