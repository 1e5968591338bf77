import math
from collections.abc import Mapping

import jax
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import _combat, attrition
from standoff.units import DAYS_PER_MONTH


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    """Square law, nobody returns, no limit of the front."""
    return {
        "sides": ("A", "B"),
        "reference": 1000.0,
        "front_capacity": both(1e15),
        "kill_rate": {"A": 0.1, "B": 0.05},
        "enemy_exponent": 1.0,
        "own_exponent": 0.0,
        "fire_exponent": 1.0,
        "tempo_sd": 0.0,
        "killed_share": both(0.25),
        "return_share": both(0.0),
        "recovery_time": both(3.0),
        "effort": both(1.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {"fighting": 1.0}
    for side, troops in (("A", 1000.0), ("B", 800.0)):
        names = ("recovering", "killed", "losses", "left_service", "casualty_rate", "engaged")
        out |= {f"troops.{side}": troops, f"firepower.{side}": 1.0} | {f"{name}.{side}": 0.0 for name in names}
    return out | changes


def casualties(
    p: Mapping[str, object], s: Mapping[str, float], dt: float = 1e-12, normal: float = 0.0
) -> tuple[float, float]:
    z = components.Noise({"tempo.A": normal, "tempo.B": normal})
    out = attrition.flows(attrition.Params.model_construct(**p), components.State(s), components.Time(dt, 0.0), z)
    return float(out["losses", "A"]), float(out["losses", "B"])


def square_law(a: float, b: float, hit_a: float, hit_b: float, time: float) -> tuple[float, float]:
    """Closed form of a' = -hit_a b, b' = -hit_b a (lanchester1916)."""
    root = math.sqrt(hit_a * hit_b)
    cosh, sinh = math.cosh(root * time), math.sinh(root * time)
    return a * cosh - b * math.sqrt(hit_a / hit_b) * sinh, b * cosh - a * math.sqrt(hit_b / hit_a) * sinh


def test_square_law_follows_its_closed_form(integrate):
    exact = square_law(1000.0, 800.0, 0.1, 0.05, 6.0)
    errors = []
    for steps in (60, 120):
        end = integrate(attrition, params(), state(), steps, dt=6.0 / steps)[-1]
        errors.append([end["troops.A"] - exact[0], end["troops.B"] - exact[1]])
    # second order: half the step, a quarter of the error; the next order is rate * dt = 0.07 * 0.1, under 2 %
    assert np.divide(*errors) == pytest.approx(4.0, rel=0.02)
    assert np.abs(errors[1]).max() < 1e-3


@pytest.mark.parametrize(("enemy", "own"), [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.5, 0.5)])
@pytest.mark.parametrize(("rate", "months", "error"), [(0.1, 6, 7e-4), (0.35, 2, 1e-2)])
def test_monthly_steps_miss_the_survivors_by_no_more_than_the_text_says(integrate, enemy, own, rate, months, error):
    """What is left of a loss of about half, in steps of a month and of 1/200 of it; Euler's misses are 3 and 13 %."""
    p = params(enemy_exponent=enemy, own_exponent=own, kill_rate={"A": rate, "B": 0.8 * rate})
    ends = [integrate(attrition, p, state(**{"troops.B": 900.0}), n * months, dt=1.0 / n)[-1] for n in (1, 200)]
    for side in "AB":
        assert ends[0][f"troops.{side}"] == pytest.approx(ends[1][f"troops.{side}"], rel=error)
    if own == 1.0 and not enemy:
        assert ends[0]["troops.A"] == pytest.approx(1000.0 * math.exp(-rate * months), rel=1e-12)


@pytest.mark.parametrize(
    ("enemy", "own", "conserved"),
    [
        (1.0, 0.0, lambda a, b: 0.05 * a**2 - 0.1 * b**2),
        (1.0, 1.0, lambda a, b: 0.05 * a - 0.1 * b),
        (0.0, 1.0, lambda a, b: 0.05 * math.log(a) - 0.1 * math.log(b)),
    ],
)
def test_each_law_conserves_what_the_table_says(integrate, enemy, own, conserved):
    def drift(steps: int) -> float:
        end = integrate(attrition, params(enemy_exponent=enemy, own_exponent=own), state(), steps, 4.0 / steps)[-1]
        assert end["troops.A"] < 900.0 and end["troops.B"] < 700.0
        return conserved(end["troops.A"], end["troops.B"]) - conserved(1000.0, 800.0)

    coarse, fine = drift(20), drift(40)
    if own:  # both sides' steps have one factor: exact, to rounding and the limit of the front
        assert max(abs(coarse), abs(fine)) < 1e-12
    else:  # measured order of convergence is 2
        assert coarse / fine == pytest.approx(4.0, rel=0.1)


def test_rates_at_reference_strength():
    at_reference = state(**{"troops.A": 1000.0, "troops.B": 1000.0})
    for enemy, own in ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0)):
        found = casualties(params(enemy_exponent=enemy, own_exponent=own), at_reference)
        assert found == pytest.approx((100.0, 50.0), rel=1e-11)


