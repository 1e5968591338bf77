import math

import pytest

from standoff.mechanisms import munitions


def params(**changes: float) -> dict[str, object]:
    numbers = {"fire_demand": 300.0, "production_ceiling": 250.0, "ramp_time": 10.0, "import_rate": 0.0} | changes
    return {"sides": ("A",)} | {name: {"A": value} for name, value in numbers.items()}


def state(**changes: float) -> dict[str, float]:
    numbers = {"shells": 1000.0, "shell_capacity": 100.0, "firepower": 1.0, "fire": 0.0, "funding": 1.0} | changes
    return {"fighting": numbers.pop("fighting", 1.0)} | {f"{name}.A": value for name, value in numbers.items()}


def test_capacity_approaches_its_ceiling_exponentially(integrate):
    def error(steps: int) -> float:
        end = integrate(munitions, params(), state(), steps, dt=20.0 / steps)[-1]
        return end["shell_capacity.A"] - (250.0 - 150.0 * math.exp(-2.0))

    # Euler: half the step, half the error; the next order is dt / ramp_time = 1 %
    assert error(200) / error(400) == pytest.approx(2.0, rel=0.01)
    assert abs(error(400)) < 0.2


def test_a_stock_lasts_as_long_as_the_shortfall_allows(integrate):
    p = params(production_ceiling=100.0, import_rate=50.0)  # 300 wanted, 150 supplied, 1,000 in stock
    path = integrate(munitions, p, state(), 10)
    assert path[6]["shells.A"] == pytest.approx(1000.0 - 6 * 150.0)
    assert path[6]["firepower.A"] == 1.0
    assert path[7]["shells.A"] == pytest.approx(0.0, abs=1e-9)
    assert path[7]["firepower.A"] == pytest.approx((100.0 + 150.0) / 300.0)
    assert path[10]["firepower.A"] == pytest.approx(0.5)  # from hand to mouth
    assert [path[i]["fire.A"] for i in (6, 7, 10)] == pytest.approx([300.0, 250.0, 150.0])  # what is fired, not held
    assert all(now["shells.A"] >= -1e-9 for now in path)


def test_a_short_step_may_fire_the_whole_stock_and_a_wish_below_one_shell_is_a_wish(integrate):
    end = integrate(munitions, params(), state(shells=60.0), 1, dt=0.5)[-1]  # 60 in half a month, and 100 a month made
    assert end["firepower.A"] == pytest.approx(220.0 / 300.0) and end["shells.A"] == pytest.approx(0.0, abs=1e-12)
    nothing = state(shells=0.0, shell_capacity=0.0)
    assert integrate(munitions, params(fire_demand=0.5), nothing, 1)[-1]["firepower.A"] == 0.0


def test_shells_are_conserved(integrate):
    dt = 0.5
    before = state(funding=0.6)
    for after in integrate(munitions, params(import_rate=20.0, fire_demand=900.0), before, 8, dt)[1:]:
        fired = after["firepower.A"] * 900.0 * dt
        made = (before["shell_capacity.A"] * 0.6 + 20.0) * dt
        assert after["shells.A"] - before["shells.A"] == pytest.approx(made - fired, abs=1e-9)
        before = after


def test_funding_limits_production_and_surplus_money_does_not_add_to_it(integrate):
    def stock(funding: float) -> float:
        return integrate(munitions, params(fire_demand=0.0), state(funding=funding), 1)[-1]["shells.A"]

    assert stock(0.0) == pytest.approx(1000.0)
    assert stock(0.5) == pytest.approx(1050.0)
    assert stock(1.0) == stock(3.0) == pytest.approx(1100.0)


def test_less_is_wanted_in_a_calmer_war_and_a_ceasefire_fills_the_stock(integrate):
    scarce = state(shells=0.0)
    assert integrate(munitions, params(), scarce, 1)[-1]["firepower.A"] == pytest.approx(1 / 3)
    assert integrate(munitions, params(), scarce | {"fighting": 0.5}, 1)[-1]["firepower.A"] == pytest.approx(2 / 3)
    calm = integrate(munitions, params(), scarce | {"fighting": 0.0}, 1)[-1]
    assert (calm["firepower.A"], calm["shells.A"]) == (1.0, pytest.approx(100.0))


def test_empty_and_huge_stocks_and_a_plant_built_at_once_are_finite(integrate):
    empty = integrate(munitions, params(production_ceiling=0.0), state(shells=0.0, shell_capacity=0.0), 3)[-1]
    assert (empty["shells.A"], empty["firepower.A"]) == (0.0, 0.0)
    assert integrate(munitions, params(), state(shells=1e15), 3)[-1]["firepower.A"] == 1.0
    assert integrate(munitions, params(ramp_time=0.0), state(), 1)[-1]["shell_capacity.A"] == 250.0
