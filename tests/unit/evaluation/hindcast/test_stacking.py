"""Weights of the stacked forecaster: closed forms, and nothing seen that was published later."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from standoff.evaluation import scoring_rules
from standoff.evaluation.hindcast import stacking

DAY = dt.date(2024, 1, 1)


def normal(mean: float, sd: float) -> np.ndarray:
    from scipy.special import ndtri

    return mean + sd * ndtri((np.arange(200) + 0.5) / 200)


def question(model: float, others: float) -> dict[str, np.ndarray]:
    """A model with one error and three baselines with another; all of one spread."""
    return {"model": normal(model, 1.0), **dict.fromkeys(stacking.FORECASTERS[1:], normal(others, 1.0))}


def test_terms_give_the_crps_of_the_mixture() -> None:
    values = {name: normal(n, 1 + n / 2) for n, name in enumerate(stacking.FORECASTERS)}
    stack = stacking.Stack()
    stack.add(values, 0.7, DAY)
    (past,) = stack.past
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    together = np.concatenate(list(values.values()))
    each = np.repeat(weights / 200, 200)
    wanted = each @ np.abs(together - 0.7) - each @ np.abs(together[:, None] - together) @ each / 2
    scale = np.mean([scoring_rules.crps(part, 0.7, 0.7) for part in values.values()])
    found = (weights @ past.a - weights @ past.b @ weights / 2) * scale
    assert found == pytest.approx(wanted, rel=0.02)  # the score of one part is of its 200 values, with a correction
    mixed = stacking.stacked(values, dict(zip(stacking.FORECASTERS, weights, strict=True)))
    assert mixed.mean() == pytest.approx(weights @ np.arange(4), abs=0.05)


def test_without_outcomes_there_are_no_weights_and_later_ones_are_not_seen() -> None:
    stack = stacking.Stack()
    for _ in range(10):
        stack.add(question(0.0, 3.0), 0.0, DAY)
    assert stack.weights(DAY - dt.timedelta(1)) is None
    weights = stack.weights(DAY)
    assert weights is not None and weights["model"] > 0.5


def test_many_questions_find_the_better_forecaster_and_few_hardly_move() -> None:
    """The optimum of two forecasters with the same spread lies at the better one where the other is far off."""
    many, few = stacking.Stack(), stacking.Stack()
    for n in range(400):
        many.add(question(0.0, 4.0), float(np.random.default_rng(n).normal()), DAY)
    few.add(question(0.0, 4.0), 0.0, DAY)
    assert many.weights(DAY)["model"] > 0.9  # the prior counts for 5 of 405 questions, and is strong at the corner
    assert 0.25 < few.weights(DAY)["model"] < 0.5
    assert sum(many.weights(DAY).values()) == pytest.approx(1)


def test_equally_good_forecasters_share_the_weight() -> None:
    stack = stacking.Stack()
    for n in range(200):
        y = float(np.random.default_rng(n).normal())
        stack.add({name: normal(0.0, 1.0) for name in stacking.FORECASTERS}, y, DAY)
    assert np.allclose([*stack.weights(DAY).values()], 0.25, atol=1e-3)
