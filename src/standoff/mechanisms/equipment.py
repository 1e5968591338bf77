"""Armoured vehicles are lost to enemy fire and replaced from storage, production and aid.

    lost_i        = loss_rate_i * equipment_i * firepower_j * fighting * effort_j * pace_i    (never more than equipment_i)
    refurbished_i = min(refurbish_rate_i * min(1, funding_i), depot_share_i * usable_i) * lumps_i  (at most usable_i)
    built_i       = new_build_i * min(1, funding_i) * lumps_i
    usable_i      = storage_i - (1 - usable_share_i) * storage_reference_i             (the rest is beyond repair)
    d equipment_i          / dt = refurbished_i + built_i - lost_i
    d storage_i            / dt = -refurbished_i
    d equipment_lost_i     / dt = lost_i
    d equipment_supplied_i / dt = refurbished_i + built_i                              (of the sides of `supplied`)

For the sides of `persistent` pace_i = exp(vehicle_pace_i) x a lognormal factor with mean 1 and a monthly standard
deviation of `loss_noise`; it is 1 for the others. What lasts moves as

    vehicle_pace_i' = pace_persistence_i * vehicle_pace_i + pace_sd_i * z          (of one month; exact for any step)

and is inferred from imposed `equipment_lost` before as_of. That men and vehicles are lost together is said by a
correlation between `vehicle_pace` and `casualty_pace` of `attrition`. Supply to the front has a pace of its own: for
the sides of `supplied` lumps_i = exp(supply_pace_i) x a lognormal factor, with `supply_persistence`, `supply_sd` and
`supply_noise` in place of these, inferred from imposed `equipment_supplied`; lumps_i is 1 for the others.

Vehicles given by donors are delivered into `equipment` by the mechanism of aid. `effort` is how hard a side presses, 1
as a rule: what a choice acts on.

Assumes that a side uses its vehicles as before when it has fewer; do not use it where an army saves its last vehicles
or fights without them, unless `consequences:` of its shortage lower `loss_rate` and raise its losses of people.
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
    limit_outflow,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms import _laws

WRITES = {
    "vehicle_pace": stock("1", per="persistent"),
    "supply_pace": stock("1", per="supplied"),
    "equipment_supplied": stock("item", per="supplied"),
    **dict.fromkeys(("equipment", "storage", "equipment_lost"), stock("item", per="sides")),
}
READS = {
    **{name: WRITES[name] for name in ("vehicle_pace", "supply_pace", "equipment", "storage")},
    "firepower": stock("1", per="sides"),
    "funding": stock("1", per="sides"),
    "fighting": stock("1"),
}
NOISE = {
    "vehicle_loss": noise(per="persistent"),
    "vehicle_pace": noise(per="persistent"),
    "vehicle_supply": noise(per="supplied"),
    "supply_pace": noise(per="supplied"),
}
DISTURBANCES = {
    "vehicle_pace": DisturbanceSpec(
        per="persistent",
        gauge="equipment_lost",
        noise="vehicle_loss",
        noise_sd="loss_noise",
        persistence="pace_persistence",
        innovation_sd="pace_sd",
    ),
    "supply_pace": DisturbanceSpec(
        per="supplied",
        gauge="equipment_supplied",
        noise="vehicle_supply",
        noise_sd="supply_noise",
        persistence="supply_persistence",
        innovation_sd="supply_sd",
    ),
}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "loss_rate": {"RUS": "2 to 4 %/month", "UKR": "1 to 3 %/month"},
    "refurbish_rate": {"RUS": "80 to 140 item/month", "UKR": "5 to 20 item/month"},
    "depot_share": "3 to 6 %/month",
    "usable_share": "0.4 to 0.7",
    "storage_reference": {"RUS": "7000 item", "UKR": "500 item"},
    "new_build": {"RUS": "30 to 60 item/month", "UKR": "0 item/month"},
}


class Params(components.Params):
    sides: tuple[str, str] = role("the two sides that fight")
    loss_rate: PerMember = param(
        "share of own vehicles lost in full war under the enemy's full fire", "1/month", per="sides", ge=0
    )
    refurbish_rate: PerMember = param("vehicles that the plants can repair", "item/month", per="sides", ge=0)
    depot_share: PerMember = param(
        "share of the usable vehicles in storage that can be taken out", "1/month", per="sides", ge=0
    )
    usable_share: PerMember = fraction("share of storage_reference that can be repaired", per="sides")
    storage_reference: PerMember = param("initial vehicles in storage, usable or not", "item", per="sides", ge=0)
    new_build: PerMember = param("vehicles built new", "item/month", per="sides", ge=0)
    effort: PerMember = param(
        "offensive effort of a side; scales the losses that it inflicts", "1", per="sides", ge=0, default=1
    )
    persistent: tuple[str, ...] = role("sides whose pace of losses lasts from month to month", default=())
    loss_noise: PerMember = _laws.passing("persistent")
    pace_persistence: PerMember = _laws.persistence("persistent")
    pace_sd: PerMember = _laws.innovation("persistent")
    supplied: tuple[str, ...] = role("sides whose pace of supply lasts from month to month", default=())
    supply_noise: PerMember = _laws.passing("supplied")
    supply_persistence: PerMember = _laws.persistence("supplied", "the pace of supply")
    supply_sd: PerMember = _laws.innovation("supplied", "the pace of supply")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Vehicles lost, refurbished and built, item/month; own pace of losses."""
    out = _laws.disturbance_flows(p, DISTURBANCES, s, z, t)
    for side, enemy in (p.sides, p.sides[::-1]):
        funded = jnp.clip(s["funding", side], 0.0, 1.0)
        usable = s["storage", side] - (1.0 - p.usable_share[side]) * p.storage_reference[side]
        lost = p.loss_rate[side] * s["equipment", side] * s["firepower", enemy] * s["fighting"] * p.effort[enemy]
        if side in p.persistent:
            lost *= _laws.disturbance_factor(p, DISTURBANCES, "vehicle_pace", side, s, z, t)
        lost = limit_outflow(lost, s["equipment", side], t)
        planned = jnp.minimum(p.refurbish_rate[side] * funded, p.depot_share[side] * jnp.maximum(usable, 0.0))
        built = p.new_build[side] * funded
        if side in p.supplied:
            factor = _laws.disturbance_factor(p, DISTURBANCES, "supply_pace", side, s, z, t)
            planned, built = planned * factor, built * factor
        refurbished = limit_outflow(planned, usable, t)
        if side in p.supplied:
            out["equipment_supplied", side] = refurbished + built
        out |= {
            ("equipment", side): refurbished + built - lost,
            ("storage", side): -refurbished,
            ("equipment_lost", side): lost,
        }
    return out
