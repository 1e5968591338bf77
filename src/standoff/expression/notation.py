"""Expressions as text, in canonical units: what `parse` has understood."""

from __future__ import annotations

from standoff import units
from standoff.expression.nodes import Call, ChoiceTerm, ClockTerm, Compare, Logic, Name, Node, Number, ParameterTerm

OR, AND, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(8)  #: how tightly operators bind
BINDS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


def notation(node: Node) -> str:
    """The expression, which reads as the same tree again, to the 12 digits shown."""

    def show(child: Node, least: int = OR) -> str:
        level, text = write(child)
        return f"({text})" if level < least else text

    def write(child: Node) -> tuple[int, str]:
        if isinstance(child, Number):
            number = f"{child.value:.12g}"
            return (PRODUCT, f"{number} {units.show(child.dims)}") if child.dims else (ATOM, number)
        if isinstance(child, Name | ParameterTerm):
            return ATOM, child.name
        if isinstance(child, ClockTerm):
            levels = {"after": ATOM, "since": ATOM, "year": PRODUCT}  # `2 * year` would be a unit in the wrong place
            return levels.get(child.function, COMPARISON), child.name
        if isinstance(child, ChoiceTerm):
            return COMPARISON, f"{child.choice} in [{', '.join(child.options)}]"
        if isinstance(child, Compare):
            return COMPARISON, f"{show(child.left, SUM)} {child.op} {show(child.right, SUM)}"
        if isinstance(child, Logic):
            if child.op == "not":
                return COMPARISON, f"not {show(child.arguments[0], COMPARISON)}"
            level = OR if child.op == "or" else AND
            return level, f" {child.op} ".join(show(part, level + 1) for part in child.arguments)
        return call(child)

    def call(child: Call) -> tuple[int, str]:
        parts = child.arguments
        if level := BINDS.get(child.function):
            first = SIGN if child.function == "/" and isinstance(parts[0], Number) else level  # its unit ends here
            return level, f"{show(parts[0], first)} {child.function} {show(parts[1], level + 1)}"
        if child.function == "neg":
            return SIGN, f"-{show(parts[0], POWER)}"
        if child.function == "^":
            return POWER, f"{show(parts[0], ATOM)}^{show(parts[1], SIGN)}"
        return ATOM, f"{child.function}({', '.join(map(show, parts))})"

    return show(node)
