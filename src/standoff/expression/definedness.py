"""Definedness of expressions: overflow, division by zero, roots of negative numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from standoff.expression.evaluation import evaluate
from standoff.expression.nodes import Call, ChoiceTerm, Compare, Logic, Node, Number

SMALLEST, LARGEST = 2.0**-126, 2.0**128 * (1 - 2.0**-24)  #: range of finite numbers in single precision (IEEE 754)
FINITE, INFINITE, NOTHING = range(3)


@lru_cache(maxsize=4096)
def worst(node: Node) -> int:
    """Worst possible result for finite stocks: `FINITE`, `INFINITE` (overflow), `NOTHING` (NaN)."""
    if isinstance(node, Number):
        return FINITE if abs(node.value) <= LARGEST else INFINITE
    if not isinstance(node, Call):
        return FINITE
    parts = [worst(argument) for argument in node.arguments]
    scales = [
        isinstance(argument, Number) and SMALLEST <= abs(argument.value) <= LARGEST for argument in node.arguments
    ]
    if max(parts) == NOTHING:
        return NOTHING
    if node.function in {"neg", "abs", "min", "max"}:
        return max(parts)
    sure = {
        "exp": True,
        "+": min(parts) == FINITE,  # infinite less infinite is nothing
        "-": min(parts) == FINITE,
        "*": max(parts) == FINITE or any(scales),  # and so is infinite times 0
        "/": scales[-1] and _has_reciprocal(node.arguments[-1]),
    }
    return INFINITE if sure.get(node.function, False) else NOTHING


def _has_reciprocal(node: Node) -> bool:
    """Whether the reciprocal is finite in single precision, since compilers multiply by it."""
    return isinstance(node, Number) and abs(node.value) <= 1 / SMALLEST


def always_defined(node: Node) -> bool:
    """Whether the value is defined for all finite stocks, see `defined`."""
    if isinstance(node, ChoiceTerm):
        return True
    if isinstance(node, Compare):
        return worst(Call("-", (node.left, node.right))) < NOTHING
    if isinstance(node, Logic):
        return all(map(always_defined, node.arguments))
    return worst(node) == FINITE


def defined(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """Whether the value is defined: True if always for finite stocks, else an array.

    A number is defined where it is finite, a comparison where its sides can be compared (not NaN, nor both infinite and
    equal). `and` is defined already where one part is false, `or` where one is true, so that a condition can guard
    another: `y > 0 and x / y > 2`.
    """
    if always_defined(node):
        return True
    if isinstance(node, Compare):
        return ~xp.isnan(evaluate(Call("-", (node.left, node.right)), value, holds, xp))
    if not isinstance(node, Logic):
        return xp.isfinite(evaluate(node, value, holds, xp))
    known = [defined(argument, value, holds, xp) for argument in node.arguments]
    if node.op == "not":
        return known[0]
    every, settled = known[0], False
    for argument, each in zip(node.arguments, known, strict=True):
        true = evaluate(argument, value, holds, xp)
        every = xp.logical_and(every, each)
        settled = xp.logical_or(settled, xp.logical_and(each, true if node.op == "or" else xp.logical_not(true)))
    return xp.logical_or(every, settled)
