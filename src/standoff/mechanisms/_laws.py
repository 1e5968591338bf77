"""Laws that several mechanisms share; the underscore keeps the file out of the registry."""

from collections.abc import Mapping
from typing import Any

from standoff import components, expression
from standoff.components import (
    DisturbanceSpec,
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    autoregression,
    fraction,
    gauge_flows,
    jnp,
    lognormal,
    noise,
    param,
    role,
    stock,
)

SLOWEST = 1e-12  # 1/month: keeps 0 / 0 away, and moves nothing by a digit that single precision holds
SUPPORT = {"support": stock("1", per="publics")}
SHELLS = {
    "shells": stock("shell", per="sides"),
    "shell_capacity": stock("shell/month", per="sides"),
    "firepower": stock("1", per="sides"),
    "fire": stock("shell/month", per="sides"),
}
MOOD = {"mood": noise(per="publics")}


def closed(passed: PerDraw) -> PerDraw:
    """Share of a distance closed in `passed` time constants: `1 - exp(-passed)`.

    As `2 x / (1 + x)` with `x = tanh(passed / 2)`, which is the same and as exact near 0 as `expm1`, at half its cost.
    """
    half = jnp.tanh(passed / 2.0)
    return 2.0 * half / (1.0 + half)


def approach(value: PerDraw, target: PerDraw, time: PerDraw, t: Time) -> PerDraw:
    """Exact change over a step of a value that approaches a target with a time constant."""
    return closed(t.dt / time) * (target - value)


def relax(value: PerDraw, gain: PerDraw, speed: PerDraw, t: Time) -> PerDraw:
    """Mean flow over the step of `d value / dt = gain - speed x value`, with constant inputs.

    Exact at any step length, so that `value` never passes its balance `gain / speed`; a speed of zero leaves the gain.
    """
    passed = jnp.maximum(speed, SLOWEST) * t.dt
    return (gain - speed * value) * (closed(passed) / passed)


def spread(volatility: PerDraw, speed: PerDraw, t: Time) -> PerDraw:
    """Standard deviation over the step of a mean-reverting stock.

    `volatility` is per square root of a month, `speed` 1/month. Sources: uhlenbeck1930.
    """
    slow = jnp.maximum(speed, SLOWEST)
    share = closed(slow * t.dt)
    return volatility * jnp.sqrt(share * (2.0 - share) / (2.0 * slow))  # 1 - exp(-2 x) = share (2 - share)


def power(base: PerDraw, exponent: PerDraw) -> PerDraw:
    """`base ** exponent`, 0 for base 0 and any exponent, with finite slopes there.

    Nobody inflicts or suffers anything where nobody is, hence 0 and not 1 for a zero base and a zero exponent.
    """
    positive = base > 0
    return jnp.where(positive, jnp.exp(exponent * jnp.log(jnp.where(positive, base, 1.0))), 0.0)


def probability(hazard: PerDraw, t: Time) -> PerDraw:
    """Probability of an event with constant hazard (1/month) in the step: 1 - exp(-hazard x dt)."""
    return closed(hazard * t.dt)


def happens(hazard: PerDraw, tail: PerDraw, t: Time) -> PerDraw:
    """Whether the event happens in the step, from a uniform number such as `Noise.upper_tail`."""
    return tail < probability(hazard, t)


def text_of(raw: Any) -> Any:
    """A rate as text; YAML reads one without a stock and a unit as a number."""
    return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def rate_value(
    rate: str | expression.Node,
    numbers: Mapping[str, PerDraw],
    s: State,
    instead: Mapping[str, PerDraw],
) -> PerDraw:
    """Value of an expression of stocks and `numbers`; stocks in `instead` have the values there."""

    def value(name: str) -> PerDraw:
        return numbers[name] if name in numbers else instead[name] if name in instead else s[name]

    node = expression.parse(rate) if isinstance(rate, str) else rate
    return jnp.asarray(expression.evaluate(node, value, lambda term: False, jnp), float)


