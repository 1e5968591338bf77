"""Conflicts break out at random, more often the more threatened and armed the initiator is.

    onset_hazard_c = base_hazard_c * exp(threat_weight * (threat_i - threat_reference)
                                  + arming_weight * (arming_i / arming_reference - 1)
                                  + spillover_weight * spill_c + concurrent_war_weight * tie_c + trigger_c)
    tie_c   = sum of crisis over the other wars of side i             spill_c = sum of crisis over all others
    P(onset of c in a step) = 1 - exp(-onset_hazard_c * dt)             while c is quiet; on, its hazard is off
    c is a clash: its onset sets crisis_c to severity_c; it ends with probability 1 - exp(-dt / duration_c) in a step
    c is a war:   its onset raises fighting to severity_c; it is on while fighting > min_intensity; crisis_c = fighting
    c is in `sub_conflicts` and a war is on: c is part of that war, so onset_hazard_c = crisis_c = 0 until it is over
    onsets_c rises by 1 in the first step that begins with c on; underway_c = 1 says that it is counted

Side i stands at the place of conflict c in the list `challengers`. Hazards are proportional: `base_hazard` is the
hazard of a conflict whose challenger is at the references, and every weight is a log hazard ratio. A conflict spills
into others; a war of one's own ties one's forces down, so `concurrent_war_weight` is 0 or less. `trigger` is what a
choice acts on (troops massed at a border 1 to 2, a settlement -1).

`sub_conflicts` names the smaller conflicts that the sides of a war have with one another. While any of `wars` is on
they are not counted beside it: their fighting is in `fighting`, and a fresh onset would count one war twice.

Since `onsets` counts what is on, conflicts of the observed past (of `crisis`, or of `fighting` for a war) are counted
too, a step after they began, and chance onsets that an observation overrules are not. The crisis of a war is a gauge of
the fighting at the beginning of the step. `onset_hazard` is a gauge as well, also while its conflict is on, so that
`1 - exp(-12 month * onset_hazard.c)` is a chance for the year without the noise of events. Log hazard ratios beyond 20
either way count as 20.

A base rate from history, for pairs of strategic rivals (thompson2022), own count: 52 wars between them began in 3,491
years from 1946 to 2007, 1.5 % a year (sarkees2010), and 240 disputes with deaths in 3,646 years to 2010, 6.6 % a year
(gibler2016); from 1990 on 0.9 % and 4.9 %.

Assumes that onsets depend on the past only through the stocks. What happens to `fighting` after the onset belongs to
others, such as `war_termination`. Do not use it for the timing of a decision that one actor takes knowingly, which is a choice.
Sources: cox1972 (proportional hazards), beck1998 (in steps of time), gibler2016, sarkees2010 and thompson2022 (base
rates); weights are assumption.
"""

from pydantic import model_validator

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import happens, time_constant

WRITES = {
    **dict.fromkeys(("crisis", "onsets", "underway"), stock("1", per="conflicts")),
    "onset_hazard": stock("1/month", per="conflicts"),
    "fighting": stock("1"),
}
READS = {
    **{name: WRITES[name] for name in ("crisis", "underway", "onset_hazard", "fighting")},
    "threat": stock("1", per="challengers"),
    "arming": stock("1", per="challengers"),
}
NOISE = {"onset": noise(per="conflicts"), "end": noise(per="conflicts")}
LARGEST = 20.0  # log hazard ratio, a factor of 5e8: any conflict is then sure or ruled out; keeps exp finite
EXAMPLE = {
    "conflicts": ["georgia", "donbas", "ukraine"],
    "challengers": ["RUS", "RUS", "RUS"],
    "wars": ["ukraine"],
    "base_hazard": {"georgia": "2 to 9 %/year", "donbas": "2 to 9 %/year", "ukraine": "0.5 to 2 %/year"},
    "threat_weight": "1 to 4",
    "threat_reference": "0.2 to 0.4",
    "arming_weight": "0 to 1",
    "arming_reference": "0.033 to 0.037",
    "spillover_weight": "0 to 1.5",
    "sub_conflicts": ["donbas"],
    "concurrent_war_weight": "-2 to 0",
    "severity": {"georgia": "0.1 to 0.3", "donbas": "0.2 to 0.5", "ukraine": "0.8 to 1"},
    "duration": {"georgia": "0.5 to 2 month", "donbas": "6 to 40 month", "ukraine": "6 to 40 month"},
    "min_intensity": 0.05,
}


