"""Common parts of rival laws of casualties. Underscore: not in the registry."""

from standoff import components
from standoff.components import (
    DisturbanceSpec,
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    lognormal,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms import _laws
from standoff.mechanisms._laws import SLOWEST, closed

GONE = 40.0  # time constants after which nothing is left: exp(-40) is below rounding

WRITES = {
    **dict.fromkeys(("troops", "recovering", "killed", "losses", "left_service"), stock("person", per="sides")),
    "engaged": stock("person", per="sides"),
    "casualty_rate": stock("person/month", per="sides"),
    "casualty_pace": stock("1", per="persistent"),
    "killed_drift": stock("1", per="drifting"),
}
READS = {name: cell for name, cell in WRITES.items() if name not in ("killed", "losses", "left_service")}
NOISE = {
    "tempo": noise(per="sides", gauge="casualty_rate"),
    "casualty_pace": noise(per="persistent"),
    "killed_share": noise(per="drifting"),
    "killed_drift": noise(per="drifting"),
}
DISTURBANCES = {
    "casualty_pace": DisturbanceSpec(
        per="persistent",
        gauge="losses",
        noise="tempo",
        noise_sd="tempo_sd",
        persistence="pace_persistence",
        innovation_sd="pace_sd",
    ),
    "killed_drift": DisturbanceSpec(
        per="drifting",
        gauge="killed",
        noise="killed_share",
        noise_sd="killed_noise",
        persistence="drift_persistence",
        innovation_sd="drift_sd",
    ),
}


class Combat(components.Params):
    """Two sides at war: variation of losses, and shares of wounded and returning."""

    sides: tuple[str, str] = role("the two sides that fight")
    tempo_sd: PerDraw = param("standard deviation of the monthly tempo, whose mean is 1", "1", ge=0, le=2)
    killed_share: PerMember = fraction("share of casualties that are killed", per="sides", source="dupuy1987")
    return_share: PerMember = fraction("share of the wounded who return to duty", per="sides")
    recovery_time: PerMember = param("mean time from wound to duty of those who return", "month", per="sides", ge=0)
    persistent: tuple[str, ...] = role("sides whose tempo lasts from month to month", default=())
    pace_persistence: PerMember = _laws.persistence("persistent")
    pace_sd: PerMember = _laws.innovation("persistent")
    drifting: tuple[str, ...] = role("sides whose share of killed drifts", default=())
    killed_noise: PerMember = _laws.passing("drifting", "the factor of the share of killed")
    drift_persistence: PerMember = _laws.persistence("drifting", "the drift of the share of killed")
    drift_sd: PerMember = _laws.innovation("drifting", "the share of killed")


def tempo(p: Combat, side: str, s: State, z: Noise, t: Time) -> PerDraw:
    """Factor of the casualties of a side: the pace that lasts, and the tempo of the step."""
    passing = lognormal(p.tempo_sd, z["tempo", side], t)
    return jnp.exp(s["casualty_pace", side]) * passing if side in p.persistent else passing


def killed_share(p: Combat, side: str, s: State, z: Noise, t: Time) -> PerDraw:
    """Share of the casualties of a step that are killed, at most 1."""
    if side not in p.drifting:
        return p.killed_share[side]
    passing = lognormal(p.killed_noise[side], z["killed_share", side], t)
    return jnp.minimum(p.killed_share[side] * jnp.exp(s["killed_drift", side]) * passing, 1.0)


def average(decline: PerDraw) -> PerDraw:
    """Mean over a step of `exp(-decline x)`, x from 0 to 1, for a rate that declines within it.

    Within a step nothing grows by more than a factor of e (assumption: keeps a handful with many recruits finite).
    """
    exponent = jnp.clip(decline, -1.0, GONE)
    nonzero = jnp.where(jnp.abs(exponent) > SLOWEST, exponent, SLOWEST)
    return closed(nonzero) / nonzero


def returns(
    p: Combat,
    side: str,
    casualties: PerDraw,
    share: PerDraw,
    s: State,
    t: Time,
) -> PerDraw:
    """Returns from hospital, person/month, with `casualties` evenly over the step; exact.

    share: of the casualties that are killed
    """
    constants = t.dt / jnp.maximum(p.recovery_time[side], t.dt / GONE)
    returning = closed(constants)
    to_return = p.return_share[side] * (1.0 - share) * casualties
    return returning * s["recovering", side] / t.dt + (1.0 - returning / constants) * to_return


def casualty_flows(p: Combat, side: str, casualties: PerDraw, engaged: PerDraw, s: State, t: Time, z: Noise) -> Flows:
    """Flows of the casualties of a side in a step, person/month, returns, and gauges.

    killed and wounded count as losses; of the wounded, `return_share` recover and the others leave the service.
    troops + recovering + killed + left_service does not change.
    """
    share = killed_share(p, side, s, z, t)
    killed = share * casualties
    wounded = casualties - killed
    recovers = p.return_share[side] * wounded
    back = returns(p, side, casualties, share, s, t)
    return {
        ("troops", side): back - casualties,
        ("recovering", side): recovers - back,
        ("killed", side): killed,
        ("losses", side): casualties,
        ("left_service", side): wounded - recovers,
        **gauge_flows({("casualty_rate", side): casualties, ("engaged", side): engaged}, s, t),
    }
