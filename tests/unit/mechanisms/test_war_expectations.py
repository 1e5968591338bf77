import math

import pytest

from standoff import components
from standoff.mechanisms import war_expectations

ROUNDING = 1e-12  # a few hundred operations of 2e-16 each


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "sides": ("A", "B"),
        "expected_months": {"A": 0.5, "B": 4.0},
        "expected_losses": {"A": 1000.0, "B": 5000.0},
        "learning_rate": both(0.2),
        "length_weight": 0.4,
        "min_intensity": 0.05,
        "opportunity_per_surprise": {"A": 0.5, "B": 0.1},
    } | changes


def state(**changes: float) -> dict[str, float]:
    words = ("learned_length", "learned_losses", "war_overrun", "surprise", "losses")
    out = {f"{word}.{side}": 0.0 for word in words for side in "AB"}
    out |= {"months_at_war": 0.0, "opportunity": 0.0, "fighting": 1.0}
    return out | {key.replace("_of_", "."): value for key, value in changes.items()}


@pytest.mark.parametrize("dt", [0.25, 1.0, 5.0])
def test_what_came_and_stays_is_learned_exponentially_at_any_step(integrate, dt):
    """Losses of twentyfold the expectation, after the war: adaptive expectations in logarithms."""
    end = integrate(war_expectations, params(), state(fighting=0.0, losses_of_A=20_000.0), int(20 / dt), dt)[-1]
    assert end["learned_losses.A"] == pytest.approx(math.log(20) * (1 - math.exp(-0.2 * 20)), rel=ROUNDING)
    assert end["surprise.A"] == pytest.approx(0.6 * math.log(20) * math.exp(-0.2 * (20 - dt)), rel=ROUNDING)


def test_losses_that_grow_steadily_keep_a_constant_surprise():
    p = war_expectations.Params.model_construct(**params(learning_rate=both(0.2)))
    growth, dt, s = 0.05, 0.5, state(fighting=0.0, losses_of_A=1000.0)
    for k in range(300):
        moved = war_expectations.flows(p, components.State(s), components.Time(dt, k * dt), components.Noise())
        s |= {
            address: s[address] + dt * float(flow)
            for key, flow in moved.items()
            for address in [components.stock_key(key)]
        }
        s["losses.A"] = 1000.0 * math.exp(growth * (k + 1) * dt)
    # each step adds growth x dt and learns 1 - exp(-learning x dt) of what is ahead; exp(-0.2 x 150) = 9e-14 of the start
    rest = growth * dt / -math.expm1(-0.2 * dt)
    assert s["surprise.A"] / 0.6 == pytest.approx(rest, rel=ROUNDING)
    assert rest == pytest.approx(growth / 0.2, rel=0.2 * dt / 2 * 1.1)  # the text's rest, to first order in the step


def test_without_learning_surprise_is_the_log_of_what_came_over_what_was_expected(integrate):
    path = integrate(
        war_expectations, params(learning_rate=both(0.0)), state(losses_of_A=7000.0, losses_of_B=7000.0), 25
    )
    months = path[24]["months_at_war"]  # a gauge shows the beginning of the step
    assert months == pytest.approx(24.0, rel=ROUNDING)
    for side, expected, losses in (("A", 0.5, 1000.0), ("B", 4.0, 5000.0)):
        log = 0.4 * math.log(months / expected) + 0.6 * math.log(7000 / losses)
        assert path[25][f"surprise.{side}"] == pytest.approx(log, rel=ROUNDING)
        assert path[25][f"war_overrun.{side}"] == pytest.approx(log, rel=ROUNDING)


def test_misjudged_is_what_was_learned_and_what_still_surprises(integrate):
    path = integrate(war_expectations, params(), state(losses_of_A=90_000.0), 30)
    before, now = path[-2], path[-1]
    for side in "AB":
        learned = 0.4 * before[f"learned_length.{side}"] + 0.6 * before[f"learned_losses.{side}"]
        assert now[f"war_overrun.{side}"] == pytest.approx(learned + now[f"surprise.{side}"], rel=ROUNDING)


def test_what_is_still_below_expectation_surprises_nobody(integrate):
    end = integrate(war_expectations, params(), state(losses_of_A=900.0, losses_of_B=900.0), 4)[-1]
    assert end["surprise.B"] == end["war_overrun.B"] == end["learned_losses.A"] == 0.0
    assert end["surprise.A"] > 0.0  # only because the war is already longer than half a month


def test_the_more_hopeful_side_is_further_off_and_opens_more_room(integrate):
    bold = integrate(war_expectations, params(), state(), 12)[-1]
    wary = integrate(war_expectations, params(expected_months={"A": 3.0, "B": 4.0}), state(), 12)[-1]
    assert bold["war_overrun.A"] > wary["war_overrun.A"] > 0.0
    assert bold["opportunity"] > wary["opportunity"] > 0.0


def test_room_rises_with_the_surprises_and_closes_as_they_are_learned(integrate):
    path = integrate(war_expectations, params(), state(fighting=0.0, losses_of_A=20_000.0, losses_of_B=20_000.0), 40)
    first = 0.5 * 0.6 * math.log(20) + 0.1 * 0.6 * math.log(4)
    assert path[1]["opportunity"] == pytest.approx(1 - math.exp(-first), rel=ROUNDING)
    room = [s["opportunity"] for s in path[1:]]
    assert room == sorted(room, reverse=True)
    assert room[-1] == pytest.approx(-math.expm1(-first * math.exp(-0.2 * 39)), rel=ROUNDING)


def test_months_count_only_while_there_is_fighting(integrate):
    assert integrate(war_expectations, params(), state(fighting=0.05), 6)[-1]["months_at_war"] == 0.0
    assert integrate(war_expectations, params(), state(fighting=0.06), 6, dt=0.5)[-1]["months_at_war"] == pytest.approx(
        3.0
    )


def test_losses_that_are_counted_down_unlearn_nothing(integrate):
    end = integrate(war_expectations, params(), state(fighting=0.0, losses_of_A=2000.0, learned_losses_of_A=2.0), 5)[-1]
    assert end["learned_losses.A"] == 2.0
    assert end["surprise.A"] == 0.0


def test_learning_at_once_is_never_past_what_came(integrate):
    end = integrate(war_expectations, params(learning_rate=both(1e6)), state(fighting=0.0, losses_of_A=1e6), 3)[-1]
    assert end["learned_losses.A"] == pytest.approx(math.log(1000), rel=ROUNDING)
    assert end["surprise.A"] == pytest.approx(0.0, abs=ROUNDING * math.log(1000))
