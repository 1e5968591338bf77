"""Common parts of rival laws of casualties. Underscore: not in the registry."""

from standoff import components
from standoff.components import jnp, noise, stock
from standoff.mechanisms._relaxation import SLOWEST, closed

GONE = 40.0  # time constants after which nothing is left: exp(-40) is below rounding

WRITES = {
    "troops": stock("person", per="sides"),
    "recovering": stock("person", per="sides"),
    "killed": stock("person", per="sides"),
    "losses": stock("person", per="sides"),
    "left_service": stock("person", per="sides"),
    "casualty_rate": stock("person/month", per="sides"),
}
READS = {name: WRITES[name] for name in ("troops", "recovering", "casualty_rate")}
NOISE = {"tempo": noise(per="sides", gauge="casualty_rate")}


class Combat(components.Params):
    """Two sides at war: variation of losses, and shares of wounded and returning."""

    sides: tuple[str, str] = components.role("the two sides that fight")
    tempo_sd: components.PerDraw = components.param(
        "standard deviation of the monthly tempo, whose mean is 1", unit="1", source="assumption", ge=0, le=2
    )
    killed_share: components.PerMember = components.param(
        "share of casualties that are killed", unit="1", per="sides", source="dupuy1987", ge=0, le=1
    )
    return_share: components.PerMember = components.param(
        "share of the wounded who return to duty", unit="1", per="sides", source="assumption", ge=0, le=1
    )
    recovery_time: components.PerMember = components.param(
        "mean time from wound to duty of those who return", unit="month", per="sides", source="assumption", ge=0
    )


def tempo(sd: components.PerDraw, normal: components.PerDraw, t: components.Time) -> components.PerDraw:
    """Lognormal factor with mean 1 and standard deviation `sd / sqrt(dt)`, from a normal number.

    The average of such factors over a month has standard deviation `sd`, whatever the step.
    """
    varies = sd > 0
    variance = jnp.log1p(jnp.where(varies, sd, 1.0) ** 2 / t.dt)
    return jnp.where(varies, jnp.exp(jnp.sqrt(variance) * normal - variance / 2), 1.0)


def average(decline: components.PerDraw) -> components.PerDraw:
    """Mean over a step of `exp(-decline x)`, x from 0 to 1, for a rate that declines within it.

    Within a step nothing grows by more than a factor of e (assumption: keeps a handful with many recruits finite).
    """
    passed = jnp.clip(decline, -1.0, GONE)
    some = jnp.where(jnp.abs(passed) > SLOWEST, passed, SLOWEST)
    return closed(some) / some


def returns(
    p: Combat, side: str, casualties: components.PerDraw, s: components.State, t: components.Time
) -> components.PerDraw:
    """Returns from hospital, person/month, with `casualties` evenly over the step; exact."""
    passed = t.dt / jnp.maximum(p.recovery_time[side], t.dt / GONE)
    back = closed(passed)
    hurt = p.return_share[side] * (1.0 - p.killed_share[side]) * casualties
    return back * s["recovering", side] / t.dt + (1.0 - back / passed) * hurt


def casualty_flows(
    p: Combat, side: str, casualties: components.PerDraw, s: components.State, t: components.Time
) -> components.Flows:
    """Flows of the casualties of a side in a step, person/month, and returns.

    killed and wounded count as losses; of the wounded, `return_share` recover and the others leave the service.
    troops + recovering + killed + left_service does not change.
    """
    killed = p.killed_share[side] * casualties
    wounded = casualties - killed
    recovers = p.return_share[side] * wounded
    back = returns(p, side, casualties, s, t)
    return {
        ("troops", side): back - casualties,
        ("recovering", side): recovers - back,
        ("killed", side): killed,
        ("losses", side): casualties,
        ("left_service", side): wounded - recovers,
        ("casualty_rate", side): components.gauge_flow(casualties, s["casualty_rate", side], t),
    }
