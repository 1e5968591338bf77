import math

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from standoff import components
from standoff.mechanisms import arms_production

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "sides": ("A", "B"),
        "restricted": ("A",),
        "new_build": {"A": 40.0, "B": 10.0},
        "money_exponent": 0.6,
        "technology_exponent": 0.4,
        "workforce": both(1.0),
        "ramp_time": both(6.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"technology.A": 1.0}
    for side in "AB":
        out |= {f"arms_capacity.{side}": 1.0, f"funding.{side}": 1.0, f"equipment.{side}": 100.0, f"built.{side}": 0.0}
    return out | {key.replace("_at_", "."): value for key, value in changes.items()}


@pytest.mark.parametrize("steps", [2, 48])
def test_capacity_and_building_follow_their_closed_form(integrate, steps):
    s = state(technology_at_A=0.5, funding_at_A=0.8)
    end = integrate(arms_production, params(workforce={"A": 0.9, "B": 1.0}), s, steps, dt=24.0 / steps)[-1]
    reached = 0.8**0.6 * 0.5**0.4 * 0.9
    kept = math.exp(-24 / 6)
    assert end["arms_capacity.A"] == pytest.approx(reached + (1 - reached) * kept, rel=ROUNDING)
    built = 40 * (reached * 24 + (1 - reached) * 6 * (1 - kept))  # integral of the capacity
    assert end["built.A"] == pytest.approx(built, rel=ROUNDING)


def test_what_is_built_enters_service(integrate):
    for s in integrate(arms_production, params(), state(technology_at_A=0.3), 12):
        assert s["equipment.A"] - 100.0 == pytest.approx(s["built.A"], rel=ROUNDING)


def test_plants_in_balance_stay_there(integrate):
    end = integrate(arms_production, params(), state(), 12)[-1]
    assert end["arms_capacity.A"] == pytest.approx(1.0, rel=ROUNDING)
    assert end["built.A"] == pytest.approx(40.0 * 12, rel=ROUNDING)


@pytest.mark.parametrize("lack", [{"technology_at_A": 0.4}, {"funding_at_A": 0.4}])
def test_lack_of_money_or_components_slows_the_side_that_lacks_it(integrate, lack):
    full, short = (integrate(arms_production, params(), state(**given), 12)[-1] for given in ({}, lack))
    assert short["built.A"] < full["built.A"] and short["built.B"] == full["built.B"]


def test_an_exponent_of_zero_leaves_an_input_out(integrate):
    p = params(money_exponent=0.0, technology_exponent=0.0)
    end = integrate(arms_production, p, state(funding_at_A=0.0, technology_at_A=0.0), 12)[-1]
    assert end["built.A"] == pytest.approx(40.0 * 12, rel=ROUNDING)


def test_without_money_plants_come_to_a_stand(integrate):
    p = params(ramp_time=both(0.01))  # at once
    end = integrate(arms_production, p, state(funding_at_B=0.0), 1)[-1]
    assert end["arms_capacity.B"] == pytest.approx(1e-9**0.6, rel=ROUNDING)  # what a billionth of the money keeps going


def test_workers_scale_capacity(integrate):
    p = params(workforce={"A": 0.5, "B": 1.0}, ramp_time=both(0.01))
    assert integrate(arms_production, p, state(), 1)[-1]["arms_capacity.A"] == pytest.approx(0.5, rel=ROUNDING)


@pytest.mark.parametrize("size", [0.0, 1.0, 1e9])
def test_values_and_slopes_are_finite_at_the_ends(size):
    p = arms_production.Params.model_construct(**params())

    def total(s: dict[str, float]) -> jax.Array:
        return sum(
            arms_production.flows(p, components.State(s), components.Time(1.0, 0.0), components.Noise()).values()
        )

    value, slopes = jax.value_and_grad(total)(dict.fromkeys(state(), size))
    assert np.isfinite([float(value), *map(float, slopes.values())]).all()


def test_the_example_reads_and_a_stranger_is_named():
    arms_production.Params(**arms_production.EXAMPLE)
    with pytest.raises(ValidationError, match=r"`restricted` names IRN; allowed: the sides, RUS, UKR"):
        arms_production.Params(**arms_production.EXAMPLE | {"restricted": ["IRN"]})
