"""What an actor has done before is easier to do again: routines and partners are there.

    practice       = log(1 + acts(option)) / log(1 + 20)
    payoff(option) = likeness * practice

`acts` counts steps of the kind of each option in the ten years before; the first teaches more than the tenth, and
twenty are taken as full practice. `likeness` says how like they were to this one: 1 for the same side in the same
quarrel, less for another side in the same region, below 0 for help that went to the opponents. Do not use it for what is
in force now, which is `switching_cost` and `half_life`, nor for lasting tastes (`alternative_constant`).
Sources: allison1971 (organisations do what they have routines for), meier2023 (the acts of the panel of decisions);
the logarithm is that of the panel (docs/history.md)."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, param

MANY = 20.0  #: acts of full practice; assumption, the scale of the panel
EXAMPLE = {
    "acts": {"none": 0, "economic": 10, "dual_use": "2 to 5", "arms": "0 to 1", "troops": 0},
    "likeness": "0.3 to 0.8",
}


class Params(components.Params):
    acts: PerMember = param("number of such acts in the ten years before", "1", per="options", ge=0, le=MANY)
    likeness: PerDraw = fraction("likeness of those acts to this one: 1 the same side; below 0 its opponents", ge=-1)


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, -1 (full practice in helping the opponents) to 1. Deterministic."""
    return p.likeness * jnp.log1p(p.acts[option]) / jnp.log1p(MANY)
