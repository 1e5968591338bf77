"""Fighting declines if both sides seek a settlement or one army collapses, else it resumes.

    d fighting / dt = -(speed * agreed + collapse_speed * collapsed) * fighting
                      + relapse_rate * (1 - agreed) * (1 - collapsed) * (1 - fighting)
    agreed     = readiness_a * readiness_b
    collapse_i = clip(1 - troops_i / (collapse_share_i * troops_reference_i), 0, 1)
    collapsed  = 1 - (1 - collapse_a) * (1 - collapse_b)

`readiness` is how far a side wants the fighting to end, 0 to 1: what a choice acts on. One side alone cannot end it. An
army below `collapse_share` of its reference begins to give way, and has given way when nobody is left.

Assumes that terms do not matter once both want an end; who gains what is not followed. Whether money runs out belongs
to `war_economy`. Do not use it for wars that end by a change of government.
Sources: assumption (form).
"""

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    jnp,
    limit_outflow,
    param,
    role,
    stock,
)

WRITES = {"fighting": stock("1")}
READS = {"fighting": stock("1"), "troops": stock("person", per="sides")}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "speed": "0.3 to 1 1/month",
    "relapse_rate": "0.05 to 0.3 1/month",
    "collapse_speed": "0.3 to 1 1/month",
    "collapse_share": "0.3 to 0.6",
    "troops_reference": {"RUS": "470000 person", "UKR": "500000 person"},
}


class Params(components.Params):
    sides: tuple[str, str] = role("the two sides that fight")
    speed: PerDraw = param("decay rate of fighting while both sides seek a settlement", "1/month", ge=0)
    relapse_rate: PerDraw = param("rate of return to full war otherwise", "1/month", ge=0)
    collapse_speed: PerDraw = param("decay rate of fighting when an army has collapsed", "1/month", ge=0)
    collapse_share: PerMember = fraction("share of the reference below which an army begins to collapse", per="sides")
    troops_reference: PerMember = param("reference strength", "person", per="sides", ge=1)
    readiness: PerMember = fraction("degree to which a side seeks a settlement", per="sides", default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of the intensity of the war, 1/month; within 0 and 1. Uses no randomness."""
    fighting = s["fighting"]
    agreed, standing = jnp.ones(()), jnp.ones(())
    for side in p.sides:
        threshold = jnp.maximum(
            p.collapse_share[side] * p.troops_reference[side], 1.0
        )  # an army is one person at least
        agreed = agreed * p.readiness[side]
        standing = standing * jnp.clip(s["troops", side] / threshold, 0.0, 1.0)
    ending = p.speed * agreed + p.collapse_speed * (1.0 - standing)
    relapse = p.relapse_rate * (1.0 - agreed) * standing * (1.0 - fighting)
    return {"fighting": limit_outflow(relapse, 1.0 - fighting, t) - limit_outflow(ending * fighting, fighting, t)}