def test_rates_are_the_law_at_the_start_of_the_step_and_flows_its_mean_over_it():
    """The square law on plain floats: A loses 0.1 x 800 at the start, and fewer within a month in which B shrinks too."""
    z, t = components.Noise({"tempo.A": 0.0, "tempo.B": 0.0}), components.Time(1.0, 0.0)
    out = attrition.rates(attrition.Params.model_construct(**params()), components.State(state()), t, z)
    assert (float(out["losses", "A"]), float(out["losses", "B"])) == pytest.approx((80.0, 50.0), rel=1e-12)
    end = square_law(1000.0, 800.0, 0.1, 0.05, 1.0)
    lost_a, lost_b = casualties(params(), state(), dt=1.0)
    # both shares lost in a month are below a tenth: the text gives 0.07 % of what is left for the linear law, a tenth here
    assert 1000.0 - lost_a == pytest.approx(end[0], rel=7e-5) and 800.0 - lost_b == pytest.approx(end[1], rel=7e-5)
    assert lost_a < 79.0 and lost_b < 49.0


def test_the_exact_law_holds_down_to_one_soldier(integrate):
    p = params(enemy_exponent=0.0, own_exponent=1.0)
    end = integrate(attrition, p, state(**{"troops.A": 1.0}), 1)[-1]
    assert end["troops.A"] == pytest.approx(math.exp(-0.1), rel=1e-9)


def test_a_full_front_follows_its_closed_form(integrate):
    """Under the logarithmic law A' = -k C (1 - exp(-A / C)), so that exp(A / C) - 1 falls exponentially."""
    p = params(enemy_exponent=0.0, own_exponent=1.0, front_capacity=both(1000.0))
    exact = 1000.0 * math.log1p(math.expm1(1.0) * math.exp(-0.1 * 4))
    errors = [integrate(attrition, p, state(), n, 4.0 / n)[-1]["troops.A"] - exact for n in (20, 40)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.02)  # second order; the next is rate * dt = 0.1 * 0.2
    assert abs(errors[1]) < 0.01


def test_growth_within_a_step_is_capped_and_slopes_are_finite_without_any_variation_of_tempo():
    assert [float(_combat.average(x)) for x in (-3.0, -1.0)] == pytest.approx([math.e - 1] * 2, rel=1e-12)
    slope = jax.grad(lambda sd: components.lognormal(sd, 0.7, components.Time(1.0, 0.0)))(0.0)
    assert math.isfinite(slope)


def test_iwo_jima_as_engel_published_it(integrate):
    """Engel 1954 fitted the square law to the battle; the numbers are as braun1993 (section 4.6) reports them.

    Landings of 54,000, 6,000 and 13,000 in the days that begin at 0, 2 and 5; 21,500 defenders; losses of 0.0544 and
    0.0106 per opponent and day. Of 73,000 landed, 52,735 were effective at day 28, when the island was declared secure;
    no defender was left at day 36; the daily numbers of Americans over 36 days sum to 2,037,000.
    """
    landings = {0: 54_000.0, 2: 6_000.0, 5: 13_000.0}
    steps_a_day = 20
    dt = 1.0 / steps_a_day / DAYS_PER_MONTH
    hit = {"A": 0.0544 * DAYS_PER_MONTH, "B": 0.0106 * DAYS_PER_MONTH}
    p = params(reference=20_000.0, kill_rate=hit, killed_share=both(1.0))
    now = state(**{"troops.A": 0.0, "troops.B": 21_500.0})
    exact, daily = (0.0, 21_500.0), []
    for day in range(36):
        landed = landings.get(day, 0.0)
        for _ in range(steps_a_day):
            now["troops.A"] += landed / steps_a_day  # before the step: nobody is lost before somebody landed
            now = integrate(attrition, p, now, 1, dt)[-1]
        # a constant landing in a' = -0.0544 b + landed is the same as a shift of b by landed / 0.0544
        shift = landed / 0.0544
        a, b = square_law(exact[0], exact[1] - shift, 0.0544, 0.0106, 1.0)
        exact = (a, b + shift)
        daily.append(now["troops.A"])
        # people landed at the start of a step are under fire for less than one step too long; the highest loss rates
        # are 0.0544 * 21,500 and 0.0106 * 66,000 a day, so 58 and 35 people
        assert now["troops.A"] == pytest.approx(exact[0], abs=58.0)
        assert now["troops.B"] == pytest.approx(exact[1], abs=35.0)
    # how well the law fits the battle, not the arithmetic: 2 % of the losses of either side
    assert 73_000 - daily[27] == pytest.approx(73_000 - 52_735, rel=0.02)
    assert 21_500 - now["troops.B"] == pytest.approx(21_500, rel=0.02)
    # a published sum and a coefficient of three digits: 0.05 / 1.06 %
    assert sum(daily) == pytest.approx(2_037_000, rel=0.005)


