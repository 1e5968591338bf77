"""Events by chance, for several mechanisms; the underscore keeps this file out of the registry."""

from standoff import parts
from standoff.mechanisms._relaxation import closed


def chance(hazard: parts.PerDraw, t: parts.Time) -> parts.PerDraw:
    """Probability that an event of a constant hazard (1/month) happens during the step: 1 - exp(-hazard x dt)."""
    return closed(hazard * t.dt)


def happens(hazard: parts.PerDraw, tail: parts.PerDraw, t: parts.Time) -> parts.PerDraw:
    """Whether the event happens in the step (true or false), from a uniform number such as `Noise.tail` gives."""
    return tail < chance(hazard, t)
