from __future__ import annotations

import pytest

from standoff.considerations import secondary_sanctions

PARAMS = {
    "imposers": ("USA.secondary", "EUR.secondary"),
    "imposing_option": "impose",
    "exposure": {"none": 0.0, "dual_use": 0.5, "arms": 1.0},
    "severity": {"USA.secondary": 0.7, "EUR.secondary": 0.1},
    "insulation": 0.25,
}


def imposing(usa, eur):
    return {("USA.secondary", "impose"): usa, ("EUR.secondary", "impose"): eur}


def test_closed_form(weigh):
    expected = 0.7 * 0.4 + 0.1 * 0.2
    got = weigh(secondary_sanctions, PARAMS, "dual_use", others=imposing(0.4, 0.2))
    assert got == pytest.approx(-0.5 * 0.75 * expected, rel=1e-12)


def test_likelier_imposition_costs_more(weigh):
    unlikely, likely = (weigh(secondary_sanctions, PARAMS, "arms", others=imposing(p, 0.1)) for p in (0.1, 0.9))
    assert likely < unlikely < 0.0


def test_linear_in_others(weigh):
    ends = [weigh(secondary_sanctions, PARAMS, "arms", others=imposing(p, 1 - p)) for p in (0.0, 1.0)]
    middle = weigh(secondary_sanctions, PARAMS, "arms", others=imposing(0.6, 0.4))
    assert middle == pytest.approx(0.4 * ends[0] + 0.6 * ends[1], rel=1e-12)


def test_full_insulation_keeps_everything_off(weigh):
    assert weigh(secondary_sanctions, PARAMS | {"insulation": 1.0}, "arms", others=imposing(1.0, 1.0)) == 0.0


def test_nobody_who_imposes_nothing_to_fear(weigh):
    assert weigh(secondary_sanctions, PARAMS, "arms", others=imposing(0.0, 0.0)) == 0.0
