import math

import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import security_dilemma

ROUNDING = 1e-12  # a few thousand operations of 2e-16 each, on numbers of order one
GAUGES = ("alarm_arms", "alarm_growth", "alarm_crises")


def both(value: float) -> dict[str, float]:
    return {"A": value, "B": value}


def params(**changes: object) -> dict[str, object]:
    return {
        "sides": ("A", "B"),
        "crises": ("border",),
        "threat_perception": both(1.0),
        "response": {"A": 0.02, "B": 0.03},
        "restraint": {"A": 0.04, "B": 0.05},
        "grievance": {"A": 0.001, "B": 0.0005},
        "growth_response": both(0.0),
        "habituation": both(0.0),
        "arms_weight": 5.0,
        "growth_weight": 0.1,
        "crisis_weight": {"border": 0.4},
        "accession_rate": both(0.0),
    } | changes


def state(**changes: float) -> dict[str, float]:
    out = {f"{name}.{side}": 0.0 for name in (*GAUGES, "threat") for side in "AB"} | {"crisis.border": 0.0}
    out |= {"arming.A": 0.03, "arming.B": 0.02, "members.A": 1.0, "members.B": 19.0}
    out |= {"familiar_size.A": 19.0, "familiar_size.B": 1.0}
    return out | {key.replace("_of_", "."): value for key, value in changes.items()}


def rest(p: dict[str, object]) -> tuple[float, float]:
    """Where Richardson's race comes to rest, solved as the text of the mechanism says."""
    k = {side: p["threat_perception"][side] * p["response"][side] for side in "AB"}
    a, g = p["restraint"], p["grievance"]
    free = a["A"] * a["B"] - k["A"] * k["B"]
    return (a["B"] * g["A"] + k["A"] * g["B"]) / free, (a["A"] * g["B"] + k["B"] * g["A"]) / free


@pytest.mark.parametrize("dt", [1.0, 6.0])
def test_a_stable_race_comes_to_richardsons_rest_at_any_step(integrate, dt):
    p = params()
    end = integrate(security_dilemma, p, state(), int(1800 / dt), dt)[-1]
    # the slower mode closes at 0.0186 to 0.02 a month: at most exp(-0.0186 x 1800) = 3e-15 of the distance remains
    assert (end["arming.A"], end["arming.B"]) == pytest.approx(rest(p), rel=ROUNDING)


def test_the_path_is_that_of_the_linear_equations(integrate):
    p, dt = params(), 0.05
    end = integrate(security_dilemma, p, state(), 480, dt)[-1]
    matrix = np.array([[-0.04, 0.02], [0.03, -0.05]])
    values, vectors = np.linalg.eig(matrix)
    start = np.array([0.03, 0.02]) - rest(p)
    exact = rest(p) + vectors @ (np.exp(values * 24) * np.linalg.solve(vectors, start))
    # each step misses dt / 2 of the other's movement times the response, at most 0.03 x 0.03 x 0.04 a month, over 24
    assert np.array([end["arming.A"], end["arming.B"]]) == pytest.approx(exact, abs=0.5 * dt * 24 * 0.03 * 0.03 * 0.04)


@pytest.mark.parametrize("dt", [1.0, 12.0])
@pytest.mark.parametrize(("product", "grows"), [(0.99, False), (1.01, True)])
def test_it_runs_away_just_where_responses_outweigh_restraints(integrate, dt, product, grows):
    quiet = params(grievance=both(0.0), restraint=both(0.05), response={"A": 0.05 * product, "B": 0.05})
    path = integrate(security_dilemma, quiet, state(), 400, dt)
    assert (path[-1]["arming.A"] > path[200]["arming.A"]) is grows


def test_a_darker_reading_lifts_both_sides_arms(integrate):
    ends = [
        integrate(security_dilemma, params(threat_perception={"A": reading, "B": 1.0}), state(), 60)[-1]
        for reading in (0.5, 1.0, 1.5)
    ]
    for key in ("arming.A", "arming.B", "threat.A", "threat.B"):
        assert [end[key] for end in ends] == sorted(end[key] for end in ends)
        assert ends[0][key] < ends[-1][key]


def test_a_step_alarms_the_one_who_reads_it_so_and_its_own_side_not(integrate):
    p = params(threat_perception={"A": 1.5, "B": 0.0}, response=both(0.0), arms_weight=0.0)
    end = integrate(security_dilemma, p, state(members_of_B=26.0), 1)[-1]
    assert end["alarm_growth.A"] == pytest.approx(1.5 * 0.1 * 7, rel=ROUNDING)
    assert end["threat.A"] == pytest.approx(1 - math.exp(-1.05), rel=ROUNDING)
    assert end["threat.B"] == 0.0


def test_threat_adds_up_to_its_causes(integrate):
    end = integrate(security_dilemma, params(), state(members_of_B=21.0, crisis_of_border=0.5), 1)[-1]
    for side in "AB":
        assert -math.log1p(-end[f"threat.{side}"]) == pytest.approx(
            sum(end[f"{gauge}.{side}"] for gauge in GAUGES), rel=ROUNDING
        )
    assert end["alarm_crises.A"] == pytest.approx(0.4 * 0.5, rel=ROUNDING)
    assert end["alarm_arms.A"] == pytest.approx(5 * 0.02, rel=ROUNDING)


def test_a_side_grows_used_to_a_step(integrate):
    p = params(habituation=both(0.1), growth_response={"A": 1e-4, "B": 0.0}, response=both(0.0), grievance=both(0.0))
    path = integrate(security_dilemma, p, state(members_of_B=26.0), 24)
    for month in (1, 12, 24):  # the alarm of a step shows the news at the beginning of that month
        assert path[month]["alarm_growth.A"] == pytest.approx(0.1 * 7 * math.exp(-0.1 * (month - 1)), rel=ROUNDING)
    assert path[24]["arming.A"] > 0.03 * math.exp(-0.04 * 24)  # it armed more than without the news


def test_a_bloc_that_shrinks_alarms_nobody(integrate):
    end = integrate(security_dilemma, params(arms_weight=0.0), state(members_of_B=10.0), 1)[-1]
    assert end["alarm_growth.A"] == 0.0
    assert end["threat.A"] == 0.0


def test_members_join_as_choices_say_and_change_nothing_else(integrate):
    path = integrate(security_dilemma, params(accession_rate={"A": 0.0, "B": 0.5}), state(), 10)
    assert path[-1]["members.B"] == pytest.approx(24.0, rel=ROUNDING)
    assert path[-1]["members.A"] == 1.0


def test_nobody_armed_and_no_grievance_is_peace(integrate):
    p = params(grievance=both(0.0))
    end = integrate(security_dilemma, p, state(arming_of_A=0.0, arming_of_B=0.0), 12)[-1]
    assert all(end[f"{name}.{side}"] == 0.0 for name in ("arming", "threat", *GAUGES) for side in "AB")


def test_the_example_reads_and_crises_may_be_left_out():
    security_dilemma.Params(**security_dilemma.EXAMPLE)
    short = {key: value for key, value in security_dilemma.EXAMPLE.items() if "cris" not in key}
    p = security_dilemma.Params(**short)
    assert isinstance(p, components.Params)
    assert p.crises == ()
