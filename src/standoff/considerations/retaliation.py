"""An actor retaliates against another: it punishes, or preserves its reputation.

    payoff(option) = reputation_value * response(option) * sum over offences i of severity_i * P(the other chooses i)

Letting an offence pass costs credit with everybody who watches, and an answer is worth the more the graver the offence
is expected to be. Do not use it for what an answer costs the actor that gives it (see `economic_stake`, `budget_cost`).
Sources: drezner1999 (sanctions and expected conflict); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role

OTHERS = ("offender",)
EXAMPLE = {
    "offender": "CHN",
    "offences": ["arms", "troops"],
    "severity": {"arms": "0.6 to 0.9", "troops": 1},
    "response": {"none": 0, "economic": 0, "dual_use": 0, "arms": 1, "troops": 1},
    "reputation_value": "0.5 to 0.9",
}


class Params(components.Params):
    offender: str = role("the choice of the other actor", of="choice")
    offences: tuple[str, ...] = role("options of that choice that provoke retaliation", of="key")
    severity: PerMember = fraction("severity of each of them: 1 the most severe", per="offences")
    response: PerMember = fraction("strength of the response of each own option: 0 none, 1 full", per="options")
    reputation_value: PerDraw = fraction("value of a reputation for responding: 1 the highest", source="drezner1999")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, 0 to 1. Deterministic; linear in the expected choice of the other."""
    expected = p.severity[p.offences[0]] * others[p.offender, p.offences[0]]
    for offence in p.offences[1:]:
        expected = expected + p.severity[offence] * others[p.offender, offence]
    return p.reputation_value * p.response[option] * expected
