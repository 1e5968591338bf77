"""Two armies lose people to each other's fire, and part of the wounded return.

    casualties_i   = kill_rate_i * reference
                     * (engaged_j / reference)^enemy_exponent * (engaged_i / reference)^own_exponent
                     * firepower_j^fire_exponent * fighting * effort_j * tempo_i      (never more than troops_i)
    engaged_i      = front_capacity_i * (1 - exp(-troops_i / front_capacity_i))        (gauge)
    d troops_i     / dt = -casualties_i + recovering_i / recovery_time_i
    d recovering_i / dt = return_share_i * (1 - killed_share_i) * casualties_i - recovering_i / recovery_time_i
    d killed_i     / dt = killed_share_i * casualties_i
    d left_service_i / dt = (1 - return_share_i) * (1 - killed_share_i) * casualties_i       (the disabled)
    d losses_i     / dt = casualties_i                                                       (killed and wounded)

A small army is engaged whole, a large one fills the front and no more: engaged_i is 63 % of troops_i where they equal
the capacity of the front. The exponents choose the law:

    enemy_exponent  own_exponent  law                  conserved where there are no returns and no limit of the front
    1               0             square (aimed fire)  kill_rate_B * A^2 - kill_rate_A * B^2
    1               1             linear (area fire)   kill_rate_B * A - kill_rate_A * B
    0               1             logarithmic          kill_rate_B * log A - kill_rate_A * log B

The step is of second order. Within it the troops of both sides grow or shrink at the relative rates of its start, under
a tempo of 1; the casualties are the integral of the law over that, times the tempo of the step. So the logarithmic law
without returns is exact. Of the survivors of a loss of about half, the linear law misses 0.07 % where a step takes a
tenth and 1 % at 35 %, the square law a tenth of that; `standoff validate` notes a `kill_rate` that takes more.
Recoveries are exact. Fire, effort and what other mechanisms bring stand still within a step, so that what passes from
one mechanism to another is of first order.

Tempo is lognormal with mean 1; `tempo_sd` is the standard deviation of its average over a month. For the sides of
`persistent` it is tempo_i = exp(casualty_pace_i) x such a factor, and the pace lasts from month to month:

    casualty_pace_i' = pace_persistence_i * casualty_pace_i + pace_sd_i * z        (of one month; exact for any step)

Before as_of the pace is inferred from imposed `losses`. The share of killed of the sides of `drifting` is likewise
killed_share_i * exp(killed_drift_i) x a lognormal factor (at most 1), inferred from imposed `killed`. `effort` is how
hard a side presses, 1 as a rule: what a choice acts on. Own firepower is relative to what that side wanted to fire, so
a difference in guns is part of `kill_rate`.

Assumes that losses on a long front follow force sizes; history supports no single pair of exponents (lepingwell1987,
hartley2001), so give them as beliefs. Do not use it for insurgency, for manoeuvre that takes prisoners by
encirclement, or within a battle of hours.
Sources: lanchester1916, osipov1915 (form), taylor1983 (exponents), engel1954 (test on a battle), helmbold1965,
lepingwell1987, hartley2001 (exponents), dupuy1987 (loss rates); front capacity and tempo are assumption.
"""

from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, jnp, limit_outflow, param, stock
from standoff.mechanisms import _combat, _laws
from standoff.mechanisms._laws import closed

WRITES = _combat.WRITES
READS = {
    **_combat.READS,
    "firepower": stock("1", per="sides"),
    "fighting": stock("1"),
}
NOISE = _combat.NOISE
DISTURBANCES = _combat.DISTURBANCES
MAX_STEP_FRACTION = {"kill_rate": 0.35}  # share of a side in one step, up to which the text above states the error
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "reference": "500000 person",
    "front_capacity": "300000 to 600000 person",
    "kill_rate": {"RUS": "0.05 to 0.1 1/month", "UKR": "0.04 to 0.08 1/month"},
    "enemy_exponent": "0.3 to 0.9",
    "own_exponent": "0.3 to 0.9",
    "fire_exponent": "0.3 to 0.8",
    "tempo_sd": "0.15 to 0.3",
    "killed_share": "0.2 to 0.35",
    "return_share": "0.4 to 0.7",
    "recovery_time": "2 to 5 month",
}


class Params(_combat.Combat):
    reference: PerDraw = param(
        "strength of both sides at which the monthly loss is kill_rate times strength", "person", ge=1
    )
    front_capacity: PerMember = param("people in contact at the front, at most", "person", per="sides", ge=1)
    kill_rate: PerMember = param(
        "own losses at reference strength of both, as a share of it", "1/month", per="sides", source="dupuy1987", ge=0
    )
    enemy_exponent: PerDraw = param("exponent of the firing strength", "1", source="taylor1983", ge=0, le=2)
    own_exponent: PerDraw = param("exponent of the strength under fire", "1", source="taylor1983", ge=0, le=2)
    fire_exponent: PerDraw = param("exponent of the enemy's firepower; 0 if shells have no effect", "1", ge=0, le=2)
    effort: PerMember = param(
        "offensive effort of a side; scales the losses that it inflicts", "1", per="sides", ge=0, default=1
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Casualties and returns of both sides, person/month, mean over the step; tempos and gauges."""
    return _flows(p, s, t, z, averaged=True)


def rates(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """The same at the start of the step: the instantaneous law, for slopes."""
    return _flows(p, s, t, z, averaged=False)


def _flows(p: Params, s: State, t: Time, z: Noise, averaged: bool) -> Flows:
    troops = {side: jnp.maximum(s["troops", side], 0.0) for side in p.sides}
    filled = {side: troops[side] / p.front_capacity[side] for side in p.sides}
    share = {side: closed(filled[side]) for side in p.sides}
    engaged = {side: p.front_capacity[side] * share[side] for side in p.sides}
    casualties = {}
    for side, enemy in (p.sides, p.sides[::-1]):
        casualties[side] = (
            p.kill_rate[side]
            * p.reference
            * _laws.power(engaged[enemy] / p.reference, p.enemy_exponent)
            * _laws.power(engaged[side] / p.reference, p.own_exponent)
            * _laws.power(s["firepower", enemy], p.fire_exponent)
            * s["fighting"]
            * p.effort[enemy]
        )
    decline = {}
    if averaged:  # of engaged troops in the step, in logarithms
        for side in p.sides:
            net_loss = casualties[side] - _combat.returns(p, side, casualties[side], p.killed_share[side], s, t)
            present = jnp.maximum(troops[side], 1.0)
            elasticity = filled[side] * (1.0 - share[side]) / jnp.where(share[side] > 0, share[side], 1.0)
            decline[side] = elasticity * t.dt * net_loss / present
    out: Flows = {}
    for side, enemy in (p.sides, p.sides[::-1]):
        lost = casualties[side]
        if averaged:
            lost *= _combat.average(p.own_exponent * decline[side] + p.enemy_exponent * decline[enemy])
        lost *= _combat.tempo(p, side, s, z, t)
        lost = limit_outflow(lost, s["troops", side], t)
        out |= _combat.casualty_flows(p, side, lost, engaged[side], s, t, z)
    return out | _laws.disturbance_flows(p, DISTURBANCES, s, z, t)
