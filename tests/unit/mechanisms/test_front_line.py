"""The front: where it stands, that it moves alike either way, and that no land is lost."""

from __future__ import annotations

import math

import jax.numpy as jnp
import pytest

from standoff import components
from standoff.components import State, Time
from standoff.mechanisms import front_line

PER_SIDE = {"A": 1.0, "B": 1.0}


def params(**changes: object) -> dict[str, object]:
    return {
        "sides": ("A", "B"),
        "means": ("engaged",),
        "exponents": {"engaged": 0.5},
        "steepness": 2.0,
        "required_ratio": 1.0,
        "advance_rate": 100.0,
        "capacity": 1000.0,
        "hold": PER_SIDE,
        "effort": PER_SIDE,
        "persistent": (),
        "pace_noise": {"A": 0.5},
        "pace_persistence": {"A": 0.8},
        "pace_sd": {"A": 0.2},
    } | changes


def state(a: float = 100.0, b: float = 100.0, held: float = 500.0, fighting: float = 1.0) -> dict[str, float]:
    return {"engaged.A": a, "engaged.B": b, "land_held.A": held, "land_share.A": 0.0, "fighting": fighting}


def speed(p: dict[str, object], s: dict[str, float], dt: float = 1.0) -> float:
    cells = {name: jnp.asarray(value) for name, value in s.items()}
    moved = front_line.flows(front_line.Params.model_construct(**p), State(cells), Time(dt, 0.0), components.Noise())
    return float(moved["land_held", "A"])


def test_equal_sides_stand_and_the_stronger_moves_by_the_closed_form() -> None:
    assert speed(params(), state()) == 0.0
    assert speed(params(), state(a=400.0)) == pytest.approx(100.0 * math.sinh(2.0 * 0.5 * math.log(4.0)))
    assert speed(params(required_ratio=2.0), state(a=400.0)) == pytest.approx(0.0, abs=1e-9)
    assert speed(params(), state(a=400.0, fighting=0.25)) == pytest.approx(speed(params(), state(a=400.0)) / 4)


def test_it_moves_alike_either_way() -> None:
    assert speed(params(), state(a=200.0)) == pytest.approx(-speed(params(), state(b=200.0)))


def test_a_front_half_held_is_as_good_as_half_the_strength() -> None:
    thin = params(hold={"A": 1.0, "B": 0.5})
    assert speed(thin, state()) == pytest.approx(speed(params(required_ratio=0.5), state()))
    assert speed(params(hold={"A": 0.5, "B": 0.5}), state()) == 0.0


def test_the_side_that_advances_sets_the_effort() -> None:
    p = params(effort={"A": 0.5, "B": 3.0})
    assert speed(p, state(a=200.0)) == pytest.approx(0.5 * speed(params(), state(a=200.0)))
    assert speed(p, state(b=120.0)) == pytest.approx(3.0 * speed(params(), state(b=120.0)))


@pytest.mark.parametrize("dt", [0.25, 1.0, 3.0])
def test_land_stays_between_nothing_and_all(integrate, dt: float) -> None:
    for s, end in ((state(a=1e9), 1000.0), (state(b=1e9), 0.0)):
        last = integrate(front_line, params(), s, 40, dt)[-1]
        assert (last["land_held.A"], last["land_share.A"]) == pytest.approx((end, end / 1000.0))


def test_constant_strength_gives_the_same_land_at_any_step(integrate) -> None:
    ends = [
        integrate(front_line, params(), state(a=110.0), round(12 / dt), dt)[-1]["land_held.A"]
        for dt in (0.25, 1.0, 3.0)
    ]
    assert ends == pytest.approx([ends[0]] * 3, rel=1e-12)
