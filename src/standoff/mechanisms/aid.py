"""Donors pledge money, arms and shells to a recipient; deliveries lag, and donors tire.

    pledged_k,i          = k_i x (1 - fatigue_i) x lumps_k,i                        k = money, arms, shells
    d pipeline_k,i / dt  = pledged_k,i - pipeline_k,i / delay_k
    d delivered_k,i / dt = pipeline_k,i / delay_k
    d reserves / dt      = sum_i delivery of money          d shells / dt = sum_i delivery of shells
    d equipment / dt     = sum_i delivery of arms x equipment_share / price_per_item
    d fatigue_i / dt     = fatigue_rate_i x (1 - support_i) x (1 - fatigue_i) - recovery_rate_i x fatigue_i

`support_i` is that of the public that stands beside donor i in the list `publics`; without publics it counts as 0, so
that donors tire at `fatigue_rate`. `aid_rate` is a gauge: money and arms delivered a month. Pledges and fatigue are
constant within a step, and the equations are solved exactly over it, so that results do not depend on the step length
as long as pledges and support do not change. What is pledged is either delivered or still in the pipeline.

Parliaments vote money and arms in packages. For the donors of `persistent` lumps = exp(k_pace_i) x a lognormal factor
with mean 1 and a monthly standard deviation of `package_noise`; it is 1 for shells, and for the other donors. What lasts
moves as

    k_pace_i'            = pace_persistence_i x k_pace_i + pace_sd_i x z                  k = money, arms; of one month
    d allocated_k,i / dt = pledged_k,i                                              inferred from it before as_of

Assumes first-order delivery (an exponential delay, no promise broken), and arms that are worth what they cost. The
stocks belong to donors: a donor serves one recipient; for aid to another recipient use a second instance with other
donors. Do not use it for loans, which come back, or where donors wait for each other.
Sources: assumption.
"""

from typing import Any

