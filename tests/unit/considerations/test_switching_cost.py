"""The option in force costs nothing, any other one the cost times its entry."""

from standoff import components
from standoff.considerations import switching_cost


def test_only_a_change_costs() -> None:
    p = switching_cost.Params.model_construct(cost=0.6, entry={"hold": 1.0, "strike": 2.0, "leave": 1.0})
    state = components.State({}, in_force={"hold": 1.0, "strike": 0.0, "leave": 0.0})
    payoffs = [switching_cost.payoff(p, state, option, components.Others()) for option in p.entry]
    assert payoffs == [0.0, -1.2, -0.6]
