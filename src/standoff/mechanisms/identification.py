"""The dead are found by name, some time after they were killed.

    d named_i / dt    = finding_rate_i x max(findable_share_i x killed_i - named_i, 0) x pace_i
    pace_i            = exp(naming_pace_i) x a lognormal factor with mean 1 and a monthly standard deviation of naming_noise
    naming_pace_i'    = pace_persistence_i x naming_pace_i + pace_sd_i x z              (of one month; exact for any step)

Names come out of obituaries, cemeteries and registers: a share of the dead can ever be found (`findable_share`), and of
those not yet found a part is found in a month, so that the names follow the dead with a mean lag of 1 / finding_rate months.
For the sides of `persistent` the pace is inferred from imposed `named` before as_of; it is 1 for the others. Exact within
a step while the dead stand still.

Assumes that old and new dead are equally easy to find, as lists of registers do and obituaries do not: a list that adds a
register all at once is a lump of its pace. Do not use it as an estimate of all dead.
Sources: assumption (form).
"""

from standoff import components
from standoff.components import (
    DisturbanceSpec,
    Flows,
    Noise,
    PerMember,
    State,
    Time,
    fraction,
    jnp,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms import _laws
from standoff.mechanisms._laws import closed

WRITES = {"named": stock("person", per="sides"), "naming_pace": stock("1", per="persistent")}
READS = {**WRITES, "killed": stock("person", per="sides")}
NOISE = {"naming": noise(per="persistent"), "naming_pace": noise(per="persistent")}
DISTURBANCES = {
    "naming_pace": DisturbanceSpec(
        per="persistent",
        gauge="named",
        noise="naming",
        noise_sd="naming_noise",
        persistence="pace_persistence",
        innovation_sd="pace_sd",
    ),
}
EXAMPLE = {"sides": ["RUS", "UKR"], "findable_share": "0.5 to 0.9", "finding_rate": "3 to 12 %/month"}


class Params(components.Params):
    sides: tuple[str, ...] = role("sides whose dead are named")
    findable_share: PerMember = fraction("share of the dead whose names can be found", per="sides")
    finding_rate: PerMember = param("share of those not yet found that is found", "1/month", per="sides", ge=0)
    persistent: tuple[str, ...] = role("sides whose pace of names lasts from month to month", default=())
    naming_noise: PerMember = _laws.passing("persistent")
    pace_persistence: PerMember = _laws.persistence("persistent")
    pace_sd: PerMember = _laws.innovation("persistent")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Names found, person/month, and the pace of finding them, 1/month."""
    out = _laws.disturbance_flows(p, DISTURBANCES, s, z, t)
    for side in p.sides:
        left = jnp.maximum(p.findable_share[side] * s["killed", side] - s["named", side], 0.0)
        rate = closed(p.finding_rate[side] * t.dt) / t.dt
        if side in p.persistent:
            rate *= _laws.disturbance_factor(p, DISTURBANCES, "naming_pace", side, s, z, t)
        out["named", side] = jnp.minimum(rate, 1.0 / t.dt) * left
    return out
