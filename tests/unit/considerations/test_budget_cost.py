from __future__ import annotations

import pytest

from standoff.considerations import budget_cost

PARAMS = {"donor": "USA", "cost": {"none": 0.0, "half": 0.3, "full": 0.6}, "fatigue_free_share": 0.2}


def test_closed_form(weigh):
    expected = -0.6 * (0.2 + 0.8 * 0.5)
    assert weigh(budget_cost, PARAMS, "full", {"fatigue.USA": 0.5}) == pytest.approx(expected, rel=1e-12)


def test_fatigue_makes_the_same_gift_dearer(weigh):
    fresh, tired = (weigh(budget_cost, PARAMS, "full", {"fatigue.USA": f}) for f in (0.1, 0.9))
    assert tired < fresh < 0.0


def test_a_fresh_donor_feels_its_fresh_share_and_a_tired_one_all(weigh):
    assert weigh(budget_cost, PARAMS, "full", {"fatigue.USA": 0.0}) == pytest.approx(-0.12, rel=1e-12)
    assert weigh(budget_cost, PARAMS, "full", {"fatigue.USA": 1.0}) == pytest.approx(-0.6, rel=1e-12)
