"""Small expressions for questions and reasons, with a whitelisted grammar and checked units.

    expression  = or;  or = and { "or" and };  and = not { "and" not };  not = ["not"] comparison
    comparison  = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum | "in" "[" option { "," option } "]" ]
    sum         = product { ("+" | "-") product };  product = unary { ("*" | "/") unary }
    unary       = { "-" } power;  power = atom [ "^" unary ]
    atom        = number [unit] | function "(" sum { "," sum } ")" | name | "(" expression ")"

A name is a stock (`troops.RUS`, `fighting`) or a choice before `in` (`CHN in [arms, troops]`). Nothing is executed:
the text becomes a tree of the seven node kinds below, which `evaluate` walks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from standoff import units
from standoff.errors import Problem, ScenarioError, did_you_mean, join_limited

LIMIT = 400  # characters; assumption: a longer condition belongs in a mechanism
LIMIT_DEPTH = 30
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z][\w]*(?:\.[A-Za-z][\w]*)*)"
    r"|(?P<op><=|>=|==|!=|[-+*/^()<>,\[\]%]))"
)
FUNCTIONS = {"min": 2, "max": 2, "abs": 1, "log": 1, "exp": 1, "sqrt": 1}  #: name -> number of arguments
COMPARE = {"<", "<=", ">", ">=", "==", "!="}


@dataclass(frozen=True)
class Number:
    """A number in canonical units, with its dimensions."""

    value: float
    dims: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Name:
    """A stock."""

    name: str


@dataclass(frozen=True)
class ChoiceTerm:
    """Whether a choice stands at one of the options."""

    choice: str
    options: tuple[str, ...]


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


Node: TypeAlias = Number | Name | ChoiceTerm | Call | Compare | Logic


class _Parser:
    def __init__(self, text: str, declared: Mapping[str, str]) -> None:
        self.text, self.declared, self.depth = text, declared, 0
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = TOKEN.match(text, position)
            if not match:
                sign = text[position:].strip()[0]
                raise self.error(f"`{sign}` is not allowed here" + ("; `==` compares" if sign == "=" else ""))
            self.tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            position = match.end()
        self.at = 0

    def error(self, what: str) -> ScenarioError:
        return ScenarioError(
            Problem(f"in the expression `{self.text}`: {what}",
                    allowed="stocks, numbers with units, + - * / ^, comparisons, and, or, not, `choice in [options]`, "
                    + ", ".join(FUNCTIONS))
        )  # fmt: skip

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise self.error(f"expected `{expected or 'more'}`, got `{token or 'the end'}`")
        self.at += 1
        return token

    def logic(self, op: str, inner: Callable[[], Node]) -> Node:
        nodes = [inner()]
        while self.peek() == op:
            self.take()
            nodes.append(inner())
        return nodes[0] if len(nodes) == 1 else Logic(op, tuple(nodes))

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
        count = 0
        while self.peek() == "not":
            self.take()
            count += 1
        node = self.comparison()
        return Logic("not", (node,)) if count % 2 else node

    def comparison(self) -> Node:
        left = self.sum()
        if self.peek() in COMPARE:
            return Compare(self.take(), left, self.sum())
        if self.peek() == "in":
            self.take()
            if not isinstance(left, Name):
                raise self.error("`in` needs the name of a choice before it")
            self.take("[")
            options = [self.take()]
            while self.peek() == ",":
                self.take()
                options.append(self.take())
            self.take("]")
            return ChoiceTerm(left.name, tuple(options))
        return left

    def sum(self) -> Node:
        node = self.product()
        while self.peek() in {"+", "-"}:
            node = Call(self.take(), (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.unary()
        while self.peek() in {"*", "/"}:
            node = Call(self.take(), (node, self.unary()))
        return node

    def unary(self) -> Node:
        count = 0
        while self.peek() == "-":
            self.take()
            count += 1
        node = self.power()
        return Call("neg", (node,)) if count % 2 else node

    def power(self) -> Node:
        node = self.atom()
        if self.peek() == "^":
            self.take()
            node = Call("^", (node, self.deeper(self.unary)))
        return node

    def atom(self) -> Node:
        if self.at >= len(self.tokens):
            raise self.error("it ends too early")
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            unit = self.unit()
            value = float(token.replace("_", "")) * unit.factor
            if not math.isfinite(value):
                raise self.error(f"`{token}` is too large")
            return Number(value, unit.dims)
        if token == "(":
            node = self.expression()
            self.take(")")
            return node
        if kind == "name" and self.peek() == "(":
            if token not in FUNCTIONS:
                raise self.error(f"unknown function `{token}` {did_you_mean(token, FUNCTIONS)}".strip())
            self.take("(")
            arguments = [self.expression()]
            while self.peek() == ",":
                self.take()
                arguments.append(self.expression())
            self.take(")")
            if len(arguments) != FUNCTIONS[token]:
                raise self.error(f"`{token}` takes {FUNCTIONS[token]} values, got {len(arguments)}")
            return Call(token, tuple(arguments))
        if kind == "name" and token not in {"and", "or", "not", "in"}:
            return Name(token)
        raise self.error(f"`{token}` is not allowed here")

    def unit(self) -> units.Unit:
        words = ""
        while self.at < len(self.tokens):
            token = self.tokens[self.at][1]
            following = self.tokens[self.at + 1][1] if self.at + 1 < len(self.tokens) else ""
            if token == "/" and words and units.is_word(following, self.declared):
                words += f"/{following}"
                self.at += 2
            elif token == "%" or (self.tokens[self.at][0] == "name" and units.is_word(token, self.declared)):
                words += f" {token}"
                self.at += 1
            else:
                break
        return units.parse(words, self.declared)


def parse(text: str, declared: Mapping[str, str] | None = None) -> Node:
    """Read an expression; raises `ScenarioError`. `declared` are the scenario's own units."""
    return _read(text, tuple(declared.items()) if declared else ())


