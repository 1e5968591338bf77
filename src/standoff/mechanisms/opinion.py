"""Publics at war withdraw support with the log of casualties and with unpaid costs.

    d support_i / dt = - casualty_weight_i x d log10(casualty_threshold_i + losses_j) / dt - cost_weight_i x (1 - funding_j)
                       + resilience_i x (support_base_i - support_i) + volatility_i x noise_i

Side j stands at the place of public i in the list `sides`. Each tenfold of cumulative casualties costs
`casualty_weight`, wherever it starts; `casualty_threshold` is the number up to which losses hardly show, and keeps the
logarithm finite. The growth is that of the last step (`losses` now, less `casualty_rate` x step), so that the steps add
up to casualty_weight x log10 of the whole rise. `volatility` is the standard deviation of the change by chance in one
month.

With resilience 0 and no noise or cost this is Mueller's curve for Korea and Vietnam, which had about 0.15 a tenfold.
Assumes that a public knows its casualties; under censorship give a lower weight. Recent casualties may count for more
than the sum (gartner1998), and the prospect of victory for more than either (sidman2012); neither is followed. Do not
use it for publics of donors: see `war_weariness`.
Sources: mueller1973 (form), mueller1971 (form, 0.15 a tenfold), gartner1998 and sidman2012 (limits); else assumption.
"""

from standoff.components import Flows, Noise, PerMember, State, Time, jnp, param, role, stock
from standoff.mechanisms import _laws

WRITES = _laws.SUPPORT
READS = {
    **WRITES,
    "losses": stock("person", per="sides"),
    "casualty_rate": stock("person/month", per="sides"),
    "funding": stock("1", per="sides"),
}
NOISE = _laws.MOOD
EXAMPLE = {
    "publics": ["RUS.public", "UKR.public"],
    "sides": ["RUS", "UKR"],
    "casualty_weight": {"RUS.public": "0.02 to 0.15", "UKR.public": "0.05 to 0.2"},
    "casualty_threshold": "1000 to 10000 person",
    "cost_weight": "0.01 to 0.05 1/month",
    "support_base": {"RUS.public": "0.65 to 0.8", "UKR.public": "0.7 to 0.9"},
    "resilience": "0.05 to 0.2 1/month",
    "volatility": "0.005 to 0.02",
}


class Params(_laws.Publics):
    sides: tuple[str, ...] = role("the side of each public, in the order of `publics`", beside="publics")
    casualty_weight: PerMember = param(
        "support lost for each tenfold of casualties", "1", per="publics", source="mueller1971", ge=0
    )
    casualty_threshold: PerMember = param(
        "casualties below which losses have little effect", "person", per="publics", ge=1
    )
    cost_weight: PerMember = param(
        "monthly loss of support when the war is fully unpaid", "1/month", per="publics", ge=0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of support, 1/month; the engine keeps it in 0..1. Noise `mood`, one per public."""
    out: Flows = {}
    for public, side in zip(p.publics, p.sides, strict=True):
        losses = s["losses", side]
        earlier = jnp.maximum(losses - s["casualty_rate", side] * t.dt, 0.0)
        threshold = p.casualty_threshold[public]
        tenfolds = jnp.log10((threshold + losses) / (threshold + earlier)) / t.dt
        unpaid = jnp.maximum(1 - s["funding", side], 0.0)
        lost = p.casualty_weight[public] * tenfolds + p.cost_weight[public] * unpaid
        out["support", public] = _laws.support_flow(p, public, s, t, z) - lost
    return out
