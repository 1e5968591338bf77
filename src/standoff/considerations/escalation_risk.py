"""Deeper involvement in an ongoing war may escalate it unintentionally.

    payoff(option) = -escalation_aversion * risk(option) * fighting

The risk grows with the fighting that the option meets and is none in a ceasefire. It is left to chance, not to a
decision: do not use it for an opponent's deliberate answer, which is another choice in the scenario.
Sources: schelling1966 (competition in taking risks), carson2018 (covert help as a way to keep the risk down); the form
is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, stock

READS = {"fighting": stock("1")}
EXAMPLE = {
    "risk": {"none": 0, "economic": 0, "dual_use": 0.02, "arms": "0.1 to 0.3", "troops": "0.5 to 0.9"},
    "escalation_aversion": "0.6 to 1",
}


class Params(components.Params):
    risk: PerMember = fraction(
        "risk that each option escalates the war, relative to the riskiest option",
        per="options",
        source="schelling1966",
    )
    escalation_aversion: PerDraw = fraction(
        "cost of the wider war to the actor: 0 as the present one, 1 the worst possible"
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (certain escalation to the worst war) to 0. Deterministic."""
    return -p.escalation_aversion * p.risk[option] * s["fighting"]
