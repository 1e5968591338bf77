from __future__ import annotations

import pytest

from standoff.considerations import technology_exposure

PARAMS = {"stake": 0.6, "exposure": {"none": 0.0, "dual_use": 0.1, "arms": 0.75}}


def test_price_is_stake_times_exposure(weigh):
    assert weigh(technology_exposure, PARAMS, "arms") == pytest.approx(-0.45, rel=1e-12)


def test_what_shows_more_costs_more(weigh):
    assert weigh(technology_exposure, PARAMS, "arms") < weigh(technology_exposure, PARAMS, "dual_use") < 0.0


@pytest.mark.parametrize("option", PARAMS["exposure"])
def test_no_edge_nothing_to_show(weigh, option):
    assert weigh(technology_exposure, PARAMS | {"stake": 0.0}, option) == 0.0
