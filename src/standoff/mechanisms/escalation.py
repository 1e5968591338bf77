"""A war may escalate beyond its bounds, more likely the more others arm it or fight in it.

    escalation_hazard = base_hazard * fighting * (1 - deterrence) * exp(arms_weight * arms / arms_reference
                        + troops_weight * outside / troops_reference + provocation)
    arms    = sum_i pipeline_arms_i over the donors         outside = sum_j troops_sent_j over the senders
    d escalation / dt = escalation_hazard * (1 - escalation)
    P(wider_war in a step) = 1 - exp(-escalation_hazard * dt)               once; wider_war is then 1 for good

`escalation` is the probability, in this future, that the war has widened by now: 1 - exp(-integral of the hazard),
exact over each step. `wider_war` is the event drawn with it, and over many futures its share is the mean of
`escalation`, as long as nothing else reads `wider_war`; take `escalation` where a probability is wanted, for it has no
noise of events. `deterrence` is how far the fear of a wider war restrains everyone: 1 rules it out. `provocation` is
what a choice acts on. Exponents above 20 count as 20. A past without a wider war has to be observed like all of the
past (both stocks 0), else its risk is in them too. With a constant hazard h, escalation = 1 - exp(-h * months).

A rate from history: of 38 wars between states from 1946 to 2007, which lasted between 43 and 81 years in all (the count
has whole years), 6 were joined by further states in a later year than that of their beginning: 0.6 to 1.2 % a month
(sarkees2010, own count). Joiners of the first year are not in it. A war between nuclear powers has been rarer.

Assumes that arms under way stand for the provocation that they are, and that all who send have one will. It does not
follow what the wider war would be like: read no losses from a future in which it has come. Do not use it for a step
that an actor takes knowingly, which is a choice.
Sources: schelling1966 (risk left to chance), sarkees2010 (rate), cox1972 (form); weights are assumption."""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, State, Time, fraction, gauge_flow, jnp, noise, param, role, stock
from standoff.mechanisms._laws import happens, probability

WRITES = {"escalation": stock("1"), "escalation_hazard": stock("1/month"), "wider_war": stock("1")}
READS = {
    **WRITES,
    "fighting": stock("1"),
    "pipeline_arms": stock("USD", per="donors"),
    "troops_sent": stock("person", per="senders"),
}
NOISE = {"event": noise()}
LARGEST = 20.0  # exponent, a factor of 5e8: the event is then sure; keeps exp finite
EXAMPLE = {
    "donors": ["USA", "EUR"],
    "senders": ["CHN", "PRK"],
    "base_hazard": "0.1 to 0.8 %/month",
    "deterrence": "0.5 to 0.9",
    "arms_weight": "0 to 0.7",
    "arms_reference": "20 bn USD",
    "troops_weight": "0 to 1",
    "troops_reference": "50000 person",
}


class Params(components.Params):
    donors: tuple[str, ...] = role("suppliers of arms that raise the risk", default=())
    senders: tuple[str, ...] = role("senders of soldiers that raise the risk", default=())
    base_hazard: PerDraw = param(
        "hazard of a wider war at full fighting, without outside arms, soldiers or deterrence",
        "1/month",
        source="sarkees2010",
        ge=0,
    )
    deterrence: PerDraw = fraction("share of the hazard removed by the fear of escalation", source="schelling1966")
    arms_weight: PerDraw = param("log hazard ratio of arms deliveries at the reference", "1")
    arms_reference: PerDraw = param("reference level of arms deliveries", "USD", ge=1)
    troops_weight: PerDraw = param("log hazard ratio of outside soldiers at the reference", "1")
    troops_reference: PerDraw = param("reference number of outside soldiers", "person", ge=1)
    provocation: PerDraw = param("log hazard ratio, set by choices", "1", default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of the risk, its gauge and the event, 1/month. Noise `event`."""
    arms = sum((s["pipeline_arms", donor] for donor in p.donors), start=jnp.zeros(()))
    outside = sum((s["troops_sent", sender] for sender in p.senders), start=jnp.zeros(()))
    ratio = p.arms_weight * arms / p.arms_reference + p.troops_weight * outside / p.troops_reference + p.provocation
    bounded = jnp.minimum(ratio, LARGEST)
    hazard = p.base_hazard * jnp.clip(s["fighting"], 0.0, 1.0) * (1.0 - p.deterrence) * jnp.exp(bounded)
    widens = happens(hazard, z.upper_tail("event"), t)
    return {
        "escalation": probability(hazard, t) * (1.0 - s["escalation"]) / t.dt,
        "escalation_hazard": gauge_flow(hazard, s["escalation_hazard"], t),
        "wider_war": jnp.where(widens, 1.0 - s["wider_war"], 0.0) / t.dt,
    }
