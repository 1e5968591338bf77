"""Occasion: closed form, direction, limits."""

from __future__ import annotations

import math

import pytest

from standoff.considerations import occasion
from tests.unit.considerations.conftest import Weigh


def params(age: float, closed: float = 0.4) -> dict[str, object]:
    return {"age": age, "closed": closed, "opening": {"none": 0.0, "arms": 0.7, "troops": 1.0}}


def test_closed_form(weigh: Weigh) -> None:
    by_hand = 0.7 * (1 - math.log(3) / math.log(31)) * 0.6
    assert weigh(occasion, params(24.0), "arms") == pytest.approx(by_hand, rel=1e-12)


def test_direction_a_younger_war_in_a_weaker_state_is_more_of_an_occasion(weigh: Weigh) -> None:
    values = [weigh(occasion, params(months), "troops") for months in (0.0, 6.0, 25.0, 120.0)]
    assert values == sorted(values, reverse=True)
    assert weigh(occasion, params(25.0, 0.1), "troops") > weigh(occasion, params(25.0, 0.9), "troops") > 0


def test_limits_a_new_war_in_a_weak_state_and_an_old_one_or_a_great_power(weigh: Weigh) -> None:
    assert weigh(occasion, params(0.0, 0.0), "troops") == 1
    assert weigh(occasion, params(occasion.LONG), "troops") == pytest.approx(0, abs=1e-12)
    assert weigh(occasion, params(1.0, 1.0), "troops") == weigh(occasion, params(1.0), "none") == 0
