"""A government follows public opinion, the more so the further it is from an even split.

    payoff(option) = congruence(option) * (2 * support - 1)

`2 * support - 1` is the margin of those who back the effort over those who do not, so support above one half favours
options aligned with it and support below one half the opposite ones. Assumes that the government hears the public:
do not use it where opinion follows the government instead of leading it.
Sources: putnam1988 (choices abroad must hold at home too); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role, stock

READS = {"support": stock("1", per="public")}
EXAMPLE = {
    "public": "CHN.public",
    "congruence": {"none": 0, "economic": 0.1, "dual_use": 0.1, "arms": "0.3 to 0.6", "troops": "-0.5 to 0.1"},
}


class Params(components.Params):
    public: str = role("the public whose support counts")
    congruence: PerMember = fraction(
        "effect of each option on the effort that supporters want: 1 full support, below 0 against it",
        per="options",
        ge=-1,
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (against a unanimous public) to 1. Deterministic."""
    return p.congruence[option] * (2.0 * s["support", p.public] - 1.0)
