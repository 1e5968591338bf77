from __future__ import annotations

import pytest

from standoff.considerations import prestige

PARAMS = {
    "ambition": 0.6,
    "condemning_share": 0.7,
    "visibility": {"none": -0.2, "mediate": 0.8, "arms": 0.5, "troops": 1.0},
    "association": {"none": 0.0, "mediate": 0.0, "arms": 0.8, "troops": 1.0},
}


def test_closed_form(weigh):
    assert weigh(prestige, PARAMS, "arms") == pytest.approx(0.6 * (0.3 * 0.5 - 0.7 * 0.8), rel=1e-12)
    assert weigh(prestige, PARAMS, "none") == pytest.approx(-0.6 * 0.3 * 0.2, rel=1e-12)


def test_the_more_condemn_the_less_is_won(weigh):
    admired, shunned = (weigh(prestige, PARAMS | {"condemning_share": share}, "troops") for share in (0.1, 0.9))
    assert shunned < 0.0 < admired


def test_showing_more_wins_and_standing_closer_loses(weigh):
    def arms(field, value):
        return weigh(prestige, PARAMS | {field: PARAMS[field] | {"arms": value}}, "arms")

    assert arms("visibility", -0.5) < arms("visibility", 0.5) < arms("visibility", 0.9)
    assert arms("association", 1.0) < arms("association", 0.8) < arms("association", 0.0)


def test_the_balance_turns_where_the_two_audiences_weigh_the_same(weigh):
    """(1 - c) visibility = c association at c = visibility / (visibility + association)."""
    assert weigh(prestige, PARAMS | {"condemning_share": 0.5 / (0.5 + 0.8)}, "arms") == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("condemning_share", "audience", "sign"), [(0.0, "visibility", 1.0), (1.0, "association", -1.0)]
)
@pytest.mark.parametrize("option", PARAMS["visibility"])
def test_limits_one_audience_alone(weigh, condemning_share, audience, sign, option):
    got = weigh(prestige, PARAMS | {"condemning_share": condemning_share}, option)
    assert got == pytest.approx(sign * 0.6 * PARAMS[audience][option], rel=1e-12)


@pytest.mark.parametrize("option", PARAMS["visibility"])
def test_who_seeks_no_respect_has_no_such_reason(weigh, option):
    assert weigh(prestige, PARAMS | {"ambition": 0.0}, option) == 0.0
