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


RIVALS = ("persistence", "trend", "base_rate")
NAMES = ("model", *RIVALS)


def question(model: float, others: float) -> dict[str, np.ndarray]:
    """A model with one error and three rivals with another; all of one spread."""
    return {"model": normal(model, 1.0), **dict.fromkeys(RIVALS, normal(others, 1.0))}


def weights(stack: stacking.Stack, what: str = "q", months: int = 3, day: dt.date = DAY) -> dict[str, float]:
    return dict(stack.weights(day, what, months, NAMES))


def test_terms_give_the_crps_of_the_mixture() -> None:
    values = {name: normal(n, 1 + n / 2) for n, name in enumerate(NAMES)}
    stack = stacking.Stack()
    stack.add("q", 3, values, 0.7, DAY)
    (past,) = stack.past
    share = np.array([0.4, 0.3, 0.2, 0.1])
    together = np.concatenate(list(values.values()))
    each = np.repeat(share / 200, 200)
    wanted = each @ np.abs(together - 0.7) - each @ np.abs(together[:, None] - together) @ each / 2
    scale = np.mean([scoring_rules.crps(part, 0.7, 0.7) for part in values.values()])
    found = (share @ past.a - share @ past.b @ share / 2) * scale
    assert found == pytest.approx(wanted, rel=0.02)  # the score of one part is of its 200 values, with a correction
    mixed = stacking.stacked(values, dict(zip(NAMES, share, strict=True)))
    assert mixed.mean() == pytest.approx(share @ np.arange(4), abs=0.05)


def test_the_optimum_of_two_is_that_of_the_parabola() -> None:
    """On w = (x, 1 - x) the score is a parabola of x, whose lowest point, cut at 0 and 1, is known."""
    pull = stacking.STRENGTH * stacking.CURVATURE * 2
    for a, b, p in (
        ((3.0, 5.0), (1.0, 1.5, 2.0), 0.5),
        ((9.0, 1.0), (1.0, 1.5, 2.0), 0.7),
        ((4.0, 4.1), (2, 3, 2), 0.9),
    ):
        (b11, b12, b22), prior = b, np.array([p, 1 - p])
        # x a1 + (1 - x) a2 - (x^2 b11 + 2 x (1 - x) b12 + (1 - x)^2 b22) / 2 + 2 pull (x - p)^2
        second = 2 * b12 - b11 - b22 + 4 * pull
        slope = a[0] - a[1] - b12 + b22 - 4 * pull * p
        x = min(max(-slope / second, 0.0), 1.0)
        found = stacking.optimum(np.array(a), np.array([[b11, b12], [b12, b22]]), prior)
        assert found == pytest.approx([x, 1 - x], abs=1e-6)


def test_without_outcomes_the_model_has_its_share_and_later_ones_are_not_seen() -> None:
    stack = stacking.Stack()
    for _ in range(10):
        stack.add("q", 3, question(3.0, 0.0), 0.0, DAY)
    before = weights(stack, day=DAY - dt.timedelta(1))
    assert before == pytest.approx({"model": 0.5, **dict.fromkeys(RIVALS, 1 / 6)})
    assert weights(stack)["model"] < 0.3


def test_many_forecasts_find_the_better_forecaster_and_one_hardly_moves_the_prior() -> None:
    many, few = stacking.Stack(), stacking.Stack()
    for n in range(400):
        many.add("q", 3, question(0.0, 4.0), float(np.random.default_rng(n).normal()), DAY)
    few.add("q", 3, question(0.0, 4.0), 0.0, DAY)
    assert weights(many)["model"] > 0.9
    assert 0.5 < weights(few, "another")["model"] < 0.7
    assert sum(weights(many).values()) == pytest.approx(1)


def test_a_quantity_and_a_horizon_have_weights_of_their_own() -> None:
    """Where the model is the better one of `q` and the worse one of `r`, and far ahead of `q`."""
    stack = stacking.Stack()
    for n in range(100):
        y = float(np.random.default_rng(n).normal())
        stack.add("q", 3, question(0.0, 2.0), y, DAY)
        stack.add("q", 12, question(2.0, 0.0), y, DAY)
        stack.add("r", 3, question(2.0, 0.0), y, DAY)
    near, far, other, new = (weights(stack, *key)["model"] for key in (("q", 3), ("q", 12), ("r", 3), ("s", 3)))
    assert near > 0.7 > new > 0.1 > max(far, other)


def test_forecasters_that_are_always_equally_good_keep_the_prior() -> None:
    stack = stacking.Stack()
    for n in range(200):
        y = float(np.random.default_rng(n).normal())
        stack.add("q", 3, {name: normal(0.0, 1.0) for name in NAMES}, y, DAY)
    assert [*weights(stack).values()] == pytest.approx([0.5, *[1 / 6] * 3], abs=1e-3)
