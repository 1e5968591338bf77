"""Strength from stocks that a scenario names: beliefs reach each of them, and mistakes are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff import simulate
from standoff.errors import StandoffError

NEED: dict[str, Any] = {
    "use": "ally_need",
    "weight": 1,
    "sides": ["AAA", "BBB"],
    "survival_value": 1,
    "effectiveness": {"press": 1, "hold": 0},
    "sufficiency_ratio": 1,
    "steepness": 2,
    "means": ["fire", "engaged"],
    "exponents": {"fire": 0.25, "engaged": 0.75},
}
CASE: dict[str, Any] = {
    "stocks": {
        "fire": {
            "unit": "thousand shell/month",
            "constant": True,
            "sources": "assumption",
            "initial": {"AAA": "50 to 100", "BBB": 40},
        }
    },
    "choices": {"AAA": {"rationality": 1, "reasons": {"need": NEED}}},
    "questions": {
        "need": {"text": "?", "reason": ["AAA", "need"], "option": "press", "at": "2024-06", "resolution": "x"}
    },
}


def reason(world, beliefs: dict[str, Any] | None = None) -> np.ndarray:
    """Log odds that the reason gives, in each of 64 futures."""
    model = world(CASE | ({"beliefs": {"AAA": beliefs}, "as_of": "2024-03"} if beliefs else {}))
    return np.asarray(simulate(model, draws=64).outcome("need"))


def test_a_belief_about_each_means_moves_the_reason_by_its_exponent(world):
    base = reason(world)
    half, fire, people = (
        reason(world, dict.fromkeys(stocks, "0.5 @assumption"))
        for stocks in (["fire.AAA", "engaged.AAA"], ["fire.AAA"], ["engaged.AAA"])
    )

    def strength(need: np.ndarray) -> np.ndarray:
        return np.log((1 - need) / need) / 2  # steepness 2

    apart = strength(base) - [strength(half), strength(fire), strength(people)]
    expected = np.log(2) * np.array([1.0, 0.25, 0.75])
    assert apart == pytest.approx(np.broadcast_to(expected[:, None], apart.shape), abs=1e-4)  # single precision


def test_where_both_fronts_are_full_only_fire_is_left_to_differ(world):
    troops = {"stocks": {"troops": {"initial": {"AAA": 10_000_000, "BBB": 10_000_000}}}}
    model = world(CASE | {"stocks": CASE["stocks"] | troops["stocks"]})
    full = np.asarray(simulate(model, draws=8).outcome("need"))
    assert full.std() < reason(world)[:8].std()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"means": ["fire", "tanks"]}, "tanks"),
        ({"means": ["fire", "cohesion"], "exponents": 0.5}, "cohesion.AAA"),
        ({"exponents": {"fire": 0.25}}, "engaged"),
        ({"exponents": {"fire": 2, "engaged": 0.5}}, "exponents.fire"),
    ],
)
def test_a_means_that_is_no_stock_of_both_sides_is_refused(world, change, said):
    reasons = {"need": NEED | change}
    with pytest.raises(StandoffError, match=said):
        world(CASE | {"choices": {"AAA": {"reasons": reasons}}})
