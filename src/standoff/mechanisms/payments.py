"""Cautious banks reject payments until traders find other banks, currencies and middlemen.

    asked              = mean of compliance_i over partners
    d workarounds / dt = asked x (ceiling - workarounds) / build_time - closing_rate x workarounds
    payments_refused   = asked x (1 - workarounds)

`compliance` is the share of payments that the large banks of a partner refuse for fear of secondary sanctions (see
`secondary_sanctions`, which raises and lowers it with the threat). `workarounds` is the share of those that find
another way: it is built the faster the more is refused, and closes where the threat reaches small banks too, which is
what a choice acts on through `closing_rate`. `payments_refused` (gauge) is what in the end does not get through.
Reports of "payments sent back" count first tries, so hold them against `compliance`. A new threat bites first and wears
off. While compliance is constant, workarounds approach `ceiling x asked / (asked + build_time x closing_rate)`, exactly
at any step length.

Trade that is paid through the partners is to be scaled by 1 - payments_refused, as `trade_rerouting` does; `sanctions`
says which mechanisms count the same detours. Assumes that partners matter equally, and that what was built does not
rot while nobody closes it. Do not use it for cash or barter.
Sources: assumption.
"""

from pydantic import model_validator

from standoff import components
from standoff.components import Flows, Noise, PerDraw, State, Time, fraction, gauge_flow, param, role, stock
from standoff.mechanisms._laws import relax, time_constant

WRITES = {"workarounds": stock("1", per="payer"), "payments_refused": stock("1", per="payer")}
READS = {**WRITES, "compliance": stock("1", per="partners")}
EXAMPLE = {
    "payer": "RUS",
    "partners": ["CHN"],
    "ceiling": "0.5 to 0.9",
    "build_time": "2 to 8 month",
    "closing_rate": "0.01 to 0.05 1/month",
}


class Params(components.Params):
    payer: str = role("the actor with refused payments")
    partners: tuple[str, ...] = role("the actors whose banks have `compliance`")
    ceiling: PerDraw = fraction("largest share of the refused payments that can be rerouted")
    build_time: PerDraw = time_constant("time constant of rerouting when every payment is refused")
    closing_rate: PerDraw = param(
        "share of the workarounds that enforcement closes per month, set by choices", "1/month", ge=0
    )

    @model_validator(mode="after")
    def _somebody(self) -> "Params":
        if not self.partners:
            raise ValueError("`partners` is empty; allowed: at least one actor whose banks have `compliance`")
        return self


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of workarounds and of the share refused, 1/month; in 0..1. No randomness."""
    refusing = sum(s["compliance", partner] for partner in p.partners) / len(p.partners)
    building = refusing / p.build_time
    rerouting = relax(s["workarounds", p.payer], building * p.ceiling, building + p.closing_rate, t)
    refused = refusing * (1 - s["workarounds", p.payer] - rerouting * t.dt)
    return {
        ("workarounds", p.payer): rerouting,
        ("payments_refused", p.payer): gauge_flow(refused, s["payments_refused", p.payer], t),
    }
