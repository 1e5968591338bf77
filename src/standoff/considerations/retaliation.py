"""An actor retaliates against another: it punishes, or preserves its reputation.

    payoff(option) = reputation_value * response(option) * sum over offences i of severity_i * [i is in force]

Letting an offence pass costs credit with everybody who watches, and an answer is worth the more the graver the offence.
It counts what the other does, and not what it may do: who fears the answer reads it as a reaction to each of its options.
Do not use it for what an answer costs the actor that gives it (see `economic_stake`, `budget_cost`).
Sources: drezner1999 (sanctions and expected conflict); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role

ACTS = ("offender",)
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
    """Utility of one option, 0 to 1. Deterministic; linear in the option in force."""
    offence = sum(p.severity[name] * others.acts[p.offender, name] for name in p.offences)
    return p.reputation_value * p.response[option] * offence
