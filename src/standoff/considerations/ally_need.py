"""An actor helps a favoured side in so far as it perceives it as too weak to last alone.

    strength_i     = product over means m of m_i ** exponents_m
    need           = 1 / (1 + (sufficiency_ratio * strength_favoured / strength_enemy) ** steepness)
    payoff(option) = survival_value * effectiveness(option) * need

`means` are what the sides fight with, as the actor believes them: fire delivered (`fire` of `munitions`), people
engaged (`engaged` of `attrition`), vehicles in use. Depots are no means, and count through what they let a side fire. A
case without munitions names people and vehicles alone, or keeps a constant `fire` for both sides; what is not named
counts as equal. A side with less than a thousandth of what the enemy has of a means counts as having a thousandth.
`prior(strength.fire)`, `prior(strength.people)` and `prior(strength.vehicles)` are exponents after published work.

`need` is the enemy's chance in a contest of the ratio form, and is one half where the enemy is `sufficiency_ratio`
times as strong. An actor sure of the favoured side's strength sees little need. Help is taken to matter most where need
is greatest: do not use it for a joiner that waits until its side is winning, nor for a side that no help can save.
Sources: altfeld1979 (utility of a side's survival times what help adds), hirshleifer1989 (ratio form); the product form
and the least share are assumption.
"""

from standoff import balance
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param

READS = balance.READS
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "survival_value": "0.5 to 0.9",
    "effectiveness": {"none": 0, "economic": "0.1 to 0.3", "dual_use": "0.2 to 0.4", "arms": "0.5 to 0.8", "troops": 1},
    "sufficiency_ratio": "0.8 to 1.5",
    "steepness": "1 to 3",
    "means": ["fire", "engaged", "equipment"],
    "exponents": {"fire": "0.15 to 0.4", "engaged": "0.45 to 0.75", "equipment": "0.05 to 0.3"},
}


class Params(balance.Contest):
    survival_value: PerDraw = fraction(
        "value of the favoured side's survival to the actor: 0 none, 1 as much as its own", source="altfeld1979"
    )
    effectiveness: PerMember = fraction(
        "share of the need that each option would meet; below 0 where it harms the favoured side",
        per="options",
        ge=-1,
    )
    sufficiency_ratio: PerDraw = param(
        "ratio of enemy to favoured strength at which the perceived need is half of its maximum", "1", ge=0.01, le=100
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 to 1 (full need of a fully favoured side). Deterministic."""
    ahead = balance.log_ratio(p, s) + jnp.log(p.sufficiency_ratio)
    need = balance.logistic(-p.steepness * ahead)
    return p.survival_value * p.effectiveness[option] * need
