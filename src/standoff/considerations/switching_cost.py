"""Changing course costs: bureaux, promises and faces are bound to what is done now.

    payoff(option) = -cost * entry[option] * (1 - in_force[option])

The option in force costs nothing, any other one `cost` times the `entry` of that option (1 unless given). This is state
dependence in the sense of the field: the past choice itself, not lasting differences of which it is a sign
(`alternative_constant`), nor unstated reasons that fade (`half_life`). The cost of a future is conditioned on the options
observed up to `as_of` (`engine/conditioning`).
Do not use it for a price that the model has in its stocks (see `budget_cost`, `economic_stake`).
Sources: heckman1981 (state dependence); the form, one cost for leaving any option, is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, param

UNOBSERVED = True  #: its parameters are conditioned on observed choices
EXAMPLE = {"cost": "0.4 to 0.9", "entry": {"none": 1, "economic": 1, "dual_use": 1, "arms": 1, "troops": 1.1}}


class Params(components.Params):
    cost: PerDraw = param("payoff lost by any option but the one in force", "1", ge=0, le=5)
    entry: PerMember = param(
        "multiple of the cost for taking up each option", "1", per="options", ge=0, le=5, default="1"
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option: 0 for the one in force, below 0 for the others. Deterministic."""
    return -p.cost * p.entry[option] * (1.0 - s.in_force[option])
