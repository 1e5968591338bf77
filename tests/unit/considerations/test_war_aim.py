from __future__ import annotations

import pytest

from standoff.considerations import war_aim

PARAMS = {
    "sides": ("UKR", "RUS"),
    "pursuit": {"settle": 0.0, "hold": 0.5, "attack": 1.0},
    "settlement": 0.3,
    "required_ratio": 2.0,
    "steepness": 3.0,
    "means": ("engaged", "equipment", "fire"),
    "exponents": {"engaged": 0.5, "equipment": 0.3, "fire": 0.2},
}
EVEN = {f"{name}.{side}": 1000.0 for name in PARAMS["means"] for side in ("RUS", "UKR")}


def test_chance_to_win_is_a_contest_of_the_ratio_form(weigh):
    state = EVEN | {"engaged.UKR": 4e5, "engaged.RUS": 1e5, "equipment.UKR": 2000.0, "fire.RUS": 8000.0}
    strength = 4**0.5 * 2**0.3 * 8**-0.2
    win = 1 / (1 + (2.0 / strength) ** 3)
    assert weigh(war_aim, PARAMS, "attack", state) == pytest.approx(win, rel=1e-12)
    assert weigh(war_aim, PARAMS, "hold", state) == pytest.approx((win + 0.3) / 2, rel=1e-12)


def test_settling_is_worth_the_same_whatever_the_strengths(weigh):
    assert weigh(war_aim, PARAMS, "settle", EVEN | {"engaged.UKR": 0.0}) == 0.3


def test_believing_oneself_stronger_makes_going_on_worth_more(weigh):
    base = weigh(war_aim, PARAMS, "attack", EVEN)
    assert weigh(war_aim, PARAMS, "attack", EVEN | {"fire.UKR": 5000.0}) > base
    assert weigh(war_aim, PARAMS, "attack", EVEN | {"equipment.RUS": 5000.0}) < base


def test_two_sides_with_differing_beliefs_may_both_prefer_to_fight(weigh):
    sure = {"required_ratio": 1.0}
    ours = weigh(war_aim, PARAMS | sure, "attack", EVEN | {"engaged.RUS": 499.0})
    theirs = weigh(war_aim, PARAMS | sure | {"sides": ("RUS", "UKR")}, "attack", EVEN | {"engaged.UKR": 499.0})
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert ours > 0.5


def test_a_side_without_means_gains_nothing_by_attacking(weigh):
    state = EVEN | dict.fromkeys(["engaged.UKR", "equipment.UKR", "fire.UKR"], 0.0)
    assert weigh(war_aim, PARAMS, "attack", state) == pytest.approx(1 / (1 + 1998.0**3), abs=1e-15)  # rounding of 1 - 1
