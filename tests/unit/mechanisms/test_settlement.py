import math

import pytest

from standoff.mechanisms import settlement


def params(seek_a: float = 0.0, seek_b: float = 0.0, **changes: float) -> dict[str, object]:
    rates = {"speed": 0.5, "relapse_rate": 0.2, "collapse_speed": 0.8} | changes
    per_side = {"collapse_share": {"A": 0.4, "B": 0.4}, "troops_reference": {"A": 1000.0, "B": 500.0}}
    return {"sides": ("A", "B"), "readiness": {"A": seek_a, "B": seek_b}} | rates | per_side


def state(fighting: float = 1.0, a: float = 1000.0, b: float = 500.0) -> dict[str, float]:
    return {"fighting": fighting, "troops.A": a, "troops.B": b}


def rate(p: dict[str, object], s: dict[str, float], integrate) -> float:
    dt = 1e-3
    return (integrate(settlement, p, s, 1, dt)[-1]["fighting"] - s["fighting"]) / dt


def test_fighting_dies_down_exponentially_when_both_seek_it(integrate):
    end = integrate(settlement, params(1.0, 1.0), state(), 2000, dt=1e-3)[-1]
    # Euler's relative error over two months is 0.5**2 * 0.001 * 2 / 2
    assert end["fighting"] == pytest.approx(math.exp(-1.0), rel=2.6e-4)


def test_partial_will_settles_where_relapse_and_settlement_meet(integrate):
    end = integrate(settlement, params(0.8, 0.5), state(), 400)[-1]
    down, up = 0.5 * 0.4, 0.2 * 0.6
    assert end["fighting"] == pytest.approx(up / (up + down), rel=1e-12)


def test_one_side_alone_ends_nothing(integrate):
    for p in (params(), params(1.0, 0.0), params(0.0, 1.0)):
        assert integrate(settlement, p, state(), 50)[-1]["fighting"] == 1.0


def test_more_will_ends_it_sooner(integrate):
    rates = [rate(params(0.9, seek), state(), integrate) for seek in (0.0, 0.3, 0.6, 1.0)]
    assert rates == sorted(rates, reverse=True)
    assert rates[2] == pytest.approx(-0.5 * 0.9 * 0.6, rel=1e-9)


def test_a_ceasefire_frays_when_will_is_gone(integrate):
    end = integrate(settlement, params(), state(fighting=0.0), 4000, dt=1e-3)[-1]
    # Euler's error in what is missing is 0.2**2 * 0.001 * 4 / 2 of it
    assert 1.0 - end["fighting"] == pytest.approx(math.exp(-0.8), rel=1e-4)
    assert integrate(settlement, params(relapse_rate=0.0), state(fighting=0.3), 50)[-1]["fighting"] == 0.3


def test_a_collapsing_army_ends_it(integrate):
    assert rate(params(), state(a=400.0), integrate) == 0.0  # at the threshold
    assert rate(params(), state(a=200.0), integrate) == pytest.approx(-0.8 * 0.5, rel=1e-9)
    assert rate(params(), state(b=0.0), integrate) == pytest.approx(-0.8, rel=1e-9)
    assert rate(params(), state(a=200.0, b=100.0), integrate) == pytest.approx(-0.8 * 0.75, rel=1e-9)


def test_an_army_that_never_collapses_stands_down_to_its_last_soldier(integrate):
    p = params() | {"collapse_share": {"A": 0.0, "B": 0.0}}
    assert rate(p, state(a=1.0), integrate) == 0.0
    assert rate(p, state(a=0.5), integrate) == pytest.approx(-0.8 * 0.5, rel=1e-9)


def test_it_stays_between_peace_and_full_war(integrate):
    assert integrate(settlement, params(1.0, 1.0, speed=50.0), state(), 1)[-1]["fighting"] == 0.0
    assert integrate(settlement, params(relapse_rate=50.0), state(fighting=0.1), 1)[-1]["fighting"] == pytest.approx(
        1.0
    )
    assert integrate(settlement, params(), state(fighting=0.5, a=1e15, b=0.0), 1)[-1]["fighting"] == pytest.approx(0.1)
