import math

import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import escalation

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def params(**changes: object) -> dict[str, object]:
    return {
        "donors": ("D", "E"),
        "senders": ("S",),
        "base_hazard": 0.01,
        "deterrence": 0.0,
        "arms_weight": 0.0,
        "arms_reference": 100.0,
        "troops_weight": 0.0,
        "troops_reference": 1000.0,
        "provocation": 0.0,
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"escalation": 0.0, "escalation_hazard": 0.0, "wider_war": 0.0, "fighting": 1.0}
    out |= {"pipeline_arms.D": 0.0, "pipeline_arms.E": 0.0, "troops_sent.S": 0.0}
    return out | {key.replace("_of_", "."): value for key, value in changes.items()}


def hazard(integrate, p, s) -> float:
    return integrate(escalation, p, s, 1)[-1]["escalation_hazard"]


@pytest.mark.parametrize("dt", [0.25, 1.0, 12.0])
def test_a_constant_hazard_gives_an_exponential_survival_at_any_step(integrate, dt):
    end = integrate(escalation, params(), state(fighting=0.6), int(48 / dt), dt)[-1]
    assert end["escalation"] == pytest.approx(1 - math.exp(-0.01 * 0.6 * 48), rel=ROUNDING)


def test_the_hazard_is_what_the_text_says(integrate):
    p = params(deterrence=0.4, arms_weight=0.5, troops_weight=0.3, provocation=0.2)
    s = state(fighting=0.8, pipeline_arms_of_D=60.0, pipeline_arms_of_E=20.0, troops_sent_of_S=2000.0)
    exponent = 0.5 * 80 / 100 + 0.3 * 2000 / 1000 + 0.2
    assert hazard(integrate, p, s) == pytest.approx(0.01 * 0.8 * 0.6 * math.exp(exponent), rel=ROUNDING)


@pytest.mark.parametrize("dt", [0.5, 3.0])
def test_the_event_is_whole_after_a_step_of_any_length(integrate, dt):
    end = integrate(escalation, params(base_hazard=1e9), state(), 1, dt, lambda _: {"event": 0.0})[-1]
    assert end["wider_war"] == pytest.approx(1.0, rel=ROUNDING)


def test_fighting_beyond_full_war_counts_as_full_war(integrate):
    assert hazard(integrate, params(), state(fighting=1.5)) == hazard(integrate, params(), state())


def test_the_event_is_as_frequent_as_the_risk_says_where_the_hazard_moves():
    count, steps = 40_000, 36
    p = escalation.Params.model_construct(**params(base_hazard=0.02, arms_weight=1.0))
    cells = {key: jnp.full(count, value, jnp.float32) for key, value in state().items()}
    z = np.random.default_rng(7).standard_normal((steps, count)).astype(np.float32)
    for k in range(steps):  # fighting falls while arms flow in
        cells |= {"fighting": jnp.full(count, 1 - k / 40, jnp.float32)}
        cells |= {"pipeline_arms.D": jnp.full(count, 3.0 * k, jnp.float32)}
        noise = components.Noise({"event": jnp.asarray(z[k])})
        moved = escalation.flows(p, components.State(cells), components.Time(1.0, float(k)), noise)
        cells |= {str(key): cells[str(key)] + flow for key, flow in moved.items()}
    passed = sum(0.02 * (1 - k / 40) * math.exp(3.0 * k / 100) for k in range(steps))
    risk = 1 - math.exp(-passed)
    assert float(cells["escalation"][0]) == pytest.approx(risk, rel=steps * 2e-7)  # a few roundings of 6e-8 a step
    found = float(cells["wider_war"].mean())
    assert found == pytest.approx(risk, abs=4 * math.sqrt(risk * (1 - risk) / count))
    assert set(np.unique(cells["wider_war"])) == {0.0, 1.0}


def test_a_wider_war_stays(integrate):
    end = integrate(escalation, params(base_hazard=50.0), state(wider_war=1.0), 5, noise=lambda k: {"event": 9.0})[-1]
    assert end["wider_war"] == 1.0
    assert end["escalation"] == pytest.approx(1.0, abs=ROUNDING)


@pytest.mark.parametrize(
    ("change", "cell", "up"),
    [
        ({"arms_weight": 0.5}, "pipeline_arms.E", True),
        ({"troops_weight": 0.5}, "troops_sent.S", True),
        ({"arms_weight": -0.5}, "pipeline_arms.E", False),
        ({}, "fighting", True),
    ],
)
def test_each_cause_moves_the_hazard_its_way(integrate, change, cell, up):
    low, high = (hazard(integrate, params(**change), state() | {cell: value}) for value in (0.3, 0.9))
    assert (high > low) is up


def test_dread_restrains_and_provocation_does_not(integrate):
    base, feared, provoked = (
        hazard(integrate, params(**change), state()) for change in ({}, {"deterrence": 0.5}, {"provocation": 0.5})
    )
    assert feared < base < provoked


def test_no_fighting_or_the_greatest_dread_is_no_risk(integrate):
    for p, s in ((params(), state(fighting=0.0)), (params(deterrence=1.0), state())):
        end = integrate(escalation, p, s, 20, noise=lambda k: {"event": 8.0})[-1]
        assert (end["escalation"], end["wider_war"], end["escalation_hazard"]) == (0.0, 0.0, 0.0)


def test_nobody_outside_needs_to_be_named(integrate):
    p = params(donors=(), senders=(), arms_weight=3.0)
    assert hazard(integrate, p, state(pipeline_arms_of_D=1e9)) == pytest.approx(0.01, rel=ROUNDING)


def test_the_largest_provocation_stays_finite(integrate):
    end = integrate(escalation, params(arms_weight=1.0), state(pipeline_arms_of_D=1e15), 2)[-1]
    assert end["escalation_hazard"] == pytest.approx(0.01 * math.exp(20.0), rel=ROUNDING)
    assert 0.0 <= end["escalation"] <= 1.0