class Params(components.Params):
    conflicts: tuple[str, ...] = role("names of the possible conflicts", of="key")
    challengers: tuple[str, ...] = role(
        "the initiator of each conflict, in the order of `conflicts`", beside="conflicts"
    )
    wars: tuple[str, ...] = role("the conflicts that raise `fighting`", of="key", within="conflicts", default=())
    sub_conflicts: tuple[str, ...] = role(
        "conflicts between the sides of a war, which are part of the war while it lasts",
        of="key",
        within="conflicts",
        default=(),
    )
    base_hazard: PerMember = param(
        "hazard of onset at the reference levels", "1/month", per="conflicts", source="gibler2016", ge=0
    )
    threat_weight: PerDraw = param("log hazard ratio of the highest threat against none", "1")
    threat_reference: PerDraw = fraction("threat at which the base rate holds")
    arming_weight: PerDraw = param("log hazard ratio of twice the reference arming", "1")
    arming_reference: PerMember = param("arming at which the base rate holds", "1", per="challengers", ge=1e-6)
    spillover_weight: PerDraw = param("log hazard ratio of another conflict at full intensity", "1")
    concurrent_war_weight: PerDraw = param(
        "log hazard ratio of a full war of the same challenger, 0 or less, since it ties down forces", "1", le=0
    )
    severity: PerMember = fraction("intensity at an onset", per="conflicts")
    duration: PerMember = time_constant("mean length of a clash; not used for wars", per="conflicts")
    min_intensity: PerDraw = fraction("fighting below which a war is over")
    trigger: PerMember = param("log hazard ratio, set by choices", "1", per="conflicts", default=0)

    @model_validator(mode="after")
    def _apart(self) -> "Params":
        if both := [name for name in self.sub_conflicts if name in self.wars]:
            raise ValueError(f"`{both[0]}` is in `wars` and in `sub_conflicts`; allowed: one of them")
        return self


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Onsets and ends as flows over one step, 1/month. Noises `onset` and `end` per conflict."""
    fighting, raised = s["fighting"], s["fighting"]
    at_war = fighting > p.min_intensity
    out: Flows = {}
    for conflict, side in zip(p.conflicts, p.challengers, strict=True):
        level, severity = s["crisis", conflict], p.severity[conflict]
        spill = tie = jnp.zeros(())
        for other, challenger in zip(p.conflicts, p.challengers, strict=True):
            if other == conflict:
                continue
            if other in p.wars and challenger == side:
                tie = tie + s["crisis", other]
            else:
                spill = spill + s["crisis", other]
        ratio = (
            p.threat_weight * (s["threat", side] - p.threat_reference)
            + p.arming_weight * (s["arming", side] / p.arming_reference[side] - 1.0)
            + p.spillover_weight * spill
            + p.concurrent_war_weight * tie
            + p.trigger[conflict]
        )
        hazard = p.base_hazard[conflict] * jnp.exp(jnp.clip(ratio, -LARGEST, LARGEST))
        war = conflict in p.wars
        going = at_war if war else level > 0
        if conflict in p.sub_conflicts:
            hazard = jnp.where(at_war, 0.0, hazard)
            going = going & jnp.logical_not(at_war)
        begins = jnp.logical_not(going) & happens(hazard, z.upper_tail("onset", conflict), t)
        if war:
            now = jnp.where(going, fighting, 0.0)
            raised = jnp.where(begins, jnp.maximum(raised, severity), raised)
        else:
            ends = happens(1.0 / p.duration[conflict], z.upper_tail("end", conflict), t)
            now = jnp.where(begins, severity, jnp.where(ends, 0.0, level))
            now = jnp.where(at_war, 0.0, now) if conflict in p.sub_conflicts else now
        out["onsets", conflict] = jnp.where(going, jnp.maximum(1.0 - s["underway", conflict], 0.0), 0.0) / t.dt
        gauges = {"crisis": now, "underway": jnp.where(going, 1.0, 0.0), "onset_hazard": hazard}
        out |= gauge_flows({(name, conflict): value for name, value in gauges.items()}, s, t)
    return out | gauge_flows({"fighting": raised}, s, t)
