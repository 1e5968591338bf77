import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import war_economy

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    """A exports and is under sanctions, B is not; each has revenue 30, civil need 25 and war need 20 on output 100."""
    return {
        "sides": ("A", "B"),
        "exporters": ("A",),
        "sanctioned": ("A",),
        "domains": ("economy", "finance"),
        "growth": both(0.0),
        "war_damage": both(0.0),
        "drag": {"economy": 0.0, "finance": 0.0},
        "revenue_share": both(0.3),
        "resource_share": {"A": 0.0},
        "civil_share": both(0.25),
        "war_need": both(20.0),
        "floor": both(0.4),
        "borrowing_share": both(0.05),
        "effort": both(1.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"fighting": 1.0, "bite.economy": 0.0, "bite.finance": 0.0, "export_revenue.A": 0.0}
    for side in "AB":
        out |= {f"output.{side}": 100.0, f"reserves.{side}": 0.0, f"funding.{side}": 1.0}
        out |= {f"gap.{side}": 0.0, f"war_spending.{side}": 0.0}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def flows(p: dict[str, object], s: dict[str, float], dt: float = 1.0) -> dict[str, float]:
    out = war_economy.flows(
        war_economy.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), components.Noise()
    )
    return {components.stock_key(key): flow for key, flow in out.items()}


@pytest.mark.parametrize("steps", [3, 24])
def test_output_grows_exponentially_net_of_war_and_sanctions(integrate, steps):
    p = params(growth={"A": 0.02, "B": 0.01}, war_damage=both(0.03), drag={"economy": 0.04, "finance": 0.06})
    s = state(bite_at_economy=0.5, bite_at_finance=0.25, fighting=0.8)
    end = integrate(war_economy, p, s, steps, dt=12.0 / steps)[-1]
    assert end["output.A"] == pytest.approx(100 * math.exp(12 * (0.02 - 0.024 - 0.02 - 0.015)), rel=ROUNDING)
    assert end["output.B"] == pytest.approx(100 * math.exp(12 * (0.01 - 0.024)), rel=ROUNDING)


def test_a_war_that_costs_less_than_one_unit_is_funded_by_what_is_paid_of_it(integrate):
    p = params(
        war_need=both(0.5), civil_share=both(0.2975), borrowing_share=both(0.0)
    )  # 0.25 is left of a revenue of 30
    assert integrate(war_economy, p, state(), 1)[-1]["funding.A"] == pytest.approx(0.5, rel=1e-9)


def test_reserves_pay_the_gap_until_they_are_out(integrate):
    # need 20 + 25, revenue 30, borrowing 5: a gap of 10 a month; reserves of 35 last three months and a half
    states = integrate(war_economy, params(), state(reserves_at_A=35.0), 6)
    assert [s["gap.A"] for s in states[1:]] == pytest.approx([10.0] * 6, rel=ROUNDING)
    assert [s["reserves.A"] for s in states] == pytest.approx([35, 25, 15, 5, 0, 0, 0], abs=1e-12)
    assert [s["funding.A"] for s in states[1:]] == pytest.approx([1, 1, 1, 0.75, 0.5, 0.5], rel=ROUNDING)
    assert states[-1]["war_spending.A"] == pytest.approx(3 * 20 + 15 + 2 * 10, rel=ROUNDING)


def test_a_short_step_may_take_all_that_is_left_and_no_more():
    out = flows(params(), state(reserves_at_A=3.0), dt=0.5)  # a gap of 10 a month: 6 a month for half a month, 4 unpaid
    assert float(out["reserves.A"]) == pytest.approx(-6.0, rel=ROUNDING)
    assert float(out["war_spending.A"]) == pytest.approx(16.0, rel=ROUNDING)
    assert 1.0 + 0.5 * float(out["funding.A"]) == pytest.approx(0.8, rel=ROUNDING)


def test_a_surplus_is_saved_and_needs_no_loan(integrate):
    end = integrate(war_economy, params(war_need=both(2.0)), state(), 4)[-1]
    assert end["reserves.A"] == pytest.approx(4 * (30 - 25 - 2), rel=ROUNDING)
    assert (end["gap.A"], end["funding.A"]) == (0.0, 1.0)


