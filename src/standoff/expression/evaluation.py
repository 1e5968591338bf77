"""Evaluate an expression with NumPy or JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standoff.expression.nodes import Call, ChoiceTerm, ClockTerm, Compare, Logic, Name, Node, Number, ParameterTerm


def evaluate(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """Evaluate with values of names from `value`, choices from `holds`, and `xp`.

    `xp` is numpy or JAX.
    """

    def visit(child: Node) -> Any:
        if isinstance(child, Number):
            return child.value
        if isinstance(child, Name | ParameterTerm | ClockTerm):
            return value(child.name)
        if isinstance(child, ChoiceTerm):
            return holds(child)
        if isinstance(child, Compare):
            a, b = visit(child.left), visit(child.right)
            return {
                "<": xp.less,
                "<=": xp.less_equal,
                ">": xp.greater,
                ">=": xp.greater_equal,
                "==": xp.equal,
                "!=": xp.not_equal,
            }[child.op](a, b)
        arguments = [visit(argument) for argument in child.arguments]
        if isinstance(child, Call):  # a condition counts as 1 or 0; sums of truth values would be truth values
            truths = map(_is_condition, child.arguments)
            arguments = [
                xp.where(value, 1.0, 0.0) if true else value for value, true in zip(arguments, truths, strict=True)
            ]
        if isinstance(child, Logic):
            if child.op == "not":
                return xp.logical_not(arguments[0])
            out = arguments[0]
            for argument in arguments[1:]:
                out = (xp.logical_and if child.op == "and" else xp.logical_or)(out, argument)
            return out
        functions: dict[str, Callable[..., Any]] = {
            "+": xp.add,
            "-": xp.subtract,
            "*": xp.multiply,
            "/": xp.divide,
            "^": xp.power,
            "neg": xp.negative,
            "min": xp.minimum,
            "max": xp.maximum,
            "abs": xp.abs,
            "log": xp.log,
            "exp": xp.exp,
            "sqrt": xp.sqrt,
        }
        return functions[child.function](*arguments)

    return visit(node)


def _is_condition(node: Node) -> bool:
    """Whether a node other than a choice is true or false."""
    return isinstance(node, Compare | Logic) or (isinstance(node, ClockTerm) and node.is_condition)
