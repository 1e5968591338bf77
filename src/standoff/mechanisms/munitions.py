"""A side fires the shells that it demands, within stock and supply, and expands production.

    fired_i     = min(fire_demand_i * fighting, shells_i / dt + supply_i)
    supply_i    = shell_capacity_i * min(1, funding_i) + import_rate_i
    d shells_i         / dt = supply_i - fired_i
    d shell_capacity_i / dt = (production_ceiling_i - shell_capacity_i) / ramp_time_i
    firepower_i = fired_i / (fire_demand_i * fighting)                 (gauge; 1 where nothing is wanted)
    fire_i      = fired_i                                              (gauge; a means of strength for reasons)

Production at the start is the initial value of the stock `shell_capacity`. Shells given by donors are delivered into
`shells` by the mechanism of aid, and can be fired from the next step on; `import_rate` is for shells from other third
parties, and is what a choice of theirs acts on.

Assumes one kind of round, no rationing before the stock is empty, and plants that pay for their growth by themselves;
do not use it for missiles or drones, whose effect a round is another.
Sources: assumption (form; the ramp is the exponential approach of a first-order delay).
"""

from standoff import components
from standoff.components import Flows, Noise, PerMember, State, Time, param, role, stock
from standoff.mechanisms import _laws

WRITES = _laws.SHELLS
READS = WRITES | {"funding": stock("1", per="sides"), "fighting": stock("1")}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "fire_demand": {"RUS": "8 to 12 thousand shell/day", "UKR": "5 to 8 thousand shell/day"},
    "production_ceiling": {"RUS": "200 to 350 thousand shell/month", "UKR": "5 to 20 thousand shell/month"},
    "ramp_time": "12 to 30 month",
}


class Params(components.Params):
    sides: tuple[str, ...] = role("the sides that fire")
    fire_demand: PerMember = param("demand for shells of a side in full war", "shell/month", per="sides", ge=0)
    production_ceiling: PerMember = param("production ceiling of the side's plants", "shell/month", per="sides", ge=0)
    ramp_time: PerMember = param("time constant of the approach to the ceiling", "month", per="sides", ge=0)
    import_rate: PerMember = param("shells from third parties, beside aid", "shell/month", per="sides", ge=0, default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Shells produced, imported and fired per side, shell/month, and the gauges. No randomness."""
    out: Flows = {}
    for side in p.sides:
        out |= _laws.shell_flows(p, side, p.fire_demand[side] * s["fighting"], s, t)[1]
    return out
