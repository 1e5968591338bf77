"""Events by chance, for several mechanisms; the underscore keeps this file out of the registry."""

from standoff import components
from standoff.mechanisms._relaxation import closed


def probability(hazard: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Probability that an event of a constant hazard (1/month) happens during the step: 1 - exp(-hazard x dt)."""
    return closed(hazard * t.dt)


def happens(hazard: components.PerDraw, tail: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Whether the event happens in the step (true or false), from a uniform number such as `Noise.tail` gives."""
    return tail < probability(hazard, t)
