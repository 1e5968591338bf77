"""A side at war compares the expected gain of fighting on with a settlement now.

    strength_i     = product over means m of m_i ** exponents_m
    win            = 1 / (1 + (required_ratio * strength_enemy / strength_own) ** steepness)
    payoff(option) = pursuit(option) * win + (1 - pursuit(option)) * settlement

`means` and exponents are as in `ally_need`: fire delivered, people engaged, vehicles in use, as the actor believes
them. Two sides that believe differently may both expect to win. The whole aim is worth 1; what going on costs is in
`war_cost`. Distrust of the enemy's word is in a low `settlement`; where no option settles it is left out, and an option
is worth what it may win. Do not use it for a third party, whose reason to care is `ally_need`.
Sources: fearon1995 (differing beliefs and distrust as reasons to fight on), hirshleifer1989 (ratio form); the product
form is assumption.
"""

from standoff import balance
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param

READS = balance.READS
EXAMPLE = {
    "sides": ["UKR", "RUS"],
    "pursuit": {"none": 0, "economic": 0, "dual_use": 0.2, "arms": "0.4 to 0.7", "troops": 1},
    "settlement": "0.1 to 0.4",
    "required_ratio": "1 to 3",
    "steepness": "1 to 3",
    "means": ["fire", "engaged", "equipment"],
    "exponents": {"fire": "0.15 to 0.4", "engaged": "0.45 to 0.75", "equipment": "0.05 to 0.3"},
}


class Params(balance.Contest):
    pursuit: PerMember = fraction(
        "share of the aim for which each option fights on: 0 settles now, 1 fights for all", per="options"
    )
    settlement: PerDraw = fraction(
        "share of the aim that a settlement now would secure, discounted by distrust", source="fearon1995", default=0
    )
    required_ratio: PerDraw = param(
        "ratio of own to enemy strength with an even chance of winning", "1", ge=0.01, le=100
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from 0 (nothing of the aim) to 1 (all of it). Deterministic."""
    ahead = balance.log_ratio(p, s) - jnp.log(p.required_ratio)
    win = balance.logistic(p.steepness * ahead)
    return p.pursuit[option] * win + (1.0 - p.pursuit[option]) * p.settlement
