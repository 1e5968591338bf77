"""A side pays for a war from taxes, exports, debt and reserves; unpaid costs reduce it.

    d output_i / dt = output_i x (growth_i - war_damage_i x fighting - sum_d drag_d x bite_d)   (drag: if sanctioned)
    revenue_i       = revenue_share_i x output_i + resource_share_i x export_revenue_i          (exports: if exporter)
    war_i           = war_need_i x effort_i x (floor_i + (1 - floor_i) x fighting)
    civil_i         = civil_share_i x output_i
    gap_i           = max(0, war_i + civil_i - revenue_i - borrowing_share_i x output_i)
    paid_i          = war_i - min(war_i, gap_i - drawn_i),   drawn_i = min(gap_i, reserves_i / dt)
    funding_i       = paid_i / war_i                                                              (1 where war_i is 0)
    d reserves_i / dt     = max(0, revenue_i - war_i - civil_i) - drawn_i
    d war_spending_i / dt = paid_i

`gap` is the monthly affordability gap: what the side needs each month, for the war and for civil life, beyond its own
revenue and what it can borrow at home. It is met from reserves, into which aid money arrives through `aid` (and pays
from the next step on). When reserves are out, `funding` falls below 1.

Output follows its growth exactly at any step length; money is in constant prices. Assumes that civil need is paid
first, so that the war bears the shortfall until nothing is left for it, and that lenders at home never refuse up to
`borrowing_share`; debt and interest are not followed. Do not use it for inflation, for exchange rates, or for horizons
over which debt service matters (roughly a decade; assumption).
Sources: the budget is an identity, the rest is assumption.
"""

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    limit_outflow,
    param,
    role,
    stock,
)

BUDGET = {
    "output": stock("USD/month", per="sides"),
    "reserves": stock("USD", per="sides"),
    "funding": stock("1", per="sides"),
    "gap": stock("USD/month", per="sides"),
}
READS = {
    **BUDGET,
    "export_revenue": stock("USD/month", per="exporters"),
    "bite": stock("1", per="domains"),
    "fighting": stock("1"),
}
WRITES = BUDGET | {"war_spending": stock("USD", per="sides")}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "exporters": ["RUS"],
    "sanctioned": ["RUS"],
    "domains": ["economy", "finance"],
    "growth": {"RUS": "1 to 4 %/year", "UKR": "1 to 5 %/year"},
    "war_damage": {"RUS": "0 %/year", "UKR": "1 to 6 %/year"},
    "drag": {"economy": "1 to 4 %/year", "finance": "0.5 to 2 %/year"},
    "revenue_share": {"RUS": 0.3, "UKR": 0.35},
    "resource_share": {"RUS": "0.3 to 0.6"},
    "civil_share": {"RUS": 0.28, "UKR": 0.4},
    "war_need": {"RUS": "9 to 13 bn USD/month", "UKR": "4 to 6 bn USD/month"},
    "floor": "0.3 to 0.6",
    "borrowing_share": {"RUS": 0.02, "UKR": 0.03},
}


class Params(components.Params):
    sides: tuple[str, ...] = role("the sides at war")
    exporters: tuple[str, ...] = role("the sides with `export_revenue`", within="sides", default=())
    sanctioned: tuple[str, ...] = role("the sides whose growth sanctions reduce", within="sides", default=())
    domains: tuple[str, ...] = role("the domains of sanctions that reduce growth", of="key", default=())
    growth: PerMember = param("growth of output in peace", "1/month", per="sides")
    war_damage: PerMember = param(
        "growth lost to destruction and mobilisation at full fighting", "1/month", per="sides", ge=0
    )
    drag: PerMember = param("growth lost under full sanctions in a domain", "1/month", per="domains", ge=0)
    revenue_share: PerMember = fraction("public revenue per output, without resource exports", per="sides")
    resource_share: PerMember = fraction("share of export revenue that is public revenue", per="exporters")
    civil_share: PerMember = fraction("civil public need per output", per="sides")
    war_need: PerMember = param("cost of the war at full fighting and effort 1", "USD/month", per="sides", ge=0)
    floor: PerMember = fraction("share of the cost without fighting", per="sides")
    borrowing_share: PerMember = fraction("domestic borrowing capacity, per output", per="sides")
    effort: PerMember = param("war effort, set by choices; 1 is the given need", "1", per="sides", ge=0, default=1.0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of output, reserves and war spending, and the two gauges. No randomness.

    Output and spending are USD/month, changes per month.

    Reserves never give more than they hold; output and war spending stay at or above zero.
    """
    out: Flows = {}
    for side in p.sides:
        output = s["output", side]
        growth = p.growth[side] - p.war_damage[side] * s["fighting"]
        if side in p.sanctioned:
            growth = growth - sum(p.drag[domain] * s["bite", domain] for domain in p.domains)
        revenue = p.revenue_share[side] * output
        if side in p.exporters:
            revenue = revenue + p.resource_share[side] * s["export_revenue", side]

        floor = p.floor[side]
        war = p.war_need[side] * p.effort[side] * (floor + (1 - floor) * s["fighting"])
        need = war + p.civil_share[side] * output
        gap = jnp.maximum(need - revenue - p.borrowing_share[side] * output, 0.0)
        withdrawal = limit_outflow(gap, s["reserves", side], t)
        paid = war - jnp.minimum(gap - withdrawal, war)
        funding = jnp.where(war > 0, paid / jnp.where(war > 0, war, 1.0), 1.0)

        out["output", side] = output * jnp.expm1(growth * t.dt) / t.dt
        out["reserves", side] = jnp.maximum(revenue - need, 0.0) - withdrawal
        out["war_spending", side] = paid
        out |= gauge_flows({("gap", side): gap, ("funding", side): funding}, s, t)
    return out
