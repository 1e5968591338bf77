"""Derivatives of arrays against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.games.estimate.derivatives import pairs, predictor


def test_a_formula_of_two_predictors() -> None:
    a, b = np.array([0.3, 1.2]), np.array([0.7, -0.4])
    x, y = predictor(a, 0, 2), predictor(b, 1, 2)
    f = (2.0 * x * y - 3.0) * (1.0 - x) + (x * x + 1.0).power(-0.5) + y.exp() - x
    value = (2 * a * b - 3) * (1 - a) + (a * a + 1) ** -0.5 + np.exp(b) - a
    along_x = 2 * b * (1 - a) - (2 * a * b - 3) - a * (a * a + 1) ** -1.5 - 1
    along_y = 2 * a * (1 - a) + np.exp(b)
    assert f.value == pytest.approx(value)
    assert f.slope == pytest.approx(np.array([along_x, along_y]))
    twice = [-4 * b + (2 * a * a - 1) * (a * a + 1) ** -2.5, 2 - 4 * a, np.exp(b)]
    assert f.bend == pytest.approx(np.array(twice))
    assert list(zip(*pairs(2), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_a_predictor_without_an_index_is_a_constant() -> None:
    constant = predictor(np.array([2.0]), None, 1)
    product = constant * predictor(np.array([3.0]), 0, 1)
    assert (product.value.item(), product.slope.item(), product.bend.item()) == (6.0, 2.0, 0.0)
