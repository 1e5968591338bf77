import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import aid

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each
KINDS = ("money", "arms", "shells")


def both(value: float) -> dict[str, float]:
    return {"D": value, "E": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "donors": ("D", "E"),
        "publics": ("D.public", "E.public"),
        "recipient": "R",
        "money": {"D": 10.0, "E": 4.0},
        "arms": {"D": 6.0, "E": 8.0},
        "shells": {"D": 50.0, "E": 30.0},
        "delay_money": 2.0,
        "delay_arms": 8.0,
        "delay_shells": 4.0,
        "equipment_share": 0.25,
        "price_per_item": 0.5,
        "fatigue_rate": both(0.0),
        "recovery_rate": both(0.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"reserves.R": 0.0, "equipment.R": 0.0, "shells.R": 0.0, "support.D.public": 0.5, "support.E.public": 0.5}
    for donor in "DE":
        out |= {f"{stage}_{kind}.{donor}": 0.0 for stage in ("pipeline", "delivered") for kind in KINDS}
        out |= {f"fatigue.{donor}": 0.0, f"aid_rate.{donor}": 0.0}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def flows(p: dict[str, object], s: dict[str, float], dt: float = 1.0) -> dict[str, float]:
    out = aid.flows(aid.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), components.Noise())
    return {components.stock_key(key): flow for key, flow in out.items()}


@pytest.mark.parametrize("steps", [2, 40])
def test_a_constant_pledge_fills_the_pipeline_as_a_first_order_delay(integrate, steps):
    end = integrate(aid, params(), state(pipeline_arms_at_D=20.0), steps, dt=10.0 / steps)[-1]
    kept = math.exp(-10.0 / 8.0)
    pipeline = 20 * kept + 6 * 8 * (1 - kept)
    assert end["pipeline_arms.D"] == pytest.approx(pipeline, rel=ROUNDING)
    assert end["delivered_arms.D"] == pytest.approx(20 + 6 * 10 - pipeline, rel=ROUNDING)


def test_each_kind_has_its_own_delay(integrate):
    end = integrate(aid, params(), state(), 600)[-1]  # long after: what is on its way is pledge x delay
    assert [end[f"pipeline_{kind}.D"] for kind in KINDS] == pytest.approx([10 * 2, 6 * 8, 50 * 4], rel=ROUNDING)


@pytest.mark.parametrize("steps", [2, 40])
def test_fatigue_approaches_its_balance_exponentially(integrate, steps):
    p = params(fatigue_rate=both(0.08), recovery_rate=both(0.03))
    end = integrate(aid, p, state(support_at_D=0.5, fatigue_at_D=0.1), steps, dt=20.0 / steps)[-1]
    tiring = 0.08 * (1 - 0.5)
    balance = tiring / (tiring + 0.03)
    exact = balance + (0.1 - balance) * math.exp(-(tiring + 0.03) * 20)
    assert end["fatigue.D"] == pytest.approx(exact, rel=ROUNDING)


def test_what_is_pledged_is_delivered_or_on_its_way(integrate):
    """Pledges are summed here by hand, from the fatigue at the start of each step."""
    p = params(fatigue_rate={"D": 0.3, "E": 0.1}, recovery_rate=both(0.02))
    states = integrate(aid, p, state(pipeline_money_at_D=7.0), 30, dt=0.5)
    first, last = states[0], states[-1]
    for kind in KINDS:
        for donor in "DE":
            pledged = sum(0.5 * p[kind][donor] * (1 - s[f"fatigue.{donor}"]) for s in states[:-1])
            moved = [last[f"{stage}_{kind}.{donor}"] for stage in ("pipeline", "delivered")]
            assert sum(moved) == pytest.approx(first[f"pipeline_{kind}.{donor}"] + pledged, rel=ROUNDING)
    delivered = {kind: sum(last[f"delivered_{kind}.{donor}"] for donor in "DE") for kind in KINDS}
    assert last["reserves.R"] == pytest.approx(delivered["money"], rel=ROUNDING)
    assert last["shells.R"] == pytest.approx(delivered["shells"], rel=ROUNDING)
    assert last["equipment.R"] == pytest.approx(delivered["arms"] * 0.25 / 0.5, rel=ROUNDING)


def test_the_gauge_reports_money_and_arms_of_the_last_step(integrate):
    before, after = integrate(aid, params(), state(pipeline_money_at_D=7.0, aid_rate_at_D=99.0), 1, dt=0.5)
    given = sum(after[f"delivered_{kind}.D"] - before[f"delivered_{kind}.D"] for kind in ("money", "arms"))
    assert after["aid_rate.D"] == pytest.approx(given / 0.5, rel=ROUNDING)


def test_an_unwilling_public_and_a_longer_delay_each_mean_less_aid(integrate):
    p = params(fatigue_rate=both(0.1))
    willing, unwilling = (integrate(aid, p, {**state(), "support.D.public": support}, 24)[-1] for support in (0.9, 0.2))
    assert unwilling["fatigue.D"] > willing["fatigue.D"]
    assert unwilling["fatigue.E"] == willing["fatigue.E"]  # E has its own public
    assert unwilling["delivered_money.D"] < willing["delivered_money.D"]
    late = integrate(aid, p | {"delay_money": 6.0}, {**state(), "support.D.public": 0.9}, 24)[-1]
    assert late["delivered_money.D"] < willing["delivered_money.D"]


def test_limits_of_fatigue_and_delay():
    tired = flows(params(), state(fatigue_at_D=1.0))
    assert [float(tired[f"pipeline_{kind}.D"]) for kind in KINDS] == [0.0, 0.0, 0.0]
    # the shortest delay allowed leaves pledge x delay on its way after a month: 1 % of a month's pledge
    prompt = flows(params(delay_money=0.01), state())
    assert float(prompt["delivered_money.D"]) == pytest.approx(10 * 0.99, rel=ROUNDING)


def test_without_publics_donors_tire_at_the_given_rate(integrate):
    end = integrate(aid, params(publics=(), fatigue_rate=both(0.05)), state(), 10)[-1]
    assert end["fatigue.D"] == pytest.approx(1 - math.exp(-0.05 * 10), rel=ROUNDING)


def test_one_donor_is_enough(integrate):
    one = params(donors=("D",), publics=("D.public",))
    assert integrate(aid, one, state(), 5)[-1]["reserves.R"] > 0.0


@pytest.mark.parametrize("size", [0.0, 1e15])
def test_values_and_slopes_are_finite_at_the_ends(size):
    s = {key: size if key.startswith("pipeline") else 0.0 for key in state()}
    for rate in (0.0, 0.1):
        p = params(fatigue_rate=both(rate), delay_money=0.01, delay_arms=1e6)
        assert np.isfinite([float(flow) for flow in flows(p, s).values()]).all()
        slopes = jax.grad(lambda x, p=p: sum(flows(p, x).values()))(s)
        assert np.isfinite([float(slope) for slope in slopes.values()]).all()


def test_the_example_reads_and_a_missing_public_is_named():
    aid.Params(**aid.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`publics` names 1 for 2 donors; allowed: one for each"):
        aid.Params(**aid.EXAMPLE | {"publics": ["USA.public"]})
