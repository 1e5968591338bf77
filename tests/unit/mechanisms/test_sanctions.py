import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import sanctions

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def params(**changes: object) -> dict[str, object]:
    return {
        "target": "T",
        "domains": ("economy", "technology"),
        "technology_domain": "technology",
        "intermediaries": ("H", "I"),
        "target_coverage": {"economy": 0.6, "technology": 0.9},
        "evasion_ceiling": {"economy": 0.5, "technology": 0.3},
        "intermediary_evasion": {"economy": 0.0, "technology": 0.4},
        "build_time": 3.0,
        "evasion_time": 8.0,
        "designations_per_month": 500.0,
        "effort": 1.0,
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"technology.T": 1.0, "sanctions_count.T": 0.0, "supply.H": 1.0, "supply.I": 1.0}
    for domain in ("economy", "technology"):
        out |= {f"coverage.{domain}": 0.0, f"evasion.{domain}": 0.0, f"bite.{domain}": 0.0}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


def flows(p: dict[str, object], s: dict[str, float], dt: float = 1.0) -> dict[str, float]:
    out = sanctions.flows(
        sanctions.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), components.Noise()
    )
    return {components.stock_key(key): flow for key, flow in out.items()}


@pytest.mark.parametrize("steps", [2, 40])
def test_coverage_and_evasion_approach_their_targets_exponentially(integrate, steps):
    s = state(coverage_at_economy=0.1, evasion_at_economy=0.2)
    end = integrate(sanctions, params(), s, steps, dt=10.0 / steps)[-1]
    coverage = 0.6 + (0.1 - 0.6) * math.exp(-10 / 3)
    evasion = 0.5 + (0.2 - 0.5) * math.exp(-10 / 8)
    assert end["coverage.economy"] == pytest.approx(coverage, rel=ROUNDING)
    assert end["evasion.economy"] == pytest.approx(evasion, rel=ROUNDING)
    assert end["bite.economy"] == pytest.approx(coverage * (1 - evasion), rel=ROUNDING)


def test_gauges_hold_for_the_same_date(integrate):
    for s in integrate(sanctions, params(), state(), 12, dt=0.5)[1:]:
        for domain in ("economy", "technology"):
            expected = s[f"coverage.{domain}"] * (1 - s[f"evasion.{domain}"])
            assert s[f"bite.{domain}"] == pytest.approx(expected, rel=ROUNDING)
        assert s["technology.T"] == pytest.approx(1 - s["bite.technology"], rel=ROUNDING)


def test_sanctions_bite_first_and_wear_off(integrate):
    p = params(build_time=0.5, evasion_time=20.0)
    bites = [s["bite.economy"] for s in integrate(sanctions, p, state(), 200)]
    peak = bites.index(max(bites))
    assert 0 < peak < 12
    assert np.all(np.diff(bites[: peak + 1]) > 0) and np.all(np.diff(bites[peak : peak + 60]) < 0)
    assert bites[-1] == pytest.approx(0.6 * (1 - 0.5), rel=1e-3)  # e^(-200 / 20) = 5e-5 of the way is left


def test_help_counts_by_the_mean_supply_of_the_helpers(integrate):
    ends = {}
    for supplies in ((1.0, 1.0), (0.5, 0.0), (0.0, 0.0)):
        s = state(supply_at_H=supplies[0], supply_at_I=supplies[1])
        ends[supplies] = integrate(sanctions, params(), s, 400)[-1]["evasion.technology"]
    assert list(ends.values()) == pytest.approx([0.3 + 0.4, 0.3 + 0.4 * 0.25, 0.3], rel=ROUNDING)
    alone = integrate(sanctions, params(intermediaries=()), state(), 400)[-1]
    assert alone["evasion.technology"] == pytest.approx(0.3 + 0.4, rel=ROUNDING)


def test_evasion_needs_something_to_evade_and_is_clipped(integrate):
    never = integrate(sanctions, params(target_coverage={"economy": 0.0, "technology": 0.0}), state(), 24)[-1]
    assert (never["evasion.economy"], never["bite.economy"], never["technology.T"]) == (0.0, 0.0, 1.0)
    p = params(
        evasion_ceiling={"economy": 0.9, "technology": 0.9}, intermediary_evasion={"economy": 0.9, "technology": 0.9}
    )
    end = integrate(sanctions, p, state(), 400)[-1]
    assert end["evasion.economy"] == pytest.approx(1.0, rel=ROUNDING)
    assert end["bite.economy"] == pytest.approx(0.0, abs=ROUNDING)


def test_lifting_frees_trade_and_leaves_the_ways_round_open(integrate):
    s = state(coverage_at_technology=0.9, evasion_at_technology=0.3, bite_at_technology=0.63, technology_at_T=0.37)
    p = params(
        target_coverage={"economy": 0.0, "technology": 0.0}, intermediary_evasion={"economy": 0.0, "technology": 0.0}
    )
    end = integrate(sanctions, p, s, 12)[-1]
    assert end["coverage.technology"] == pytest.approx(0.9 * math.exp(-4), rel=ROUNDING)
    assert end["evasion.technology"] == pytest.approx(0.3, rel=ROUNDING)
    assert end["technology.T"] > 0.98


def test_designations_add_up_by_effort(integrate):
    ends = [integrate(sanctions, params(effort=effort), state(), 8, dt=0.5)[-1] for effort in (0.0, 1.0, 3.0)]
    assert [end["sanctions_count.T"] for end in ends] == [0.0, 2000.0, 6000.0]


@pytest.mark.parametrize("time", [0.01, 1e6])
def test_values_and_slopes_are_finite_at_the_ends(time):
    p = params(build_time=time, evasion_time=time)
    for s in (dict.fromkeys(state(), 0.0), dict.fromkeys(state(), 1.0)):
        assert np.isfinite([float(flow) for flow in flows(p, s).values()]).all()
        slopes = jax.grad(lambda x: sum(flows(p, x).values()))(s)
        assert np.isfinite([float(slope) for slope in slopes.values()]).all()


def test_the_example_reads_and_a_strange_domain_is_named():
    sanctions.Params(**sanctions.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`technology_domain` names chips; allowed: the domains, economy"):
        sanctions.Params(**sanctions.EXAMPLE | {"technology_domain": "chips"})