def shell_flows(p: Any, side: str, demand: PerDraw, s: State, t: Time) -> tuple[PerDraw, Flows]:
    """Shells fired by a side per month, and flows of stock, production capacity and gauges.

    p: has `production_ceiling`, `ramp_time` and `import_rate`

    What is wanted is fired as far as stock and the month's supply reach. With nothing wanted, firepower is 1: nothing
    that was wanted went unfired.
    """
    supply = s["shell_capacity", side] * jnp.clip(s["funding", side], 0.0, 1.0) + p.import_rate[side]
    fired = jnp.minimum(demand, jnp.maximum(s["shells", side], 0.0) / t.dt + supply)
    firing = demand > 0
    share = jnp.where(firing, fired / jnp.where(firing, demand, 1.0), 1.0)
    growth = (p.production_ceiling[side] - s["shell_capacity", side]) / jnp.maximum(p.ramp_time[side], t.dt)
    return fired, {
        ("shells", side): supply - fired,
        ("shell_capacity", side): growth,
        **gauge_flows({("firepower", side): share, ("fire", side): fired}, s, t),
    }


def time_constant(doc: str, per: str | None = None) -> Any:
    """Declare a mean time or a time constant.

    A hundredth of a month is a few hours: below that, the change is at once (assumption).
    """
    return param(doc, "month", per=per, ge=0.01)


def persistence(per: str, of: str = "the pace") -> Any:
    """Declare the autocorrelation of a disturbance over a month."""
    return param(f"autocorrelation of {of} over a month", "1", per=per, ge=0, le=0.999, default=0)


def innovation(per: str, of: str = "the pace") -> Any:
    """Declare the standard deviation of the innovation of a disturbance in a month."""
    return param(
        f"standard deviation of the monthly innovation of the logarithm of {of}", "1", per=per, ge=0, le=2, default=0
    )


def passing(per: str, of: str = "the factor") -> Any:
    """Declare the standard deviation of the part of a month that does not last."""
    return param(f"standard deviation of {of} of one month that does not last", "1", per=per, ge=0, le=3, default=0)


def disturbance_flows(p: Any, specs: Mapping[str, DisturbanceSpec], s: State, z: Noise, t: Time) -> Flows:
    """Flows of the disturbances of every member that has one, 1/month."""
    return {
        (word, member): autoregression(
            s[word, member],
            getattr(p, spec.persistence)[member],
            getattr(p, spec.innovation_sd)[member],
            z[word, member],
            t,
        )
        for word, spec in specs.items()
        for member in p.members(spec.per)
    }


def disturbance_factor(
    p: Any, specs: Mapping[str, DisturbanceSpec], word: str, member: str, s: State, z: Noise, t: Time
) -> PerDraw:
    """Factor of a flow by the disturbance `word` of a member and the passing part of the step."""
    spec = specs[word]
    return jnp.exp(s[word, member]) * lognormal(getattr(p, spec.noise_sd)[member], z[spec.noise, member], t)


class Publics(components.Params):
    """Publics with mean-reverting support; other roles name the inputs of each, in their order."""

    publics: tuple[str, ...] = role("the publics with support")
    support_base: PerMember = fraction("long-run mean of support", per="publics")
    resilience: PerMember = param("speed of mean reversion", "1/month", per="publics", ge=0)
    volatility: PerMember = param("standard deviation of the random change in one month", "1", per="publics", ge=0)


def support_flow(
    p: Publics,
    public: str,
    s: State,
    t: Time,
    z: Noise,
    tiring: PerDraw | float = 0.0,
    rallying: PerDraw | float = 0.0,
) -> PerDraw:
    """Change of support, 1/month; without noise exact.

    tiring: share of the supporters lost a month; rallying: share of the others won a month
    """
    resilience = p.resilience[public]
    chance: PerDraw = p.volatility[public] * z["mood", public] / t.dt**0.5
    inflow = resilience * p.support_base[public] + rallying
    return relax(s["support", public], inflow, tiring + rallying + resilience, t) + chance
