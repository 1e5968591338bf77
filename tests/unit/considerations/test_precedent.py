"""Precedent: closed form, direction, limits."""

from __future__ import annotations

import math

import pytest

from standoff.considerations import precedent
from tests.unit.considerations.conftest import Weigh


def params(arms: float, likeness: float = 0.6) -> dict[str, object]:
    return {"acts": {"none": 0.0, "arms": arms}, "likeness": likeness}


def test_closed_form(weigh: Weigh) -> None:
    assert weigh(precedent, params(3.0), "arms") == pytest.approx(0.6 * math.log(4) / math.log(21), rel=1e-12)


def test_direction_the_first_act_teaches_more_than_the_tenth(weigh: Weigh) -> None:
    first, second, tenth, eleventh = (weigh(precedent, params(n), "arms") for n in (0.0, 1.0, 9.0, 10.0))
    assert second - first > eleventh - tenth > 0


def test_limits_no_act_full_practice_and_help_for_the_opponents(weigh: Weigh) -> None:
    assert weigh(precedent, params(5.0), "none") == 0
    assert weigh(precedent, params(precedent.MANY, 1.0), "arms") == pytest.approx(1, abs=1e-12)
    assert weigh(precedent, params(4.0, -0.5), "arms") == -weigh(precedent, params(4.0, 0.5), "arms") < 0