from standoff import components
from standoff.components import (
    DisturbanceSpec,
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flow,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms import _laws
from standoff.mechanisms._laws import closed, relax, time_constant

PIPELINES = {
    "pipeline_money": stock("USD", per="donors"),
    "pipeline_arms": stock("USD", per="donors"),
    "pipeline_shells": stock("shell", per="donors"),
}
PACES = {name: stock("1", per="persistent") for name in ("money_pace", "arms_pace")}
GAUGES = {"fatigue": stock("1", per="donors"), "aid_rate": stock("USD/month", per="donors")}
READS = {**PIPELINES, **GAUGES, **PACES, "support": stock("1", per="publics")}
WRITES = {
    **PIPELINES,
    **GAUGES,
    **PACES,
    "allocated_money": stock("USD", per="persistent"),
    "allocated_arms": stock("USD", per="persistent"),
    "delivered_money": stock("USD", per="donors"),
    "delivered_arms": stock("USD", per="donors"),
    "delivered_shells": stock("shell", per="donors"),
    "reserves": stock("USD", per="recipient"),
    "equipment": stock("item", per="recipient"),
    "shells": stock("shell", per="recipient"),
}
LUMPY = ("money", "arms")
NOISE = {f"{kind}{word}": noise(per="persistent") for kind in LUMPY for word in ("_packages", "_pace")}
DISTURBANCES = {
    f"{kind}_pace": DisturbanceSpec(
        per="persistent",
        gauge=f"allocated_{kind}",
        noise=f"{kind}_packages",
        noise_sd="package_noise",
        persistence="pace_persistence",
        innovation_sd="pace_sd",
    )
    for kind in LUMPY
}
EXAMPLE = {
    "donors": ["USA", "EUR"],
    "publics": ["USA.public", "EUR.public"],
    "recipient": "UKR",
    "money": {"USA": "0.8 to 1.5 bn USD/month", "EUR": "1.5 to 3 bn USD/month"},
    "arms": {"USA": "1 to 2.5 bn USD/month", "EUR": "1 to 2 bn USD/month"},
    "shells": {"USA": "30 to 80 thousand shell/month", "EUR": "20 to 60 thousand shell/month"},
    "delay_money": "1 to 3 month",
    "delay_arms": "4 to 12 month",
    "delay_shells": "2 to 6 month",
    "equipment_share": "0.1 to 0.3",
    "price_per_item": "2 to 5 mn USD/item",
    "fatigue_rate": "0.01 to 0.04 1/month",
    "recovery_rate": "0.005 to 0.02 1/month",
}


class Params(components.Params):
    donors: tuple[str, ...] = role("the donors")
    publics: tuple[str, ...] = role(
        "the public of each donor, in the order of `donors`; or none", beside="donors", default=()
    )
    recipient: str = role("the recipient")
    money: PerMember = param("money pledged", "USD/month", per="donors", ge=0)
    arms: PerMember = param("arms pledged", "USD/month", per="donors", ge=0)
    shells: PerMember = param("shells pledged", "shell/month", per="donors", ge=0)
    delay_money: PerDraw = time_constant("mean time from pledge to money")
    delay_arms: PerDraw = time_constant("mean time from pledge to arms")
    delay_shells: PerDraw = time_constant("mean time from pledge to shells")
    equipment_share: PerDraw = fraction("share of the value of arms that is armoured vehicles")
    price_per_item: PerDraw = param("value of one armoured vehicle", "USD/item", ge=1)
    fatigue_rate: PerMember = param(
        "growth rate of fatigue when the public is unwilling", "1/month", per="donors", ge=0
    )
    recovery_rate: PerMember = param("decay rate of fatigue", "1/month", per="donors", ge=0)
    persistent: tuple[str, ...] = role("donors whose pledges of money and arms vary", default=())
    package_noise: PerMember = _laws.passing("persistent")
    pace_persistence: PerMember = _laws.persistence("persistent", "the pace of pledges")
    pace_sd: PerMember = _laws.innovation("persistent")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Pledges, deliveries to the recipient, donors' fatigue, and paces of pledges.

    USD/month, shell/month, item/month and 1/month. Deliveries are at least zero and never exceed what was pledged.
    """
    delays = {"money": p.delay_money, "arms": p.delay_arms, "shells": p.delay_shells}
    arriving: dict[str, Any] = dict.fromkeys(delays, 0.0)
    out = _laws.disturbance_flows(p, DISTURBANCES, s, z, t)
    for i, donor in enumerate(p.donors):
        willing = 1 - s["fatigue", donor]
        delivery = {}
        for kind, delay in delays.items():
            pledged = getattr(p, kind)[donor] * willing
            if donor in p.persistent and kind in LUMPY:
                pledged *= _laws.disturbance_factor(p, DISTURBANCES, f"{kind}_pace", donor, s, z, t)
                out[f"allocated_{kind}", donor] = pledged
            delivery[kind] = _delivery(s["pipeline_" + kind, donor], pledged, delay, t)
            out["pipeline_" + kind, donor] = pledged - delivery[kind]
            out["delivered_" + kind, donor] = delivery[kind]
            arriving[kind] += delivery[kind]
        out["aid_rate", donor] = gauge_flow(delivery["money"] + delivery["arms"], s["aid_rate", donor], t)

        unwilling = 1 - s["support", p.publics[i]] if p.publics else 1.0
        tiring = p.fatigue_rate[donor] * unwilling
        out["fatigue", donor] = relax(s["fatigue", donor], tiring, tiring + p.recovery_rate[donor], t)
    out["reserves", p.recipient] = arriving["money"]
    out["equipment", p.recipient] = arriving["arms"] * p.equipment_share / p.price_per_item
    out["shells", p.recipient] = arriving["shells"]
    return out


def _delivery(pipeline: PerDraw, pledged: PerDraw, delay: PerDraw, t: Time) -> PerDraw:
    """Mean delivery over the step, exact for a constant pledge: backlog, and part of the new."""
    arrived = closed(t.dt / delay)  # share of what was on its way
    return (pipeline * arrived + pledged * (t.dt - delay * arrived)) / t.dt
