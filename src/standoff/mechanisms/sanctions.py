"""Sanctions are imposed by domain, and erode as the target finds workarounds.

    d coverage_d / dt      = (target_coverage_d - coverage_d) / build_time
    d evasion_d / dt       = (ceiling_d - evasion_d) / evasion_time       while coverage_d > 0, else 0
    ceiling_d              = min(1, evasion_ceiling_d + intermediary_evasion_d x supply)
    bite_d                 = coverage_d x (1 - evasion_d)
    technology             = 1 - bite of `technology_domain`
    d sanctions_count / dt = designations_per_month x effort

`supply` is the mean `supply` of the intermediaries (see `secondary_sanctions`), or 1 without intermediaries: third parties
whose banks refuse payments help less. The gauges `bite` and `technology` hold for the coverage and evasion at the same
date. The two relaxations are exact over a step for constant targets.

How detours are counted, here and in the mechanisms about parts of them: `evasion` is every way round sanctions in one
number, and `bite` and `technology` follow it. `trade_rerouting` follows the goods through third parties instead: it reads
`coverage` and not `bite`. What banks refuse is `compliance` (`secondary_sanctions`); what becomes of it is either the
constant share of `supply` there, which this mechanism reads, or the growing `workarounds` of `payments`, which
`trade_rerouting` reads. For one trade, let `evasion` and `supply` speak, or `rerouted` and `workarounds`, and never both.

Assumes that lifting takes as long as imposing, and that ways round sanctions stay open once found (evasion does not
fall back when coverage is gone). The count of designations and the bite are separate: a count says little about effect.
Do not use it for the politics of imposing; that is what choices are for.
Sources: assumption.
"""

from standoff import components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flow,
    jnp,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import approach, time_constant

EFFECT = {
    **dict.fromkeys(("coverage", "evasion", "bite"), stock("1", per="domains")),
    "technology": stock("1", per="target"),
}
READS = EFFECT | {"supply": stock("1", per="intermediaries")}
WRITES = EFFECT | {"sanctions_count": stock("sanction", per="target")}
EXAMPLE = {
    "target": "RUS",
    "domains": ["economy", "finance", "technology"],
    "technology_domain": "technology",
    "intermediaries": ["CHN"],
    "target_coverage": {"economy": 0.6, "finance": 0.7, "technology": 0.8},
    "evasion_ceiling": {"economy": "0.3 to 0.6", "finance": "0.2 to 0.5", "technology": "0.2 to 0.5"},
    "intermediary_evasion": {"economy": 0.2, "finance": 0.1, "technology": "0.1 to 0.4"},
    "build_time": "2 to 6 month",
    "evasion_time": "6 to 18 month",
    "designations_per_month": "300 to 900 sanction/month",
}


class Params(components.Params):
    target: str = role("the actor under sanctions")
    domains: tuple[str, ...] = role("the domains of sanctions, such as economy or finance", of="key")
    technology_domain: str = role(
        "the domain that cuts imports of components; one of `domains`", of="key", within="domains"
    )
    intermediaries: tuple[str, ...] = role("third parties that help to evade", default=())
    target_coverage: PerMember = fraction("target share of the domain under sanctions, set by choices", per="domains")
    evasion_ceiling: PerMember = fraction("share that the target evades by itself in the long run", per="domains")
    intermediary_evasion: PerMember = fraction(
        "share evaded in addition through third parties", per="domains", default=0.0
    )
    build_time: PerDraw = time_constant("time constant of imposing and lifting")
    evasion_time: PerDraw = time_constant("time constant of learning to evade")
    designations_per_month: PerDraw = param("persons, firms and vessels listed at effort 1", "sanction/month", ge=0)
    effort: PerDraw = param("effort of listing, set by choices; 1 is the given rate", "1", ge=0, default=1.0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of coverage, evasion and gauges, 1/month; sanction/month. No randomness."""
    supply = sum(s["supply", name] for name in p.intermediaries) / len(p.intermediaries) if p.intermediaries else 1.0
    out: Flows = {("sanctions_count", p.target): p.designations_per_month * p.effort}
    for domain in p.domains:
        coverage, evasion = s["coverage", domain], s["evasion", domain]
        ceiling = jnp.clip(p.evasion_ceiling[domain] + p.intermediary_evasion[domain] * supply, 0.0, 1.0)
        covering = approach(coverage, p.target_coverage[domain], p.build_time, t)
        evading = jnp.where(coverage > 0, approach(evasion, ceiling, p.evasion_time, t), 0.0)
        bite = (coverage + covering) * (1 - evasion - evading)
        out["coverage", domain] = covering / t.dt
        out["evasion", domain] = evading / t.dt
        out["bite", domain] = gauge_flow(bite, s["bite", domain], t)
        if domain == p.technology_domain:
            out["technology", p.target] = gauge_flow(1 - bite, s["technology", p.target], t)
    return out
