"""A stock grows or shrinks by a share of another stock, or of itself.

    d stock / dt = rate * driver

Constant during a step (Euler), so that two such processes on one stock add up: with rates a and b on itself a stock
grows by the factor 1 + (a + b) dt a step, and the books of each are its own share of that. `driver` has the unit of the
stock; where it is the stock itself the loop reinforces for a rate above zero and balances for one below.

Assumes a response without delay, saturation or threshold. Do not use it where the step is long beside 1 / rate, nor for
a stock that is drawn to a level (see `mean_reversion`).
Sources: assumption (form).
"""

from standoff import components
from standoff.components import Flows, Noise, PerDraw, State, Time, param, role, stock

WRITES = {"{stock}": stock("{stock}")}
READS = {"{driver}": stock("{stock}")}
EXAMPLE = {"stock": "tension", "driver": "tension", "rate": "0.01 to 0.03 1/month"}


class Params(components.Params):
    stock: str = role("the stock that changes: a name, or `name.holder`", of="stock")
    driver: str = role("the stock whose share is added, in the same unit", of="stock")
    rate: PerDraw = param("share per month; negative for a decline", "1/month")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Change of the stock per month, with the sign of `rate` times `driver`. No randomness."""
    return {p.stock: p.rate * s[p.driver]}
