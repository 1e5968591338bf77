from __future__ import annotations

import pytest

from standoff.considerations import rivalry

PARAMS = {
    "target": ("CHN",),
    "hostility": 0.4,
    "worth": 0.5,
    "damage": {"appease": -0.5, "none": 0.0, "arms": 0.8, "troops": 1.0},
}


def pressure_on_target(value):
    return {"pressure.CHN": value}


def test_closed_form(weigh):
    assert weigh(rivalry, PARAMS, "arms", pressure_on_target(0.25)) == pytest.approx(
        0.5 * 0.8 * (0.4 + 0.6 * 0.25), rel=1e-12
    )


def test_without_a_stock_the_parameter_stands_alone(weigh):
    alone = PARAMS | {"target": ()}
    assert weigh(rivalry, alone, "arms") == pytest.approx(0.5 * 0.8 * 0.4, rel=1e-12)
    assert weigh(rivalry, alone, "arms") == weigh(rivalry, PARAMS, "arms", pressure_on_target(0.0))


def test_hostility_raises_the_worth_of_helping_and_the_price_of_pleasing(weigh):
    calm, tense = pressure_on_target(0.1), pressure_on_target(0.9)
    assert 0.0 < weigh(rivalry, PARAMS, "arms", calm) < weigh(rivalry, PARAMS, "arms", tense)
    assert weigh(rivalry, PARAMS, "appease", tense) < weigh(rivalry, PARAMS, "appease", calm) < 0.0
    sworn = PARAMS | {"hostility": 0.9}
    assert weigh(rivalry, sworn, "arms", calm) > weigh(rivalry, PARAMS, "arms", calm)


def test_what_harms_the_rival_more_is_worth_more(weigh):
    appease, none, arms, troops = (
        weigh(rivalry, PARAMS, option, pressure_on_target(0.5)) for option in PARAMS["damage"]
    )
    assert appease < none == 0.0 < arms < troops


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_sworn_enemy_needs_no_pressure(weigh, value):
    assert weigh(rivalry, PARAMS | {"hostility": 1.0}, "troops", pressure_on_target(value)) == pytest.approx(
        0.5, rel=1e-12
    )


@pytest.mark.parametrize("option", PARAMS["damage"])
def test_no_hostility_or_no_worth_no_reason(weigh, option):
    assert weigh(rivalry, PARAMS | {"hostility": 0.0}, option, pressure_on_target(0.0)) == 0.0
    assert weigh(rivalry, PARAMS | {"worth": 0.0}, option, pressure_on_target(0.8)) == 0.0


@pytest.mark.parametrize(("value", "counts_as"), [(-0.3, 0.0), (1.7, 1.0)])
def test_pressure_believed_beyond_its_bounds_counts_as_the_bound(weigh, value, counts_as):
    beyond, bound = (weigh(rivalry, PARAMS, "arms", pressure_on_target(x)) for x in (value, counts_as))
    assert beyond == bound <= 0.5
