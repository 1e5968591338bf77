"""Foreigners join a side; interest fades, some are killed and the others go home.

    d volunteer_interest_i / dt = -volunteer_interest_i / interest_time_i
    arrivals = arrival_rate_i * volunteer_interest_i                                            (the mean over the step)
    killed   = fighters_i * relative_risk_i * killed_share_i * casualty_rate_i / (troops_i + fighters_i)
    left     = departure_rate_i * fighters_i                                            (both never more than fighters_i)
    d fighters_i / dt = arrivals - killed - left
    d fighters_arrived_i / dt = arrivals,   d fighters_killed_i / dt = killed,   d fighters_left_i / dt = left

so that arrived = killed + left + remaining, where it holds at the start. `volunteer_interest` starts at 1 and fades
from when the mechanism begins to run. They share the fate of the host army: the risk of a month is that of its soldiers
in the last step.

Assumes that they are too few to change the battle: `attrition` does not count them as troops, and the wounded among
them stay. Do not use it for contingents that a state sends under its own command.
Sources: assumption (form).
"""

from standoff import components
from standoff.components import Flows, Noise, PerMember, State, Time, fraction, jnp, limit_outflow, param, role, stock
from standoff.mechanisms._laws import closed

WRITES = {
    "volunteer_interest": stock("1", per="side"),
    **dict.fromkeys(("fighters", "fighters_arrived", "fighters_killed", "fighters_left"), stock("person", per="side")),
}
READS = {
    "volunteer_interest": stock("1", per="side"),
    "fighters": stock("person", per="side"),
    "troops": stock("person", per="side"),
    "casualty_rate": stock("person/month", per="side"),
}
EXAMPLE = {
    "side": "UKR",
    "arrival_rate": "400 to 1200 person/month",
    "interest_time": "6 to 18 month",
    "killed_share": "0.2 to 0.35",
    "relative_risk": "0.8 to 2",
    "departure_rate": "3 to 8 %/month",
}


class Params(components.Params):
    side: str | tuple[str, ...] = role("the side, or sides, that they serve")
    arrival_rate: PerMember = param("arrivals while the volunteer interest is 1", "person/month", per="side", ge=0)
    interest_time: PerMember = param("time constant of the decline of arrivals", "month", per="side", ge=0.1)
    killed_share: PerMember = fraction(
        "share of casualties of the host army that are killed", per="side", source="dupuy1987"
    )
    relative_risk: PerMember = param("their risk relative to that of the host's soldiers", "1", per="side", ge=0)
    departure_rate: PerMember = param("share that goes home", "1/month", per="side", ge=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Foreign fighters who arrive, are killed and leave, person/month. Uses no randomness."""
    out: Flows = {}
    for side in p.members("side"):
        fighters, interest = s["fighters", side], p.interest_time[side]
        faded = s["volunteer_interest", side] * closed(t.dt / interest)  # exactly, over the step
        arrivals = (
            p.arrival_rate[side] * faded * interest / t.dt
        )  # the mean of that interest over the step is faded * interest / dt
        serving = jnp.maximum(s["troops", side] + fighters, 1.0)  # one person at least: no division by zero
        risk = p.relative_risk[side] * p.killed_share[side] * s["casualty_rate", side] / serving
        killed = limit_outflow(risk * fighters, fighters, t)
        left = limit_outflow(p.departure_rate[side] * fighters, fighters - killed * t.dt, t)
        out |= {
            ("volunteer_interest", side): -faded / t.dt,
            ("fighters", side): arrivals - killed - left,
            ("fighters_arrived", side): arrivals,
            ("fighters_killed", side): killed,
            ("fighters_left", side): left,
        }
    return out
