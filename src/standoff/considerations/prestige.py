"""Acting as a great power wins respect from some; support of an aggressor loses it.

    payoff(option) = ambition * ((1 - condemning_share) * visibility(option) - condemning_share * association(option))

Those whose respect the actor seeks fall in two: the share `condemning_share` holds the war to be an aggression and
looks at the company that the actor keeps; the rest looks at what it shows of power and independence. An option that
leaves the stage to others has a visibility below 0, one that makes peace may have a high visibility and no association.
Do not use it for words given (see `stated_norm`), nor for material answers to the company kept (see `economic_stake`).
Sources: larson2010 (status as an aim of China and Russia, to be had by strength or as a responsible power); the form is
assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction

EXAMPLE = {
    "ambition": "0.3 to 0.7",
    "condemning_share": "0.5 to 0.8",
    "visibility": {"none": "-0.2 to 0", "economic": 0, "dual_use": 0.1, "arms": "0.3 to 0.7", "troops": "0.5 to 1"},
    "association": {"none": 0, "economic": "0.05 to 0.2", "dual_use": "0.1 to 0.4", "arms": "0.6 to 0.9", "troops": 1},
}


class Params(components.Params):
    ambition: PerDraw = fraction("value of respect to the actor: 0 none, 1 the highest", source="larson2010")
    condemning_share: PerDraw = fraction(
        "share of the relevant audience that regards the supported side as the aggressor"
    )
    visibility: PerMember = fraction(
        "power and independence that each option demonstrates: 1 the most; below 0 weakness",
        per="options",
        ge=-1,
    )
    association: PerMember = fraction(
        "association of each option with that side: 0 none, 1 fighting beside it", per="options"
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, -1 to 1: positive for a net gain of respect. Deterministic."""
    return p.ambition * ((1.0 - p.condemning_share) * p.visibility[option] - p.condemning_share * p.association[option])
