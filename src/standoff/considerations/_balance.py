"""Believed strength of two sides, for the considerations that weigh it.

    log strength_i = sum over means of weight_means * log(1 + means_i)      (means: troops, equipment, shells)

Adding one person, item or shell keeps the logarithm finite at zero and is lost in the rounding of any real stock.
"""

from collections.abc import Mapping
from functools import reduce
from operator import add

from standoff import parts
from standoff.parts import jnp, stock

READS = {
    "troops": stock("person", per="sides"),
    "equipment": stock("item", per="sides"),
    "shells": stock("shell", per="sides"),
}


def log_ratio(s: parts.State, sides: tuple[str, str], weights: Mapping[str, parts.Scalar]) -> parts.Scalar:
    """Logarithm of the first side's believed strength over the second's, unit 1; 0 where they are equal."""

    def ahead(means: str) -> parts.Scalar:
        first, second = (jnp.log1p(jnp.maximum(s[means, side], 0.0)) for side in sides)
        return first - second

    return reduce(add, (weight * ahead(means) for means, weight in weights.items()))


def logistic(x: parts.Scalar) -> parts.Scalar:
    """`1 / (1 + exp(-x))`, from 0 to 1, finite with finite gradient for every x."""
    return 0.5 * (1.0 + jnp.tanh(0.5 * x))
