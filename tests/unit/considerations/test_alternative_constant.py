"""Each option has a constant of its own, whatever the state."""

from standoff import components
from standoff.considerations import alternative_constant


def test_the_payoff_is_the_inclination() -> None:
    p = alternative_constant.Params.model_construct(inclination={"hold": 0.0, "strike": -0.7})
    for option, payoff in (("hold", 0.0), ("strike", -0.7)):
        assert alternative_constant.payoff(p, components.State({}), option, components.Others()) == payoff
