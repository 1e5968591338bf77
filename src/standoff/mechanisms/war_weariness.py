"""Publics of donors tire of a war, the faster the more of their output it takes.

    d support_i / dt = - (weariness_rate_i + burden_weight_i x max(excess_j, 0)) x support_i
                       + burden_weight_i x max(-excess_j, 0) x (1 - support_i)
                       + resilience_i x (support_base_i - support_i) + volatility_i x noise_i
    excess_j         = (aid_rate_j - wanted_aid_j) / donor_output_j

A public answers to policy like a thermostat: aid beyond what it wants tires it, aid below lets support grow; with
`wanted_aid` 0 all aid is a burden. Donor j stands at the place of public i in the list `donors`; `aid_rate` comes from
`aid`. Without noise the equation is solved exactly over a step for constant aid: support approaches (resilience x
support_base + burden_weight x max(-excess, 0)) over the sum of the speeds. `volatility` is the standard deviation of the
random change in one month.

Assumes that a public sees the aid that is delivered, not what is pledged, and does not weigh what it achieves. Do not
use it for publics at war (see `opinion`), or for one event that turns opinion, which belongs in the scenario.
Sources: wlezien1995 (form of the response to policy); the rest is assumption.
"""

from standoff.components import Flows, Noise, PerMember, State, Time, jnp, param, role, stock
from standoff.mechanisms import _laws

WRITES = _laws.SUPPORT
READS = {**WRITES, "aid_rate": stock("USD/month", per="donors")}
NOISE = _laws.MOOD
EXAMPLE = {
    "publics": ["USA.public", "EUR.public"],
    "donors": ["USA", "EUR"],
    "donor_output": {"USA": "2300 bn USD/month", "EUR": "1600 bn USD/month"},
    "weariness_rate": "0.005 to 0.02 1/month",
    "burden_weight": "1 to 8 1/month",
    "support_base": {"USA.public": "0.5 to 0.65", "EUR.public": "0.6 to 0.75"},
    "resilience": "0.03 to 0.1 1/month",
    "volatility": "0.01 to 0.03",
}


class Params(_laws.Publics):
    donors: tuple[str, ...] = role("the donor of each public, in the order of `publics`", beside="publics")
    donor_output: PerMember = param("output of the donor", "USD/month", per="donors", ge=1)
    weariness_rate: PerMember = param("share of support lost over time", "1/month", per="publics", ge=0)
    burden_weight: PerMember = param(
        "monthly loss of support if aid took the whole output", "1/month", per="publics", ge=0
    )
    wanted_aid: PerMember = param(
        "aid at which the public of a donor asks for neither more nor less", "USD/month", per="donors", ge=0, default=0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of support, 1/month; the engine keeps it in 0..1. Noise `mood`, one per public."""
    out: Flows = {}
    for public, donor in zip(p.publics, p.donors, strict=True):
        excess = p.burden_weight[public] * (s["aid_rate", donor] - p.wanted_aid[donor]) / p.donor_output[donor]
        tiring, rallying = p.weariness_rate[public] + jnp.maximum(excess, 0.0), jnp.maximum(-excess, 0.0)
        out["support", public] = _laws.support_flow(p, public, s, t, z, tiring, rallying)
    return out
