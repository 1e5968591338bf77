"""A stock changes at a rate that the scenario gives as an expression.

    d stock / dt = rate(stocks, numbers, dates)             d origin / dt = -rate, if there is an `origin`

`rate` is an expression of stocks, of the `numbers` beside it and of dates, in the unit of the stock per time; a condition
in it counts as 1 where it is true and 0 elsewhere: `share * revenue.ALA - (fighting > 0.5) * 3 bn USD/month`. Each number
is a belief, which an option changes like any other parameter (`NAME.numbers.share`). What leaves `origin` arrives in
`stock`, so that their sum does not change; a negative rate flows back. A transfer takes no more than there is.

The classical method of Runge and Kutta over the step, in which `stock` and `origin` move by this flow and all other stocks
keep their values: the error of a step is of the fifth order in its length, and of the first order in what other
mechanisms do meanwhile. Between the ends of a step a stock that is not negative is read as at least 0.

Assumes a rate without randomness. A stock without `origin` stops at its floor, and what the floor cut off is recorded. Do not
use it where a mechanism exists whose numbers have a meaning and a source of their own, nor for sudden changes (see `jump`).
Sources: kutta1901 (method); the scenario that writes the rate.
"""

from pydantic import field_validator, model_validator

from standoff import components
from standoff.components import Flows, Noise, PerDraw, PerMember, State, Time, jnp, limit_outflow, role, stock
from standoff.mechanisms._laws import rate_value, text_of

WRITES = {"{stock}": stock("{stock}"), "{origin}": stock("{stock}")}
READS = WRITES
EXAMPLE = {
    "stock": "tension",
    "origin": "calm",
    "rate": "contagion * tension * calm / 1 month",
    "numbers": {"contagion": "0.1 to 0.3"},
}


class Params(components.Params):
    stock: str = role("the stock that the flow fills: a name, or `name.holder`", of="stock")
    origin: str | None = role(
        "the stock that it comes from, in the same unit; default: none, the flow comes from outside",
        of="stock",
        default=None,
    )
    rate: str = components.rate("rate of the flow", unit="{stock}/month")
    numbers: PerMember = components.numbers("rate")

    _text = field_validator("rate", mode="before")(text_of)

    @model_validator(mode="after")
    def _apart(self) -> "Params":
        if self.stock == self.origin:
            raise ValueError(f"`{self.stock}` flows into itself; allowed: an `origin` other than `stock`")
        return self


def _moved(value: PerDraw, change: PerDraw) -> PerDraw:
    """A stock within the step; one that is not negative stays so."""
    return jnp.maximum(value + change, jnp.minimum(value, 0.0))


def rates(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """The flow at the beginning of the step, in the unit of the stock per month."""
    rate = rate_value(p.rate, p.numbers, s, {})
    return {p.stock: rate} if p.origin is None else {p.stock: rate, p.origin: -rate}


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Mean flow over the step, in the unit of the stock per month. No randomness."""

    def rate(amount: PerDraw) -> PerDraw:
        stocks = {p.stock: _moved(s[p.stock], amount)}
        if p.origin is not None:
            stocks[p.origin] = _moved(s[p.origin], -amount)
        return rate_value(p.rate, p.numbers, s, stocks)

    first = rate_value(p.rate, p.numbers, s, {})
    second = rate(first * t.dt / 2.0)
    third = rate(second * t.dt / 2.0)
    mean = (first + 2.0 * second + 2.0 * third + rate(third * t.dt)) / 6.0
    if p.origin is None:
        return {p.stock: mean}
    out = jnp.where(mean > 0, limit_outflow(mean, s[p.origin], t), -limit_outflow(-mean, s[p.stock], t))
    return {p.stock: out, p.origin: -out}
