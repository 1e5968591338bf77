"""An occasion brings one of its outcomes: once its condition holds, or at random.

    P(it comes in a step) = 1 - exp(-rate * dt)             while none of its outcomes stands; without a rate: 1
    P(outcome i | it comes) = chance_i / sum of the chances
    P(the outcome is over in a step) = 1 - exp(-end_rate * dt)

The gauge of the outcome is 1 from the end of that step, and the others are 0. `rate` is an expression of stocks, `numbers`
and dates, at the beginning of the step. Outcomes without a chance share equally what the others leave of 1. With an
`end_rate` of 0 an outcome stands for good; else the occasion may come again once it is over.

A case writes it in `occasions:`, which declares its gauges and gives its outcomes their effects.

Assumes chances that do not depend on the state: let options or outcomes change them by `effects`. Do not use it for what an
actor decides (a choice), nor for a random change of a stock (see `jump`).
Sources: lewis1979 (random times at a rate that varies); the scenario that gives rate and chances.
"""

from typing import Any

from standoff import components
from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, fraction, jnp, noise, param, role, stock
from standoff.mechanisms._laws import happens, probability, rate_value

WRITES = {"{occasion}": stock("1", per="outcomes")}
READS = WRITES
NOISE = {"outcome": noise(), "end": noise()}
EXAMPLE = {
    "occasion": "succession",
    "outcomes": ["heir", "rival"],
    "rate": "base * (1 + age) / 1 year",
    "numbers": {"base": "0.04 to 0.08", "age": "0 to 1"},
    "chance": {"heir": "0.5 to 0.8"},
}


class Params(components.Params):
    occasion: str = role("the stock with a gauge of each outcome", of="key")
    outcomes: tuple[str, ...] = role("what it may bring", of="key")
    rate: Any = components.rate("how often it comes; without one, at once", unit="1/month", ge=0, default=None)
    numbers: PerMember = components.numbers("rate")
    chance: PerMember = fraction("chance of an outcome once it comes", per="chance", default={})
    end_rate: PerDraw = param("rate at which an outcome is over", "1/month", ge=0, default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Gauges of the outcomes as flows over one step, 1/month. Noises `outcome` and `end`."""
    none = jnp.zeros(())
    stated, others = sum(p.chance.values(), start=none), len(p.outcomes) - len(p.chance)
    left = jnp.maximum(1.0 - stated, 0.0) / max(others, 1)
    comes = 1.0 if p.rate is None else probability(rate_value(p.rate, p.numbers, s, {}), t)
    unit = comes / jnp.maximum(stated + others * left, 1e-12)  # if no outcome has a chance, none comes
    over, tail = happens(p.end_rate, z.upper_tail("end"), t), z.upper_tail("outcome")
    pending = sum((s[p.occasion, outcome] for outcome in p.outcomes), start=none) <= 0
    out, below = Flows(), none
    for outcome in p.outcomes:
        now, above = s[p.occasion, outcome], below + unit * p.chance.get(outcome, left)
        drawn = jnp.where((tail >= below) & (tail < above), 1.0, 0.0)
        new = jnp.where(pending, drawn, jnp.where(over, 0.0, now))
        out[p.occasion, outcome], below = components.gauge_flow(new, now, t), above
    return out
