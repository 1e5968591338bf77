"""Each side updates its expectation of the length and cost of a war after surprises.

    d months_at_war / dt     = 1 while fighting > min_intensity, else 0
    overrun_length_i         = log+(months_at_war / expected_months_i)      log+ x = max(0, log x)
    overrun_losses_i         = log+(losses_i / expected_losses_i)
    d learned_length_i / dt  = learning_rate_i * (overrun_length_i - learned_length_i)    (never below 0)
    d learned_losses_i / dt  = learning_rate_i * (overrun_losses_i - learned_losses_i)    (never below 0)
    war_overrun_i            = length_weight * overrun_length_i + (1 - length_weight) * overrun_losses_i
    surprise_i               = length_weight * (overrun_length_i - learned_length_i)
                               + (1 - length_weight) * (overrun_losses_i - learned_losses_i)   (neither below 0)
    opportunity              = 1 - exp(-sum_i opportunity_per_surprise_i * surprise_i)

`expected_months` and `expected_losses` are what the side expected of the whole war when it began; what it expects now
is `expected * exp(learned)`, which follows what came as in adaptive expectations, in logarithms. `war_overrun` is how
far off the first expectation was, in log units (2.3 is tenfold), `surprise` what is not yet learned of it; both are
gauges of the state at the beginning of the step. While a war lasts, what came is only a lower bound of what it will be,
hence log+: a war that is still shorter than expected surprises nobody here. `opportunity` is a gauge of the room that
the surprises open for those who might help, 0 to 1: it rises as the war goes otherwise than planned, and closes again
as the sides learn. Reasons read it, such as `value: {more: opportunity}` of the consideration `expression`.

For what came held constant, overrun - learned falls as exp(-learning_rate * t), exactly at any step; for what grows at
a rate g it comes to rest at g / learning_rate, so that a war that grows ever more slowly surprises ever less.

Assumes that a side knows its own losses, and that both measures are learned at one speed. Months count whichever war
`fighting` is about: use one such mechanism in a scenario. Do not use it for what a side thinks of its chances to win,
which is a belief about stocks.
Sources: cagan1956 (adaptive expectations), blainey1988 (wars begin with rival hopes of a short one), fearon1995
(misjudgement as a cause of war); the rest is assumption.
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
    gauge_flows,
    jnp,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import closed, relax

WRITES = {
    "months_at_war": stock("month"),
    **dict.fromkeys(("learned_length", "learned_losses", "war_overrun", "surprise"), stock("1", per="sides")),
    "opportunity": stock("1"),
}
READS = {**WRITES, "losses": stock("person", per="sides"), "fighting": stock("1")}
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "expected_months": {"RUS": "0.1 to 1.5 month", "UKR": "1 to 9 month"},
    "expected_losses": {"RUS": "2000 to 20000 person", "UKR": "5000 to 40000 person"},
    "learning_rate": "0.05 to 0.3 1/month",
    "length_weight": "0.3 to 0.7",
    "min_intensity": 0.05,
    "opportunity_per_surprise": {"RUS": "0.3 to 1", "UKR": "0 to 0.4"},
}


class Params(components.Params):
    sides: tuple[str, ...] = role("the sides at war with expectations")
    expected_months: PerMember = param(
        "expected length of the war at its beginning", "month", per="sides", source="blainey1988", ge=0.01
    )
    expected_losses: PerMember = param(
        "expected own losses of the whole war at its beginning", "person", per="sides", ge=1
    )
    learning_rate: PerMember = param(
        "learning rate of the expectation", "1/month", per="sides", source="cagan1956", ge=0
    )
    length_weight: PerDraw = fraction("weight of the length against that of losses")
    min_intensity: PerDraw = fraction("fighting below which a month is not at war")
    opportunity_per_surprise: PerMember = param(
        "willingness to aid per unit of a side's surprise", "1", per="sides", ge=0
    )


def log_overrun(actual: PerDraw, expected: PerDraw) -> PerDraw:
    """Log of actual over expected, 0 if the expectation is not exceeded."""
    return jnp.log(jnp.maximum(actual / expected, 1.0))


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of learned expectations and of the gauges, 1/month. Uses no randomness."""
    out: Flows = {"months_at_war": jnp.where(s["fighting"] > p.min_intensity, 1.0, 0.0)}
    room = jnp.zeros(())
    for side in p.sides:
        war_overrun, surprise = jnp.zeros(()), jnp.zeros(())
        for learned, weight, overrun in (
            ("learned_length", p.length_weight, log_overrun(s["months_at_war"], p.expected_months[side])),
            ("learned_losses", 1.0 - p.length_weight, log_overrun(s["losses", side], p.expected_losses[side])),
        ):
            ahead = jnp.maximum(overrun - s[learned, side], 0.0)
            out[learned, side] = relax(-ahead, jnp.zeros(()), p.learning_rate[side], t)
            war_overrun, surprise = war_overrun + weight * overrun, surprise + weight * ahead
        out |= gauge_flows({("war_overrun", side): war_overrun, ("surprise", side): surprise}, s, t)
        room = room + p.opportunity_per_surprise[side] * surprise
    return out | gauge_flows({"opportunity": closed(room)}, s, t)
