import math

import jax
import pytest

from standoff import parts
from standoff.mechanisms._relaxation import relax

jax.config.update("jax_enable_x64", True)  # closed forms are compared to double rounding
ROUNDING = 1e-12  # a few operations of 2e-16 each


@pytest.mark.parametrize("dt", [0.1, 1.0, 50.0])
def test_a_step_of_any_length_is_exact(dt):
    after = 3.0 + dt * float(relax(3.0, 0.4, 0.2, parts.Time(dt, 0.0)))
    assert after == pytest.approx(2.0 + (3.0 - 2.0) * math.exp(-0.2 * dt), rel=ROUNDING)


def test_without_speed_the_gain_remains():
    assert float(relax(3.0, 0.4, 0.0, parts.Time(2.0, 0.0))) == 0.4


def test_slow_speeds_join_the_case_of_none():
    assert float(relax(3.0, 0.4, 1e-12, parts.Time(2.0, 0.0))) == pytest.approx(0.4, rel=1e-11)  # speed x value / gain
    slope = jax.grad(lambda speed: relax(3.0, 0.4, speed, parts.Time(2.0, 0.0)))
    assert math.isfinite(slope(0.0)) and math.isfinite(slope(1e-12))
