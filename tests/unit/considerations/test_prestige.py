from __future__ import annotations

import pytest

from standoff.considerations import prestige

PARAMS = {
    "ambition": 0.6,
    "condemned": 0.7,
    "display": {"none": -0.2, "mediate": 0.8, "arms": 0.5, "troops": 1.0},
    "company": {"none": 0.0, "mediate": 0.0, "arms": 0.8, "troops": 1.0},
}


def test_closed_form(weigh):
    assert weigh(prestige, PARAMS, "arms") == pytest.approx(0.6 * (0.3 * 0.5 - 0.7 * 0.8), rel=1e-12)
    assert weigh(prestige, PARAMS, "none") == pytest.approx(-0.6 * 0.3 * 0.2, rel=1e-12)


def test_the_more_condemn_the_less_is_won(weigh):
    admired, shunned = (weigh(prestige, PARAMS | {"condemned": share}, "troops") for share in (0.1, 0.9))
    assert shunned < 0.0 < admired


def test_showing_more_wins_and_standing_closer_loses(weigh):
    def arms(field, value):
        return weigh(prestige, PARAMS | {field: PARAMS[field] | {"arms": value}}, "arms")

    assert arms("display", -0.5) < arms("display", 0.5) < arms("display", 0.9)
    assert arms("company", 1.0) < arms("company", 0.8) < arms("company", 0.0)


def test_the_balance_turns_where_the_two_audiences_weigh_the_same(weigh):
    """(1 - c) display = c company at c = display / (display + company)."""
    assert weigh(prestige, PARAMS | {"condemned": 0.5 / (0.5 + 0.8)}, "arms") == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("condemned", "audience", "sign"), [(0.0, "display", 1.0), (1.0, "company", -1.0)])
@pytest.mark.parametrize("option", PARAMS["display"])
def test_limits_one_audience_alone(weigh, condemned, audience, sign, option):
    got = weigh(prestige, PARAMS | {"condemned": condemned}, option)
    assert got == pytest.approx(sign * 0.6 * PARAMS[audience][option], rel=1e-12)


@pytest.mark.parametrize("option", PARAMS["display"])
def test_who_seeks_no_respect_has_no_such_reason(weigh, option):
    assert weigh(prestige, PARAMS | {"ambition": 0.0}, option) == 0.0
