import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import opinion

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"A.public": value, "B.public": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "publics": ("A.public", "B.public"),
        "sides": ("A", "B"),
        "casualty_weight": both(0.0),
        "casualty_threshold": both(1000.0),
        "cost_weight": both(0.0),
        "support_base": both(0.7),
        "resilience": both(0.0),
        "volatility": both(0.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out: dict[str, float] = {}
    for side in "AB":
        out |= {f"losses.{side}": 0.0, f"casualty_rate.{side}": 0.0, f"funding.{side}": 1.0}
        out[f"support.{side}.public"] = 0.7
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def flow(p: dict[str, object], s: dict[str, float], dt: float = 1.0, mood: float = 0.0) -> dict[str, float]:
    z = components.Noise({"mood.A.public": mood, "mood.B.public": mood})
    out = opinion.flows(opinion.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), z)
    return {components.stock_key(key): value for key, value in out.items()}


@pytest.mark.parametrize("dt", [0.25, 1.0])
def test_support_falls_by_the_weight_for_each_tenfold_of_casualties(dt):
    """Mueller's curve: the steps add up to weight x log10 of the whole rise, at any step and any path of losses."""
    p = params(casualty_weight=both(0.15), casualty_threshold=both(1.0))
    losses, support = 99.0, 0.7
    for rise in np.linspace(1.0, 199.0, 100) * 99.0:  # adds up to 990,000
        losses += rise
        s = state(losses_at_A=losses, casualty_rate_at_A=rise / dt)
        support += dt * float(flow(p, s, dt)["support.A.public"])
    # from 1 + 99 to 1 + 990,099: 4 tenfolds less log10(1000000 / 990100)
    assert 0.7 - support == pytest.approx(0.15 * math.log10(990_100 / 100), rel=1e-9)


def test_casualties_count_for_the_public_of_their_side_only():
    out = flow(params(casualty_weight=both(0.1)), state(losses_at_B=5000.0, casualty_rate_at_B=900.0))
    assert float(out["support.B.public"]) < 0.0
    assert float(out["support.A.public"]) == 0.0


def test_the_same_loss_hurts_less_when_many_have_fallen():
    p = params(casualty_weight=both(0.1))
    early, late = (
        float(flow(p, state(losses_at_A=losses, casualty_rate_at_A=1000.0))["support.A.public"])
        for losses in (2000.0, 200_000.0)
    )
    assert early < late < 0.0


def test_losses_that_hardly_show_move_nothing():
    p = params(casualty_weight=both(0.15), casualty_threshold=both(1e12))
    fall = float(flow(p, state(losses_at_A=1000.0, casualty_rate_at_A=1000.0))["support.A.public"])
    assert fall == pytest.approx(-0.15 * 1000 / 1e12 / math.log(10), rel=1e-3)  # 1 + 1e-9 in double: 1e-7 of rounding


def test_an_unpaid_war_costs_support_in_proportion(integrate):
    ends = [
        integrate(opinion, params(cost_weight=both(0.03)), state(funding_at_A=funding), 6)[-1]["support.A.public"]
        for funding in (1.0, 0.5, 0.0)
    ]
    assert ends == pytest.approx([0.7, 0.7 - 6 * 0.015, 0.7 - 6 * 0.03], rel=ROUNDING)


@pytest.mark.parametrize("steps", [3, 30])
def test_support_returns_to_its_base_exponentially(integrate, steps):
    s = {**state(), "support.A.public": 0.4}
    end = integrate(opinion, params(resilience=both(0.2)), s, steps, dt=9.0 / steps)[-1]
    assert end["support.A.public"] == pytest.approx(0.7 - 0.3 * math.exp(-0.2 * 9), rel=ROUNDING)


def test_chance_adds_up_to_the_same_spread_at_any_step():
    for dt in (0.25, 1.0):
        step = dt * float(flow(params(volatility=both(0.02)), state(), dt, mood=1.0)["support.A.public"])
        assert step == pytest.approx(
            0.02 * math.sqrt(dt), rel=ROUNDING
        )  # a good mood raises support; its variance grows with time


@pytest.mark.parametrize("size", [0.0, 1e12])
def test_values_and_slopes_are_finite_at_the_ends(size):
    p = params(casualty_weight=both(0.1), cost_weight=both(0.1), resilience=both(0.1), casualty_threshold=both(1.0))
    for speed in (0.0, 0.1):
        s = dict.fromkeys(state(), size)
        given = p | {"resilience": both(speed)}
        value, slopes = jax.value_and_grad(lambda x, given=given: sum(flow(given, x).values()))(s)
        assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads_and_a_missing_side_is_named():
    opinion.Params(**opinion.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`sides` names 1 for 2 publics; allowed: one for each"):
        opinion.Params(**opinion.EXAMPLE | {"sides": ["RUS"]})
