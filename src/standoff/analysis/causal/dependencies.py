"""Dependencies of components: stocks that they read, parameters that options change."""

from __future__ import annotations

from collections.abc import Iterator

from standoff import expression
from standoff.plan import Component, Plan, PlannedChoice, PlannedQuestion


def condition_stocks(item: Component | PlannedChoice) -> tuple[str, ...]:
    """Stocks in the `when` condition of a process or a choice."""
    return () if item.when is None else expression.stock_names(item.when)


def reason_stocks(choice: PlannedChoice) -> tuple[str, ...]:
    """Stocks that the reasons of a choice read."""
    return tuple(dict.fromkeys(cell for reason in choice.reasons for cell in reason.part.reads))


def parameter(plan: Plan, target: int) -> str:
    """A parameter without its member: `aid.money` of `mechanisms.aid.money.USA`."""
    return ".".join(plan.parameters[target].path.split(".")[1:3])


def owners(plan: Plan, target: int) -> set[str]:
    """The processes of a parameter; several share it by `same_as`."""
    out = {parameter(plan, target).partition(".")[0]}
    for part in plan.mechanisms:
        for where in part.parameter_index.values():
            if target == where or (not isinstance(where, int) and target in where.values()):
                out.add(part.name)
    return out


def changed_parameters(plan: Plan) -> Iterator[tuple[str, int]]:
    """Parameters that options change, by name and index."""
    for choice in plan.choices:
        for effects in choice.effects:
            for effect in effects:
                yield parameter(plan, effect.target), effect.target


def choices_behind(plan: Plan, question: PlannedQuestion) -> tuple[int, ...]:
    """Choices on which an answer can depend, directly or through stocks and other choices."""
    names = [choice.name for choice in plan.choices]
    stocks = {cell for node in question.expressions.values() for cell in expression.stock_names(node)}
    choices = {names.index(choice.name) for choice in plan.choices_of(question)}
    while True:
        processes = [part for part in plan.mechanisms if stocks & set(part.writes)]
        moved = {part.name for part in processes}
        near = {
            c
            for c, choice in enumerate(plan.choices)
            if any(owners(plan, effect.target) & moved for option in choice.effects for effect in option)
        }
        deciders = [plan.choices[c] for c in choices | near]
        near |= {names.index(other) for choice in deciders for other in choice.after}
        near |= {names.index(other) for choice in deciders for reason in choice.reasons for other in reason.others}
        read = {cell for part in processes for cell in (*part.reads, *condition_stocks(part))}
        read |= {cell for choice in deciders for cell in (*reason_stocks(choice), *condition_stocks(choice))}
        if read <= stocks and near <= choices:
            return tuple(sorted(choices))
        stocks, choices = stocks | read, choices | near
