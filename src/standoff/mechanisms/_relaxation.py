"""Exact step of exponential relaxation. Underscore: not in the registry."""

from standoff import components
from standoff.components import jnp

SLOWEST = 1e-12  # 1/month: keeps 0 / 0 away, and moves nothing by a digit that single precision holds


def closed(passed: components.PerDraw) -> components.PerDraw:
    """Share of a distance closed in `passed` time constants: `1 - exp(-passed)`.

    As `2 x / (1 + x)` with `x = tanh(passed / 2)`, which is the same and as exact near 0 as `expm1`, at half its cost.
    """
    half = jnp.tanh(passed / 2.0)
    return 2.0 * half / (1.0 + half)


def relax(
    value: components.PerDraw, gain: components.PerDraw, speed: components.PerDraw, t: components.Time
) -> components.PerDraw:
    """Mean flow over the step of `d value / dt = gain - speed x value`, with constant inputs.

    Exact at any step length, so that `value` never passes its balance `gain / speed`; a speed of zero leaves the gain.
    """
    passed = jnp.maximum(speed, SLOWEST) * t.dt
    return (gain - speed * value) * (closed(passed) / passed)


def spread(volatility: components.PerDraw, speed: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Standard deviation over the step of a mean-reverting stock.

    `volatility` is per square root of a month, `speed` 1/month. Sources: uhlenbeck1930.
    """
    slow = jnp.maximum(speed, SLOWEST)
    share = closed(slow * t.dt)
    return volatility * jnp.sqrt(share * (2.0 - share) / (2.0 * slow))  # 1 - exp(-2 x) = share (2 - share)
