"""A stock that records the highest level another stock has had.

    stock(t) = max(stock(start), max of `of` over all steps that began before t)

Read it to ask how far a stock has fallen from its peak: `troops.ALA < 0.5 * peak_troops.ALA`. A new high of a step is
on record from the next step on. For a stock of any unit, `fighting` or `troops.ALA`; every holder takes an entry.

Assumes that the record counts from the start of the scenario, or from when the condition `when` holds. Do not use it
for a level that a newer, lower one should replace.
Sources: assumption (form: the definition of a maximum; there is no parameter).
"""

from standoff import components
from standoff.components import Flows, Noise, State, Time, jnp, role, stock

WRITES = {"{stock}": stock("{stock}")}
READS = {"{of}": stock("{stock}"), "{stock}": stock("{stock}")}
EXAMPLE = {"stock": "tension", "of": "cohesion"}


class Params(components.Params):
    stock: str = role("the stock that keeps the record: a name, or `name.holder`", of="stock")
    of: str = role("the stock whose highest level is recorded, in the same unit", of="stock")


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Rise of the record per month, never below zero. No randomness."""
    return {p.stock: jnp.maximum(s[p.of] - s[p.stock], 0.0) / t.dt}
