"""Factors of constant elasticity, for several mechanisms; the underscore keeps this file out of the registry."""

from standoff import components
from standoff.components import jnp


def power(base: components.PerDraw, exponent: components.PerDraw) -> components.PerDraw:
    """`base ** exponent` for a base that may be zero, where it is zero for every exponent; slopes stay finite there.

    Nobody inflicts or suffers anything where nobody is, hence 0 and not 1 for a zero base and a zero exponent.
    """
    there = base > 0
    return jnp.where(there, jnp.exp(exponent * jnp.log(jnp.where(there, base, 1.0))), 0.0)