def test_more_enemies_more_fire_more_effort_and_harder_fighting_cost_more():
    p = params(enemy_exponent=0.7, own_exponent=0.4)
    base = casualties(p, state())[0]
    assert casualties(p, state(**{"troops.B": 1600.0}))[0] == pytest.approx(base * 2**0.7, rel=1e-11)
    assert casualties(p, state(**{"troops.A": 2000.0}))[0] == pytest.approx(base * 2**0.4, rel=1e-11)
    assert casualties(p, state(**{"firepower.B": 0.5}))[0] == pytest.approx(base / 2, rel=1e-12)
    assert casualties(p, state(**{"firepower.A": 0.5}))[0] == pytest.approx(base, rel=1e-12)
    assert casualties(p, state(fighting=0.25))[0] == pytest.approx(base / 4, rel=1e-12)
    assert casualties(p | {"effort": {"A": 1.0, "B": 1.5}}, state())[0] == pytest.approx(1.5 * base, rel=1e-12)


def test_the_front_holds_no_more_than_its_capacity():
    p = params(front_capacity=both(500.0))
    crowd = casualties(p, state(**{"troops.B": 1e9}))[0]
    assert crowd == pytest.approx(0.1 * 500.0, rel=1e-12)
    at_capacity = casualties(p, state(**{"troops.B": 500.0}))[0]
    assert at_capacity == pytest.approx(0.1 * 500.0 * (1 - math.exp(-1)), rel=1e-12)
    assert casualties(p, state(**{"troops.B": 1e-3}))[0] == pytest.approx(0.1e-3, rel=1e-5)  # engaged whole


def test_people_engaged_are_a_gauge_of_the_front(integrate):
    p = params(front_capacity=both(500.0))
    end = integrate(attrition, p, state(**{"troops.A": 500.0, "troops.B": 1e9}), 1)[-1]
    assert end["engaged.A"] == pytest.approx(500.0 * (1 - math.exp(-1)), rel=1e-12)
    assert end["engaged.B"] == pytest.approx(500.0, rel=1e-12)


def test_peace_and_an_absent_enemy_cost_nothing_and_nobody_loses_more_than_there_is():
    assert casualties(params(), state(fighting=0.0)) == (0.0, 0.0)
    for enemy in (0.0, 0.5, 1.0):
        assert casualties(params(enemy_exponent=enemy), state(**{"troops.B": 0.0})) == (0.0, 0.0)
    wiped = casualties(params(kill_rate=both(1e9)), state(), dt=0.5)
    assert wiped == pytest.approx((2000.0, 1600.0))


def test_people_are_conserved_and_losses_are_killed_and_wounded(integrate):
    p = params(return_share=both(0.6))
    for now in integrate(attrition, p, state(), 24):
        for side, start in (("A", 1000.0), ("B", 800.0)):
            held = sum(now[f"{name}.{side}"] for name in ("troops", "recovering", "killed", "left_service"))
            assert held == pytest.approx(start, rel=1e-13)
            assert now[f"killed.{side}"] == pytest.approx(0.25 * now[f"losses.{side}"], rel=1e-12)
            assert now[f"left_service.{side}"] == pytest.approx(0.75 * 0.4 * now[f"losses.{side}"], rel=1e-12)


