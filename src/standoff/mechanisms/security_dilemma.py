"""Two sides arm against each other, and perceive each other's arms and growth as threats.

    d arming_i / dt        = response_i * threat_perception_i * arming_j - restraint_i * arming_i + grievance_i
                             + growth_response_i * threat_perception_i * news_i
    news_i                 = max(0, members_j - familiar_size_i)
    d familiar_size_i / dt = habituation_i * (members_j - familiar_size_i)
    d members_i / dt       = accession_rate_i
    alarm_arms_i           = threat_perception_i * arms_weight * arming_j
    alarm_growth_i         = threat_perception_i * growth_weight * news_i
    alarm_crises_i         = threat_perception_i * sum_c crisis_weight_c * crisis_c
    threat_i               = 1 - exp(-(alarm_arms_i + alarm_growth_i + alarm_crises_i))

The first line is Richardson's arms race. `threat_perception` is how a side reads what the other does: 0 as harmless, 1
at its full weight, above 1 as worse than meant. The weights are common to both sides, so that they differ about the
same moves by their threat perceptions alone. `members` counts what belongs to a side (states of a bloc, or 1);
`familiar_size` is what the other has grown used to, so that a step alarms when it is new. The alarms are gauges, and
say which moves raised the threat that a side sees; `threat` is theirs, 0 to 1. `accession_rate` is what a choice acts
on; observed members overrule it.

With K_i = response_i * threat_perception_i, no news and constant grievances the race comes to rest at
arming_i = (restraint_j * grievance_i + K_i * grievance_j) / (restraint_i * restraint_j - K_i * K_j), and only where
K_i * K_j < restraint_i * restraint_j; else it runs away. Each side is stepped exactly with the other's arming held
during the step: rest and condition are exact at any step, the path is right to first order in it.

Assumes that both know the other's burden and size, and that intent is what is misread. Do not use it for more than two
sides, nor where one side's arms reassure the other (an ally, or deterrence that both want).
Sources: richardson1960 (arms race), braun1993 (restraint near 0.2 a year), jervis1978 (dilemma); the rest is
assumption."""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, gauge_flows, jnp, param, role, stock
from standoff.mechanisms._laws import closed, relax

WRITES = dict.fromkeys(
    ("arming", "members", "familiar_size", "alarm_arms", "alarm_growth", "alarm_crises", "threat"),
    stock("1", per="sides"),
)
READS = {**WRITES, "crisis": stock("1", per="crises")}
EXAMPLE = {
    "sides": ["RUS", "NATO"],
    "crises": ["georgia", "donbas"],
    "threat_perception": {"RUS": "0.8 to 2", "NATO": "0.3 to 1"},
    "response": "0.05 to 0.15 1/year",
    "restraint": "0.15 to 0.3 1/year",
    "grievance": {"RUS": "0.003 to 0.006 1/year", "NATO": "0.002 to 0.004 1/year"},
    "growth_response": {"RUS": "0.0002 to 0.001 1/year", "NATO": 0},
    "habituation": "0.01 to 0.08 1/year",
    "arms_weight": "4 to 12",
    "growth_weight": "0.03 to 0.1",
    "crisis_weight": "0.2 to 0.6",
}


class Params(components.Params):
    sides: tuple[str, str] = role("the two sides that arm against each other")
    crises: tuple[str, ...] = role("conflicts that alarm both sides", of="key", default=())
    threat_perception: PerMember = param(
        "threat perception of the other's actions: 0 harmless, 1 at full weight, above 1 exaggerated",
        "1",
        per="sides",
        source="jervis1978",
        ge=0,
    )
    response: PerMember = param(
        "arming a month for each unit of the other's arming, at threat perception 1",
        "1/month",
        per="sides",
        source="richardson1960",
        ge=0,
    )
    restraint: PerMember = param(
        "monthly decay of arming by cost and weariness", "1/month", per="sides", source="braun1993", ge=0
    )
    grievance: PerMember = param(
        "monthly arming independent of the other", "1/month", per="sides", source="richardson1960"
    )
    growth_response: PerMember = param(
        "arming a month for each new member of the other, at threat perception 1", "1/month", per="sides", ge=0
    )
    habituation: PerMember = param("rate of habituation to the other's size", "1/month", per="sides", ge=0)
    arms_weight: PerDraw = param("alarm per unit of the other's arming", "1", ge=0)
    growth_weight: PerDraw = param("alarm per new member of the other", "1", ge=0)
    crisis_weight: PerMember = param("alarm from a crisis at full intensity", "1", per="crises", ge=0, default=0)
    accession_rate: PerMember = param("members that join per month, set by choices", "1/month", per="sides", default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of arming, members and gauges, 1/month. Uses no randomness."""
    unrest = sum((p.crisis_weight[crisis] * s["crisis", crisis] for crisis in p.crises), start=jnp.zeros(()))
    out: Flows = {}
    for side, other in (p.sides, p.sides[::-1]):
        perception = p.threat_perception[side]
        rival_arming, familiar = s["arming", other], s["familiar_size", side]
        news = jnp.maximum(s["members", other] - familiar, 0.0)
        gain = perception * (p.response[side] * rival_arming + p.growth_response[side] * news) + p.grievance[side]
        habituation = p.habituation[side]
        alarms = {
            "alarm_arms": perception * p.arms_weight * rival_arming,
            "alarm_growth": perception * p.growth_weight * news,
            "alarm_crises": perception * unrest,
        }
        alarm = sum(alarms.values(), start=jnp.zeros(()))
        gauges = alarms | {"threat": closed(alarm)}
        out |= gauge_flows({(name, side): value for name, value in gauges.items()}, s, t)
        out["arming", side] = relax(s["arming", side], gain, p.restraint[side], t)
        out["members", side] = p.accession_rate[side]
        out["familiar_size", side] = relax(familiar, habituation * s["members", other], habituation, t)
    return out
