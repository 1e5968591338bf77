"""Names of the dead: the lag in closed form, what can never be found, and no more names than dead."""

from __future__ import annotations

import math

import jax.numpy as jnp
import pytest

from standoff.components import Noise, State, Time
from standoff.mechanisms import identification

MONTH = Time(1.0, jnp.zeros(()))


def step(killed: float, named: float, t: Time = MONTH, pace: float = 0.0, persistent: bool = False) -> float:
    """Names after a step."""
    own = {"A": 0.5}
    p = identification.Params.model_construct(
        sides=("A",),
        findable_share={"A": 0.8},
        finding_rate={"A": 0.1},
        persistent=("A",) if persistent else (),
        naming_noise=dict.fromkeys(own, 0.0),
        pace_persistence=own,
        pace_sd=dict.fromkeys(own, 0.1),
    )
    cells = {
        f"{name}.A": jnp.asarray(value) for name, value in (("killed", killed), ("named", named), ("naming_pace", pace))
    }
    z = Noise({"naming.A": jnp.zeros(()), "naming_pace.A": jnp.zeros(())})
    return float(named + t.dt * identification.flows(p, State(cells), t, z)["named", "A"])


def test_names_approach_the_findable_dead_exponentially_at_any_step() -> None:
    for parts in (1, 2, 8):
        named, t = 0.0, Time(1.0 / parts, jnp.zeros(()))
        for _ in range(12 * parts):
            named = step(1000.0, named, t)
        assert named == pytest.approx(800 * (1 - math.exp(-1.2)), rel=1e-5)


def test_names_lag_a_steady_loss_by_the_mean_time_to_find_them() -> None:
    killed, named = 0.0, 0.0
    for _ in range(200):
        killed += 50.0
        named = step(killed, named)
    # in balance the findable dead of a step, 40, are found in it: a lag of 1 / (1 - exp(-rate)) steps
    assert 0.8 * killed - named == pytest.approx(40 / (1 - math.exp(-0.1)) - 40, rel=1e-3)


def test_a_fast_pace_finds_all_that_can_be_found_and_no_more() -> None:
    assert step(1000.0, 100.0, pace=9.0, persistent=True) == pytest.approx(800.0)
    assert step(1000.0, 900.0, pace=9.0, persistent=True) == pytest.approx(900.0)
    assert step(1000.0, 100.0, pace=0.5, persistent=True) > step(1000.0, 100.0, persistent=True)
