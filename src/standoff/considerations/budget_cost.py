"""Aid becomes more costly for a donor the longer it has given.

    payoff(option) = -cost(option) * (fatigue_free_share + (1 - fatigue_free_share) * fatigue)

`fatigue` is the donor's own, as it believes it: at 0 only the share `fatigue_free_share` of the cost is felt, at 1 all
of it. Do not use it for a belligerent, whose cost is `war_cost`.
Sources: olson1966 (who bears the cost of a common effort); the form is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role, stock

READS = {"fatigue": stock("1", per="donor")}
EXAMPLE = {
    "donor": "USA",
    "cost": {"none": 0, "economic": "0.1 to 0.3", "dual_use": 0.1, "arms": "0.3 to 0.7", "troops": 1},
    "fatigue_free_share": "0.1 to 0.4",
}


class Params(components.Params):
    donor: str = role("the actor that gives")
    cost: PerMember = fraction("cost of each option as a share of the donor's maximum", per="options")
    fatigue_free_share: PerDraw = fraction("share of the cost that counts without fatigue")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (full cost for an exhausted donor) to 0. Deterministic."""
    return -p.cost[option] * (p.fatigue_free_share + (1.0 - p.fatigue_free_share) * s["fatigue", p.donor])
