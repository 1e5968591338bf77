"""Some options earn money: sales, cheap energy, a market that competitors have left.

    payoff(option) = worth * gain(option)

Do not use it for trade that an option puts at risk (see `economic_stake`).
Sources: assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction

EXAMPLE = {
    "worth": "0.2 to 0.5",
    "gain": {"none": 0, "economic": "0.4 to 0.7", "dual_use": "0.7 to 0.9", "arms": 1, "troops": "0.3 to 0.6"},
}


class Params(components.Params):
    worth: PerDraw = fraction("earnings of the most profitable option, relative to vital earnings of the actor")
    gain: PerMember = fraction(
        "earnings of each option relative to the most profitable one; below 0 where it costs",
        per="options",
        ge=-1,
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 to 1. Deterministic."""
    return p.worth * p.gain[option]
