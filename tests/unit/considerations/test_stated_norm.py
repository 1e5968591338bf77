from __future__ import annotations

import pytest

from standoff.considerations import stated_norm

PARAMS = {"commitment": 0.8, "breach": {"none": 0.0, "dual_use": 0.25, "troops": 1.0}}


def test_price_is_commitment_times_breach(weigh):
    assert weigh(stated_norm, PARAMS, "dual_use") == pytest.approx(-0.2, rel=1e-12)
    assert weigh(stated_norm, PARAMS, "troops") == pytest.approx(-0.8, rel=1e-12)


def test_a_plainer_breach_costs_more(weigh):
    assert weigh(stated_norm, PARAMS, "troops") < weigh(stated_norm, PARAMS, "dual_use") < 0.0


@pytest.mark.parametrize("option", PARAMS["breach"])
def test_words_that_do_not_bind_cost_nothing(weigh, option):
    assert weigh(stated_norm, PARAMS | {"commitment": 0.0}, option) == 0.0
