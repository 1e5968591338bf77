"""Factors of constant elasticity, for several mechanisms. Underscore: not in the registry."""

from standoff import components
from standoff.components import jnp


def power(base: components.PerDraw, exponent: components.PerDraw) -> components.PerDraw:
    """`base ** exponent`, 0 for base 0 and any exponent, with finite slopes there.

    Nobody inflicts or suffers anything where nobody is, hence 0 and not 1 for a zero base and a zero exponent.
    """
    there = base > 0
    return jnp.where(there, jnp.exp(exponent * jnp.log(jnp.where(there, base, 1.0))), 0.0)
