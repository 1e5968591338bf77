import math

import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import attrition, munitions, turchin


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "sides": ("A", "B"),
        "lethality": {"A": 0.2, "B": 0.1},
        "fire_per_soldier": both(0.5),
        "production_ceiling": both(100.0),
        "ramp_time": both(10.0),
        "tempo_sd": 0.0,
        "killed_share": both(0.25),
        "return_share": both(0.0),
        "recovery_time": both(3.0),
        "import_rate": both(0.0),
        "effort": both(1.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"fighting": 1.0}
    for side, troops in (("A", 1000.0), ("B", 800.0)):
        numbers = {"troops": troops, "shells": 1e9, "shell_capacity": 100.0, "firepower": 1.0, "funding": 1.0}
        numbers |= dict.fromkeys(
            ("recovering", "killed", "losses", "left_service", "casualty_rate", "engaged", "fire"), 0.0
        )
        out |= {f"{name}.{side}": value for name, value in numbers.items()}
    return out | changes


def test_it_takes_the_place_of_attrition_and_munitions():
    assert turchin.WRITES == attrition.WRITES | munitions.WRITES
    assert turchin.READS.items() <= (attrition.READS | munitions.READS).items()


def test_with_shells_to_spare_it_is_the_square_law(integrate):
    # A' = -0.1 * 0.5 * B, B' = -0.2 * 0.5 * A
    hit_a, hit_b, time = 0.05, 0.1, 6.0
    root = math.sqrt(hit_a * hit_b)
    exact_a = 1000 * math.cosh(root * time) - 800 * math.sqrt(hit_a / hit_b) * math.sinh(root * time)
    exact_b = 800 * math.cosh(root * time) - 1000 * math.sqrt(hit_b / hit_a) * math.sinh(root * time)
    errors = []
    for steps in (60, 120):
        end = integrate(turchin, params(), state(), steps, time / steps)[-1]
        errors.append([end["troops.A"] - exact_a, end["troops.B"] - exact_b])
    # Euler: half the step, half the error; the next order is rate * dt = 0.07 * 0.1, under 2 %
    assert np.divide(*errors) == pytest.approx(2.0, rel=0.02)
    assert np.abs(errors[1]).max() < 2.0


def test_with_empty_stocks_casualties_follow_production_and_not_head_counts(integrate):
    hungry = state(**{"shells.A": 0.0, "shells.B": 0.0})
    for troops in (1000.0, 4000.0):
        end = integrate(turchin, params(), hungry | {"troops.A": troops}, 1)[-1]
        assert end["losses.B"] == pytest.approx(0.2 * 100.0)
        assert end["losses.A"] == pytest.approx(0.1 * 100.0)
        assert end["firepower.A"] == pytest.approx(100.0 / (0.5 * troops))
    assert integrate(turchin, params(import_rate={"A": 50.0, "B": 0.0}), hungry, 1)[-1]["losses.B"] == pytest.approx(
        30.0
    )
    assert integrate(turchin, params(), hungry | {"funding.A": 0.4}, 1)[-1]["losses.B"] == pytest.approx(8.0)


def test_casualties_are_lethality_times_shells_fired(integrate):
    before = state(**{"shells.A": 700.0, "shells.B": 300.0})
    for after in integrate(turchin, params(), before, 12, dt=0.5)[1:]:
        for side, enemy, lethality in (("A", "B", 0.1), ("B", "A", 0.2)):
            assert after[f"engaged.{enemy}"] == pytest.approx(before[f"troops.{enemy}"], rel=1e-12)  # all of them fire
            fired = 0.5 * before[f"shell_capacity.{enemy}"] + before[f"shells.{enemy}"] - after[f"shells.{enemy}"]
            assert after[f"losses.{side}"] - before[f"losses.{side}"] == pytest.approx(lethality * fired, abs=1e-9)
            assert after[f"shells.{side}"] >= -1e-9
        before = after


def test_effort_and_fighting_scale_the_fire(integrate):
    base = integrate(turchin, params(), state(), 1)[-1]
    pressed = integrate(turchin, params(effort={"A": 1.5, "B": 1.0}), state(), 1)[-1]
    assert pressed["losses.B"] == pytest.approx(1.5 * base["losses.B"])
    assert pressed["losses.A"] == pytest.approx(base["losses.A"])
    assert integrate(turchin, params(), state(fighting=0.5), 1)[-1]["losses.A"] == pytest.approx(base["losses.A"] / 2)
    assert integrate(turchin, params(), state(fighting=0.0), 1)[-1]["losses.A"] == 0.0


def test_people_are_conserved_and_nobody_loses_more_than_there_is(integrate):
    p = params(return_share=both(0.6))
    for now in integrate(turchin, p, state(), 24):
        for side, start in (("A", 1000.0), ("B", 800.0)):
            held = sum(now[f"{name}.{side}"] for name in ("troops", "recovering", "killed", "left_service"))
            assert held == pytest.approx(start, rel=1e-13)
    end = integrate(turchin, params(lethality=both(1e6)), state(), 3)[-1]
    assert (end["troops.A"], end["troops.B"], end["losses.A"]) == pytest.approx((0.0, 0.0, 1000.0))


def test_tempo_multiplies_casualties_and_leaves_shells_alone():
    def step(normal: float) -> components.Flows:
        z = components.Noise({"tempo.A": normal, "tempo.B": 0.0})
        p = turchin.Params.model_construct(**params(tempo_sd=0.3))
        return turchin.flows(p, components.State(state()), components.Time(1.0, 0.0), z)

    calm, hard = step(0.0), step(1.0)
    log_sd = math.sqrt(math.log1p(0.3**2))
    assert float(hard["losses", "A"] / calm["losses", "A"]) == pytest.approx(math.exp(log_sd), rel=1e-12)
    assert float(calm["losses", "A"]) == pytest.approx(0.1 * 400.0 * math.exp(-(log_sd**2) / 2), rel=1e-12)
    assert hard["losses", "B"] == calm["losses", "B"]
    assert hard["shells", "A"] == calm["shells", "A"]
