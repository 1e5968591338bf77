"""The enemy of a rival is worth helping, in proportion to the rivalry.

    antagonism     = hostility + (1 - hostility) * pressure          (pressure: on `target`; 0 where none is named)
    payoff(option) = worth * damage(option) * antagonism

`hostility` is there whatever the rival does; the rest grows with the pressure that the actor feels from the rival's
side (see the mechanism `pressure`). Options that spare or please the rival have a damage below 0. States that share
enemies are more often enemies of each other, too, than balance would have it: a reason for a low worth. Do not use it
for a rival's means tied down by the war, which are in `other_theatre`, nor for the fate of the side that is helped,
which is in `ally_need`.
Sources: maoz2007 (enemies of enemies, and how far that goes); the form is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, jnp, role, stock

READS = {"pressure": stock("1", per="target")}
EXAMPLE = {
    "hostility": "0.3 to 0.7",
    "worth": "0.2 to 0.6",
    "damage": {"none": 0, "economic": "0.05 to 0.2", "dual_use": "0.2 to 0.4", "arms": "0.5 to 0.9", "troops": 1},
}


class Params(components.Params):
    target: tuple[str, ...] = role(
        "the actor itself, where the pressure on it measures how hostile the rival is; or none", default=()
    )
    hostility: PerDraw = fraction("hostility to the rival without any pressure from it: 0 none, 1 a sworn enemy")
    worth: PerDraw = fraction(
        "value of the most harmful option against a sworn enemy, relative to the actor's survival", source="maoz2007"
    )
    damage: PerMember = fraction(
        "harm of each option to the rival, through the side that the rival opposes: 1 the most; below 0 it pleases it",
        per="options",
        ge=-1,
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (benefiting a bitter rival) to 1. Deterministic."""
    antagonism = p.hostility
    for actor in p.target:
        antagonism = antagonism + (1.0 - antagonism) * jnp.clip(s["pressure", actor], 0.0, 1.0)
    return p.worth * p.damage[option] * antagonism
