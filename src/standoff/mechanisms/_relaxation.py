"""The exact step of a linear approach, for several mechanisms; the underscore keeps this file out of the registry."""

from standoff import parts
from standoff.parts import jnp


def relax(value: parts.Scalar, gain: parts.Scalar, speed: parts.Scalar, t: parts.Time) -> parts.Scalar:
    """Mean flow over the step of `d value / dt = gain - speed x value`, with gain and speed constant in the step.

    Exact at any step length, so that `value` never passes its balance `gain / speed`; a speed of zero leaves the gain.
    """
    moves = speed > 0
    passed = jnp.where(moves, speed, 1.0) * t.dt
    return (gain - speed * value) * jnp.where(moves, -jnp.expm1(-passed) / passed, 1.0)
