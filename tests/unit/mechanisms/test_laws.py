import math

import jax
import numpy as np
import pytest

from standoff import components
from standoff.mechanisms._laws import closed, relax, spread

ROUNDING = 1e-12  # a few operations of 2e-16 each


@pytest.mark.parametrize("dt", [0.1, 1.0, 50.0])
def test_a_step_of_any_length_is_exact(dt):
    after = 3.0 + dt * float(relax(3.0, 0.4, 0.2, components.Time(dt, 0.0)))
    assert after == pytest.approx(2.0 + (3.0 - 2.0) * math.exp(-0.2 * dt), rel=ROUNDING)


def test_without_speed_the_gain_remains():
    assert float(relax(3.0, 0.4, 0.0, components.Time(2.0, 0.0))) == pytest.approx(0.4, rel=1e-11)


def test_slow_speeds_join_the_case_of_none():
    assert float(relax(3.0, 0.4, 1e-12, components.Time(2.0, 0.0))) == pytest.approx(
        0.4, rel=1e-11
    )  # speed x value / gain
    slope = jax.grad(lambda speed: relax(3.0, 0.4, speed, components.Time(2.0, 0.0)))
    assert math.isfinite(slope(0.0)) and math.isfinite(slope(1e-12))


@pytest.mark.parametrize(("kind", "digits"), [(np.float64, 1e-15), (np.float32, 4e-7)])  # a handful of roundings
def test_the_share_that_is_closed_is_right_from_a_hair_to_everything(kind, digits):
    passed = np.append(np.geomspace(1e-9, 100.0, 100_000), 0.0).astype(kind)
    np.testing.assert_allclose(closed(passed), -np.expm1(-passed.astype(float)), rtol=digits)


def test_chance_spreads_as_a_process_that_is_drawn_back():
    found = float(spread(0.3, 0.2, components.Time(1.5, 0.0)))
    assert found == pytest.approx(0.3 * math.sqrt((1 - math.exp(-2 * 0.2 * 1.5)) / (2 * 0.2)), rel=ROUNDING)
    walk = float(spread(0.3, 0.0, components.Time(4.0, 0.0)))
    assert walk == pytest.approx(0.3 * math.sqrt(4.0), rel=1e-11)
