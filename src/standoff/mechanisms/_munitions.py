"""Shells fired and their supply, for several mechanisms. Underscore: not in the registry."""

from standoff import components
from standoff.components import jnp


def shell_flows(
    side: str,
    wanted: components.PerDraw,
    s: components.State,
    t: components.Time,
    *,
    production_ceiling: components.PerDraw,
    ramp_time: components.PerDraw,
    import_rate: components.PerDraw,
) -> tuple[components.PerDraw, components.Flows]:
    """Shells fired by a side per month, and flows of stock, production capacity and firepower.

    What is wanted is fired as far as stock and the month's supply reach. With nothing wanted, firepower is 1: nothing
    that was wanted went unfired.
    """
    supply = s["shell_capacity", side] * jnp.clip(s["funding", side], 0.0, 1.0) + import_rate
    fired = jnp.minimum(wanted, jnp.maximum(s["shells", side], 0.0) / t.dt + supply)
    firing = wanted > 0
    share = jnp.where(firing, fired / jnp.where(firing, wanted, 1.0), 1.0)
    growth = (production_ceiling - s["shell_capacity", side]) / jnp.maximum(ramp_time, t.dt)
    return fired, {
        ("shells", side): supply - fired,
        ("shell_capacity", side): growth,
        ("firepower", side): components.gauge_flow(share, s["firepower", side], t),
    }
