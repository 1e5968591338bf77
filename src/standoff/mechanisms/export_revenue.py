"""Export revenue follows the world price, reduced by sanctions in price and in volume.

    export_revenue = base_revenue x oil_price x price_effect x prod_d (1 - price_loss_d) x (1 - volume_loss_d x bite_d)
    price_loss_d   = discount_d x bite_d + evasion_discount_d x (coverage_d - bite_d)

A domain such as an embargo or a price cap bites on part of the trade (`bite`); the part that evades it
(`coverage` - `bite`) keeps its volume and pays for the way round, in rebates and freight. So evasion wins back volume
first and price only in part. `export_revenue` is a gauge of the last step.

Assumes volumes that do not answer to the price, and a world price that does not answer to this exporter's volumes; do
not use it for an embargo on a large exporter that nobody evades, where the price would move.
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

WRITES = {"export_revenue": stock("USD/month", per="exporter")}
READS = {
    **WRITES,
    "oil_price": stock("1"),
    "coverage": stock("1", per="domains"),
    "bite": stock("1", per="domains"),
}
EXAMPLE = {
    "exporter": "RUS",
    "domains": ["economy"],
    "base_revenue": "14 to 20 bn USD/month",
    "discount": "0.1 to 0.3",
    "evasion_discount": "0.05 to 0.2",
    "volume_loss": "0.05 to 0.3",
}


class Params(components.Params):
    exporter: str = role("the exporter")
    domains: tuple[str, ...] = role("the domains of sanctions on the exports", of="key", default=())
    base_revenue: PerDraw = param("export revenue at the reference price, without sanctions", "USD/month", ge=0)
    discount: PerMember = fraction("price discount on all trade under full sanctions", per="domains")
    evasion_discount: PerMember = fraction("price discount on all trade that is covered and evades", per="domains")
    volume_loss: PerMember = fraction("volume lost under full sanctions", per="domains")
    price_effect: PerDraw = param(
        "price factor set by choices, such as a cut of supply by producers", "1", ge=0, default=1.0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """The change that sets the gauge, USD/month per month; revenue stays above zero. No noise."""
    revenue = p.base_revenue * s["oil_price"] * p.price_effect
    for domain in p.domains:
        bite = s["bite", domain]
        evaded = jnp.maximum(s["coverage", domain] - bite, 0.0)
        price_loss = p.discount[domain] * bite + p.evasion_discount[domain] * evaded  # at most 1, as coverage is
        revenue = revenue * (1 - price_loss) * (1 - p.volume_loss[domain] * bite)
    return gauge_flows({("export_revenue", p.exporter): revenue}, s, t)
