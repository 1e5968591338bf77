"""Dimensional analysis of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from standoff import units
from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited
from standoff.expression.nodes import ChoiceTerm, ClockTerm, Compare, Dims, Logic, Name, Node, Number, ParameterTerm

TIME = units.parse("month").dims
NONE: Mapping[str, str] = MappingProxyType({})


def dimensions(
    node: Node,
    stocks: Mapping[str, units.Unit],
    text: str,
    chosen_counts: bool = False,
    truth_counts: bool = False,
    numbers: Mapping[str, str] = NONE,
) -> Dims | None:
    """Dimensions of the value (None for a condition); raises `ScenarioError` for misfits.

    With `chosen_counts`, `choice in [option]` is a number without unit: the probability that it is chosen. With
    `truth_counts`, a condition inside a sum or product is 1 where it is true and 0 elsewhere. `numbers` are the names in
    `stocks` that are numbers of the entry, each with its value and line, for messages.
    """

    def fail(what: str, allowed: str = "", fix: str = "") -> ScenarioError:
        return ScenarioError(Problem(f"in the expression `{text}`: {what}", allowed=allowed, fix=fix))

    def number(child: Node) -> Dims:
        dims = visit(child)
        if dims is None and truth_counts:
            return ()
        if dims is None:
            raise fail("a condition where a number is needed")
        return dims

    def same(left: Node, right: Node) -> Dims:
        a, b = number(left), number(right)
        if a != b:
            misfits = [
                _misfit(node.name, numbers[node.name], other)
                for node, other in ((left, b), (right, a))
                if isinstance(node, Name) and node.name in numbers
            ]
            raise fail(
                f"`{units.show(a)}` and `{units.show(b)}` do not fit together",
                "equal units on both sides",
                next(iter(misfits), ""),
            )
        return a

    def unknown(name: str) -> ScenarioError:
        meant = did_you_mean(name, stocks)
        if meant and meant == did_you_mean(name, numbers):
            meant = meant.replace("did you mean", "did you mean the number")
        return fail(f"unknown {'name' if numbers else 'stock'} `{name}`", join_limited(stocks), meant)

    def visit(child: Node) -> Dims | None:
        if isinstance(child, Number):
            return child.dims
        if isinstance(child, Name | ParameterTerm):
            if child.name not in stocks:
                raise unknown(child.name)
            return stocks[child.name].dims
        if isinstance(child, ChoiceTerm):
            return () if chosen_counts else None
        if isinstance(child, ClockTerm):
            return None if child.is_condition else TIME if child.function == "since" else ()
        if isinstance(child, Compare):
            same(child.left, child.right)
            return None
        if isinstance(child, Logic):
            if any(visit(argument) is not None for argument in child.arguments):
                raise fail(f"`{child.op}` needs a condition on each side, such as a comparison")
            return None
        if child.function in {"+", "-", "min", "max"}:
            return same(child.arguments[0], child.arguments[1])
        dims = [number(argument) for argument in child.arguments]
        if child.function in {"*", "/"}:
            a, b = units.Unit("", 1.0, dims[0]), units.Unit("", 1.0, dims[1])
            return a.times(b, 1 if child.function == "*" else -1).dims
        if child.function in {"neg", "abs"}:
            return dims[0]
        if any(dims):
            raise fail(f"`{child.function}` needs numbers without a unit", "divide by a reference first")
        return ()

    return visit(node)


def _misfit(name: str, value: str, needed: Dims) -> str:
    """What to do about a number whose unit does not fit the other side."""
    unit = f"a unit of the kind of `{units.show(needed)}`" if needed else "no unit, or `%`"
    return f"the number `{name}` ({value}) needs {unit} here"
