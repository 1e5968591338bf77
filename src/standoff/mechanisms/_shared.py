"""Forms that more than one mechanism uses; the underscore keeps this file out of the registry."""

from standoff import components
from standoff.components import jnp


def power(base: components.PerDraw, exponent: components.PerDraw) -> components.PerDraw:
    """`base ** exponent` for a base that may be zero, where it is zero for every exponent; slopes stay finite there.

    Nobody inflicts or suffers anything where nobody is, hence 0 and not 1 for a zero base and a zero exponent.
    """
    there = base > 0
    return jnp.where(there, jnp.exp(exponent * jnp.log(jnp.where(there, base, 1.0))), 0.0)


def tempo(sd: components.PerDraw, normal: components.PerDraw, t: components.Time) -> components.PerDraw:
    """A lognormal factor with mean 1 and standard deviation `sd / sqrt(dt)`, from one standard normal number.

    The average of such factors over a month has standard deviation `sd`, whatever the step.
    """
    varies = sd > 0
    variance = jnp.log1p(jnp.where(varies, sd, 1.0) ** 2 / t.dt)
    return jnp.where(varies, jnp.exp(jnp.sqrt(variance) * normal - variance / 2), 1.0)


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
    """Shells fired by a side per month, and the flows of its stock, its production capacity and its firepower.

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
