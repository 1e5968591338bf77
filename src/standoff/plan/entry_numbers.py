"""Resolve `numbers` of an entry: uncertain numbers that its conditions and values name.

Each is a belief in a unit of its own, and a parameter like any other: `choices.ALA.numbers.alarm`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from standoff import beliefs, components, expression
from standoff.beliefs import Belief
from standoff.errors import StandoffError, did_you_mean
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import add_belief
from standoff.plan.rates import check_name, likely_names, own_unit
from standoff.yaml_reader import Path_


def add_numbers(
    draft: PlanBuilder, path: Path_, written: Mapping[str, Belief], sources: tuple[str, ...], of: str
) -> dict[str, int]:
    """Register the `numbers` of the entry at `path`; those with a wrong name are left out.

    of: where they stand, in words
    """
    out = {}
    for name, belief in written.items():
        here = (*path, components.NUMBERS, name)
        index = add_belief(draft, here, belief, own_unit(draft, belief), sources, doc=f"{name}, a number in {of}")
        if check_name(draft, here, name):
            out[name] = index
    return out


def check_use(draft: PlanBuilder, path: Path_, numbers: Collection[str], used: Collection[str], of: str) -> None:
    """Report `numbers` of the entry at `path` that nothing names."""
    meant = likely_names(draft, numbers, used)
    for name in numbers:
        if name not in used and name not in meant:
            draft.report(
                (*path, components.NUMBERS, name),
                f"`{name}` stands in no {of}",
                f"numbers that a {of} names",
                did_you_mean(name, used) or "name it there, or leave it out",
            )


def names_in(draft: PlanBuilder, *texts: str | None) -> tuple[str, ...]:
    """Names of stocks and numbers in expressions; none in those that cannot be read."""
    out: list[str] = []
    for text in texts:
        try:
            node = expression.parse(beliefs.split_sources(text or "0")[0], draft.scenario.units)
        except StandoffError:
            continue  # reported where the expression is planned
        out += expression.stock_names(node)
    return tuple(dict.fromkeys(out))
