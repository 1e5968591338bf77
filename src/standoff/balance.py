"""Balance of strength of two sides, for reasons and mechanisms.

    log(strength_i / strength_j) = sum over means m of exponents_m * log(share_m_i / share_m_j)
    share_m_i                    = m_i / (m_i + m_j), between 0.001 and 0.999; one half where neither side has any

Means are stocks that both sides hold, each in any unit: rounds fired a month, people engaged, vehicles in use. What lies
in depots is no means; it counts through what it lets a side fire. A case that follows people alone names people alone.

A side without one of the means counts as having a thousandth of what the enemy has of it (assumption), since it fights
on with the others. Within that bound the strength is a product of powers, and the ratio is exact.
"""

from standoff import components
from standoff.components import PerDraw, PerMember, State, fraction, jnp, param, role, stock

READS = {"{means}": stock("{means}", per="sides")}
LEAST = 0.001  # assumption: share of a means that counts for a side that has none


class Contest(components.Params):
    """Parameters of a contest between two sides."""

    sides: tuple[str, str] = role("the two sides; of a reason first the actor's own, or the one that it favours")
    means: tuple[str, ...] = role(
        "stocks of both sides that make strength: flows and what is in use, no depots", of="stock"
    )
    exponents: PerMember = fraction("per cent of strength per per cent of a means", source="bracken1995", per="means")
    steepness: PerDraw = param(
        "decisiveness of the ratio of strengths: exponent of the contest", "1", source="hirshleifer1989", ge=0, le=10
    )


def log_ratio(p: Contest, s: State) -> PerDraw:
    """Log ratio of perceived strengths, first over second side, unit 1; 0 if equal."""
    ahead = jnp.zeros(())
    for means in p.means:
        first, second = (jnp.maximum(s[means, side], 0.0) for side in p.sides)
        both = first + second
        share = jnp.where(both > 0, first / jnp.where(both > 0, both, 1.0), 0.5)
        share = jnp.clip(share, LEAST, 1.0 - LEAST)
        ahead = ahead + p.exponents[means] * (jnp.log(share) - jnp.log1p(-share))
    return ahead


def logistic(x: PerDraw) -> PerDraw:
    """`1 / (1 + exp(-x))`, from 0 to 1, finite with finite gradient for every x."""
    return 0.5 * (1.0 + jnp.tanh(0.5 * x))
