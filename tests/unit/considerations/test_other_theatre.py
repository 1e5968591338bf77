from __future__ import annotations

import pytest

from standoff.considerations import other_theatre

PARAMS = {
    "commitment": {"none": 0.0, "arms": 0.3, "troops": 0.9, "broker": 0.1},
    "prolongation": {"none": 0.0, "arms": 0.6, "troops": 0.5, "broker": -1.0},
    "diversion": 0.4,
}


def test_closed_form(weigh):
    state = {"tension": 0.5, "fighting": 0.8}
    assert weigh(other_theatre, PARAMS, "arms", state) == pytest.approx(0.5 * (0.4 * 0.6 * 0.8 - 0.3), rel=1e-12)


def test_tension_elsewhere_holds_back_what_ties_down_more_than_it_diverts(weigh):
    calm, tense = (weigh(other_theatre, PARAMS, "troops", {"tension": t, "fighting": 1.0}) for t in (0.2, 0.9))
    assert tense < calm < 0.0


def test_a_war_that_goes_on_favours_what_prolongs_it(weigh):
    quiet, hot = (weigh(other_theatre, PARAMS, "arms", {"tension": 0.5, "fighting": f}) for f in (0.0, 1.0))
    assert hot > quiet
    quiet, hot = (weigh(other_theatre, PARAMS, "broker", {"tension": 0.5, "fighting": f}) for f in (0.0, 1.0))
    assert hot < quiet


@pytest.mark.parametrize("option", PARAMS["commitment"])
def test_without_tension_nothing_is_missed(weigh, option):
    assert weigh(other_theatre, PARAMS, option, {"tension": 0.0, "fighting": 1.0}) == 0.0
