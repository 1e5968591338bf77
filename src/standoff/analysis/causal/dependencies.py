"""Dependencies of components: stocks that they read, parameters that options change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.plan import Component, Plan, PlannedChoice


def condition_stocks(item: Component | PlannedChoice) -> tuple[str, ...]:
    """Stocks in the `when` condition of a process or a choice."""
    return () if item.when is None else expression.stock_names(item.when)


def reason_stocks(choice: PlannedChoice) -> tuple[str, ...]:
    """Stocks that the reasons of a choice read."""
    return tuple(dict.fromkeys(cell for reason in choice.reasons for cell in reason.part.reads))


def parameter(plan: Plan, target: int) -> str:
    """A parameter without its member: `aid.money` of `mechanisms.aid.money.USA`."""
    return ".".join(plan.parameters[target].path.split(".")[1:3])


def owner(plan: Plan, target: int) -> str:
    """The process of a parameter."""
    return parameter(plan, target).partition(".")[0]


def changed_parameters(plan: Plan) -> Iterator[tuple[str, int]]:
    """Parameters that options change, by name and index."""
    for choice in plan.choices:
        for effects in choice.effects:
            for effect in effects:
                yield parameter(plan, effect.target), effect.target
