"""Use of an actor's arms in another's war reveals their quality to rivals.

    payoff(option) = -stake * exposure(option)

Assumes that what is shown helps rivals more than the actor learns from use in battle; where it hopes to learn or to
sell, do not use it.
Sources: gilli2019 (captured arms teach rivals less than is feared, a reason for a low stake); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction

EXAMPLE = {
    "stake": "0.2 to 0.6",
    "exposure": {"none": 0, "economic": 0, "dual_use": "0.05 to 0.2", "arms": "0.5 to 0.9", "troops": 1},
}


class Params(components.Params):
    stake: PerDraw = fraction(
        "loss of the actor if its rivals could study all that it might send: 1 its whole technological lead",
        source="gilli2019",
    )
    exposure: PerMember = fraction("share of it that each option would reveal", per="options")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (the whole technological lead lost) to 0. Deterministic."""
    return -p.stake * p.exposure[option]
