from __future__ import annotations

import pytest

from standoff.considerations import ally_need

PARAMS = {
    "sides": ("RUS", "UKR"),
    "survival_value": 0.8,
    "effectiveness": {"none": 0.0, "arms": 0.5, "troops": 1.0},
    "sufficiency_ratio": 2.0,
    "steepness": 3.0,
    "troops_weight": 0.5,
    "equipment_weight": 0.3,
    "shells_weight": 0.2,
}
EVEN = {f"{name}.{side}": 999.0 for name in ("troops", "equipment", "shells") for side in ("RUS", "UKR")}


def test_need_is_the_enemys_chance_in_a_contest_of_the_ratio_form(weigh):
    state = EVEN | {"troops.RUS": 4e5 - 1, "troops.UKR": 1e5 - 1, "equipment.RUS": 1999.0, "shells.UKR": 7999.0}
    strength = 4**0.5 * 2**0.3 * 8**-0.2  # one was added to each stock: the ratios are whole numbers
    need = 1 / (1 + (2.0 * strength) ** 3)
    assert weigh(ally_need, PARAMS, "arms", state) == pytest.approx(0.8 * 0.5 * need, rel=1e-12)


def test_need_is_one_half_at_the_ratio_that_is_enough(weigh):
    weights = {"troops_weight": 1.0, "equipment_weight": 0.0, "shells_weight": 0.0}
    state = EVEN | {"troops.UKR": 1999.0}
    assert weigh(ally_need, PARAMS | weights, "troops", state) == pytest.approx(0.8 / 2, rel=1e-12)


@pytest.mark.parametrize("name", ["troops", "equipment", "shells"])
def test_believing_the_favoured_side_stronger_lowers_its_need(weigh, name):
    base = weigh(ally_need, PARAMS, "arms", EVEN)
    assert weigh(ally_need, PARAMS, "arms", EVEN | {f"{name}.RUS": 5000.0}) < base
    assert weigh(ally_need, PARAMS, "arms", EVEN | {f"{name}.UKR": 5000.0}) > base


def test_a_side_without_means_has_nearly_the_whole_need(weigh):
    state = EVEN | dict.fromkeys(["troops.RUS", "equipment.RUS", "shells.RUS"], 0.0)
    left = 1 / (1 + (2.0 / 1000.0) ** 3)
    assert weigh(ally_need, PARAMS, "troops", state) == pytest.approx(0.8 * left, rel=1e-12)


def test_need_does_not_depend_on_strength_where_steepness_is_zero(weigh):
    state = EVEN | {"troops.RUS": 0.0}
    assert weigh(ally_need, PARAMS | {"steepness": 0.0}, "troops", state) == 0.4


def test_each_side_in_turn_needs_what_the_other_does_not(weigh):
    state = EVEN | {"troops.RUS": 7e5, "shells.UKR": 12345.0}
    even = PARAMS | {"sufficiency_ratio": 1.0, "survival_value": 1.0}
    there, back = (
        weigh(ally_need, even | {"sides": sides}, "troops", state) for sides in (("RUS", "UKR"), ("UKR", "RUS"))
    )
    assert there + back == pytest.approx(1.0, rel=1e-12)
