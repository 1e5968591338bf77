"""What is far away is hard to act on, above all without power to project.

    lost           = log(1 + distance / 1 km) / log(1 + 20,000 km / 1 km)
    payoff(option) = -presence(option) * (1 - projection) * lost

Strength is lost with distance, fast at first; 20,000 km is the longest distance on Earth, and a neighbour (0 km) loses
nothing. Power to project takes back a share of the loss. A neighbour of the side that it helps is near, however far the
front is. Do not use it for means that are tied down elsewhere, which are in `other_theatre`, nor for help that is sent
as money and reaches any place.
Sources: boulding1962 (strength lost with distance), siverson1991 (borders as opportunity to join a war); the logarithm
is that of the panel of decisions (docs/history.md)."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param

FARTHEST = 20_000.0  #: km, half the circumference of the Earth
EXAMPLE = {
    "distance": "500 to 900 km",
    "projection": "0.3 to 0.7",
    "presence": {"none": 0, "economic": 0.1, "dual_use": "0.1 to 0.3", "arms": "0.3 to 0.6", "troops": 1},
}


class Params(components.Params):
    distance: PerDraw = param(
        "shortest distance from the actor to the side that it helps; of rebels, to the state of their war",
        "km",
        ge=0,
        le=FARTHEST,
    )
    projection: PerDraw = fraction("power of the actor to act far away: 0 none, 1 as at its own border")
    presence: PerMember = fraction(
        "degree to which each option needs forces or a line of supply there: 1 the most", per="options"
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (no reach, half around the Earth) to 0. Deterministic."""
    return -p.presence[option] * (1.0 - p.projection) * jnp.log1p(p.distance) / jnp.log1p(FARTHEST)
