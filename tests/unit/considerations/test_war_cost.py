from __future__ import annotations

import pytest

from standoff.considerations import war_cost

PARAMS = {
    "side": "UKR",
    "intensity": {"settle": 0.0, "defend": 0.5, "attack": 1.0},
    "tolerable_rate": 1e4,
    "casualty_weight": 0.6,
}


def at(rate, funding=1.0):
    return {"casualty_rate.UKR": rate, "funding.UKR": funding}


def test_closed_form(weigh):
    expected = -0.5 * (0.6 * 3e4 / 4e4 + 0.4 * (1 - 0.7))
    assert weigh(war_cost, PARAMS, "defend", at(3e4, 0.7)) == pytest.approx(expected, rel=1e-12)


def test_half_of_the_cost_in_people_at_the_tolerable_rate(weigh):
    assert weigh(war_cost, PARAMS, "attack", at(1e4)) == pytest.approx(-0.6 / 2, rel=1e-12)


def test_losses_and_unpaid_bills_both_cost(weigh):
    base = weigh(war_cost, PARAMS, "attack", at(1e4, 0.8))
    assert weigh(war_cost, PARAMS, "attack", at(2e4, 0.8)) < base
    assert weigh(war_cost, PARAMS, "attack", at(1e4, 0.5)) < base
    assert weigh(war_cost, PARAMS, "defend", at(1e4, 0.8)) > base


def test_no_more_is_lost_than_everything(weigh):
    assert weigh(war_cost, PARAMS, "attack", at(1e16, 0.0)) == pytest.approx(-1.0, abs=1e-11)  # 0.6 * 1e4 / 1e16


def test_more_money_than_needed_is_no_gain_and_no_losses_no_cost(weigh):
    assert weigh(war_cost, PARAMS, "attack", at(0.0, 1.5)) == 0.0
    assert weigh(war_cost, PARAMS, "attack", at(-1e4, 1.5)) == 0.0  # a belief may miss the truth to below zero
