"""Expressions for questions, conditions and reasons: safe grammar and checked units.

    expression  = or;  or = and { "or" and };  and = not { "and" not };  not = ["not"] comparison
    comparison  = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" "[" option { "," option } "]" ]
    sum         = product { ("+" | "-") product };  product = unary { ("*" | "/") unary }
    unary       = { "-" } power;  power = atom [ "^" unary ]
    atom        = number [unit] | function "(" sum { "," sum } ")" | name | "(" expression ")" | clock
                | "did" "(" name "in" "[" option { "," option } "]" ")"
    clock       = "date" comparison (day | event) | "year" | ("after" | "since") "(" (day | event) ")"

A name is a stock (`troops.RUS`, `fighting`), a number of the entry, or a choice before `in` (`CHN in [arms, troops]`). In a
reason the latter is the probability of a reaction, and `did(CHN in [arms, troops])` the option in force. A day is
`2025`, `2025-01` or `2025-01-20`, an event an entry of `events:`. Nothing is executed:
the text becomes a tree of nodes, which `evaluate` walks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from standoff import units
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import ScenarioError, did_you_mean, join_limited

Dims: TypeAlias = tuple[tuple[str, int], ...]

# ---- nodes -----------------------------------------------------------------------------------------------------------


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
    act: bool = False  #: written `did(...)`: what is in force, in a reason, where the term alone is what is expected


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
        if self.function in CLOCK:
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
Kind = TypeVar("Kind")


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    if isinstance(node, Compare):
        return node.left, node.right
    return node.arguments if isinstance(node, Call | Logic) else ()


def _changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with `change` applied to the nodes directly below it."""
    if isinstance(node, Compare):
        return Compare(node.op, change(node.left), change(node.right))
    return replace(node, arguments=tuple(map(change, node.arguments))) if isinstance(node, Call | Logic) else node


def _all(node: Node, kind: type[Kind]) -> Iterator[Kind]:
    """The terms of a kind in an expression, in order of appearance."""
    if isinstance(node, kind):
        yield node
    for child in children(node):
        yield from _all(child, kind)


def stock_names(node: Node) -> tuple[str, ...]:
    """Stocks of the expression, in order of appearance, once each."""
    return tuple(dict.fromkeys(term.name for term in _all(node, Name)))


def choice_terms(node: Node) -> tuple[ChoiceTerm, ...]:
    """Choices of the expression."""
    return tuple(_all(node, ChoiceTerm))


def clock_terms(node: Node) -> tuple[ClockTerm, ...]:
    """Values of the calendar in the expression, in order of appearance, once each."""
    return tuple(dict.fromkeys(_all(node, ClockTerm)))


def parameter_paths(node: Node) -> tuple[str, ...]:
    """Paths of the numbers of the scenario in the expression, in order of appearance, once each."""
    return tuple(dict.fromkeys(term.name for term in _all(node, ParameterTerm)))


def with_parameters(node: Node, paths: Mapping[str, str]) -> Node:
    """The expression with numbers of the scenario, by path, in place of their names."""
    if isinstance(node, Name) and node.name in paths:
        return ParameterTerm(paths[node.name])
    return _changed(node, lambda child: with_parameters(child, paths))


def choice_degree(node: Node) -> float:
    """Degree of the value in choice variables: 0, 1 (linear), more, or infinite."""
    if isinstance(node, ChoiceTerm):
        return 1
    degrees = [choice_degree(child) for child in children(node)]
    function = node.function if isinstance(node, Call) else ""
    if function in {"+", "-", "neg"}:
        return max(degrees)
    if function == "*":
        return sum(degrees)
    if function == "/" and not degrees[1]:
        return degrees[0]
    return math.inf if any(degrees) else 0


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
        if isinstance(child, Call) and child.function == "^" and isinstance(child.arguments[1], Number):
            return Call("^", (visit(child.arguments[0]), child.arguments[1]))
        return _changed(child, visit)

    return visit(node), tuple(terms)


# ---- text ------------------------------------------------------------------------------------------------------------

