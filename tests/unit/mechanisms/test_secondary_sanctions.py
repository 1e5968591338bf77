import math

import jax
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import sanctions, secondary_sanctions

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"P": value, "Q": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "third_parties": ("P", "Q"),
        "threat": 0.5,
        "response": {"P": 0.8, "Q": 0.2},
        "adjust_time": both(3.0),
        "rerouting_loss": {"P": 0.4, "Q": 0.7},
        "rerouting_cost": both(0.1),
    } | changes


def state(compliance: float = 0.0) -> dict[str, float]:
    return {
        f"{name}.{third}": value
        for third in "PQ"
        for name, value in (("compliance", compliance), ("supply", 1.0), ("trade_cost", 0.0))
    }


@pytest.mark.parametrize("steps", [2, 40])
def test_compliance_approaches_the_answer_to_the_threat(integrate, steps):
    end = integrate(secondary_sanctions, params(), state(0.1), steps, dt=6.0 / steps)[-1]
    compliance = 0.5 * 0.8 + (0.1 - 0.5 * 0.8) * math.exp(-6 / 3)
    assert end["compliance.P"] == pytest.approx(compliance, rel=ROUNDING)
    assert end["supply.P"] == pytest.approx(1 - compliance * 0.4, rel=ROUNDING)
    assert end["trade_cost.P"] == pytest.approx(compliance * 0.6 * 0.1, rel=ROUNDING)


def test_refused_trade_is_lost_or_rerouted(integrate):
    """What flows, what is lost and what is refused add up: supply = (1 - compliance) + rerouted."""
    for s in integrate(secondary_sanctions, params(), state(), 6)[1:]:
        rerouted = s["trade_cost.Q"] / 0.1  # by definition, cost of the rerouted trade at 0.1 each
        assert s["supply.Q"] == pytest.approx(1 - s["compliance.Q"] + rerouted, rel=ROUNDING)


def test_a_greater_threat_and_shyer_banks_mean_less_supply(integrate):
    ends = [integrate(secondary_sanctions, params(threat=threat), state(), 6)[-1] for threat in (0.2, 0.9)]
    assert ends[1]["supply.P"] < ends[0]["supply.P"] and ends[1]["trade_cost.P"] > ends[0]["trade_cost.P"]
    assert ends[1]["compliance.P"] > ends[1]["compliance.Q"]


def test_without_a_threat_caution_fades_and_trade_returns(integrate):
    end = integrate(secondary_sanctions, params(threat=0.0), state(0.9), 120)[-1]
    assert end["compliance.P"] == pytest.approx(0.9 * math.exp(-40), rel=1e-10)  # 120 steps of rounding in the exponent
    assert end["supply.P"] == pytest.approx(1.0, rel=ROUNDING)


def test_a_full_threat_with_no_way_round_stops_trade(integrate):
    p = params(threat=1.0, response=both(1.0), rerouting_loss=both(1.0), adjust_time=both(0.01))
    end = integrate(secondary_sanctions, p, state(), 1)[-1]
    assert end["supply.P"] == pytest.approx(0.0, abs=ROUNDING) and end["trade_cost.P"] == pytest.approx(0.0)


def test_sanctions_read_the_supply_that_this_writes(integrate):
    refused = integrate(secondary_sanctions, params(threat=1.0), state(), 60)[-1]["supply.P"]
    p = {
        "target": "T",
        "domains": ("technology",),
        "technology_domain": "technology",
        "intermediaries": ("P",),
        "target_coverage": {"technology": 1.0},
        "evasion_ceiling": {"technology": 0.0},
        "intermediary_evasion": {"technology": 0.5},
        "build_time": 1.0,
        "evasion_time": 1.0,
        "designations_per_month": 0.0,
        "effort": 0.0,
    }
    s = {f"{name}.technology": 0.0 for name in ("coverage", "evasion", "bite")}
    s |= {"technology.T": 1.0, "sanctions_count.T": 0.0, "supply.P": refused}
    technology = integrate(sanctions, p, s, 100)[-1]["technology.T"]
    # threat 1: refused 0.8, of which 0.4 is lost, leaves a supply of 0.68; e^-20 = 2e-9 of the way to it is still to go
    assert technology == pytest.approx(0.5 * 0.68, rel=1e-8)


@pytest.mark.parametrize("compliance", [0.0, 1.0])
def test_values_and_slopes_are_finite_at_the_ends(compliance):
    for time in (0.01, 1e6):
        p = secondary_sanctions.Params.model_construct(**params(adjust_time=both(time)))

        def total(s: dict[str, float], p: components.Params = p) -> jax.Array:
            return sum(
                secondary_sanctions.flows(
                    p, components.State(s), components.Time(1.0, 0.0), components.Noise()
                ).values()
            )

        value, slopes = jax.value_and_grad(total)(state(compliance))
        assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads():
    assert secondary_sanctions.Params(**secondary_sanctions.EXAMPLE).third_parties == ("CHN",)
