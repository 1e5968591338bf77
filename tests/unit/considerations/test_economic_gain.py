from __future__ import annotations

import pytest

from standoff.considerations import economic_gain

PARAMS = {"worth": 0.4, "gain": {"none": 0.0, "boycott": -0.5, "trade": 0.75, "arms": 1.0}}


def test_closed_form(weigh):
    assert weigh(economic_gain, PARAMS, "trade") == pytest.approx(0.4 * 0.75, rel=1e-12)
    assert weigh(economic_gain, PARAMS, "boycott") == pytest.approx(-0.4 * 0.5, rel=1e-12)


def test_what_earns_more_is_worth_more_and_what_costs_counts_against(weigh):
    boycott, none, trade, arms = (
        weigh(economic_gain, PARAMS, option) for option in ("boycott", "none", "trade", "arms")
    )
    assert boycott < 0.0 == none < trade < arms


def test_the_more_money_is_worth_the_further_options_lie_apart(weigh):
    poor, rich = (PARAMS | {"worth": worth} for worth in (0.9, 0.1))
    apart = [weigh(economic_gain, p, "arms") - weigh(economic_gain, p, "boycott") for p in (poor, rich)]
    assert apart == pytest.approx([0.9 * 1.5, 0.1 * 1.5], rel=1e-12)


@pytest.mark.parametrize("option", PARAMS["gain"])
def test_money_without_worth_decides_nothing(weigh, option):
    assert weigh(economic_gain, PARAMS | {"worth": 0.0}, option) == 0.0


def test_the_most_that_it_can_be_is_one(weigh):
    assert weigh(economic_gain, PARAMS | {"worth": 1.0}, "arms") == 1.0