LIMIT = 400  # characters; assumption: a longer condition belongs in a mechanism
LIMIT_DEPTH = 30
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z][\w]*(?:\.[A-Za-z][\w]*)*)"
    r"|(?P<op><=|>=|==|!=|[-+*/^()<>,\[\]%]))"
)
FUNCTIONS = {"min": 2, "max": 2, "abs": 1, "log": 1, "exp": 1, "sqrt": 1}  #: name -> number of arguments
MIRROR = dict(zip(("<", "<=", ">", ">=", "==", "!="), (">", ">=", "<", "<=", "==", "!="), strict=True))
"""A comparison -> the same with its sides exchanged."""
DAY = re.compile(r"\s*(\d{4}(?:-\d\d){0,2})(?![\w.-])")
DAY_FIRST = re.compile(DAY.pattern + r"\s*(?:[<>]=?|[=!]=)\s*date\b")
CLOCK = ("after", "since")  #: functions of a day or an event
DID = "did"  #: of a choice: the option in force
DATE, LITERAL = "date", "day"  #: functions of clock terms that are no values by themselves
WORDS = {"and", "or", "not", "in"}
RESERVED = frozenset(
    {*FUNCTIONS, *CLOCK, *WORDS, DATE, DID, "year"}
)  #: words that no stock or number may have as a name
#: what to do about a sign that is not one of expressions
ADVICE = {
    "=": "; `==` compares",
    ",": "; thousands are written without a comma",
    "@": "; a source stands at the end, after the whole expression",
}


