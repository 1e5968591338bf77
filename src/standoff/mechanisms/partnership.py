"""Partnership levels change at rare summits: up for close actors, down for distant ones.

    P(up in a step)   = 1 - exp(-upgrade_rate_i x dt)      while alignment_i > threshold of the next level
    P(down in a step) = 1 - exp(-downgrade_rate_i x dt)    while alignment_i < threshold of the own level - its margin

`partnership_level` is a whole number: 0 no partnership, 1 the first of `levels`, and so on. The waiting time for a step
is exponential, whatever the length of the step, as long as the alignment stays on its side; one level a step at most.
Between the threshold of a level, less its margin, and the threshold of the next, nothing happens (hysteresis): a level
once given outlasts a cooler time. A level is no title: two titles may stand on one level, and a title that no other
partner has need not stand on the highest.

Assumes that summits come by chance at a constant rate, and that levels are neither skipped nor withdrawn in anger. Do
not use it for treaties with a date of expiry, or where the level itself is what is bargained about: that is a choice.
Sources: struver2017 (the ladder of Chinese partnerships, and that they follow interests); rates, thresholds and
margins are assumption.
"""

import math

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flow,
    jnp,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import happens

WRITES = {"partnership_level": stock("1", per="partners")}
READS = {**WRITES, "alignment": stock("1", per="partners")}
NOISE = {"summit": noise(per="partners")}
EXAMPLE = {
    "partners": ["RUS", "PAK"],
    "levels": ["partnership", "strategic", "comprehensive_strategic", "special"],
    "threshold": {
        "partnership": 0.2,
        "strategic": "0.3 to 0.4",
        "comprehensive_strategic": "0.45 to 0.55",
        "special": "0.6 to 0.7",
    },
    "margin": "0.1 to 0.25",
    "upgrade_rate": "0.008 to 0.037 1/month",
    "downgrade_rate": "0.001 to 0.01 1/month",
}


class Params(components.Params):
    partners: tuple[str, ...] = role("the partners of the centre of `alignment`")
    levels: tuple[str, ...] = role("names of the levels above 0, the lowest first", of="key")
    threshold: PerMember = fraction("alignment threshold of the level", per="levels")
    margin: PerMember = param("distance below the threshold at which the level can be lost", "1", per="levels", ge=0)
    upgrade_rate: PerMember = param(
        "rate of summits that raise the level, above the threshold", "1/month", per="partners", ge=0
    )
    downgrade_rate: PerMember = param(
        "rate at which the level is lowered, below the threshold", "1/month", per="partners", ge=0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of each level, 1/month: one level in a step, or none. Noise `summit` per partner."""
    out: Flows = {}
    upgrade_at = [p.threshold[name] for name in p.levels]
    downgrade_at = [p.threshold[name] - p.margin[name] for name in p.levels]
    for partner in p.partners:
        alignment, level = s["alignment", partner], s["partnership_level", partner]
        stands = jnp.clip(jnp.round(level), 0, len(p.levels))
        above: PerDraw | float = upgrade_at[0]  # where the next level can be given
        below: PerDraw | float = -math.inf  # and this one lost
        for number in range(1, len(p.levels) + 1):
            at_level = stands == number
            above = jnp.where(at_level, upgrade_at[number] if number < len(p.levels) else math.inf, above)
            below = jnp.where(at_level, downgrade_at[number - 1], below)
        summit = z.upper_tail("summit", partner)
        up = (alignment > above) & happens(p.upgrade_rate[partner], summit, t)
        down = (alignment < below) & ~up & happens(p.downgrade_rate[partner], summit, t)
        change = jnp.where(up, 1.0, jnp.where(down, -1.0, 0.0))
        out["partnership_level", partner] = gauge_flow(stands + change, level, t)
    return out
