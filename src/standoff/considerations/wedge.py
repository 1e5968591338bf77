"""An actor wants the opposing camp divided, and avoids actions that would unite it.

    payoff(option) = -provocation(option) * (1 - cohesion)

`1 - cohesion` is the division that there is to lose, as the actor believes it: where it thinks the camp united already,
provoking it costs nothing more. An option that courts a part of the camp has a negative provocation and a gain.
This is only the reason; that an option moves `cohesion` itself is written in the scenario, as an effect of the option.
Do not use it where provocation would split the camp.
Sources: crawford2011 (wedge strategies), izumikawa2013 (pressing one member pushes it to its allies, rewards draw it
off), walt1987 (a threat unites those it meets); the form is assumption.
"""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, stock

READS = {"cohesion": stock("1")}
EXAMPLE = {
    "provocation": {"none": 0, "economic": 0.1, "dual_use": "0.2 to 0.4", "arms": "0.6 to 0.9", "troops": 1},
}


class Params(components.Params):
    provocation: PerMember = fraction(
        "unifying effect of each option on the other camp: 1 the largest, below 0 divisive",
        per="options",
        ge=-1,
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (uniting a divided camp) to 1. Deterministic."""
    return -p.provocation[option] * jnp.maximum(1.0 - s["cohesion"], 0.0)
