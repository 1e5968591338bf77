"""A stock jumps at random times by a random amount or share: a compound Poisson process.

    jumps_in_step ~ Poisson(rate * dt)                      P(at least one in a step) = 1 - exp(-rate * dt)
    size:     stock -> stock +- scale * size_1 +- ... +- scale * size_jumps
    share:    stock -> stock * (1 +- scale * share_1) * ... * (1 +- scale * share_jumps)

`rate` is an expression of stocks, `numbers` and dates, per time: `5 %/year`, `base * (fighting > 0.5)`. It is taken at the
beginning of the step. `size` is an amount in the unit of the stock, `share` a share of the stock at the jump; either is a
belief of 0 or more from which every jump draws anew, and `direction` says whether the stock rises or falls by it. `scale` is
one number in every future, what options and levers act on.

The number of jumps in a step is exact up to four, each with a size of its own; a fifth and later ones are left out, which
is 0.4 % of all jumps at one a step and 3.4 % at two. A share falls to nothing at most; an amount falls to the floor of the
stock, and what the floor cut off is recorded.

Assumes jumps that do not know of one another, given the rate. Do not use it for an event that is on for a time
(see `conflict_onset`), nor for what an actor decides.
Sources: lewis1979 (random times at a rate that varies); the scenario that gives rate and size.
"""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from standoff import beliefs, components
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    gauge_flows,
    jnp,
    noise,
    param,
    role,
    stock,
)
from standoff.mechanisms._laws import closed, rate_value, text_of

SIZES = ("size_1", "size_2", "size_3", "size_4")  # of the first jumps of a step
WRITES = {"{stock}": stock("{stock}")}
READS = WRITES
NOISE = {"jump": noise(), **{name: noise() for name in SIZES}}
EXAMPLE = {
    "stock": "tension",
    "rate": "base / 1 month",
    "numbers": {"base": "0.01 to 0.05"},
    "share": "0.1 to 0.3",
    "direction": "down",
}


class Params(components.Params):
    stock: str = role("the stock that jumps: a name, or `name.holder`", of="stock")
    rate: str = components.rate("mean number of jumps per time, at least 0", unit="1/month", ge=0)
    numbers: PerMember = components.numbers("rate")
    size: Any = components.distribution("amount of a jump; give this or `share`", unit="{stock}")
    share: Any = components.distribution("jump as a share of the stock; give this or `size`", unit="1")
    direction: Literal["up", "down"] = Field("up", description="whether the stock rises or falls")
    scale: PerDraw = param("factor of every size", "1", ge=0, default=1)

    _text = field_validator("rate", mode="before")(text_of)
    _belief = field_validator("size", "share", mode="before")(components.read_distribution)

    @model_validator(mode="after")
    def _either(self) -> "Params":
        if (self.size is None) == (self.share is None):
            raise ValueError("`size` and `share` are both given, or both missing; allowed: one of them")
        if self.direction == "down" and self.share is not None and _end(self.share, 0.95) > 1:
            raise ValueError(f"a fall by a `share` of {self.share}; allowed: shares up to 100 %")
        return self


def _end(belief: beliefs.Belief, p: float) -> float:
    """Quantile of a belief, with the factor of its unit if that is a share."""
    return belief.quantile(p) * (0.01 if belief.unit in ("%", "percent") else 1.0)


def counts(expected: PerDraw, tail: PerDraw) -> list[PerDraw]:
    """Whether there are at least 1, 2, ... jumps in a step, from a uniform number.

    expected: mean number of jumps in the step
    """
    out, fewer, term = [], closed(expected), jnp.exp(-expected)
    for n in range(1, len(SIZES) + 1):
        out.append(tail < fewer)
        term = term * expected / n
        fewer = fewer - term
    return out


def _distribution(value: Any) -> components.Distribution:
    return components.Distribution.of(value.quantile) if isinstance(value, beliefs.Belief) else value


def _sign(p: Params) -> float:
    return 1.0 if p.direction == "up" else -1.0


def rates(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Mean change of the stock per month at the beginning of the step."""
    rate = rate_value(p.rate, p.numbers, s, {})
    mean = p.scale * _distribution(p.share if p.size is None else p.size).mean
    return {p.stock: _sign(p) * rate * (mean * s[p.stock] if p.size is None else mean)}


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Jumps of the step, in the unit of the stock per month."""
    expected = rate_value(p.rate, p.numbers, s, {}) * t.dt
    size, new = _distribution(p.share if p.size is None else p.size), s[p.stock]
    for happens, name in zip(counts(expected, z.upper_tail("jump")), SIZES, strict=True):
        change = _sign(p) * p.scale * size.value(z[name])
        after = new * jnp.maximum(1.0 + change, 0.0) if p.size is None else new + change
        new = jnp.where(happens, after, new)
    return gauge_flows({p.stock: new}, s, t)