class _Parser:
    def __init__(self, text: str, declared: Mapping[str, str]) -> None:
        self.text, self.declared, self.depth = text, declared, 0
        self.tokens: list[tuple[str, str]] = []
        self.numbers: dict[int, Number] = {}  #: by the position of their tokens
        position = 0
        while text[position:].strip():
            if day := self.day(text, position):
                self.tokens.append((LITERAL, day.group(1)))
                position = day.end(1)
                continue
            match = TOKEN.match(text, position)
            if not match:
                raise self.misplaced(text[position:].strip()[0])
            kind, position = str(match.lastgroup), match.end()
            if kind == "number":
                position = self.number(match.group(kind), position)
            self.tokens.append((kind, match.group(kind)))
        self.at = 0

    def error(self, what: str) -> ScenarioError:
        return ScenarioError(
            f"in the expression `{self.text}`: {what}",
            allowed="stocks, numbers with units, + - * / ^, comparisons, and, or, not, `choice in [options]`, "
            f"`did(choice in [options])`, {', '.join(FUNCTIONS)}, `date >= 2025-01-20`, year, after(event), since(event)",
        )

    def misplaced(self, sign: str) -> ScenarioError:
        return self.error(f"`{sign}` is not allowed here{ADVICE.get(sign, '')}")

    def number(self, token: str, end: int) -> int:
        """Read the number `token`, which ends at `end`, with its unit; returns where the unit ends."""
        unit, length = units.after_number(self.text[end:], self.declared)
        value = float(token.replace("_", "")) * unit.factor
        if not math.isfinite(value):
            raise self.error(f"`{token}` is too large")
        self.numbers[len(self.tokens)] = Number(value, unit.dims)
        return end + length

    def day(self, text: str, position: int) -> re.Match[str] | None:
        """A day at `position`, where one is compared with `date` or is in `after()` or `since()`."""
        first, second = ["", "", *(token for _, token in self.tokens)][-2:]
        expected = (first == DATE and second in MIRROR) or (first in CLOCK and second == "(")
        return (DAY if expected else DAY_FIRST).match(text, position)

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise self.error(f"expected `{expected or 'more'}`, got `{token or 'the end'}`")
        self.at += 1
        return token

    def listed(self, first: str, inner: Callable[[], Kind], last: str) -> tuple[Kind, ...]:
        """One or more parts between brackets, separated by commas."""
        self.take(first)
        parts = [inner()]
        while self.peek() == ",":
            self.take()
            parts.append(inner())
        self.take(last)
        return tuple(parts)

    def logic(self, op: str, inner: Callable[[], Node]) -> Node:
        nodes = [inner()]
        while self.peek() == op:
            self.take()
            nodes.append(inner())
        return nodes[0] if len(nodes) == 1 else Logic(op, tuple(nodes))

    def chain(self, operators: Collection[str], inner: Callable[[], Node]) -> Node:
        node = inner()
        while self.peek() in operators:
            node = Call(self.take(), (node, inner()))
        return node

    def is_reversed(self, sign: str) -> bool:
        """Whether an odd number of signs stands here, of which two cancel each other."""
        begin = self.at
        while self.peek() == sign:
            self.take()
        return (self.at - begin) % 2 == 1

    def deeper(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > LIMIT_DEPTH:
            raise self.error(f"nested deeper than {LIMIT_DEPTH} levels")
        node = inner()
        self.depth -= 1
        return node

    def expression(self) -> Node:
        return self.deeper(lambda: self.logic("or", lambda: self.logic("and", self.negation)))

    def negation(self) -> Node:
        negated, node = self.is_reversed("not"), self.comparison()
        return Logic("not", (node,)) if negated else node

    def comparison(self) -> Node:
        left = self.sum()
        if self.peek() in MIRROR:
            op, right = self.take(), self.sum()
            if right == ClockTerm(DATE):
                op, left, right = MIRROR[op], right, left
            return self.moment(op, right) if left == ClockTerm(DATE) else Compare(op, left, right)
        if self.peek() == "in":
            self.take()
            if not isinstance(left, Name):
                raise self.error("`in` needs the name of a choice before it")
            return ChoiceTerm(left.name, self.listed("[", self.take, "]"))
        return left

    def moment(self, function: str, of: Node) -> ClockTerm:
        """A clock term of a day or an event."""
        if isinstance(of, Name) and "." not in of.name:
            return ClockTerm(function, of.name)
        if not isinstance(of, ClockTerm) or of.function != LITERAL:
            form = f"{function}(2025-01-20)" if function in CLOCK else f"date {function} 2025-01-20"
            raise self.error(f"a date ({ALLOWED}) or an event is needed here, as in `{form}`")
        return ClockTerm(function, of.argument)

    def sum(self) -> Node:
        return self.chain({"+", "-"}, lambda: self.chain({"*", "/"}, self.unary))

    def unary(self) -> Node:
        negated, node = self.is_reversed("-"), self.atom()
        if self.peek() == "^":
            self.take()
            node = Call("^", (node, self.deeper(self.unary)))
        return Call("neg", (node,)) if negated else node

    def atom(self) -> Node:
        if self.at >= len(self.tokens):
            raise self.error("it ends too early")
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return self.numbers[self.at - 1]
        if token == "(":
            node = self.expression()
            self.take(")")
            return node
        if kind == LITERAL:
            try:
                PartialDate.parse(token)
            except ValueError as error:
                raise self.error(f"{error}; a date is {ALLOWED}") from None
            return ClockTerm(LITERAL, token)
        called = self.peek() == "("
        if called and token in CLOCK:
            self.take()
            term = self.moment(token, self.sum())
            self.take(")")
            return term
        if token == "year" and self.at > 1 and self.tokens[self.at - 2][1] in {"*", "/"}:
            raise self.error("`year` is the calendar year; a unit follows a number, as in `1 year`")
        if token in {"year", DATE}:
            return ClockTerm(token)
        if kind == "name" and called and token == DID:
            terms = self.listed("(", self.expression, ")")
            if len(terms) > 1 or not isinstance(terms[0], ChoiceTerm):
                raise self.error("`did` takes one choice, as in `did(CHN in [arms])`")
            return replace(terms[0], act=True)
        if kind == "name" and called:
            if token not in FUNCTIONS:
                raise self.error(f"unknown function `{token}` {did_you_mean(token, FUNCTIONS)}".strip())
            arguments = self.listed("(", self.expression, ")")
            if len(arguments) != FUNCTIONS[token]:
                raise self.error(f"`{token}` takes {FUNCTIONS[token]} values, got {len(arguments)}")
            return Call(token, arguments)
        if kind == "name" and token not in WORDS:
            return Name(token)
        raise self.error(f"`{token}` is not allowed here")


def parse(text: str, declared: Mapping[str, str] | None = None) -> Node:
    """Parse an expression with further units `declared`; raises `ScenarioError`."""
    return _read(text, tuple(declared.items()) if declared else ())


@lru_cache(maxsize=4096)
def _read(text: str, declared: tuple[tuple[str, str], ...]) -> Node:
    if len(text) > LIMIT:
        raise ScenarioError(f"an expression of {len(text)} characters; at most {LIMIT} are allowed")
    parser = _Parser(text, dict(declared))
    node = parser.expression()
    if parser.peek():
        raise parser.misplaced(parser.peek())
    if any(term.function in {DATE, LITERAL} for term in _all(node, ClockTerm)):
        raise parser.error("`date` is compared with a date or an event, as in `date >= 2025-01-20`")
    return node


OR, AND, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(8)  #: how tightly operators bind
BINDS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


def notation(node: Node) -> str:
    """The expression in canonical units, which reads as the same tree again, to 12 digits."""

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
            levels = {**dict.fromkeys(CLOCK, ATOM), "year": PRODUCT}  # `2 * year` would be a unit in the wrong place
            return levels.get(child.function, COMPARISON), child.name
        if isinstance(child, ChoiceTerm):
            text = f"{child.choice} in [{', '.join(child.options)}]"
            return (ATOM, f"{DID}({text})") if child.act else (COMPARISON, text)
        if isinstance(child, Compare):
            return COMPARISON, f"{show(child.left, SUM)} {child.op} {show(child.right, SUM)}"
        if isinstance(child, Call):
            return call(child.function, child.arguments)
        if child.op == "not":
            return COMPARISON, f"not {show(child.arguments[0], COMPARISON)}"
        level = OR if child.op == "or" else AND
        return level, f" {child.op} ".join(show(part, level + 1) for part in child.arguments)

    def call(function: str, parts: tuple[Node, ...]) -> tuple[int, str]:
        if level := BINDS.get(function):
            first = SIGN if function == "/" and isinstance(parts[0], Number) else level  # its unit ends here
            return level, f"{show(parts[0], first)} {function} {show(parts[1], level + 1)}"
        if function == "neg":
            return SIGN, f"-{show(parts[0], POWER)}"
        if function == "^":
            return POWER, f"{show(parts[0], ATOM)}^{show(parts[1], SIGN)}"
        return ATOM, f"{function}({', '.join(map(show, parts))})"

    return show(node)


# ---- values ----------------------------------------------------------------------------------------------------------

OPERATIONS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "^": "power",
    "neg": "negative",
    "min": "minimum",
    "max": "maximum",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
    "and": "logical_and",
    "or": "logical_or",
    "not": "logical_not",
}  #: function or operator -> its name in NumPy and JAX, where it has another one