@lru_cache(maxsize=4096)
def _read(text: str, declared: tuple[tuple[str, str], ...]) -> Node:
    if len(text) > LIMIT:
        raise ScenarioError(Problem(f"an expression of {len(text)} characters; at most {LIMIT} are allowed"))
    parser = _Parser(text, dict(declared))
    node = parser.expression()
    if parser.at < len(parser.tokens):
        raise parser.error(f"`{parser.peek()}` is not allowed here")
    return node


def stock_names(node: Node) -> tuple[str, ...]:
    """Stocks that the expression reads, in order of appearance, once each."""
    if isinstance(node, Name):
        return (node.name,)
    texts: list[str] = []
    for child in _children(node):
        texts += [name for name in stock_names(child) if name not in texts]
    return tuple(texts)


def choice_terms(node: Node) -> tuple[ChoiceTerm, ...]:
    """The choices that the expression asks about."""
    if isinstance(node, ChoiceTerm):
        return (node,)
    return tuple(result for child in _children(node) for result in choice_terms(child))


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Call | Logic):
        return node.arguments
    if isinstance(node, Compare):
        return (node.left, node.right)
    return ()


Dims: TypeAlias = tuple[tuple[str, int], ...]


def choice_degree(node: Node) -> float:
    """In which power the value depends on what is chosen: 0, 1 (linear), or more, infinite where not a polynomial."""
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


def dimensions(node: Node, stocks: Mapping[str, units.Unit], text: str, chosen_counts: bool = False) -> Dims | None:
    """Dimensions of the value (None for a yes or no); raises `ScenarioError` where units do not fit together.

    With `chosen_counts`, `choice in [option]` is a number without unit: the probability that it is chosen.
    """

    def fail(what: str, allowed: str = "") -> ScenarioError:
        return ScenarioError(Problem(f"in the expression `{text}`: {what}", allowed=allowed))

    def number(child: Node) -> Dims:
        dims = visit(child)
        if dims is None:
            raise fail("a yes or no stands where a number is needed")
        return dims

    def same(a: Dims, b: Dims) -> Dims:
        if a != b:
            raise fail(f"`{units.show(a)}` and `{units.show(b)}` do not fit together", "equal units on both sides")
        return a

    def visit(child: Node) -> Dims | None:
        if isinstance(child, Number):
            return child.dims
        if isinstance(child, Name):
            if child.name not in stocks:
                raise fail(
                    f"unknown stock `{child.name}` {did_you_mean(child.name, stocks)}".strip(), join_limited(stocks)
                )
            return stocks[child.name].dims
        if isinstance(child, ChoiceTerm):
            return () if chosen_counts else None
        if isinstance(child, Compare):
            same(number(child.left), number(child.right))
            return None
        if isinstance(child, Logic):
            if any(visit(argument) is not None for argument in child.arguments):
                raise fail(f"`{child.op}` needs a yes or no on each side, such as a comparison")
            return None
        dims = [number(argument) for argument in child.arguments]
        if child.function in {"+", "-", "min", "max"}:
            return same(dims[0], dims[1])
        if child.function in {"*", "/"}:
            a, b = units.Unit("", 1.0, dims[0]), units.Unit("", 1.0, dims[1])
            return a.times(b, 1 if child.function == "*" else -1).dims
        if child.function in {"neg", "abs"}:
            return dims[0]
        if any(dims):
            raise fail(f"`{child.function}` needs numbers without a unit", "divide by a reference first")
        return ()

    return visit(node)


