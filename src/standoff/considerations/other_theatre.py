"""Forces committed here are missing in a more important theatre, also for a rival.

    payoff(option) = tension * (diversion * prolongation(option) * fighting - commitment(option))

`tension` is that of the other theatre: with none, neither the actor's own means nor the rival's are missed there.
Options may prolong this war (above 0) or help to end it (below 0). Do not use it where both theatres draw on separate
means, such as a fleet here and an army there.
Sources: mearsheimer2001 (bloodletting: a rival's war made long and costly); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, stock

READS = {"tension": stock("1"), "fighting": stock("1")}
EXAMPLE = {
    "commitment": {"none": 0, "economic": 0.05, "dual_use": 0.1, "arms": "0.2 to 0.4", "troops": "0.7 to 1"},
    "prolongation": {
        "none": 0,
        "economic": "0.1 to 0.2",
        "dual_use": "0.2 to 0.4",
        "arms": "0.4 to 0.7",
        "troops": 0.5,
    },
    "diversion": "0.1 to 0.4",
}


class Params(components.Params):
    commitment: PerMember = fraction(
        "share of the means needed in the other theatre that each option ties down here", per="options"
    )
    prolongation: PerMember = fraction(
        "degree to which each option prolongs this war and occupies the rival; below 0 if it shortens it",
        per="options",
        source="mearsheimer2001",
        ge=-1,
    )
    diversion: PerDraw = fraction("value of the rival's means tied down here, relative to the actor's own")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, -2 (actor tied down) to 1 (rival tied down). Deterministic."""
    return s["tension"] * (p.diversion * p.prolongation[option] * s["fighting"] - p.commitment[option])
