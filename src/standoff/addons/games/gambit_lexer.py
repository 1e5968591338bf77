"""Tokens of a Gambit file with their lines; raises an error for invalid text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple, NoReturn, TypeVar

from standoff.addons.games.expected_payoffs import MOST
from standoff.errors import Problem, StandoffError

T = TypeVar("T")

MAX_COUNT = 10**9  # assumption: numbers of information sets and outcomes stay below
MAX_PLAYERS = 60  # an array has at most 64 axes
TOKEN = re.compile(r'\s+|,|(?P<text>"(?:[^"\\]|\\.)*")|(?P<brace>[{}])|(?P<word>[^\s,"{}]+)|(?P<open>")', re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?|[+-]?\d+/\d+", re.ASCII)
DIGITS = 400  # of one number; doubles end at 309


class Token(NamedTuple):
    """A token: kind (text, brace, word, end), text, and line."""

    kind: str
    text: str
    line: int


class Tokens:
    """The tokens of a file, consumed in order."""

    def __init__(self, text: str, where: str) -> None:
        self.where, self.position = where, 0
        self.tokens = list(_tokens(text, self))

    def fail(self, got: str, expected: str, token: Token | None = None, back: bool = False) -> NoReturn:
        """Raise an error at the line of `token` (default: the next; `back`: the last one)."""
        token = token or self.tokens[max(self.position - 1, 0) if back else self.position]
        raise StandoffError(
            Problem(
                f"found {got}",
                f"{self.where}:{token.line}",
                allowed=expected,
                fix="correct this line, or write the file again with Gambit",
            )
        )

    def hold(self, make: Callable[[], T]) -> T:
        """Result of `make`; an inconsistent game raises an error with the name of the file."""
        try:
            return make()
        except StandoffError as error:
            raise StandoffError(
                [Problem(p.what, self.where, p.path, p.allowed, p.fix) for p in error.problems]
            ) from None

    def peek(self) -> Token:
        """The next token."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Consume and return the next token."""
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def at(self, brace: str) -> bool:
        """Whether the next token is a brace."""
        return self.peek().kind == "brace" and self.peek().text == brace

    def expect(self, text: str) -> None:
        """Consume this word or brace, which is required."""
        token = self.take()
        if token.text != text or token.kind not in ("brace", "word"):
            self.fail(quoted(token), f"`{text}`", token)

    def text(self, what: str) -> str:
        """Consume a required text."""
        token = self.take()
        if token.kind != "text":
            self.fail(quoted(token), f"{what}, in quotation marks", token)
        return token.text

    def optional_text(self) -> str:
        """Consume a text, or return an empty one."""
        return self.take().text if self.peek().kind == "text" else ""

    def texts(self, what: str) -> tuple[str, ...]:
        """Consume texts in braces."""
        self.expect("{")
        out = []
        while not self.at("}"):
            out.append(self.text(what))
        self.expect("}")
        return tuple(out)

    def count(self, what: str, most: int, least: int = 1) -> int:
        """Consume an integer."""
        token = self.take()
        if (
            token.kind != "word"
            or not re.fullmatch(r"\d{1,15}", token.text, re.ASCII)
            or not least <= int(token.text) <= most
        ):
            self.fail(quoted(token), f"{what}: a whole number from {least} to {most}", token)
        return int(token.text)

    def fraction(self, what: str) -> Fraction:
        """Consume a number, exactly."""
        token = self.take()
        if token.kind != "word" or len(token.text) > DIGITS or not NUMBER.fullmatch(token.text):
            self.fail(quoted(token), f"{what}: a number such as 2, -.5, 1e-3 or 1/3", token)
        try:
            return Fraction(token.text)
        except ZeroDivisionError:
            self.fail(quoted(token), f"{what}: a number, not divided by zero", token)

    def number(self, what: str) -> float:
        """Consume a number."""
        token = self.peek()
        exact = self.fraction(what)
        if abs(exact) > MOST:
            self.fail(quoted(token), f"{what}: up to {MOST:g} in size", token)
        return float(exact)

    def probability(self) -> float:
        """Consume a number from 0 to 1."""
        token = self.peek()
        exact = self.fraction("a probability")
        if not 0 <= exact <= 1:
            self.fail(quoted(token), "a probability: a number from 0 to 1", token)
        return float(exact)

    def header(self, kind: str, version: str) -> tuple[str, tuple[str, ...]]:
        """Consume title and players."""
        for word in (kind, version):
            self.expect(word)
        if (token := self.take()).text not in ("R", "D") or token.kind != "word":
            self.fail(quoted(token), "`R` or `D`", token)
        title = self.text("the title")
        start = self.peek()
        players = self.texts("a player")
        if not 0 < len(players) <= MAX_PLAYERS:
            self.fail(f"{len(players)} players", f"1 to {MAX_PLAYERS}", start)
        return title, players

    def finish(self, expected: str) -> None:
        """Check that no token is left."""
        if self.peek().kind != "end":
            self.fail(quoted(self.peek()), expected)


def _tokens(text: str, reader: Tokens) -> Iterable[Token]:
    line = 1
    for match in TOKEN.finditer(text.removeprefix("\ufeff")):
        kind, word = match.lastgroup, match.group()
        if kind == "open":
            raise StandoffError(
                Problem(
                    "found a quotation mark that is never closed",
                    f"{reader.where}:{line}",
                    fix="close the text with a second mark",
                )
            )
        if kind == "text":
            yield Token(kind, re.sub(r'\\(["\\])', r"\1", word[1:-1]), line)
        elif kind:
            yield Token(kind, word, line)
        line += word.count("\n")
    yield Token("end", "", line)


def quoted(token: Token) -> str:
    if token.kind == "end":
        return "the end of the file"
    short = token.text if len(token.text) <= 40 else f"{token.text[:40]}..."
    return f'"{short}"' if token.kind == "text" else f"`{short}`"
