"""Nodes of expressions, and their static properties."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Dims: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Number:
    """A number in canonical units, with its dimensions."""

    value: float
    dims: Dims


@dataclass(frozen=True)
class Name:
    """A stock."""

    name: str


@dataclass(frozen=True)
class ChoiceTerm:
    """Whether a choice has one of some options in force."""

    choice: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class ClockTerm:
    """A value of the calendar: `date >= 2025-01-20`, `year`, `after(event)`, `since(event)`.

    `function` is `year`, `after`, `since`, or the comparison of `date`; `argument` is a date or an event.
    """

    function: str
    argument: str = ""

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false, and no number."""
        return self.function not in {"year", "since"}

    @property
    def name(self) -> str:
        """Its text, by which evaluation looks it up as it looks up a stock."""
        if self.function in {"after", "since"}:
            return f"{self.function}({self.argument})"
        return f"date {self.function} {self.argument}" if self.argument else self.function


@dataclass(frozen=True)
class ParameterTerm:
    """A number of the scenario, by its path such as `choices.ALA.numbers.alarm`."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function or operator applied to its arguments: `+ - * / ^ neg min max abs log exp sqrt`."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Compare:
    """`left op right`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Logic:
    """`and`, `or`, `not`."""

    op: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | ParameterTerm | ChoiceTerm | ClockTerm | Call | Compare | Logic


def stock_names(node: Node) -> tuple[str, ...]:
    """Stocks of the expression, in order of appearance, once each."""
    if isinstance(node, Name):
        return (node.name,)
    texts: list[str] = []
    for child in _children(node):
        texts += [name for name in stock_names(child) if name not in texts]
    return tuple(texts)


def choice_terms(node: Node) -> tuple[ChoiceTerm, ...]:
    """Choices of the expression."""
    if isinstance(node, ChoiceTerm):
        return (node,)
    return tuple(result for child in _children(node) for result in choice_terms(child))


def clock_terms(node: Node) -> tuple[ClockTerm, ...]:
    """Values of the calendar in the expression, in order of appearance, once each."""
    if isinstance(node, ClockTerm):
        return (node,)
    return tuple(dict.fromkeys(term for child in _children(node) for term in clock_terms(child)))


def parameter_paths(node: Node) -> tuple[str, ...]:
    """Paths of the numbers of the scenario in the expression, in order of appearance, once each."""
    if isinstance(node, ParameterTerm):
        return (node.name,)
    return tuple(dict.fromkeys(path for child in _children(node) for path in parameter_paths(child)))


def with_parameters(node: Node, paths: Mapping[str, str]) -> Node:
    """The expression with numbers of the scenario, by path, in place of their names."""
    if isinstance(node, Name):
        return ParameterTerm(paths[node.name]) if node.name in paths else node
    if isinstance(node, Compare):
        return Compare(node.op, with_parameters(node.left, paths), with_parameters(node.right, paths))
    if isinstance(node, Call):
        return Call(node.function, tuple(with_parameters(child, paths) for child in node.arguments))
    if isinstance(node, Logic):
        return Logic(node.op, tuple(with_parameters(child, paths) for child in node.arguments))
    return node


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Call | Logic):
        return node.arguments
    if isinstance(node, Compare):
        return (node.left, node.right)
    return ()


def choice_degree(node: Node) -> float:
    """Degree of the value in choice variables: 0, 1 (linear), more, or infinite."""
    if isinstance(node, ChoiceTerm):
        return 1
    if isinstance(node, Call):
        degrees = [choice_degree(argument) for argument in node.arguments]
        if node.function in {"+", "-", "neg"}:
            return max(degrees)
        if node.function == "*":
            return sum(degrees)
        if node.function == "/" and not degrees[1]:
            return degrees[0]
        return math.inf if any(degrees) else 0
    return math.inf if choice_terms(node) else 0


@lru_cache(maxsize=65_536)
def template(node: Node) -> tuple[Node, tuple[float | str, ...]]:
    """The expression with `#0`, `#1`, ... for numbers, stocks, clock terms, and the originals.

    Conditions that differ only in these share a template. Exponents stay: a power with a constant exponent is cheaper.
    """
    terms: list[float | str] = []

    def visit(child: Node) -> Node:
        if isinstance(child, Number | Name | ParameterTerm | ClockTerm):
            terms.append(child.value if isinstance(child, Number) else child.name)
            return Name(f"#{len(terms) - 1}")
        if isinstance(child, Compare):
            return Compare(child.op, visit(child.left), visit(child.right))
        if isinstance(child, Logic):
            return Logic(child.op, tuple(map(visit, child.arguments)))
        if isinstance(child, Call):
            exponent = child.function == "^" and isinstance(child.arguments[1], Number)
            return Call(
                child.function,
                (visit(child.arguments[0]), child.arguments[1]) if exponent else tuple(map(visit, child.arguments)),
            )
        return child

    return visit(node), tuple(terms)
