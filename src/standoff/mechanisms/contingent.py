"""Third parties send their own soldiers to serve with one side.

    d troops / dt        = sum_i deployment_rate_i          (of the recipient)
    d troops_sent_i / dt = deployment_rate_i

`deployment_rate` is what a choice acts on: none is sent unless somebody decides it. Assumes that contingents arrive
trained and fight like the host's own; do not use it for volunteers who come and go (see `foreign_fighters`).
Sources: assumption (the books are an identity)."""

from standoff import components
from standoff.components import Flows, Noise, PerMember, State, Time, jnp, param, role, stock

WRITES = {"troops": stock("person", per="recipient"), "troops_sent": stock("person", per="senders")}
READS = WRITES
EXAMPLE = {
    "senders": ["CHN", "PRK"],
    "recipient": "RUS",
    "deployment_rate": {"CHN": 0, "PRK": "500 to 1500 person/month"},
}


class Params(components.Params):
    senders: tuple[str, ...] = role("third parties that may send soldiers")
    recipient: str = role("the side that they serve with")
    deployment_rate: PerMember = param(
        "soldiers sent per month, set by choices", "person/month", per="senders", ge=0, default=0
    )


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Arrivals, person/month, never negative. Uses no randomness."""
    out: Flows = {("troops_sent", sender): p.deployment_rate[sender] for sender in p.senders}
    out["troops", p.recipient] = sum(out.values(), start=jnp.zeros(()))
    return out
