"""A payoff given by expressions in the scenario, for reasons of no other kind.

    payoff(option) = value of that option's expression

Expressions may read stocks as the actor believes them, numbers with units, what others have done, and how they are
expected to react: `did(USA in [advance])` is 1 while that option is in force, `USA in [advance]` its probability. The
result has no unit, and is linear in those probabilities. Options that are not named have the payoff 0. Do not use it
where a kind of reason exists: a named kind can be compared
between cases.
Sources: the scenario that writes it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator

from standoff import components, expression
from standoff.components import Others, PerDraw, State, jnp, role
from standoff.errors import StandoffError

EXAMPLE = {"value": {"arms": "0.5 * (1 - cohesion)", "troops": "1 - cohesion"}}


class Params(components.Params):
    value: dict[str, str] = role("option -> expression, utility units", of="expression")

    @field_validator("value", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        kinds = (int, float)
        return {
            key: str(text) if isinstance(text, kinds) and not isinstance(text, bool) else text
            for key, text in value.items()
        }

    @field_validator("value")
    @classmethod
    def _readable(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for text in value.values():
            try:
                expression.parse(text)
            except StandoffError as error:
                raise ValueError(error.problems[0].what) from None
        return value


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option. Deterministic; linear in `others`."""
    if option not in p.value:
        return 0.0 * jnp.asarray(1.0)

    def expected(term: expression.ChoiceTerm) -> PerDraw:
        values = others.acts if term.act else others.values
        return sum((values[term.choice, word] for word in term.options), start=jnp.asarray(0.0))

    return expression.evaluate(expression.parse(p.value[option]), s.__getitem__, expected, jnp)
