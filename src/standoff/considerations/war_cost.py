"""A side at war bears human and financial costs, which rise with its fighting.

    people         = casualty_rate / (casualty_rate + tolerable_rate)
    payoff(option) = -intensity(option) * (casualty_weight * people + (1 - casualty_weight) * (1 - funding))

Costs level off: at the tolerable rate the loss of people weighs half as much as it ever can. Money weighs by the share
of the war's need that goes unpaid. Do not use it for costs already sunk (`casualty_rate` is that of the last step), nor
for a third party, whose cost of giving is `budget_cost`.
Sources: mueller1973 (consent falls ever more slowly as losses mount); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param, role, stock

READS = {"casualty_rate": stock("person/month", per="side"), "funding": stock("1", per="side")}
EXAMPLE = {
    "side": "UKR",
    "intensity": {"none": 0, "economic": 0, "dual_use": 0.1, "arms": "0.3 to 0.6", "troops": 1},
    "tolerable_rate": "5 to 30 thousand person/month",
    "casualty_weight": "0.4 to 0.8",
}


class Params(components.Params):
    side: str = role("the actor's own side in the war")
    intensity: PerMember = fraction(
        "share of the war's present cost that continues under each option: 0 none, 1 all", per="options"
    )
    tolerable_rate: PerDraw = param(
        "killed and wounded per month at which the human cost is half of its maximum", "person/month", ge=1
    )
    casualty_weight: PerDraw = fraction("weight of casualties in the cost; the rest is money")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (endless losses, nothing paid for) to 0. Deterministic."""
    casualties = jnp.maximum(s["casualty_rate", p.side], 0.0)
    people = casualties / (casualties + p.tolerable_rate)
    unpaid = jnp.maximum(1.0 - s["funding", p.side], 0.0)
    return -p.intensity[option] * (p.casualty_weight * people + (1.0 - p.casualty_weight) * unpaid)
