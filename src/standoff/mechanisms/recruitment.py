"""People volunteer or are drafted, train, serve, and some leave.

    recruits_i   = volunteers_i + mobilisation_i                              (never more than manpower_i)
    volunteers_i = volunteer_rate_i * (manpower_i / manpower_reference_i)^manpower_elasticity
                   * (support_i / support_reference_i)^support_elasticity * min(1, funding_i)^bonus_elasticity
    d manpower_i / dt = cohort_i - recruits_i
    d training_i / dt = recruits_i - training_i / training_time_i
    d troops_i   / dt = training_i / training_time_i - desertion_share_i * troops_i
    d left_service_i / dt = desertion_share_i * troops_i

support_i is that of the side's own public: `publics` names them in the order of `sides`. `bonus_elasticity` is how far
volunteers fall where the state cannot pay bonuses and wages in full. `mobilisation` is what a choice acts on.

Assumes that those who left do not come back to the pool, and that recruits are of one quality; do not use it for a
general mobilisation that outruns barracks, officers and weapons.
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
from standoff.mechanisms import _laws

PEOPLE = dict.fromkeys(("manpower", "training", "troops"), stock("person", per="sides"))
WRITES = PEOPLE | {"left_service": stock("person", per="sides")}
READS = {
    **PEOPLE,
    "funding": stock("1", per="sides"),
    "support": stock("1", per="publics"),
}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "publics": ["RUS.public", "UKR.public"],
    "volunteer_rate": {"RUS": "25 to 35 thousand person/month", "UKR": "3 to 8 thousand person/month"},
    "manpower_reference": {"RUS": "6 mn person", "UKR": "2 mn person"},
    "manpower_elasticity": "0.5 to 1.5",
    "support_reference": {"RUS": 0.75, "UKR": 0.7},
    "support_elasticity": "0.2 to 1",
    "bonus_elasticity": "0.3 to 1",
    "training_time": "1 to 3 month",
    "desertion_share": "0.2 to 1 %/month",
    "cohort": {"RUS": "20 to 40 thousand person/month", "UKR": "5 to 10 thousand person/month"},
}


class Params(components.Params):
    sides: tuple[str, ...] = role("the sides that recruit")
    publics: tuple[str, ...] = role("the public of each side, in the order of `sides`", beside="sides")
    volunteer_rate: PerMember = param(
        "volunteers at the reference pool, support and full funding", "person/month", per="sides", ge=0
    )
    manpower_reference: PerMember = param("pool at which volunteer_rate holds", "person", per="sides", ge=1)
    manpower_elasticity: PerDraw = param("elasticity of volunteers to the pool", "1", ge=0)
    support_reference: PerMember = fraction(
        "support at which volunteer_rate holds",
        per="sides",
        ge=0.01,
    )
    support_elasticity: PerDraw = param("elasticity of volunteers to support", "1", ge=0)
    bonus_elasticity: PerDraw = param("elasticity of volunteers to funding", "1", ge=0)
    training_time: PerMember = param("mean time from recruit to soldier", "month", per="sides", ge=0)
    desertion_share: PerMember = param("share of troops that desert or are discharged", "1/month", per="sides", ge=0)
    cohort: PerMember = param("people who enter the pool by age", "person/month", per="sides", ge=0)
    mobilisation: PerMember = param(
        "people drafted, in addition to volunteers", "person/month", per="sides", ge=0, default=0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """People between pool, training, service and civil life, person/month. Uses no randomness."""
    out: Flows = {}
    for side, public in zip(p.sides, p.publics, strict=True):
        volunteers = (
            p.volunteer_rate[side]
            * _laws.power(s["manpower", side] / p.manpower_reference[side], p.manpower_elasticity)
            * _laws.power(s["support", public] / p.support_reference[side], p.support_elasticity)
            * _laws.power(jnp.minimum(s["funding", side], 1.0), p.bonus_elasticity)
        )
        recruits = limit_outflow(volunteers + p.mobilisation[side], s["manpower", side], t)
        trained = s["training", side] / jnp.maximum(p.training_time[side], t.dt)
        leavers = limit_outflow(p.desertion_share[side] * s["troops", side], s["troops", side], t)
        out |= {
            ("manpower", side): p.cohort[side] - recruits,
            ("training", side): recruits - trained,
            ("troops", side): trained - leavers,
            ("left_service", side): leavers,
        }
    return out
