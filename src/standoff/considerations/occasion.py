"""A war that is new, in a state that cannot keep others out, is an occasion to step in.

    freshness      = 1 - log(1 + age / 1 year) / log(1 + 30)
    payoff(option) = opening(option) * freshness * (1 - closed)

States take sides when a war begins; after thirty years nothing is left of the occasion. `age` is that at `as_of` and
stays as it is. Do not use it for a date that is known in advance (an election, an expiry), nor for an opening that the
war's own course makes, which is `ally_need`.
Sources: joyce2014 (states join early), siverson1991 (opportunity); the logarithm is that of the panel of decisions
(docs/history.md)."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param

LONG = 360.0  #: months after which a war is no occasion any more; assumption, the scale of the panel
EXAMPLE = {
    "age": "25 month",
    "closed": "0.3 to 0.7",
    "opening": {"none": 0, "economic": 0.1, "dual_use": 0.2, "arms": "0.5 to 0.9", "troops": 1},
}


class Params(components.Params):
    age: PerDraw = param("time since the war began", "month", ge=0, le=LONG)
    closed: PerDraw = fraction(
        "degree to which the state of the war keeps others out: 0 small and poor, 1 a great power",
    )
    opening: PerMember = fraction("degree to which each option steps in: 0 none, 1 the most", per="options")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, 0 to 1 (a war that begins in a weak state). Deterministic."""
    freshness = 1.0 - jnp.log1p(p.age / 12) / jnp.log1p(LONG / 12)  # years
    return p.opening[option] * freshness * (1.0 - p.closed)
