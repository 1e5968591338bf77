import math

import pytest

from standoff.mechanisms import equipment


def params(**changes: float) -> dict[str, object]:
    """Side A as given; B loses, repairs and builds nothing."""
    numbers = {
        "loss_rate": 0.03,
        "refurbish_rate": 1e9,
        "depot_share": 0.0,
        "usable_share": 1.0,
        "storage_reference": 1000.0,
        "new_build": 0.0,
        "enemy_effort": 1.0,
    } | changes
    effort = {"A": 7.0, "B": numbers.pop("enemy_effort")}  # A's own effort must not matter for A's losses
    return {"sides": ("A", "B"), "effort": effort} | {name: {"A": value, "B": 0.0} for name, value in numbers.items()}


def state(**changes: float) -> dict[str, float]:
    out = {"fighting": changes.pop("fighting", 1.0)}
    for side in ("A", "B"):
        numbers = {"equipment": 2000.0, "storage": 1000.0, "equipment_lost": 0.0, "firepower": 1.0, "funding": 1.0}
        out |= {f"{name}.{side}": value for name, value in numbers.items()}
    return out | {f"{name}.A": value for name, value in changes.items()}


def test_vehicles_under_fire_fall_exponentially(integrate):
    def error(steps: int) -> float:
        return integrate(equipment, params(), state(), steps, dt=24.0 / steps)[-1]["equipment.A"] - 2000 * math.exp(
            -0.72
        )

    # Euler: half the step, half the error; the next order is rate * dt = 0.7 %
    assert error(96) / error(192) == pytest.approx(2.0, rel=0.01)
    assert abs(error(192)) < 2.0


def test_storage_falls_to_what_is_beyond_repair(integrate):
    p = params(loss_rate=0.0, depot_share=0.05, usable_share=0.6)
    end = integrate(equipment, p, state(), 4000, dt=0.005)[-1]
    # usable' = -0.05 usable from 600; Euler's relative error over 20 months is 0.05**2 * 0.005 * 20 / 2
    assert end["storage.A"] - 400.0 == pytest.approx(600.0 * math.exp(-1.0), rel=1.3e-4)
    late = integrate(equipment, p, state(), 2000)[-1]
    assert late["storage.A"] == pytest.approx(400.0, rel=1e-12)
    assert late["equipment.A"] == pytest.approx(2600.0, rel=1e-12)


def test_works_and_money_limit_repair_and_building(integrate):
    def gained(**changes: float) -> float:
        p = params(loss_rate=0.0, refurbish_rate=80.0, depot_share=0.2, new_build=30.0)
        return integrate(equipment, p, state(**changes), 1)[-1]["equipment.A"] - 2000.0

    assert gained() == pytest.approx(110.0)
    assert gained(funding=0.5) == pytest.approx(55.0)
    assert gained(funding=2.0) == pytest.approx(110.0)
    assert gained(storage=100.0) == pytest.approx(20.0 + 30.0)  # the depot is the limit
    assert gained(storage=0.0) == pytest.approx(30.0)


def test_less_than_one_vehicle_in_store_is_repaired_by_its_share(integrate):
    p = params(loss_rate=0.0, depot_share=0.2)
    assert integrate(equipment, p, state(storage=0.5), 1)[-1]["storage.A"] == pytest.approx(0.4)


def test_the_other_side_loses_by_the_fire_and_effort_of_the_first(integrate):
    p = params() | {"loss_rate": {"A": 0.0, "B": 0.01}}
    end = integrate(equipment, p, state(firepower=0.5), 1)[-1]
    assert end["equipment_lost.B"] == pytest.approx(0.01 * 2000.0 * 0.5 * 7.0)


def test_losses_follow_the_enemys_fire_and_effort(integrate):
    def lost(enemy_fire: float = 1.0, enemy_effort: float = 1.0, fighting: float = 1.0, own_fire: float = 1.0) -> float:
        now = state(fighting=fighting, firepower=own_fire) | {"firepower.B": enemy_fire}
        return integrate(equipment, params(enemy_effort=enemy_effort), now, 1)[-1]["equipment_lost.A"]

    assert lost() == pytest.approx(60.0)
    assert lost(enemy_fire=0.5) == pytest.approx(30.0)
    assert lost(enemy_effort=1.5) == pytest.approx(90.0)
    assert lost(own_fire=0.0) == pytest.approx(60.0)
    assert lost(fighting=0.0) == 0.0


