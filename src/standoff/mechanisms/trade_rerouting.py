"""Sanctioned goods reach a target through third parties, later, at a higher price.

    direct              = base_trade x (1 - coverage)                                        (of `domain`)
    gap                 = base_trade - direct
    offered_i           = capacity_i x willingness_i
    wanted_i            = offered_i x min(1, gap / sum_j offered_j)
    d rerouted_i / dt   = speed_i x (wanted_i - rerouted_i)
    bought              = min(gap, sum_i rerouted_i x (1 - payments_refused))                (refused: if `payer`)
    dual_use_supply     = direct + bought
    dual_use_bill       = direct + bought x (1 + markup)

`rerouted` is the trade that a third party's firms are set up to carry; what flows is less where banks send payments
back (see `payments`). Values are at the prices of direct trade, so `dual_use_supply` (gauge) is a volume, and
`dual_use_bill` (gauge) is what the target pays for it. The approach is exact over a step for a constant coverage. The
resting share of lost trade that is recovered is min(1, sum_i offered_i / gap), less what banks refuse. `willingness`
is what a choice of the third party acts on.

`sanctions` says which mechanisms count the same detours. Assumes that goods of third parties serve as well as those
replaced, that they share the gap in proportion to what they offer, and that ways opened close as fast when nobody needs
them. Do not use it for goods that only sanctioning states make.
Sources: assumption.
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
    gauge_flows,
    jnp,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import relax

WRITES = {
    "rerouted": stock("USD/month", per="partners"),
    "dual_use_supply": stock("USD/month", per="target"),
    "dual_use_bill": stock("USD/month", per="target"),
}
READS = {**WRITES, "coverage": stock("1", per="domain"), "payments_refused": stock("1", per="payer")}
EXAMPLE = {
    "target": "RUS",
    "domain": "technology",
    "partners": ["CHN", "TUR"],
    "payer": ["RUS"],
    "base_trade": "0.9 to 1.1 bn USD/month",
    "capacity": {"CHN": "0.5 to 1 bn USD/month", "TUR": "0.1 to 0.3 bn USD/month"},
    "willingness": {"CHN": "0.6 to 1", "TUR": "0.3 to 0.8"},
    "speed": "0.1 to 0.3 1/month",
    "markup": "0.2 to 0.8",
}


class Params(components.Params):
    target: str = role("the actor under sanctions")
    domain: str = role("the domain of sanctions on this trade", of="key")
    partners: tuple[str, ...] = role("the third parties that reroute trade")
    payer: tuple[str, ...] = role("the target, if banks may refuse its payments; or none", default=())
    base_trade: PerDraw = param("trade that the target would have without sanctions", "USD/month", ge=0)
    capacity: PerMember = param("capacity of a third party's firms for the target", "USD/month", per="partners", ge=0)
    willingness: PerMember = fraction(
        "share of the capacity that the third party permits, set by choices", per="partners", default=1.0
    )
    speed: PerMember = param("monthly rate of adjustment to the wanted trade", "1/month", per="partners", ge=0)
    markup: PerDraw = param("price premium of rerouted goods", "1", ge=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of the rerouted trade and of the two gauges, USD/month per month. No randomness.

    Supply lies between direct trade and `base_trade`; the gauges hold for the trade carried at the end of the step.
    """
    direct = p.base_trade * jnp.clip(1 - s["coverage", p.domain], 0.0, 1.0)
    gap = p.base_trade - direct
    offered = {name: p.capacity[name] * p.willingness[name] for name in p.partners}
    total = sum(offered.values())
    exceeds = total > gap
    share = jnp.where(exceeds, gap / jnp.where(exceeds, total, 1.0), 1.0)

    out: Flows = {}
    for name in p.partners:
        out["rerouted", name] = relax(s["rerouted", name], p.speed[name] * offered[name] * share, p.speed[name], t)
    rerouted = sum(s["rerouted", name] + out["rerouted", name] * t.dt for name in p.partners)
    for payer in p.payer:
        rerouted = rerouted * (1 - jnp.clip(s["payments_refused", payer], 0.0, 1.0))
    imports = jnp.minimum(gap, rerouted)
    supply, bill = direct + imports, direct + imports * (1 + p.markup)
    return out | gauge_flows({("dual_use_supply", p.target): supply, ("dual_use_bill", p.target): bill}, s, t)
