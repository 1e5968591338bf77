"""An option puts trade at risk: partners may close their markets in response.

    lost_share     = background + sum over r in retaliators of response_r * P(r retaliates | option)
    payoff(option) = -stake * exposure(option) * lost_share

P is the chance that r reacts to the option with its `retaliation_option`. Responses of several partners add: write them
so that, with `background`, they come to at most 1. What counts is the trade that the actor expects to have, not what it
has. Do not use it for penalties on third parties that pass through
banks and suppliers: that is `secondary_sanctions`.
Sources: copeland1996 (expected trade weighs), hirschman1945 (stopping trade as power); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role

REACTIONS = ("retaliators",)
EXAMPLE = {
    "stake": "0.3 to 0.8",
    "exposure": {"none": 0, "economic": 0.1, "dual_use": "0.2 to 0.4", "arms": "0.6 to 0.9", "troops": 1},
    "background": "0.1 to 0.3",
    "retaliators": ["EUR.trade", "USA.trade"],
    "retaliation_option": "close",
    "response": {"EUR.trade": "0.2 to 0.4", "USA.trade": "0.1 to 0.3"},
}


class Params(components.Params):
    stake: PerDraw = fraction("value of the trade with the other camp: 0 none, 1 vital", source="hirschman1945")
    exposure: PerMember = fraction("share of that trade which each option puts at risk", per="options")
    background: PerDraw = fraction(
        "share of the trade at risk that is lost whatever the retaliators choose: firms and customers leave",
        source="copeland1996",
    )
    retaliators: tuple[str, ...] = role("choices of partners who may retaliate", of="choice", default=())
    retaliation_option: str = role("the option of those choices that retaliates", of="key", default="retaliate")
    response: PerMember = fraction(
        "share of the trade at risk that each retaliator closes when it retaliates", per="retaliators", default={}
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (all of a vital trade lost) to 0; linear in `others`."""
    lost_share = p.background + sum(p.response[name] * others[name, p.retaliation_option] for name in p.retaliators)
    return -p.stake * p.exposure[option] * lost_share
