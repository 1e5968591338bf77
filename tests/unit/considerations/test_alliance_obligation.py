from __future__ import annotations

import pytest

from standoff.considerations import alliance_obligation

PARAMS = {
    "treaty_coverage": 0.8,
    "fulfilment": {"none": 0.0, "arms": 0.4, "troops": 1.0},
    "alliance_loss": 0.5,
    "reputation_loss": 0.2,
}
WAR = {"fighting": 0.9}


def test_closed_form(weigh):
    got = weigh(alliance_obligation, PARAMS, "arms", WAR)
    assert got == pytest.approx(-0.8 * 0.9 * (1 - 0.4) * (0.5 + 0.2), rel=1e-12)


def test_the_partner_and_the_onlookers_count_apart(weigh):
    """The two losses add: what is lost with both is what is lost with each."""
    alone = [
        weigh(alliance_obligation, PARAMS | {loss: 0.0}, "none", WAR) for loss in ("alliance_loss", "reputation_loss")
    ]
    assert sum(alone) == pytest.approx(weigh(alliance_obligation, PARAMS, "none", WAR), rel=1e-12)
    assert alone == pytest.approx([-0.72 * 0.2, -0.72 * 0.5], rel=1e-12)


def test_giving_more_of_what_was_promised_costs_less(weigh):
    none, arms, troops = (weigh(alliance_obligation, PARAMS, option, WAR) for option in PARAMS["fulfilment"])
    assert none < arms < troops <= 0.0


@pytest.mark.parametrize("change", [{"treaty_coverage": 1.0}, {"alliance_loss": 0.7}, {"reputation_loss": 0.4}])
def test_a_plainer_promise_and_a_dearer_name_bind_more(weigh, change):
    assert (
        weigh(alliance_obligation, PARAMS | change, "none", WAR) < weigh(alliance_obligation, PARAMS, "none", WAR) < 0.0
    )


def test_the_fiercer_the_war_the_more_it_calls(weigh):
    fierce, faint = (weigh(alliance_obligation, PARAMS, "none", {"fighting": x}) for x in (1.0, 0.2))
    assert fierce < faint < 0.0


@pytest.mark.parametrize("option", PARAMS["fulfilment"])
def test_no_war_or_no_treaty_no_obligation(weigh, option):
    assert weigh(alliance_obligation, PARAMS, option, {"fighting": 0.0}) == 0.0
    assert weigh(alliance_obligation, PARAMS | {"treaty_coverage": 0.0}, option, WAR) == 0.0


def test_a_promise_kept_in_full_costs_nothing(weigh):
    assert weigh(alliance_obligation, PARAMS, "troops", WAR) == 0.0


def test_the_worst_that_it_can_be_is_minus_one(weigh):
    worst = PARAMS | {"treaty_coverage": 1.0, "alliance_loss": 0.75, "reputation_loss": 0.25}
    assert weigh(alliance_obligation, worst, "none", {"fighting": 1.0}) == -1.0
