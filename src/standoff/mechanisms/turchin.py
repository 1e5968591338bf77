"""Casualties follow the shells fired by the enemy: rival of `attrition` and `munitions`.

    wanted_i     = fire_per_soldier_i * troops_i * fighting * effort_i
    fired_i      = min(wanted_i, shells_i / dt + supply_i)
    supply_i     = shell_capacity_i * min(1, funding_i) + import_rate_i
    casualties_i = lethality_j * fired_j * tempo_i                                      (never more than troops_i)
    d troops_i         / dt = -casualties_i + recovering_i / recovery_time_i            (recruits: see `recruitment`)
    d shells_i         / dt = supply_i - fired_i
    d shell_capacity_i / dt = (production_ceiling_i - shell_capacity_i) / ramp_time_i
    firepower_i  = fired_i / wanted_i                                               (gauge; 1 where nothing is wanted)
    fire_i       = fired_i,   engaged_i = troops_i                                  (gauges; means of strength for reasons)

with killed, wounded, returns and a pace that lasts as in `attrition`, and the same stocks, so that a variant sets both
`attrition` and `munitions` to null and this one instead.

Taken from turchin2023: four equations a side, for casualties, army size, stock of war material and production capacity,
where the stock of the one side moves casualties and army of the other; material is used up and turned into casualties.
Checked against the author's posts and a published review of his program, not against the text of the equations. Our own
reading: fire in proportion to the army until the stock runs out, the exponential approach of production to a ceiling
in place of his growth, lognormal tempo in place of his Gaussian terms, wounded who return, funding and imports. His end
of the war (cumulative casualties beyond what a side sustains) is a question to ask of a run, not part of this file.

Assumes that artillery causes the casualties and that a shell is worth the same whatever it falls on; do not use it
where drones, aircraft or infantry cause most of them.
Sources: turchin2023 (form, as above), osipov1915 (casualties from the enemy's fire); the rest is assumption.
"""

from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, limit_outflow, param, stock
from standoff.mechanisms import _combat, _laws

WRITES = _combat.WRITES | _laws.SHELLS
READS = _combat.READS | _laws.SHELLS | {"funding": stock("1", per="sides"), "fighting": stock("1")}
NOISE = _combat.NOISE
DISTURBANCES = _combat.DISTURBANCES
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "lethality": {"RUS": "0.05 to 0.15 person/shell", "UKR": "0.08 to 0.2 person/shell"},
    "fire_per_soldier": "0.3 to 0.8 shell/person/month",
    "production_ceiling": {"RUS": "200 to 350 thousand shell/month", "UKR": "5 to 20 thousand shell/month"},
    "ramp_time": "12 to 30 month",
    "tempo_sd": "0.15 to 0.3",
    "killed_share": "0.2 to 0.35",
    "return_share": "0.4 to 0.7",
    "recovery_time": "2 to 5 month",
}


class Params(_combat.Combat):
    lethality: PerMember = param(
        "enemy casualties per shell fired", "person/shell", per="sides", source="turchin2023", ge=0
    )
    fire_per_soldier: PerMember = param(
        "shells demanded per soldier in full war", "shell/person/month", per="sides", ge=0
    )
    production_ceiling: PerMember = param("production ceiling of the side's plants", "shell/month", per="sides", ge=0)
    ramp_time: PerMember = param("time constant of the approach to the ceiling", "month", per="sides", ge=0)
    import_rate: PerMember = param("shells from third parties, beside aid", "shell/month", per="sides", ge=0, default=0)
    effort: PerMember = param(
        "offensive effort of a side; scales its demand for shells", "1", per="sides", ge=0, default=1
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Casualties and returns, person/month; shells made and fired, shell/month; tempo per side."""
    out: Flows = {}
    fired: dict[str, PerDraw] = {}
    for side in p.sides:
        demand = p.fire_per_soldier[side] * s["troops", side] * s["fighting"] * p.effort[side]
        fired[side], change = _laws.shell_flows(p, side, demand, s, t)
        out |= change
    for side, enemy in (p.sides, p.sides[::-1]):
        expected = p.lethality[enemy] * fired[enemy] * _combat.tempo(p, side, s, z, t)
        lost = limit_outflow(expected, s["troops", side], t)
        out |= _combat.casualty_flows(p, side, lost, s["troops", side], s, t, z)
    return out | _laws.disturbance_flows(p, DISTURBANCES, s, z, t)
