"""The level of a disturbance: what it adds in closed form, where the pair settles, and the limits."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.components import Noise, State, Time
from standoff.mechanisms import local_level

PHI, SD = 0.9, 0.05
P = local_level.Params.model_construct(pace="pace", level="level", persistence=PHI, level_sd=SD)


def step(pace: float, level: float, z: float, t: Time) -> tuple[float, float]:
    """Pace and level after a step without an innovation of the pace."""
    cells = {"pace": jnp.asarray(pace), "level": jnp.asarray(level)}
    moved = local_level.flows(P, State(cells), t, Noise({"level": jnp.asarray(z)}))
    own = components.autoregression(cells["pace"], jnp.asarray(PHI), jnp.asarray(0.1), jnp.zeros(()), t)
    return float(pace + t.dt * (own + moved["pace"])), float(level + t.dt * moved["level"])


def test_the_pace_returns_to_the_level_at_its_own_rate() -> None:
    month = Time(1.0, jnp.zeros(()))
    pace, level = step(1.0, 0.4, 0.0, month)
    assert pace == pytest.approx(0.4 + PHI * 0.6, rel=1e-6) and level == pytest.approx(0.4)
    for _ in range(200):
        pace, level = step(pace, level, 0.0, month)
    assert pace == pytest.approx(0.4, rel=1e-4)


def test_two_half_steps_are_a_whole_one_while_the_level_stands() -> None:
    half, whole = Time(0.5, jnp.zeros(())), Time(1.0, jnp.zeros(()))
    assert step(*step(1.0, 0.4, 0.0, half), 0.0, half)[0] == pytest.approx(step(1.0, 0.4, 0.0, whole)[0], rel=1e-5)


def test_the_level_is_a_random_walk_whatever_the_step() -> None:
    rng = np.random.default_rng(1)
    for dt in (0.25, 1.0):
        level = np.zeros(4000)
        for _ in range(round(12 / dt)):
            cells = {"pace": jnp.zeros(4000), "level": jnp.asarray(level)}
            normal = Noise({"level": jnp.asarray(rng.normal(size=4000))})
            level = level + dt * np.asarray(
                local_level.flows(P, State(cells), Time(dt, jnp.zeros(())), normal)["level"]
            )
        assert level.std() == pytest.approx(SD * 12**0.5, rel=4 / (2 * 4000) ** 0.5)
