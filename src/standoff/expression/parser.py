"""Parse the text of an expression without executing it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from standoff import units
from standoff.dates import ALLOWED, PartialDate
from standoff.errors import Problem, ScenarioError, did_you_mean
from standoff.expression.nodes import Call, ChoiceTerm, ClockTerm, Compare, Logic, Name, Node, Number, clock_terms

LIMIT = 400  # characters; assumption: a longer condition belongs in a mechanism
LIMIT_DEPTH = 30
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z][\w]*(?:\.[A-Za-z][\w]*)*)"
    r"|(?P<op><=|>=|==|!=|[-+*/^()<>,\[\]%]))"
)
FUNCTIONS = {"min": 2, "max": 2, "abs": 1, "log": 1, "exp": 1, "sqrt": 1}  #: name -> number of arguments
COMPARE = {"<", "<=", ">", ">=", "==", "!="}
MIRROR = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "==": "==",
    "!=": "!=",
}  #: of a comparison with its sides exchanged
DAY = re.compile(r"\s*(\d{4}(?:-\d\d){0,2})(?![\w.-])")
DAY_FIRST = re.compile(DAY.pattern + r"\s*(?:[<>]=?|[=!]=)\s*date\b")
CLOCK = ("after", "since")  #: functions of a day or an event
DATE, LITERAL = "date", "day"  #: functions of clock terms that are no values by themselves
RESERVED = frozenset(
    {*FUNCTIONS, *CLOCK, DATE, "year", "and", "or", "not", "in"}
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
                sign = text[position:].strip()[0]
                raise self.error(f"`{sign}` is not allowed here{ADVICE.get(sign, '')}")
            kind, position = str(match.lastgroup), match.end()
            if kind == "number":
                position = self.number(match.group(kind), position)
            self.tokens.append((kind, match.group(kind)))
        self.at = 0

    def error(self, what: str) -> ScenarioError:
        return ScenarioError(
            Problem(
                f"in the expression `{self.text}`: {what}",
                allowed="stocks, numbers with units, + - * / ^, comparisons, and, or, not, `choice in [options]`, "
                + ", ".join(FUNCTIONS)
                + ", `date >= 2025-01-20`, year, after(event), since(event)",
            )
        )

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
        before = [token for _, token in self.tokens[-2:]]
        expected = len(before) == 2 and (
            (before[0] == DATE and before[1] in COMPARE) or (before[0] in CLOCK and before[1] == "(")
        )
        return (DAY if expected else DAY_FIRST).match(text, position)

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
            op, right = self.take(), self.sum()
            if right == ClockTerm(DATE):
                op, left, right = MIRROR[op], right, left
            return self.moment(op, right) if left == ClockTerm(DATE) else Compare(op, left, right)
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

    def moment(self, function: str, of: Node) -> ClockTerm:
        """A clock term of a day or an event."""
        if isinstance(of, Name) and "." not in of.name:
            return ClockTerm(function, of.name)
        if not isinstance(of, ClockTerm) or of.function != LITERAL:
            form = f"{function}(2025-01-20)" if function in CLOCK else f"date {function} 2025-01-20"
            raise self.error(f"a date ({ALLOWED}) or an event is needed here, as in `{form}`")
        return ClockTerm(function, of.argument)

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
        if token in CLOCK and self.peek() == "(":
            self.take("(")
            term = self.moment(token, self.sum())
            self.take(")")
            return term
        if token == "year":
            if self.at > 1 and self.tokens[self.at - 2][1] in {"*", "/"}:
                raise self.error("`year` is the calendar year; a unit follows a number, as in `1 year`")
            return ClockTerm("year")
        if token == DATE:
            return ClockTerm(DATE)
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


def parse(text: str, declared: Mapping[str, str] | None = None) -> Node:
    """Parse an expression with further units `declared`; raises `ScenarioError`."""
    return _read(text, tuple(declared.items()) if declared else ())


@lru_cache(maxsize=4096)
def _read(text: str, declared: tuple[tuple[str, str], ...]) -> Node:
    if len(text) > LIMIT:
        raise ScenarioError(Problem(f"an expression of {len(text)} characters; at most {LIMIT} are allowed"))
    parser = _Parser(text, dict(declared))
    node = parser.expression()
    if parser.at < len(parser.tokens):
        raise parser.error(f"`{parser.peek()}` is not allowed here{ADVICE.get(parser.peek(), '')}")
    if any(term.function in {DATE, LITERAL} for term in clock_terms(node)):
        raise parser.error("`date` is compared with a date or an event, as in `date >= 2025-01-20`")
    return node
