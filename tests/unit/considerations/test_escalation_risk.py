from __future__ import annotations

import pytest

from standoff.considerations import escalation_risk

PARAMS = {"escalation_aversion": 0.9, "risk": {"none": 0.0, "arms": 0.2, "troops": 0.8}}


def test_closed_form(weigh):
    assert weigh(escalation_risk, PARAMS, "troops", {"fighting": 0.5}) == pytest.approx(-0.9 * 0.8 * 0.5, rel=1e-12)


def test_heavier_fighting_makes_the_same_step_riskier(weigh):
    light, heavy = (weigh(escalation_risk, PARAMS, "arms", {"fighting": f}) for f in (0.2, 1.0))
    assert heavy < light < 0.0


@pytest.mark.parametrize("option", PARAMS["risk"])
def test_no_risk_in_a_ceasefire(weigh, option):
    assert weigh(escalation_risk, PARAMS, option, {"fighting": 0.0}) == 0.0