def test_the_wounded_come_back_after_the_recovery_time(integrate):
    start = state(fighting=0.0, **{"recovering.A": 300.0})
    end = integrate(attrition, params(), start, 3)[-1]
    assert end["recovering.A"] == pytest.approx(300.0 * math.exp(-1.0), rel=1e-12)
    assert end["troops.A"] == pytest.approx(1300.0 - end["recovering.A"], rel=1e-12)
    assert integrate(attrition, params(recovery_time=both(0.0)), start, 1)[-1]["troops.A"] == 1300.0


def test_the_gauge_shows_the_casualties_of_the_step(integrate):
    before, after = integrate(attrition, params(), state(), 1, dt=0.25)
    for side in ("A", "B"):
        lost = after[f"losses.{side}"] - before[f"losses.{side}"]
        assert after[f"casualty_rate.{side}"] == pytest.approx(lost / 0.25, rel=1e-12)


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_tempo_has_mean_one_and_the_same_monthly_spread_whatever_the_step(dt):
    # expectations over the normal number by Gauss-Hermite quadrature, exact to rounding for so small a variance
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    slow = {"kill_rate": both(1e-3)}  # nobody loses all, whatever the tempo
    base = casualties(params(**slow), state(), dt)[0]

    def tempo(normal: float, sd: float = 0.3) -> float:
        return casualties(params(tempo_sd=sd, **slow), state(), dt, normal)[0] / base

    assert tempo(2.0, 0.0) == pytest.approx(1.0, rel=1e-12)
    factors = np.array([tempo(float(node)) for node in nodes])
    mean = weights @ factors
    assert mean == pytest.approx(1.0, rel=1e-9)
    assert dt * (weights @ (factors - mean) ** 2) == pytest.approx(0.3**2, rel=1e-9)


@pytest.mark.parametrize("rate", [0.1, 1.0, 10.0, 1e9])
@pytest.mark.parametrize(("enemy", "own"), [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_no_rate_takes_more_than_there_is_or_comes_back(integrate, enemy, own, rate):
    p = params(
        enemy_exponent=enemy,
        own_exponent=own,
        kill_rate={"A": rate, "B": 0.5 * rate},
        return_share=both(0.6),
        recovery_time={"A": 0.0, "B": 2.0},
    )
    states = integrate(attrition, p, state(**{"recovering.A": 200.0, "recovering.B": 200.0}), 12)
    for now in states:
        assert min(now[f"{name}.{side}"] for name in ("troops", "recovering") for side in "AB") >= 0
    for side, start in (("A", 1200.0), ("B", 1000.0)):
        held = sum(states[-1][f"{name}.{side}"] for name in ("troops", "recovering", "killed", "left_service"))
        assert held == pytest.approx(start, rel=1e-12)


def test_recoveries_and_losses_together_are_of_second_order(integrate):
    p = params(return_share=both(0.6), recovery_time={"A": 1.0, "B": 2.0}, kill_rate=both(0.2))
    start = state(**{"recovering.A": 300.0})
    fine = integrate(attrition, p, start, 2000, dt=1 / 500)[-1]
    errors = []
    for n in (4, 8):
        end = integrate(attrition, p, start, 4 * n, dt=1 / n)[-1]
        errors.append(
            [end[f"{name}.{side}"] - fine[f"{name}.{side}"] for name in ("troops", "recovering") for side in "AB"]
        )
    assert np.divide(*errors) == pytest.approx(4.0, rel=0.2)


def test_slopes_are_finite_where_nobody_is_left():
    def lost(troops: jax.Array) -> jax.Array:
        p = params(enemy_exponent=0.4, own_exponent=0.6)
        s = state() | {"troops.A": troops, "troops.B": troops}
        z = components.Noise({"tempo.A": 0.0, "tempo.B": 0.0})
        out = attrition.flows(attrition.Params.model_construct(**p), components.State(s), components.Time(1.0, 0.0), z)
        return out["losses", "A"]

    for troops in (0.0, 1.0, 1e12):
        assert math.isfinite(jax.grad(lost)(troops)) and math.isfinite(lost(troops))


def test_a_war_has_two_sides():
    with pytest.raises(ValueError, match="sides"):
        attrition.Params.model_validate(attrition.EXAMPLE | {"sides": ["RUS", "UKR", "USA"]})
    attrition.Params.model_validate(attrition.EXAMPLE)