def evaluate(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """Evaluate with values of names from `value`, choices from `holds`, and `xp`.

    `xp` is numpy or JAX.
    """

    def visit(child: Node) -> Any:
        if isinstance(child, Number):
            return child.value
        if isinstance(child, ChoiceTerm):
            return holds(child)
        if isinstance(child, Name | ParameterTerm | ClockTerm):
            return value(child.name)
        arguments = [visit(argument) for argument in children(child)]
        if isinstance(child, Call):  # a condition counts as 1 or 0; sums of truth values would be truth values
            arguments = [
                xp.where(value, 1.0, 0.0) if _is_condition(argument) else value
                for value, argument in zip(arguments, child.arguments, strict=True)
            ]
        name = child.function if isinstance(child, Call) else child.op
        operation = getattr(xp, OPERATIONS.get(name, name))
        return reduce(operation, arguments) if name in {"and", "or"} else operation(*arguments)

    return visit(node)


def _is_condition(node: Node) -> bool:
    """Whether a node other than a choice is true or false."""
    return isinstance(node, Compare | Logic) or (isinstance(node, ClockTerm) and node.is_condition)


SMALLEST, LARGEST = 2.0**-126, 2.0**128 * (1 - 2.0**-24)  #: range of finite numbers in single precision (IEEE 754)
FINITE, INFINITE, NOTHING = range(3)


@lru_cache(maxsize=4096)
def worst(node: Node) -> int:
    """Worst possible result for finite stocks: `FINITE`, `INFINITE` (overflow), `NOTHING` (NaN)."""
    if isinstance(node, Number):
        return FINITE if abs(node.value) <= LARGEST else INFINITE
    if not isinstance(node, Call):
        return FINITE
    outcomes = [worst(argument) for argument in node.arguments]
    sizes = [abs(argument.value) if isinstance(argument, Number) else 0.0 for argument in node.arguments]
    normal = [SMALLEST <= size <= LARGEST for size in sizes]
    if max(outcomes) == NOTHING or node.function in {"neg", "abs", "min", "max"}:
        return max(outcomes)
    overflows = {
        "exp": True,
        "+": min(outcomes) == FINITE,  # infinite less infinite is nothing
        "-": min(outcomes) == FINITE,
        "*": max(outcomes) == FINITE or any(normal),  # and so is infinite times 0
        "/": normal[-1]
        and sizes[-1] <= 1 / SMALLEST,  # compilers multiply by the reciprocal, which is finite up to here
    }
    return INFINITE if overflows.get(node.function, False) else NOTHING


def always_defined(node: Node) -> bool:
    """Whether the value is defined for all finite stocks, see `defined`."""
    if isinstance(node, ChoiceTerm):
        return True
    if isinstance(node, Compare):
        return worst(Call("-", children(node))) < NOTHING
    return all(map(always_defined, node.arguments)) if isinstance(node, Logic) else worst(node) == FINITE


def defined(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """Whether the value is defined: True if always for finite stocks, else an array.

    A number is defined where it is finite, a comparison where its sides can be compared (not NaN, nor both infinite and
    equal). `and` is defined already where one part is false, `or` where one is true, so that a condition can guard
    another: `y > 0 and x / y > 2`.
    """
    if always_defined(node):
        return True
    if isinstance(node, Compare):
        return ~xp.isnan(evaluate(Call("-", children(node)), value, holds, xp))
    if not isinstance(node, Logic):
        return xp.isfinite(evaluate(node, value, holds, xp))
    defined_parts = [defined(argument, value, holds, xp) for argument in node.arguments]
    if node.op == "not":
        return defined_parts[0]
    every, settled = defined_parts[0], False
    for argument, valid in zip(node.arguments, defined_parts, strict=True):
        true = evaluate(argument, value, holds, xp)
        every = xp.logical_and(every, valid)
        settled = xp.logical_or(settled, xp.logical_and(valid, true if node.op == "or" else xp.logical_not(true)))
    return xp.logical_or(every, settled)


# ---- dimensions ------------------------------------------------------------------------------------------------------

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
        return ScenarioError(f"in the expression `{text}`: {what}", allowed=allowed, fix=fix)

    def number(child: Node) -> Dims:
        dims = visit(child)
        if dims is None and not truth_counts:
            raise fail("a condition where a number is needed")
        return dims or ()

    def same(left: Node, right: Node) -> Dims:
        a, b = number(left), number(right)
        if a != b:
            misfits = [
                f"the number `{node.name}` ({numbers[node.name]}) needs "
                + (f"a unit of the kind of `{units.show(other)}`" if other else "no unit, or `%`")
                + " here"
                for node, other in ((left, b), (right, a))
                if isinstance(node, Name) and node.name in numbers
            ]
            raise fail(
                f"`{units.show(a)}` and `{units.show(b)}` do not fit together",
                "equal units on both sides",
                *misfits[:1],
            )
        return a

    def named(name: str) -> Dims:
        if name in stocks:
            return stocks[name].dims
        meant = did_you_mean(name, stocks)
        if meant and meant == did_you_mean(name, numbers):
            meant = meant.replace("did you mean", "did you mean the number")
        raise fail(f"unknown {'name' if numbers else 'stock'} `{name}`", join_limited(stocks), meant)

    def visit(child: Node) -> Dims | None:
        if isinstance(child, Number):
            return child.dims
        if isinstance(child, Name | ParameterTerm):
            return named(child.name)
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
            return same(*child.arguments)
        dims = [number(argument) for argument in child.arguments]
        if child.function in {"*", "/"}:
            a, b = (units.Unit("", 1.0, operand) for operand in dims)
            return a.times(b, 1 if child.function == "*" else -1).dims
        if child.function in {"neg", "abs"}:
            return dims[0]
        if any(dims):
            raise fail(f"`{child.function}` needs numbers without a unit", "divide by a reference first")
        return ()

    return visit(node)
