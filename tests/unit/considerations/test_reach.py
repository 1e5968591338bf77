"""Reach: closed form, direction, limits."""

from __future__ import annotations

import math

import pytest

from standoff.considerations import reach
from tests.unit.considerations.conftest import Weigh

PRESENCE = {"none": 0.0, "arms": 0.5, "troops": 1.0}


def params(distance: float, projection: float = 0.4) -> dict[str, object]:
    return {"distance": distance, "projection": projection, "presence": PRESENCE}


def test_closed_form(weigh: Weigh) -> None:
    by_hand = -0.5 * 0.6 * math.log(1 + 800) / math.log(20_001)
    assert weigh(reach, params(800.0), "arms") == pytest.approx(by_hand, rel=1e-12)


def test_direction_the_farther_and_the_weaker_the_worse(weigh: Weigh) -> None:
    values = [weigh(reach, params(km), "troops") for km in (0.0, 50.0, 800.0, 9000.0)]
    assert values == sorted(values, reverse=True) and len(set(values)) == 4
    assert weigh(reach, params(9000.0, 0.9), "troops") > weigh(reach, params(9000.0, 0.1), "troops")


def test_limits_a_neighbour_loses_nothing_and_the_end_of_the_earth_costs_all(weigh: Weigh) -> None:
    assert weigh(reach, params(0.0), "troops") == 0
    assert weigh(reach, params(reach.FARTHEST, 0.0), "troops") == pytest.approx(-1, abs=1e-12)
    assert weigh(reach, params(reach.FARTHEST, 1.0), "troops") == weigh(reach, params(5000.0), "none") == 0