def evaluate(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """The value: stocks from `value`, choices from `holds`, array functions from `xp` (numpy or jax.numpy)."""

    def visit(child: Node) -> Any:
        if isinstance(child, Number):
            return child.value
        if isinstance(child, Name):
            return value(child.name)
        if isinstance(child, ChoiceTerm):
            return holds(child)
        if isinstance(child, Compare):
            a, b = visit(child.left), visit(child.right)
            return {"<": xp.less, "<=": xp.less_equal, ">": xp.greater, ">=": xp.greater_equal, "==": xp.equal,
                    "!=": xp.not_equal}[child.op](a, b)  # fmt: skip
        arguments = [visit(argument) for argument in child.arguments]
        if isinstance(child, Logic):
            if child.op == "not":
                return xp.logical_not(arguments[0])
            out = arguments[0]
            for argument in arguments[1:]:
                out = (xp.logical_and if child.op == "and" else xp.logical_or)(out, argument)
            return out
        functions: dict[str, Callable[..., Any]] = {
            "+": xp.add, "-": xp.subtract, "*": xp.multiply, "/": xp.divide, "^": xp.power, "neg": xp.negative,
            "min": xp.minimum, "max": xp.maximum, "abs": xp.abs, "log": xp.log, "exp": xp.exp, "sqrt": xp.sqrt,
        }  # fmt: skip
        return functions[child.function](*arguments)

    return visit(node)


SMALLEST, LARGEST = 2.0**-126, 2.0**128 * (1 - 2.0**-24)  #: sizes that single precision holds (IEEE 754)
FINITE, INFINITE, NOTHING = range(3)


@lru_cache(maxsize=4096)
def worst(node: Node) -> int:
    """What a number may be where all stocks are finite: `FINITE`, `INFINITE` where it may overflow, `NOTHING` (NaN)."""
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
    """Whether single precision holds one over a number, which a compiler multiplies by in place of a division."""
    return isinstance(node, Number) and abs(node.value) <= 1 / SMALLEST


def always_defined(node: Node) -> bool:
    """Whether finite stocks always give it a value, see `defined`."""
    if isinstance(node, ChoiceTerm):
        return True
    if isinstance(node, Compare):
        return worst(Call("-", (node.left, node.right))) < NOTHING
    if isinstance(node, Logic):
        return all(map(always_defined, node.arguments))
    return worst(node) == FINITE


def defined(node: Node, value: Callable[[str], Any], holds: Callable[[ChoiceTerm], Any], xp: Any) -> Any:
    """Whether it has a value: True where finite stocks always give one, else an array.

    A number has one where it is finite, a comparison where its sides can be compared (not NaN, nor both infinite and
    equal). `and` has one already where one part is surely false, `or` where one is true, so that a condition can guard
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


@lru_cache(maxsize=65_536)
def template(node: Node) -> tuple[Node, tuple[float | str, ...]]:
    """The node with its numbers and stocks replaced by the stocks `#0`, `#1`, ..., and what stood there.

    Conditions that differ in nothing else share a template. Exponents stay: a power with a constant exponent is cheaper.
    """
    terms: list[float | str] = []

    def visit(child: Node) -> Node:
        if isinstance(child, Number | Name):
            terms.append(child.value if isinstance(child, Number) else child.name)
            return Name(f"#{len(terms) - 1}")
        if isinstance(child, Compare):
            return Compare(child.op, visit(child.left), visit(child.right))
        if isinstance(child, Logic):
            return Logic(child.op, tuple(map(visit, child.arguments)))
        if isinstance(child, Call):
            exponent = child.function == "^" and isinstance(child.arguments[1], Number)
            return Call(child.function, (visit(child.arguments[0]), child.arguments[1]) if exponent
                        else tuple(map(visit, child.arguments)))  # fmt: skip
        return child

    return visit(node), tuple(terms)
