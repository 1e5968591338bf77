"""What an actor is inclined to, beyond all stated reasons: an alternative-specific constant.

    payoff(option) = inclination[option]

Discrete-choice models give every option a constant for what lasts and was not measured. Write 0 for one option, usually
the status quo, and a range around 0 for each of the others: only differences count. The constants of a future are
conditioned on the options observed up to `as_of` (`engine/conditioning`), so that an actor that held an option for
long, against its stated reasons, is likely to go on for the same unstated ones.
Do not use it for a reason that can be named: a named reason can be checked, and moves with the world.
Sources: mcfadden1974 (alternative-specific constants); heckman1981 (lasting differences and state dependence)."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, param

UNOBSERVED = True  #: its parameters are conditioned on observed choices
EXAMPLE = {
    "inclination": {
        "none": "-0.9 to 0.9",
        "economic": "-0.9 to 0.9",
        "dual_use": 0,
        "arms": "-0.9 to 0.3",
        "troops": "-0.9 to 0.9",
    }
}


class Params(components.Params):
    inclination: PerMember = param(
        "payoff of each option for reasons that last and are not stated",
        "1",
        per="options",
        source="mcfadden1974",
        ge=-5,
        le=5,
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option: its constant. Deterministic."""
    return p.inclination[option]
