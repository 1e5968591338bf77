"""Perceived balance of strength of two sides, for considerations.

    log strength_i = sum over means of weight_means * log(1 + means_i)      (means: troops, equipment, shells)

Adding one person, item or shell keeps the logarithm finite at zero and is lost in the rounding of any real stock.
"""

from standoff import components
from standoff.components import PerDraw, State, fraction, jnp, param, role, stock

READS = {
    "troops": stock("person", per="sides"),
    "equipment": stock("item", per="sides"),
    "shells": stock("shell", per="sides"),
}


class Contest(components.Params):
    """Parameters of a contest between two sides."""

    sides: tuple[str, str] = role("the actor's own side, or the one that it favours, then that side's enemy")
    steepness: PerDraw = param(
        "decisiveness of the ratio of strengths: exponent of the contest", "1", source="hirshleifer1989", ge=0, le=10
    )
    troops_weight: PerDraw = fraction("weight of troops in strength: per cent of strength per per cent of troops")
    equipment_weight: PerDraw = fraction("weight of equipment in strength")
    shells_weight: PerDraw = fraction("weight of shells in strength")


def log_ratio(p: Contest, s: State) -> PerDraw:
    """Log ratio of perceived strengths, first over second side, unit 1; 0 if equal."""

    def ahead(means: str) -> PerDraw:
        first, second = (jnp.log1p(jnp.maximum(s[means, side], 0.0)) for side in p.sides)
        return first - second

    return (
        p.troops_weight * ahead("troops") + p.equipment_weight * ahead("equipment") + p.shells_weight * ahead("shells")
    )


def logistic(x: PerDraw) -> PerDraw:
    """`1 / (1 + exp(-x))`, from 0 to 1, finite with finite gradient for every x."""
    return 0.5 * (1.0 + jnp.tanh(0.5 * x))
