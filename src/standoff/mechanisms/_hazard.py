"""Random events with a hazard, for several mechanisms. Underscore: not in the registry."""

from standoff import components
from standoff.mechanisms._relaxation import closed


def probability(hazard: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Probability of an event with constant hazard (1/month) in the step: 1 - exp(-hazard x dt)."""
    return closed(hazard * t.dt)


def happens(hazard: components.PerDraw, tail: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Whether the event happens in the step, from a uniform number such as `Noise.upper_tail`."""
    return tail < probability(hazard, t)
