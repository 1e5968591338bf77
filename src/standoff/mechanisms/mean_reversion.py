"""A stock fluctuates around a mean (Ornstein-Uhlenbeck), without an explanation.

    d stock = (speed * (mean - stock) + push) dt + volatility dW

Stepped by its exact solution, so that the step does not change its distribution: mean `mean + push / speed`, standard
deviation `volatility / sqrt(2 * speed)` in the long run. `push` is a steady outside pressure, 0 as a rule: what a
choice or a variant acts on. With a speed of 0 it is a random walk, which `push` moves steadily.

For a stock of any unit, which `mean`, `volatility` and `push` then have too: `stock: fighting`, or `stock: troops.ALA`
for that of one holder. Several holders take an entry each, and have shocks of their own.

Assumes Gaussian shocks without jumps; the stock knows no bounds, so give shares a mean and a standard deviation that
keep it inside, or bound the stock in the scenario. Do not use it for prices that jump or trend, nor for holders whose
shocks come together.
Sources: uhlenbeck1930 (form and closed form).
"""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, State, Time, noise, param, role, stock
from standoff.mechanisms._laws import relax, spread

WRITES = {"{stock}": stock("{stock}")}
READS = WRITES
NOISE = {"shock": noise(scale="volatility")}
EXAMPLE = {"stock": "tension", "mean": "0.2 to 0.4", "speed": "0.05 to 0.2 1/month", "volatility": "0.02 to 0.06"}


class Params(components.Params):
    stock: str = role("the stock: a name, or `name.holder`", of="stock")
    mean: PerDraw = param("mean", "{stock}")
    speed: PerDraw = param("speed of mean reversion", "1/month", source="uhlenbeck1930", ge=0)
    volatility: PerDraw = param(
        "standard deviation of a month's change without mean reversion (per square root of a month)",
        "{stock}",
        source="uhlenbeck1930",
        ge=0,
    )
    push: PerDraw = param("steady outside pressure", "{stock}/month", default=0)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of the stock per month, with exact mean and variance over the step; one shock."""
    pull = relax(s[p.stock], p.speed * p.mean + p.push, p.speed, t)
    return {p.stock: pull + spread(p.volatility, p.speed, t) * z["shock"] / t.dt}
