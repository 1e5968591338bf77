import math

import pytest

from standoff import components
from standoff.mechanisms import recruitment


def params(**changes: float) -> dict[str, object]:
    numbers = {
        "volunteer_rate": 30.0,
        "manpower_reference": 1000.0,
        "support_reference": 0.8,
        "training_time": 2.0,
        "desertion_share": 0.0,
        "cohort": 0.0,
        "mobilisation": 0.0,
    } | changes
    whole = {name: numbers.pop(f"{name}_elasticity", 0.0) for name in ("manpower", "support", "bonus")}
    return (
        {"sides": ("A",), "publics": ("A.public",)}
        | {f"{name}_elasticity": value for name, value in whole.items()}
        | {name: {"A": value} for name, value in numbers.items()}
    )


def state(**changes: float) -> dict[str, float]:
    numbers = {"manpower": 1000.0, "training": 0.0, "troops": 500.0, "left_service": 0.0, "funding": 1.0} | changes
    support = numbers.pop("support", 0.8)
    return {"support.A.public": support} | {f"{name}.A": value for name, value in numbers.items()}


def recruits(p: dict[str, object], s: dict[str, float], dt: float = 1.0) -> float:
    time = components.Time(dt, 0.0)
    out = recruitment.flows(recruitment.Params.model_construct(**p), components.State(s), time, components.Noise())
    return float(p["cohort"]["A"] - out["manpower", "A"])


def test_training_is_a_first_order_delay(integrate):
    def error(steps: int) -> float:
        end = integrate(recruitment, params(), state(), steps, dt=6.0 / steps)[-1]
        # troops' = training / 2, training' = 30 - training / 2
        return end["troops.A"] - (500.0 + 30.0 * 6.0 - 60.0 * (1.0 - math.exp(-3.0)))

    # Euler: half the step, half the error; the next order is dt / training_time = 3 %
    assert error(100) / error(200) == pytest.approx(2.0, rel=0.05)
    assert abs(error(200)) < 0.1


def test_an_elastic_pool_drains_exponentially(integrate):
    end = integrate(recruitment, params(manpower_elasticity=1.0), state(), 2000, dt=0.005)[-1]
    # manpower' = -0.03 manpower; Euler's relative error over 10 months is 0.03**2 * 0.005 * 10 / 2
    assert end["manpower.A"] == pytest.approx(1000.0 * math.exp(-0.3), rel=3e-5)


def test_people_are_conserved(integrate):
    p = params(desertion_share=0.05, cohort=7.0, mobilisation=12.0, manpower_elasticity=0.5)
    for month, now in enumerate(integrate(recruitment, p, state(), 60)):
        held = sum(now[f"{name}.A"] for name in ("manpower", "training", "troops", "left_service"))
        assert held == pytest.approx(1500.0 + 7.0 * month, rel=1e-13)
        assert min(now.values()) >= 0.0


def test_volunteers_follow_pool_support_and_pay():
    base = recruits(params(), state())
    assert base == pytest.approx(30.0)
    p = params(manpower_elasticity=0.5, support_elasticity=2.0, bonus_elasticity=1.5)
    assert recruits(p, state()) == pytest.approx(30.0, rel=1e-12)
    assert recruits(p, state(manpower=250.0)) == pytest.approx(15.0, rel=1e-12)
    assert recruits(p, state(support=0.4)) == pytest.approx(30.0 / 4.0, rel=1e-12)
    assert recruits(p, state(funding=0.25)) == pytest.approx(30.0 / 8.0, rel=1e-12)
    assert recruits(p, state(funding=2.0)) == pytest.approx(30.0, rel=1e-12)


def test_mobilisation_adds_and_an_empty_pool_gives_nobody():
    assert recruits(params(mobilisation=40.0), state()) == pytest.approx(70.0)
    assert recruits(params(mobilisation=40.0), state(support=0.0)) == pytest.approx(40.0)
    assert recruits(params(mobilisation=1e6), state(), dt=0.5) == pytest.approx(2000.0)
    assert recruits(params(mobilisation=40.0), state(manpower=0.0)) == 0.0


def test_deserters_leave_troops_and_are_never_more_than_there_are(integrate):
    end = integrate(recruitment, params(volunteer_rate=0.0, desertion_share=0.1), state(), 1)[-1]
    assert (end["troops.A"], end["left_service.A"]) == pytest.approx((450.0, 50.0))
    gone = integrate(recruitment, params(volunteer_rate=0.0, desertion_share=5.0), state(), 1)[-1]
    assert (gone["troops.A"], gone["left_service.A"]) == pytest.approx((0.0, 500.0))


def test_without_training_recruits_serve_after_one_step(integrate):
    assert integrate(recruitment, params(training_time=0.0), state(), 2)[-1]["troops.A"] == pytest.approx(530.0)


def test_every_side_has_a_public():
    with pytest.raises(ValueError, match="`publics` names 1 for 2 sides"):
        recruitment.Params.model_validate(recruitment.EXAMPLE | {"publics": ["RUS.public"]})
    recruitment.Params.model_validate(recruitment.EXAMPLE)
