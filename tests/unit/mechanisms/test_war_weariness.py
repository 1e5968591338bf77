import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import war_weariness

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"D.public": value, "E.public": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "publics": ("D.public", "E.public"),
        "donors": ("D", "E"),
        "donor_output": {"D": 1000.0, "E": 500.0},
        "weariness_rate": both(0.0),
        "burden_weight": both(0.0),
        "support_base": both(0.6),
        "resilience": both(0.0),
        "volatility": both(0.0),
        "wanted_aid": {"D": 0.0, "E": 0.0},
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"aid_rate.D": 0.0, "aid_rate.E": 0.0, "support.D.public": 0.6, "support.E.public": 0.6}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def flow(p: dict[str, object], s: dict[str, float], dt: float = 1.0, mood: float = 0.0) -> dict[str, float]:
    z = components.Noise({"mood.D.public": mood, "mood.E.public": mood})
    out = war_weariness.flows(
        war_weariness.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), z
    )
    return {components.stock_key(key): value for key, value in out.items()}


@pytest.mark.parametrize("steps", [2, 40])
def test_support_approaches_the_balance_of_tiring_and_return(integrate, steps):
    p = params(weariness_rate=both(0.01), burden_weight=both(5.0), resilience=both(0.05))
    end = integrate(war_weariness, p, state(aid_rate_at_D=4.0), steps, dt=20.0 / steps)[-1]
    speed = 0.01 + 5 * 4 / 1000 + 0.05
    balance = 0.05 * 0.6 / speed
    assert end["support.D.public"] == pytest.approx(balance + (0.6 - balance) * math.exp(-speed * 20), rel=ROUNDING)


def test_without_return_support_decays_with_time(integrate):
    end = integrate(war_weariness, params(weariness_rate=both(0.02)), state(), 30)[-1]
    assert end["support.D.public"] == pytest.approx(0.6 * math.exp(-0.02 * 30), rel=ROUNDING)


def test_the_burden_is_relative_to_output_and_weighs_on_its_own_public(integrate):
    p = params(burden_weight=both(5.0))
    end = integrate(war_weariness, p, state(aid_rate_at_D=4.0, aid_rate_at_E=4.0), 12)[-1]
    assert end["support.E.public"] < end["support.D.public"] < 0.6
    alone = integrate(war_weariness, p, state(aid_rate_at_D=4.0), 12)[-1]
    assert alone["support.E.public"] == 0.6


def test_support_stays_at_its_base_without_time_or_burden(integrate):
    end = integrate(war_weariness, params(resilience=both(0.1)), state(), 12)[-1]
    assert end["support.D.public"] == pytest.approx(0.6, rel=ROUNDING)


def test_the_longest_step_and_heaviest_burden_leave_nothing_and_not_less(integrate):
    p = params(burden_weight=both(1e6))
    assert integrate(war_weariness, p, state(aid_rate_at_D=1000.0), 1, dt=12.0)[-1][
        "support.D.public"
    ] == pytest.approx(0.0, abs=ROUNDING)


def test_chance_adds_up_to_the_same_spread_at_any_step():
    for dt in (0.25, 1.0):
        step = dt * float(flow(params(volatility=both(0.02)), state(), dt, mood=1.0)["support.D.public"])
        assert step == pytest.approx(
            0.02 * math.sqrt(dt), rel=ROUNDING
        )  # a good mood raises support; its variance grows with time


@pytest.mark.parametrize("size", [0.0, 1e15])
def test_values_and_slopes_are_finite_at_the_ends(size):
    for speed in (0.0, 0.1):
        p = params(weariness_rate=both(speed), resilience=both(speed), burden_weight=both(5.0))
        value, slopes = jax.value_and_grad(lambda x, p=p: sum(flow(p, x).values()))(dict.fromkeys(state(), size))
        assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads_and_a_missing_donor_is_named():
    war_weariness.Params(**war_weariness.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`donors` names 1 for 2 publics; allowed: one for each"):
        war_weariness.Params(**war_weariness.EXAMPLE | {"donors": ["USA"]})


@pytest.mark.parametrize("steps", [2, 40])
def test_public_answers_to_aid_like_a_thermostat(integrate, steps):
    p = params(burden_weight=both(5.0), resilience=both(0.05), wanted_aid={"D": 4.0, "E": 4.0})
    end = integrate(war_weariness, p, state(aid_rate_at_E=4.0), steps, dt=20.0 / steps)[-1]
    lack = 5 * 4 / 1000
    balance = (0.05 * 0.6 + lack) / (0.05 + lack)
    assert end["support.D.public"] == pytest.approx(
        balance + (0.6 - balance) * math.exp(-(0.05 + lack) * 20), rel=ROUNDING
    )
    assert end["support.E.public"] == pytest.approx(0.6, rel=ROUNDING)  # the aid that it wants: neither more nor less
