"""Banks of third parties reject payments for fear of sanctions; some trade is rerouted.

    d compliance_i / dt = (threat x response_i - compliance_i) / adjust_time_i
    supply_i            = 1 - compliance_i x rerouting_loss_i
    trade_cost_i        = compliance_i x (1 - rerouting_loss_i) x rerouting_cost_i

`compliance` is the share of payments refused. `supply` (gauge) is the share of the wanted trade in dual-use goods that
still flows: of the refused trade, `rerouting_loss` is lost and the rest goes through other banks, currencies or
states. `trade_cost` (gauge) is what this adds to the cost of trade, as a share of the value of all wanted trade.
Both gauges hold for the compliance at the same date; the approach is exact over a step for a constant threat.

A threat to banks makes evasion harder: `sanctions` reads `supply`, and says which mechanisms count the same detours.
Assumes that caution fades as fast as it came, and that a threat need not be carried out to
be believed. Do not use it for goods that are paid for in cash or barter.
Sources: assumption.
"""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, fraction, gauge_flows, param, role, stock
from standoff.mechanisms._laws import approach, time_constant

WRITES = dict.fromkeys(("compliance", "supply", "trade_cost"), stock("1", per="third_parties"))
READS = WRITES
EXAMPLE = {
    "third_parties": ["CHN"],
    "threat": 0.5,
    "response": "0.4 to 0.9",
    "adjust_time": "1 to 4 month",
    "rerouting_loss": "0.2 to 0.5",
    "rerouting_cost": "0.02 to 0.1",
}


class Params(components.Params):
    third_parties: tuple[str, ...] = role("the actors with threatened banks")
    threat: PerDraw = fraction("credibility and breadth of the threat, set by choices; 0 is none", default=0.0)
    response: PerMember = fraction("share of payments refused under a full threat", per="third_parties")
    adjust_time: PerMember = time_constant("time constant of the banks' compliance", per="third_parties")
    rerouting_loss: PerMember = fraction("share of the refused trade that is not rerouted", per="third_parties")
    rerouting_cost: PerMember = param("additional cost of rerouted trade, per value", "1", per="third_parties", ge=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of compliance and of the two gauges, 1/month; supply in 0..1. No randomness."""
    out: Flows = {}
    for third in p.third_parties:
        before = s["compliance", third]
        change = approach(before, p.threat * p.response[third], p.adjust_time[third], t)
        refused = before + change
        lost = refused * p.rerouting_loss[third]
        out["compliance", third] = change / t.dt
        cost = (refused - lost) * p.rerouting_cost[third]
        out |= gauge_flows({("supply", third): 1 - lost, ("trade_cost", third): cost}, s, t)
    return out