def test_vehicles_are_conserved(integrate):
    p = params(depot_share=0.05, refurbish_rate=30.0, usable_share=0.7, new_build=10.0)
    for month, now in enumerate(integrate(equipment, p, state(funding=0.9), 120)):
        held = now["equipment.A"] + now["storage.A"] + now["equipment_lost.A"]
        assert held == pytest.approx(3000.0 + 9.0 * month, rel=1e-13)
        assert now["storage.A"] >= 300.0 - 1e-9


def test_nothing_more_is_lost_or_taken_out_than_there_is(integrate):
    end = integrate(equipment, params(loss_rate=50.0, depot_share=50.0), state(), 1)[-1]
    assert (end["equipment.A"], end["storage.A"], end["equipment_lost.A"]) == pytest.approx((1000.0, 0.0, 2000.0))
    empty = integrate(equipment, params(depot_share=0.1), state(equipment=0.0, storage=0.0), 5)[-1]
    assert (empty["equipment.A"], empty["storage.A"], empty["equipment_lost.A"]) == (0.0, 0.0, 0.0)


def test_paces_multiply_losses_and_spare_what_is_not_lost():
    from standoff import components

    p = params() | {
        "persistent": ("A",),
        "loss_noise": {"A": 0.5},
        "pace_persistence": {"A": 0.9},
        "pace_sd": {"A": 0.1},
    }
    cells = state() | {"vehicle_pace.A": math.log(2.0)}
    found = {}
    for normal in (0.0, 1.0):
        z = components.Noise({"vehicle_loss.A": normal, "vehicle_pace.A": 1.0})
        found[normal] = equipment.flows(
            equipment.Params.model_construct(**p), components.State(cells), components.Time(1.0, 0.0), z
        )
    spread = math.sqrt(math.log1p(0.25))
    assert float(found[0.0]["equipment_lost", "A"]) == pytest.approx(
        0.03 * 2000 * 2 * math.exp(-(spread**2) / 2), rel=1e-5
    )
    ratio = found[1.0]["equipment_lost", "A"] / found[0.0]["equipment_lost", "A"]
    assert float(ratio) == pytest.approx(math.exp(spread), rel=1e-5)
    assert math.log(2) + float(found[0.0]["vehicle_pace", "A"]) == pytest.approx(0.9 * math.log(2) + 0.1, rel=1e-5)
    assert ("vehicle_pace", "B") not in found[0.0]


def test_pace_of_supply_multiplies_what_is_repaired_and_built_within_what_is_stored():
    from standoff import components

    p = params(refurbish_rate=80.0, depot_share=0.2, new_build=30.0) | {
        "supplied": ("A",),
        "supply_noise": {"A": 0.0},
        "supply_persistence": {"A": 0.9},
        "supply_sd": {"A": 0.1},
    }
    z = components.Noise({"vehicle_supply.A": 3.0, "supply_pace.A": 1.0})

    def flows(pace: float, storage: float) -> dict[tuple[str, str], float]:
        cells = state(storage=storage) | {"supply_pace.A": pace}
        found = equipment.flows(
            equipment.Params.model_construct(**p), components.State(cells), components.Time(1.0, 0.0), z
        )
        return {key: float(value) for key, value in found.items()}

    full, half, empty = flows(0.0, 1000.0), flows(-math.log(2.0), 1000.0), flows(math.log(100.0), 40.0)
    assert full["equipment_supplied", "A"] == pytest.approx(110.0, rel=1e-6)
    assert half["equipment_supplied", "A"] == pytest.approx(55.0, rel=1e-6)
    assert half["equipment", "A"] == pytest.approx(55.0 - half["equipment_lost", "A"], rel=1e-6)
    assert empty["storage", "A"] == pytest.approx(-40.0)  # never more than is stored
    assert full["supply_pace", "A"] == pytest.approx(0.1, rel=1e-6)
    assert ("equipment_supplied", "B") not in full
