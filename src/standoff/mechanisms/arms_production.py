"""Arms plants build new vehicles as far as money, imported components and workers allow.

    d arms_capacity_i / dt = (reached_i - arms_capacity_i) / ramp_time_i
    reached_i              = funding_i^money_exponent x technology_i^technology_exponent x workforce_i
    d equipment_i / dt     = new_build_i x arms_capacity_i
    d built_i / dt         = new_build_i x arms_capacity_i

`arms_capacity` 1 is the plants as they stand, paid in full, with free imports and the workers they ask for. Only
`restricted` sides have a `technology` stock; for the others it counts as 1. Capacity and building are exact over a
step while funding and technology are constant. An exponent of 0 means that the input does not matter.

This is new building. The mechanism `equipment` has its own constant `new_build`, refurbishment and losses: beside this
one set that `new_build` to 0, or vehicles are counted twice. Assumes that inputs replace each other (a product of
powers, so that plants without any money or any components come to a stand); do not use it where one missing part stops
a line while all else is there, which needs a minimum in place of the product.
Sources: cobb1928 (form); the rest is assumption.
"""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, jnp, param, role, stock
from standoff.mechanisms._laws import closed, time_constant

READS = {
    "arms_capacity": stock("1", per="sides"),
    "funding": stock("1", per="sides"),
    "technology": stock("1", per="restricted"),
}
WRITES = {
    "arms_capacity": stock("1", per="sides"),
    "equipment": stock("item", per="sides"),
    "built": stock("item", per="sides"),
}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "restricted": ["RUS"],
    "new_build": {"RUS": "20 to 60 item/month", "UKR": "0 to 10 item/month"},
    "money_exponent": "0.4 to 0.8",
    "technology_exponent": "0.2 to 0.6",
    "ramp_time": "6 to 18 month",
}


class Params(components.Params):
    sides: tuple[str, ...] = role("the producing sides")
    restricted: tuple[str, ...] = role("the sides with restricted imports of components", within="sides", default=())
    new_build: PerMember = param("vehicles built at capacity 1", "item/month", per="sides", ge=0)
    money_exponent: PerDraw = param("change of capacity per change of funding, both in percent", "1", ge=0)
    technology_exponent: PerDraw = param("change of capacity per change of technology, both in percent", "1", ge=0)
    workforce: PerMember = param(
        "share of the demanded workers that choices leave to the plants", "1", per="sides", ge=0, default=1.0
    )
    ramp_time: PerMember = time_constant("time constant of changing capacity", per="sides")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of capacity (1/month), and vehicles built (item/month, at least 0). No randomness."""
    out: Flows = {}
    for side in p.sides:
        target = _power(s["funding", side], p.money_exponent) * p.workforce[side]
        if side in p.restricted:
            target = target * _power(s["technology", side], p.technology_exponent)
        ramp = p.ramp_time[side]
        ahead = (s["arms_capacity", side] - target) * closed(t.dt / ramp)
        built = p.new_build[side] * (target + ahead * ramp / t.dt)  # mean capacity over the step
        out["arms_capacity", side] = -ahead / t.dt
        out["equipment", side] = built
        out["built", side] = built
    return out


def _power(share: PerDraw, exponent: PerDraw) -> PerDraw:
    """`share ^ exponent`, with shares floored at 1e-9, since the slope at zero is infinite."""
    return jnp.exp(exponent * jnp.log(jnp.maximum(share, 1e-9)))
