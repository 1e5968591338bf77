import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms import partnership

LEVELS = ("friendly", "strategic", "special")
SURE, NEVER = 10.0, -10.0  # standard normals that bring, or hold back, every event of a probability used here


def params(up: float = 0.02, down: float = 0.01, **changes: object) -> dict[str, object]:
    return {
        "partners": ("P",),
        "levels": LEVELS,
        "threshold": dict(zip(LEVELS, (0.2, 0.4, 0.7), strict=True)),
        "margin": dict(zip(LEVELS, (0.1, 0.1, 0.2), strict=True)),
        "upgrade_rate": {"P": up},
        "downgrade_rate": {"P": down},
    } | changes


def state(level: float, alignment: float) -> dict[str, float]:
    return {"partnership_level.P": level, "alignment.P": alignment}


def moved(integrate, level: float, alignment: float, z: float = SURE, steps: int = 1, **changes: object) -> float:
    states = integrate(partnership, params(**changes), state(level, alignment), steps, noise=lambda _: {"summit.P": z})
    return states[-1]["partnership_level.P"]


@pytest.mark.parametrize("dt", [0.25, 1.0, 12.0])
@pytest.mark.parametrize(("start", "alignment", "rate"), [(1, 0.5, "upgrade_rate"), (2, 0.1, "downgrade_rate")])
def test_the_chance_of_a_step_is_exact(integrate, dt, start, alignment, rate):
    """The normal number at which the level begins to move leaves 1 - exp(-rate dt) above it."""
    from jax.scipy.special import ndtri

    p = params()
    edge = -float(ndtri(-math.expm1(-p[rate]["P"] * dt)))
    ends = [
        integrate(partnership, p, state(start, alignment), 1, dt, lambda _, z=z: {"summit.P": z})[-1][
            "partnership_level.P"
        ]
        for z in (edge + 1e-9, edge - 1e-9)
    ]
    # one level over the step, whatever its length, to the rounding of (x / dt) * dt
    assert ends == pytest.approx([start + (1 if rate == "upgrade_rate" else -1), start], abs=1e-12)


@pytest.mark.parametrize("alignment", [0.4, 0.1])
def test_a_threshold_must_be_passed_and_not_only_met(integrate, alignment):
    """Level 2 is given above 0.4, and level 1 lost below 0.2 - 0.1."""
    assert moved(integrate, 1, alignment) == 1.0


@pytest.mark.parametrize("dt", [1.0, 6.0])
def test_waiting_times_are_exponential(dt):
    draws, rate = 20_000, 0.02
    p = partnership.Params.model_construct(**params(up=rate))
    rng, level = np.random.default_rng(2019), jnp.full(draws, 2.0)
    left = {}
    for step in range(round(120 / dt)):
        s = components.State({"partnership_level.P": level, "alignment.P": jnp.full(draws, 0.8)})
        z = components.Noise({"summit.P": jnp.asarray(rng.standard_normal(draws))})
        level = level + dt * partnership.flows(p, s, components.Time(dt, step * dt), z)["partnership_level", "P"]
        left[(step + 1) * dt] = float((level < 2.5).mean())
    for months in (12.0, 60.0, 120.0):
        still = math.exp(-rate * months)
        # four Monte Carlo errors of a share
        assert left[months] == pytest.approx(still, abs=4 * math.sqrt(still * (1 - still) / draws))
    assert float(level.max()) == 3.0  # never above the highest


def test_levels_rise_one_by_one_as_far_as_the_alignment_carries(integrate):
    assert [moved(integrate, 0, alignment, steps=9) for alignment in (0.1, 0.3, 0.5, 0.8)] == [0, 1, 2, 3]
    assert [moved(integrate, 0, 0.9, steps=steps) for steps in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert moved(integrate, 0, 0.9, z=NEVER, steps=9) == 0


def test_hysteresis_a_level_outlasts_a_cooler_time(integrate):
    kept = [moved(integrate, 2, alignment, steps=9) for alignment in (0.69, 0.41, 0.35, 0.31)]
    assert kept == [2, 2, 2, 2]  # below the next threshold, above the own one less its margin
    assert moved(integrate, 1, 0.35, steps=9) == 1  # the same alignment, come from below
    assert moved(integrate, 2, 0.29) == 1
    assert moved(integrate, 3, 0.05, steps=9) == 0
    assert moved(integrate, 3, 0.51, steps=9) == 3
    assert moved(integrate, 3, 0.49, steps=9) == 2


def test_a_tie_that_could_go_both_ways_goes_one_way(integrate):
    """Thresholds are beliefs, and a draw may have the next one below the own one: the summit that raises comes first."""
    crossed = {"threshold": dict(zip(LEVELS, (0.2, 0.8, 0.3), strict=True))}
    assert moved(integrate, 2, 0.5, **crossed) == 3


def test_direction_and_limits(integrate):
    def share(up: float) -> float:
        """Share of even quantiles of chance at which the level rises in a month."""
        from jax.scipy.special import ndtri

        grid = [float(ndtri((i + 0.5) / 200)) for i in range(200)]
        return sum(moved(integrate, 1, 0.5, z, up=up) for z in grid) / 200 - 1

    shares = [share(rate) for rate in (0.0, 0.1, 0.5, 2.0)]
    assert shares == sorted(set(shares)) and shares[0] == 0
    # even quantiles are right to one in 200
    assert shares[2] == pytest.approx(1 - math.exp(-0.5), abs=1 / 200)
    assert moved(integrate, 2, 0.0, down=0.0, steps=9) == 2


def test_a_level_between_two_is_taken_as_the_nearer_one(integrate):
    assert moved(integrate, 1.4, 0.3, z=NEVER) == 1.0
    assert moved(integrate, 7.0, 0.9, z=NEVER) == 3.0
    slope = jax.grad(
        lambda x: partnership.flows(
            partnership.Params.model_construct(**params()),
            components.State({"partnership_level.P": 2.0, "alignment.P": x}),
            components.Time(1.0, 0.0),
            components.Noise({"summit.P": 0.0}),
        )["partnership_level", "P"]
    )(0.7)
    assert math.isfinite(slope)
