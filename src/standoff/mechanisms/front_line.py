"""The front moves towards the side that is weaker at it, and land changes hands.

    strength_i = product over means m of m_i ** exponents_m
    ahead      = log(hold_a * strength_a / (hold_b * strength_b)) - log(required_ratio)        a: the first of `sides`
    d land_held_a / dt = advance_rate * fighting * effort * pace * sinh(steepness * ahead)      within 0 and `capacity`
    effort     = effort_a while the front moves forward for a, effort_b while it moves back
    land_share = land_held_a / capacity                                                        (gauge)

`land_held` is what the first side holds of the land that may change hands. The front stands at the `required_ratio` of strength of a to b,
moves by `advance_rate` where the ratio is such that steepness * ahead = 0.88, and either way alike. `hold` is the share
of its part of the front that a side can man and `effort` how hard it attacks, 1 as a rule: what consequences of a
shortage and choices act on. Means and exponents are as in `war_aim`.

For the first side in `persistent` pace = exp(front_pace) x a lognormal factor with mean 1 and a monthly standard
deviation of `pace_noise`; it is 1 otherwise. What lasts moves as

    front_pace' = pace_persistence * front_pace + pace_sd * z                      (of one month; exact for any step)

and is inferred from imposed `land_held` before as_of, in months in which the front moves the way that strength says.

Assumes one front that moves by inches; in history the ratio of forces says little about the rate of advance
(helmbold1990), so give a wide `advance_rate` and a small steepness. Do not use it for the date of a breakthrough, nor for
sieges and landings.
Sources: hirshleifer1989 (ratio form), helmbold1990 (rates of advance); the odd function is assumption.
"""

from standoff import balance
from standoff.components import (
    DisturbanceSpec,
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    limit_outflow,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms import _laws

WRITES = {
    "land_held": stock("km^2", per="attacker"),
    "land_share": stock("1", per="attacker"),
    "front_pace": stock("1", per="persistent"),
}
READS = {**balance.READS, **WRITES, "fighting": stock("1")}
NOISE = {"advance": noise(per="persistent"), "front_pace": noise(per="persistent")}
DISTURBANCES = {
    "front_pace": DisturbanceSpec(
        per="persistent",
        gauge="land_held",
        noise="advance",
        noise_sd="pace_noise",
        persistence="pace_persistence",
        innovation_sd="pace_sd",
    ),
}
FASTEST = 20.0  # of steepness * ahead: a front that runs; keeps sinh finite
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "means": ["fire", "engaged"],
    "exponents": {"fire": "0.15 to 0.4", "engaged": "0.45 to 0.75"},
    "steepness": "0.5 to 2",
    "required_ratio": "0.7 to 0.95",
    "advance_rate": "100 to 600 km^2/month",
    "capacity": "600000 km^2",
}


class Params(balance.Contest):
    required_ratio: PerDraw = param(
        "ratio of strength of the first to the second at which the front stands", "1", ge=0.01
    )
    advance_rate: PerDraw = param("land that changes hands in a month, see above", "km^2/month", ge=0)
    capacity: PerDraw = param("all land that may change hands", "km^2", ge=1)
    hold: PerMember = fraction("share of its front that a side can man", per="sides", ge=0.01, default=1)
    effort: PerMember = param("offensive effort of a side; scales its advance", "1", per="sides", ge=0, default=1)
    persistent: tuple[str, ...] = role("the first side, if its pace lasts from month to month", default=())
    pace_noise: PerMember = _laws.passing("persistent")
    pace_persistence: PerMember = _laws.persistence("persistent")
    pace_sd: PerMember = _laws.innovation("persistent")

    @property
    def attacker(self) -> str:
        """The first side."""
        return self.sides[0]


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Land that passes to the first side, km^2/month, below 0 if it loses; its share; own pace."""
    first, second = p.sides
    ahead = balance.log_ratio(p, s) + jnp.log(p.hold[first] / p.hold[second]) - jnp.log(p.required_ratio)
    drift = jnp.sinh(jnp.clip(p.steepness * ahead, -FASTEST, FASTEST))
    moved = p.advance_rate * s["fighting"] * jnp.where(drift > 0, p.effort[first], p.effort[second]) * drift
    if first in p.persistent:
        moved *= _laws.disturbance_factor(p, DISTURBANCES, "front_pace", first, s, z, t)
    held = s["land_held", first]
    moved = jnp.where(drift > 0, limit_outflow(moved, p.capacity - held, t), -limit_outflow(-moved, held, t))
    share = gauge_flows({("land_share", first): (held + t.dt * moved) / p.capacity}, s, t)
    return _laws.disturbance_flows(p, DISTURBANCES, s, z, t) | share | {("land_held", first): moved}
