"""Others who already act on the same side draw an actor along, or save it the effort.

    payoff(option) = part(option) * sum over i in companions of standing_i * (1 - [i has its idle option in force])

What counts is what companions do, not what they would do in answer: the option in force, known to all. Standings of
several companions add: write them so that they come to at most 1. Where `part` is above 0, company makes an option safer
and more decent; below 0, others' efforts make it needless. Do not use it for help to the other side (see `retaliation`),
nor for an ally's claim to be followed (see `alliance_obligation`).
Sources: joyce2014 (states join a side that others have joined), olson1966 (those who leave the effort to others); the
form is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role

ACTS = ("companions",)
EXAMPLE = {
    "companions": ["PRK", "IRN"],
    "idle": ["none", "none"],
    "standing": {"PRK": "0.2 to 0.4", "IRN": "0.1 to 0.3"},
    "part": {"none": 0, "economic": 0, "dual_use": 0.2, "arms": "0.6 to 1", "troops": 1},
}


class Params(components.Params):
    companions: tuple[str, ...] = role("choices of those who may act on the same side", of="choice")
    idle: tuple[str, ...] = role("the option of each of them that does nothing for it", of="key", beside="companions")
    standing: PerMember = fraction("weight of each companion with the actor: together at most 1", per="companions")
    part: PerMember = fraction(
        "part of each option in the common effort: 1 full; below 0 it leaves the effort to others", per="options", ge=-1
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, -1 to 1; linear in `others`. Deterministic."""
    idle = zip(p.companions, p.idle, strict=True)
    return p.part[option] * sum(p.standing[name] * (1.0 - others.acts[name, word]) for name, word in idle)