def test_need_falls_to_its_floor_without_fighting_and_follows_effort():
    gaps = [
        float(flows(params(effort=both(effort)), state(fighting=fighting))["gap.A"])
        for fighting, effort in ((1.0, 1.0), (0.5, 1.0), (0.5, 2.0), (0.0, 1.0))
    ]
    # civil need 25 - revenue 30 - borrowing 5 leaves 10 for a war of 20, 14, 28 and 8
    assert gaps == pytest.approx([10.0, 4.0, 18.0, 0.0], rel=ROUNDING)


def test_exports_narrow_the_gap_of_the_exporter_only():
    p, poor, rich = params(resource_share={"A": 0.5}), state(), state(export_revenue_at_A=8.0)
    assert flows(p, poor)["gap.A"] - flows(p, rich)["gap.A"] == pytest.approx(4.0, rel=ROUNDING)
    assert flows(p, poor)["gap.B"] == flows(p, rich)["gap.B"]


def test_sanctions_widen_the_gap_of_the_sanctioned_over_time(integrate):
    p = params(drag={"economy": 0.05, "finance": 0.0})
    free, bitten = (integrate(war_economy, p, state(bite_at_economy=bite), 12)[-1] for bite in (0.0, 0.6))
    assert bitten["gap.A"] > free["gap.A"] and bitten["funding.A"] < free["funding.A"]
    assert bitten["gap.B"] == free["gap.B"]


def test_the_war_goes_unpaid_before_civil_life_and_never_below_zero():
    broke = flows(params(revenue_share=both(0.0)), state())  # need 45, borrowing 5: 40 unpaid, the war is 20
    assert float(broke["war_spending.A"]) == 0.0
    assert float(broke["funding.A"]) == -1.0  # from 1 to 0 in a month


def test_what_is_paid_equals_what_comes_in():
    """Revenue, borrowing and reserves drawn = war, civil life and savings, in a thousand random months."""
    draws = np.random.default_rng(7)
    seen = set()
    for _ in range(1000):
        output, exports, reserves, war = draws.uniform(0, [200.0, 30.0, 40.0, 60.0])
        dt = draws.choice([0.25, 1.0])
        p = params(war_need=both(war), resource_share={"A": 0.5})
        s = state(output_at_A=output, export_revenue_at_A=exports, reserves_at_A=reserves)
        out = flows(p, s, dt)
        revenue, civil, credit = 0.3 * output + 0.5 * exports, 0.25 * output, 0.05 * output
        borrowed = min(max(war + civil - revenue, 0.0), credit)
        saved, spent = float(out["reserves.A"]), float(out["war_spending.A"])
        assert spent + civil + saved == pytest.approx(revenue + borrowed, rel=ROUNDING, abs=1e-11)
        assert reserves + dt * saved >= -1e-12
        assert 0.0 <= spent <= war
        seen.add((saved > 0, spent < war))
    assert seen == {(True, False), (False, False), (False, True)}


@pytest.mark.parametrize("size", [0.0, 1e15])
def test_values_and_slopes_are_finite_at_the_ends(size):
    s = {key: size if key.startswith(("output", "reserves", "export")) else 0.0 for key in state()}
    for war in (0.0, 20.0):
        p = params(war_need=both(war), drag={"economy": 0.1, "finance": 0.1})
        assert all(math.isfinite(flow) for flow in flows(p, s).values())
        slopes = jax.grad(lambda x, p=p: sum(flows(p, x).values()))(s)
        assert all(math.isfinite(slope) for slope in slopes.values())


def test_without_a_war_to_pay_for_it_counts_as_funded():
    assert float(flows(params(war_need=both(0.0)), state(funding_at_A=0.0))["funding.A"]) == 1.0


def test_the_example_reads_and_a_stranger_is_named():
    war_economy.Params(**war_economy.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`sanctioned` names IRN; allowed: the sides, RUS, UKR"):
        war_economy.Params(**war_economy.EXAMPLE | {"sanctioned": ["IRN"]})
