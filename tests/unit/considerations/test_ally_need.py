from __future__ import annotations

import pytest

from standoff.considerations import ally_need

PARAMS = {
    "sides": ("RUS", "UKR"),
    "survival_value": 0.8,
    "effectiveness": {"none": 0.0, "arms": 0.5, "troops": 1.0},
    "sufficiency_ratio": 2.0,
    "steepness": 3.0,
    "means": ("engaged", "equipment", "fire"),
    "exponents": {"engaged": 0.5, "equipment": 0.3, "fire": 0.2},
}
EVEN = {f"{name}.{side}": 1000.0 for name in PARAMS["means"] for side in ("RUS", "UKR")}


def test_need_is_the_enemys_chance_in_a_contest_of_the_ratio_form(weigh):
    state = EVEN | {"engaged.RUS": 4e5, "engaged.UKR": 1e5, "equipment.RUS": 2000.0, "fire.UKR": 8000.0}
    strength = 4**0.5 * 2**0.3 * 8**-0.2
    need = 1 / (1 + (2.0 * strength) ** 3)
    assert weigh(ally_need, PARAMS, "arms", state) == pytest.approx(0.8 * 0.5 * need, rel=1e-12)


def test_need_is_one_half_at_the_ratio_that_is_enough(weigh):
    people = {"means": ("troops",), "exponents": {"troops": 1.0}}  # a case that follows nothing else
    state = {"troops.RUS": 1000.0, "troops.UKR": 2000.0}
    assert weigh(ally_need, PARAMS | people, "troops", state) == pytest.approx(0.8 / 2, rel=1e-12)


@pytest.mark.parametrize("name", PARAMS["means"])
def test_believing_the_favoured_side_stronger_lowers_its_need(weigh, name):
    base = weigh(ally_need, PARAMS, "arms", EVEN)
    assert weigh(ally_need, PARAMS, "arms", EVEN | {f"{name}.RUS": 5000.0}) < base
    assert weigh(ally_need, PARAMS, "arms", EVEN | {f"{name}.UKR": 5000.0}) > base


def test_half_as_strong_in_all_is_half_as_strong(weigh):
    half = EVEN | {f"{name}.RUS": 500.0 for name in PARAMS["means"]}
    need = 1 / (1 + (2.0 * 0.5) ** 3)  # the exponents add up to one
    assert weigh(ally_need, PARAMS, "troops", half) == pytest.approx(0.8 * need, rel=1e-12)


def test_a_side_without_means_counts_as_having_a_thousandth_of_the_enemys(weigh):
    state = EVEN | dict.fromkeys(["engaged.RUS", "equipment.RUS", "fire.RUS"], 0.0)
    left = 1 / (1 + (2.0 / 999.0) ** 3)  # a thousandth of both together
    assert weigh(ally_need, PARAMS, "troops", state) == pytest.approx(0.8 * left, rel=1e-12)
    nobody = dict.fromkeys(EVEN, 0.0)
    assert weigh(ally_need, PARAMS, "troops", nobody) == weigh(ally_need, PARAMS, "troops", EVEN)


def test_a_calmer_war_alone_changes_no_need(weigh):
    state = EVEN | {"fire.RUS": 4e5, "fire.UKR": 1e5}
    calmer = state | {"fire.RUS": 4e2, "fire.UKR": 1e2}
    assert weigh(ally_need, PARAMS, "arms", calmer) == pytest.approx(weigh(ally_need, PARAMS, "arms", state), rel=1e-12)


def test_need_does_not_depend_on_strength_where_steepness_is_zero(weigh):
    state = EVEN | {"engaged.RUS": 0.0}
    assert weigh(ally_need, PARAMS | {"steepness": 0.0}, "troops", state) == 0.4


def test_each_side_in_turn_needs_what_the_other_does_not(weigh):
    state = EVEN | {"engaged.RUS": 7e5, "fire.UKR": 12345.0}
    even = PARAMS | {"sufficiency_ratio": 1.0, "survival_value": 1.0}
    there, back = (
        weigh(ally_need, even | {"sides": sides}, "troops", state) for sides in (("RUS", "UKR"), ("UKR", "RUS"))
    )
    assert there + back == pytest.approx(1.0, rel=1e-12)
