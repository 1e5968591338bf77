"""Restrictions of options in the words of a case, and the option that an actor cannot leave."""

from __future__ import annotations

from standoff.plan import Plan, PlannedChoice, labels
from standoff.scenario import option_words


def option_limit(plan: Plan, choice: str, option: str) -> str:
    """When an option can be chosen or left, in texts of options and stocks; may be empty."""
    item = plan.scenario.choices[choice]
    texts = {name: f"“{labels.option(plan, choice, name)}”" for name in item.options}
    return option_words.restriction(item, option, texts, {cell: _stock(plan, cell) for cell in plan.cells})


def _stock(plan: Plan, cell: str) -> str:
    """A stock by its own text, if it has one, or by its name and holder."""
    known = plan.scenario.stocks.get(cell)
    return f"“{known.text}”" if known is not None and known.text else labels.held_stock(plan, cell)


def at_as_of(plan: Plan, choice: PlannedChoice) -> int:
    """The option in force at as_of."""
    first = plan.first_future_step
    return choice.imposed_options[first - 1] if first else choice.status_quo


def bound(plan: Plan, choice: PlannedChoice, step: int) -> tuple[int, int]:
    """The option that cannot be left at a step, -1 for none, and the step at which it can.

    It is observed, set by a person or the scenario, or one in force at as_of that lasts.
    """
    first, limits, steps = plan.first_future_step, choice.restrictions, len(choice.is_free)
    imposed = [max(pair) for pair in zip(choice.imposed_options, choice.held or (-1,) * steps, strict=True)]
    until = next((k for k in range(step, steps) if imposed[k] != imposed[step]), steps)
    if imposed[step] >= 0 or limits is None:
        return imposed[step], until
    option = at_as_of(plan, choice)
    since = next((k for k in range(first - 1, 0, -1) if imposed[k - 1] != imposed[k]), limits.since)
    until = steps if limits.irreversible[option] else min(since + limits.lasts[option], steps)
    return (option, until) if step < until else (-1, 0)
