"""An actor that has publicly stated a norm loses credibility if it acts against it.

    payoff(option) = -commitment * breach(option)

The price is the same whoever is watching. Do not use it for a treaty that obliges to act, nor for a norm that the
actor only expects of others.
Sources: schimmelfennig2001 (why words bind even those who do not mean them); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction

EXAMPLE = {
    "commitment": "0.4 to 0.9",
    "breach": {"none": 0, "economic": 0.1, "dual_use": "0.2 to 0.4", "arms": "0.6 to 0.9", "troops": 1},
}


class Params(components.Params):
    commitment: PerDraw = fraction("commitment by the actor's public statements: 0 none, 1 the strongest")
    breach: PerMember = fraction("violation of the norm by each option: 0 none, 1 open", per="options")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (a full breach of a binding norm) to 0. Deterministic."""
    return -p.commitment * p.breach[option]
