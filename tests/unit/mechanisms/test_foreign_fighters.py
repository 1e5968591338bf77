import math

import pytest

from standoff.mechanisms import foreign_fighters


def params(**changes: float) -> dict[str, object]:
    numbers = {
        "arrival_rate": 100.0,
        "interest_time": 12.0,
        "killed_share": 0.25,
        "relative_risk": 1.0,
        "departure_rate": 0.0,
    } | changes
    return {"side": "A"} | {name: {"A": value} for name, value in numbers.items()}


def state(**changes: float) -> dict[str, float]:
    names = ("fighters", "fighters_arrived", "fighters_killed", "fighters_left", "casualty_rate")
    numbers = dict.fromkeys(names, 0.0) | {"volunteer_interest": 1.0, "troops": 1000.0} | changes
    return {f"{name}.A": value for name, value in numbers.items()}


@pytest.mark.parametrize("steps", [1, 7, 100])
def test_arrivals_are_exact_whatever_the_step(integrate, steps):
    end = integrate(foreign_fighters, params(), state(), steps, dt=30.0 / steps)[-1]
    assert end["fighters_arrived.A"] == pytest.approx(100.0 * 12.0 * -math.expm1(-30.0 / 12.0), rel=1e-12)
    assert end["fighters.A"] == pytest.approx(end["fighters_arrived.A"], rel=1e-12)


def test_leavers_and_killed_follow_their_closed_form(integrate):
    # 200 fighters in an army of 800, 40 casualties a month: risk 0.25 * 40 / 1000; leaving 0.04; together 0.05 a month
    start = state(fighters=200.0, fighters_arrived=200.0, troops=800.0, casualty_rate=40.0)
    p = params(arrival_rate=0.0, departure_rate=0.04)

    def end(dt: float) -> dict[str, float]:
        return integrate(foreign_fighters, p, start, 1, dt)[-1]

    assert end(1.0)["fighters_killed.A"] == pytest.approx(2.0)
    assert end(1.0)["fighters_left.A"] == pytest.approx(8.0)
    # with troops far more numerous the risk stays put, and the number falls exponentially
    start |= {"troops.A": 1e9, "casualty_rate.A": 4e7}
    late = integrate(foreign_fighters, p, start, 2000, dt=0.01)[-1]
    # Euler's relative error over 20 months is 0.05**2 * 0.01 * 20 / 2
    assert late["fighters.A"] == pytest.approx(200.0 * math.exp(-1.0), rel=3e-4)
    assert late["fighters_killed.A"] == pytest.approx(late["fighters_left.A"] / 4.0, rel=1e-6)


def test_the_last_fighter_bears_the_whole_risk(integrate):
    start = state(fighters=1.0, troops=0.0, casualty_rate=0.4)
    end = integrate(foreign_fighters, params(arrival_rate=0.0), start, 1)[-1]
    assert end["fighters_killed.A"] == pytest.approx(0.25 * 0.4)


def test_arrived_is_killed_and_left_and_remaining(integrate):
    start = state(fighters=50.0, fighters_arrived=80.0, fighters_killed=10.0, fighters_left=20.0, casualty_rate=60.0)
    for now in integrate(foreign_fighters, params(departure_rate=0.07, relative_risk=1.7), start, 200, dt=0.3):
        accounted = now["fighters_killed.A"] + now["fighters_left.A"] + now["fighters.A"]
        # 200 steps of four sums, each rounded to 1e-16 of about 1,300
        assert now["fighters_arrived.A"] == pytest.approx(accounted, rel=1e-13)
        assert min(now.values()) >= 0.0


def test_more_exposure_kills_more_and_a_quiet_front_nobody(integrate):
    def killed(**changes: float) -> float:
        start = state(fighters=100.0, troops=900.0, casualty_rate=changes.pop("casualty_rate", 20.0))
        return integrate(foreign_fighters, params(**changes), start, 1)[-1]["fighters_killed.A"]

    assert killed(relative_risk=2.0) == pytest.approx(2.0 * killed())
    assert killed(casualty_rate=0.0) == 0.0


def test_nobody_is_killed_or_leaves_twice(integrate):
    start = state(fighters=100.0, troops=0.0, casualty_rate=1e9)
    end = integrate(foreign_fighters, params(arrival_rate=0.0, departure_rate=9.0), start, 1)[-1]
    assert (end["fighters.A"], end["fighters_killed.A"], end["fighters_left.A"]) == pytest.approx((0.0, 100.0, 0.0))
    gone = integrate(foreign_fighters, params(arrival_rate=0.0, departure_rate=9.0), state(fighters=100.0), 1)[-1]
    assert (gone["fighters.A"], gone["fighters_left.A"]) == pytest.approx((0.0, 100.0))
    empty = integrate(foreign_fighters, params(arrival_rate=0.0), state(troops=0.0), 1)[-1]
    assert empty["fighters.A"] == 0.0


def test_one_side_or_several():
    one = foreign_fighters.Params.model_validate(foreign_fighters.EXAMPLE)
    two = foreign_fighters.Params.model_validate(foreign_fighters.EXAMPLE | {"side": ["RUS", "UKR"]})
    assert (one.members("side"), two.members("side")) == (("UKR",), ("RUS", "UKR"))
