"""Restrictions of options in the words of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.plan import labels
from standoff.scenario import option_words

if TYPE_CHECKING:
    from standoff.plan import Plan


def option_limit(plan: Plan, choice: str, option: str) -> str:
    """When an option can be chosen or left, in texts of options and stocks; may be empty."""
    item = plan.scenario.choices[choice]
    texts = {name: f"“{labels.option(plan, choice, name)}”" for name in item.options}
    return option_words.restriction(item, option, texts, {cell: _stock(plan, cell) for cell in plan.cells})


def _stock(plan: Plan, cell: str) -> str:
    """A stock by its own text, if it has one, or by its name and holder."""
    known = plan.scenario.stocks.get(cell)
    return f"“{known.text}”" if known is not None and known.text else labels.held_stock(plan, cell)
