"""A side runs short of something below a limit that lies below what it has borne.

    lowest'  = min(lowest, level) up to as_of, and stands from then on
    limit    = low + rank * (min(high, lowest) - low)                        (rank * lowest where lowest < low)
    short    = clip((limit - level) / limit, 0, 1) after as_of, 0 before     (gauge of the beginning of the step)

`level` is an expression of stocks and `numbers`, such as `troops.RUS / peak_troops.RUS`; `low` and `high` are the ends of
what sources say of its limit, uniform between them, and `rank` is where in it a future lies, `uniform(0, 1)`. As nobody
had run short by as_of, the limit lies below the lowest level until then: the uniform belief is cut off there, exactly
as Bayes' rule has it, at every `as_of` and in every variant. So no probability of running short lies in the first
month because of the limit alone. Give `lowest` an initial value above any level, and count only months of war with
`when: fighting > 0`.

What follows is for `consequences:` of a case to say; a stock that is half short has half of them. A requirement that
falls as an army adapts belongs in `level`.

Assumes that a shortage shows below a limit and not before it. If even `low` lies above what has been borne, the sources
are refuted, and the limit is uniform from 0 to that. Do not use it for what a side decides to spare, which is a choice.
Sources: assumption (form: Bayes' rule on a uniform belief); the scenario that gives low and high.
"""

from pydantic import field_validator

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
from standoff.mechanisms._laws import rate_value, text_of

READS = WRITES = {"{stock}": stock("1"), "{lowest}": stock("{lowest}")}
EXAMPLE = {
    "stock": "scarcity",
    "lowest": "tension",
    "level": "tension * need",
    "numbers": {"need": "0.8 to 1.2"},
    "low": 0.2,
    "high": 0.45,
    "rank": "uniform(0, 1)",
}


class Params(components.Params):
    stock: str = role("the gauge of the shortage, from 0 to 1", of="stock")
    lowest: str = role("the stock that keeps the lowest level up to as_of", of="stock")
    level: str = components.rate("what may run out", unit="{lowest}")
    numbers: PerMember = components.numbers("level")
    low: PerDraw = param("lowest limit that sources give", "{lowest}", ge=0)
    high: PerDraw = param("highest limit that sources give", "{lowest}", ge=0)
    rank: PerDraw = fraction("where between them the limit of a future lies")

    _text = field_validator("level", mode="before")(text_of)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Changes of the gauge and of the record over one step, 1/month. Uses no randomness."""
    level = rate_value(p.level, p.numbers, s, {})
    seen = jnp.logical_or(t.is_past, t.is_first)
    lowest = jnp.where(seen, jnp.minimum(s[p.lowest], level), s[p.lowest])
    inside = p.low + p.rank * (jnp.minimum(p.high, lowest) - p.low)
    limit = jnp.where(lowest < p.low, p.rank * lowest, inside)
    lacking = jnp.clip((limit - level) / jnp.where(limit > 0, limit, 1.0), 0.0, 1.0)
    return gauge_flows({p.stock: jnp.where(t.is_past, 0.0, lacking), p.lowest: lowest}, s, t)
