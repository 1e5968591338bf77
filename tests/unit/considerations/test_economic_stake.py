from __future__ import annotations

import pytest

from standoff.considerations import economic_stake

PARAMS = {
    "stake": 0.5,
    "exposure": {"none": 0.0, "arms": 0.8},
    "background": 0.1,
    "retaliators": ("EUR.trade", "USA.trade"),
    "retaliation_option": "close",
    "response": {"EUR.trade": 0.4, "USA.trade": 0.2},
}


def answer(eur, usa):
    return {("EUR.trade", "close"): eur, ("USA.trade", "close"): usa}


def test_closed_form(weigh):
    lost = 0.1 + 0.4 * 0.25 + 0.2 * 0.5
    assert weigh(economic_stake, PARAMS, "arms", others=answer(0.25, 0.5)) == pytest.approx(-0.4 * lost, rel=1e-12)


def test_likelier_retaliation_costs_more(weigh):
    unlikely, likely = (weigh(economic_stake, PARAMS, "arms", others=answer(p, 0.5)) for p in (0.1, 0.9))
    assert likely < unlikely < 0.0


def test_linear_in_others(weigh):
    ends = [weigh(economic_stake, PARAMS, "arms", others=answer(p, 1 - p)) for p in (0.0, 1.0)]
    middle = weigh(economic_stake, PARAMS, "arms", others=answer(0.3, 0.7))
    assert middle == pytest.approx(0.7 * ends[0] + 0.3 * ends[1], rel=1e-12)


def test_without_retaliators_only_the_background_is_lost(weigh):
    alone = PARAMS | {"retaliators": (), "response": {}}
    assert weigh(economic_stake, alone, "arms") == pytest.approx(-0.5 * 0.8 * 0.1, rel=1e-12)


def test_no_trade_no_stake(weigh):
    assert weigh(economic_stake, PARAMS | {"stake": 0.0}, "arms", others=answer(1.0, 1.0)) == 0.0
