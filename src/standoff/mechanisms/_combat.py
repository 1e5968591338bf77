"""What rival laws of casualties share; the underscore keeps this file out of the registry."""

from standoff import parts
from standoff.mechanisms import _shared
from standoff.parts import jnp, stock

WRITES = {
    "troops": stock("person", per="sides"),
    "recovering": stock("person", per="sides"),
    "killed": stock("person", per="sides"),
    "losses": stock("person", per="sides"),
    "left_service": stock("person", per="sides"),
    "casualty_rate": stock("person/month", per="sides"),
}
READS = {name: WRITES[name] for name in ("troops", "recovering", "casualty_rate")}
NOISE = {"tempo": "sides"}
FOLLOWED = {"tempo": "casualty_rate"}  # for a fit: the gauge that shows what the noise made


class Combat(parts.Params):
    """Two sides that fight: how losses vary, and what becomes of the hurt."""

    sides: tuple[str, str] = parts.role("the two sides that fight")
    tempo_sd: parts.Scalar = parts.param(
        "standard deviation of the tempo of a month, whose mean is 1", unit="1", source="assumption", ge=0, le=2
    )
    killed_share: parts.PerKey = parts.param(
        "share of casualties that are killed", unit="1", per="sides", source="dupuy1987", ge=0, le=1
    )
    return_share: parts.PerKey = parts.param(
        "share of the wounded who return to duty", unit="1", per="sides", source="assumption", ge=0, le=1
    )
    recovery_time: parts.PerKey = parts.param(
        "mean time from wound to duty of those who return", unit="month", per="sides", source="assumption", ge=0
    )


def casualty_flows(
    p: Combat, side: str, expected: parts.Scalar, s: parts.State, t: parts.Time, z: parts.Noise
) -> parts.Flows:
    """Where the casualties of a side go, and who comes back from hospital; `expected` is person/month at tempo 1.

    killed and wounded count as losses; of the wounded, `return_share` recover and the others leave the service.
    A recovery is never shorter than one step. troops + recovering + killed + left_service does not change.
    """
    casualties = parts.at_most(expected * _shared.tempo(p.tempo_sd, z["tempo", side], t), s["troops", side], t)
    killed = p.killed_share[side] * casualties
    wounded = casualties - killed
    recovers = p.return_share[side] * wounded
    returns = s["recovering", side] / jnp.maximum(p.recovery_time[side], t.dt)
    return {
        ("troops", side): returns - casualties,
        ("recovering", side): recovers - returns,
        ("killed", side): killed,
        ("losses", side): casualties,
        ("left_service", side): wounded - recovers,
        ("casualty_rate", side): parts.toward(casualties, s["casualty_rate", side], t),
    }
