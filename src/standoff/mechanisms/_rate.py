"""Values of the expression of a mechanism in a state. Underscore: not in the registry."""

from collections.abc import Mapping
from typing import Any

from standoff import components, expression
from standoff.components import jnp


def text_of(raw: Any) -> Any:
    """A rate as text; YAML reads one without a stock and a unit as a number."""
    return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def rate_value(
    rate: str | expression.Node,
    numbers: Mapping[str, components.PerDraw],
    s: components.State,
    instead: Mapping[str, components.PerDraw],
) -> components.PerDraw:
    """Value of an expression of stocks and `numbers`; stocks in `instead` have the values there."""

    def value(name: str) -> components.PerDraw:
        return numbers[name] if name in numbers else instead[name] if name in instead else s[name]

    node = expression.parse(rate) if isinstance(rate, str) else rate
    return jnp.asarray(expression.evaluate(node, value, lambda term: False, jnp), float)
