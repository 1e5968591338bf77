"""Read and write files of Gambit: `.nfg` for normal form games, `.efg` for trees.

`.nfg` in both of its forms, a list of payoffs or a list of outcomes; the strategy of the first player varies fastest.
Numbers are whole, decimal (`.5`, `1e-3`) or rational (`1/3`). Missing labels are numbered from 1. A malformed file
raises a `StandoffError` with the line, the text found there and the text expected.

Gambit's own reader (pygambit 17.0.0b2) cannot take its place: it does not end on a payoff of `1e99999999999` or on 100,000
strategies, ends the process at 200,000 nested moves, names no line for a wrong number, and refuses chances in decimals.

Source: savani_turocy (the formats).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar

import numpy as np

from standoff import input_files
from standoff.addons.games.expected_payoffs import MOST
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import CHANCE_SUM, GameNode, InformationSet, Tree, unique
from standoff.errors import StandoffError
from standoff.types import Floats

T = TypeVar("T")

MAX_COUNT = 10**9  # assumption: numbers of information sets and outcomes stay below
MAX_PLAYERS = 60  # an array has at most 64 axes
TOKEN = re.compile(r'\s+|,|(?P<text>"(?:[^"\\]|\\.)*")|(?P<brace>[{}])|(?P<word>[^\s,"{}]+)|(?P<open>")', re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?|[+-]?\d+/\d+", re.ASCII)
DIGITS = 400  # of one number; doubles end at 309
MAX_CELLS = 5_000_000  # payoffs in a table: 40 MB; assumption: a larger one is a mistake in the header
MAX_BYTES = 100_000_000  # assumption: beyond any game that could be solved


def read(path: str | Path) -> NormalForm | Tree:
    """Read the game in a file with the suffix `.nfg` or `.efg`."""
    path = Path(path)
    if path.suffix not in READERS:
        raise StandoffError(
            f"`{path.name}` does not end in .nfg or .efg",
            str(path),
            allowed="files of Gambit",
            fix="save the game as .nfg (a table) or .efg (a tree)",
        )
    raw = input_files.contents(path, MAX_BYTES, StandoffError)
    return READERS[path.suffix](input_files.text(raw, str(path), StandoffError), str(path))


def parse_nfg(text: str, where: str = "game.nfg") -> NormalForm:
    """Parse the text of a `.nfg` file; `where` names it in errors."""
    tokens = Tokens(text, where)
    title, players = tokens.header("NFG", "1")
    tokens.expect("{")
    named = tokens.at("{")
    strategies: list[tuple[str, ...]] = []
    cells = 1
    while not tokens.at("}"):
        names = unique(tokens.texts("a strategy")) if named else ()
        size = len(names) if named else tokens.count("a number of strategies", MAX_CELLS)
        cells *= size
        if not size or cells * len(players) > MAX_CELLS:
            tokens.fail(f"a table of {cells} profiles", f"1 to {MAX_CELLS // len(players)}", tokens.last)
        strategies.append(names if named else tuple(map(str, range(1, size + 1))))
    tokens.expect("}")
    if len(strategies) != len(players):
        tokens.fail(f"strategies of {len(strategies)} players", f"of {len(players)}", tokens.last)
    tokens.optional_text()
    sizes = tuple(len(labels) for labels in strategies)
    if tokens.at("{"):
        numbers = _outcomes(tokens, len(players), cells)
    else:
        numbers = np.array([tokens.number() for _ in range(cells * len(players))]).reshape(cells, -1)
    tokens.finish("no more than one payoff a player and profile")
    table = numbers.T.reshape(len(players), *sizes[::-1]).transpose(0, *range(len(sizes), 0, -1))
    return tokens.hold(lambda: NormalForm(title, unique(players), tuple(strategies), table))


def _outcomes(tokens: Tokens, players: int, cells: int) -> Floats:
    """(profile, player) payoffs, from outcomes and their numbers by profile; 0 pays nothing."""

    def outcome() -> tuple[float, ...]:
        tokens.expect("{")
        tokens.optional_text()
        payoffs = tuple(tokens.number() for _ in range(players))
        tokens.expect("}")
        return payoffs

    outcomes = [(0.0,) * players, *tokens.in_braces(outcome)]
    return np.array([outcomes[tokens.count("an outcome", len(outcomes) - 1, 0)] for _ in range(cells)])


def parse_efg(text: str, where: str = "game.efg") -> Tree:
    """Parse the text of a `.efg` file; `where` names it in errors."""
    tokens = Tokens(text, where)
    title, players = tokens.header("EFG", "2")
    tokens.optional_text()
    reader = _Nodes(tokens, len(players))
    nodes = reader.read()
    tokens.finish("the end: every branch has one")
    sets = tuple(
        InformationSet(key[0] - 1, actions=reader.sets[key][1], name=reader.sets[key][0]) for key in reader.order
    )
    return tokens.hold(lambda: Tree(unique(players), sets, nodes, title))


class _Nodes:
    """The nodes of a `.efg` file, written depth first."""

    def __init__(self, tokens: Tokens, players: int) -> None:
        self.tokens, self.players = tokens, players
        #: (player from 1, or 0 for chance; number) -> name, actions and probabilities
        self.sets: dict[tuple[int, int], tuple[str, tuple[str, ...], tuple[float, ...]]] = {}
        self.order: dict[tuple[int, int], int] = {}  #: information sets of players, by appearance
        self.outcomes: dict[int, tuple[float, ...]] = {}

    def read(self) -> tuple[GameNode, ...]:
        """Nodes in file order."""
        rows: list[tuple[GameNode, int]] = []
        missing = 1
        while missing:
            rows.append(self.node())
            missing += rows[-1][1] - 1
        nodes: list[GameNode] = []
        following: list[int] = []  # nodes without a parent yet, the first of them last
        for at, (node, moves) in reversed(list(enumerate(rows))):
            nodes.append(replace(node, children=tuple(following.pop() for _ in range(moves))))
            following.append(at)
        return tuple(nodes[::-1])

    def node(self) -> tuple[GameNode, int]:
        """One node without its children, and their number."""
        kind = self.tokens.word(("c", "p", "t"), "a node: `c` (chance), `p` (a player) or `t` (an end)")
        name = self.tokens.optional_text()
        if kind == "t":
            return GameNode(payoffs=self.outcome(), name=name), 0
        player = self.tokens.count("a player", self.players) if kind == "p" else 0
        key = (player, self.tokens.count("the number of an information set", MAX_COUNT))
        _, actions, chance = self.information(key)
        payoffs = self.outcome()
        if kind == "c":
            return GameNode(chance=chance, labels=actions, payoffs=payoffs, name=name), len(actions)
        index = self.order.setdefault(key, len(self.order))
        return GameNode(information_set=index, payoffs=payoffs, name=name), len(actions)

    def information(self, key: tuple[int, int]) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
        """Name, actions and probabilities of an information set, given here or at its first node."""
        tokens = self.tokens
        name, start = tokens.optional_text(), tokens.peek()
        if not tokens.at("{"):
            if key not in self.sets:
                tokens.fail(quoted(start), "the actions of a new information set, in braces")
            return self.sets[key]
        chance: tuple[float, ...] = ()
        if key[0]:
            actions = unique(tokens.texts("an action"))
        else:
            label = "a label of a move of chance"
            moves = tokens.in_braces(lambda: (tokens.text(label), tokens.number("a probability", 0, 1)))
            actions, chance = unique([word for word, _ in moves]), self.chance([p for _, p in moves], start)
        if not actions:
            tokens.fail("no action", "at least one", start)
        entry = self.sets.setdefault(key, (name, actions, chance))
        if entry[1:] != (actions, chance):
            what = f"information set {key[1]} with actions that differ from those it had before"
            tokens.fail(what, f"{list(entry[1])}", start)
        return entry

    def chance(self, chance: list[float], start: Token) -> tuple[float, ...]:
        """Probabilities with the sum one."""
        total = math.fsum(chance)
        if chance and abs(total - 1) > CHANCE_SUM:
            self.tokens.fail(f"probabilities with the sum {total:.10g}", "the sum 1", start)
        if abs(total - 1) > len(chance) * np.finfo(float).eps:  # more than rounding: decimals such as 0.3333333333
            chance = [p / total for p in chance]
        return tuple(chance)

    def outcome(self) -> tuple[float, ...]:
        """Payoffs at a node; `0` is none, and a repeated outcome need not repeat its payoffs."""
        tokens = self.tokens
        number = tokens.count("the number of an outcome, 0 for none", MAX_COUNT, 0)
        tokens.optional_text()
        start = tokens.peek()
        if tokens.at("{"):
            tokens.expect("{")
            payoffs = tuple(tokens.number() for _ in range(self.players))
            tokens.expect("}")
            if self.outcomes.setdefault(number, payoffs) != payoffs or not number:
                before = f"those it had before, {self.outcomes[number]}" if number else "no payoffs for outcome 0"
                tokens.fail(f"outcome {number} with payoffs {payoffs}", before, start)
        elif number and number not in self.outcomes:
            tokens.fail(quoted(start), f"the payoffs of outcome {number}, in braces")
        return self.outcomes[number] if number else ()


def write_nfg(game: NormalForm, comment: str = "") -> str:
    """The text of a `.nfg` file, as a list of payoffs."""
    strategies = "\n".join(f"{{ {' '.join(map(_in_quotes, labels))} }}" for labels in game.strategies)
    table = game.payoffs.transpose(*range(game.payoffs.ndim - 1, 0, -1), 0).reshape(-1, len(game.players))
    cells = "\n".join(" ".join(map(format_number, row)) for row in table.tolist())
    return (
        f"NFG 1 R {_in_quotes(game.title)} {{ {' '.join(map(_in_quotes, game.players))} }}\n\n"
        f"{{ {strategies}\n}}\n{_in_quotes(comment)}\n\n{cells}\n"
    )


def write_efg(tree: Tree, comment: str = "") -> str:
    """The text of a `.efg` file; each distinct row of payoffs is one outcome."""
    players = " ".join(map(_in_quotes, tree.players))
    lines = [f"EFG 2 R {_in_quotes(tree.title)} {{ {players} }}", _in_quotes(comment), ""]
    numbers, counts = [], Counter[int]()
    for information in tree.information_sets:
        counts[information.player] += 1
        numbers.append(counts[information.player])
    outcomes: dict[tuple[float, ...], int] = {}
    chances = 0
    stack = [0]
    while stack:
        node = tree.nodes[stack.pop()]
        stack += node.children[::-1]
        name, end = _in_quotes(node.name), "0"
        if node.payoffs:
            number = outcomes.setdefault(node.payoffs, len(outcomes) + 1)
            end = f'{number} "" {{ {", ".join(map(format_number, node.payoffs))} }}'
        if not node.children:
            lines.append(f"t {name} {end}")
        elif node.information_set is None:
            chances += 1
            labels = map(_in_quotes, unique(node.labels or [""] * len(node.chance)))
            moves = " ".join(f"{label} {p}" for label, p in zip(labels, _probabilities(node.chance), strict=True))
            lines.append(f'c {name} {chances} "" {{ {moves} }} {end}')
        else:
            information = tree.information_sets[node.information_set]
            actions = " ".join(map(_in_quotes, unique(information.actions)))
            where = f"{information.player + 1} {numbers[node.information_set]} {_in_quotes(information.name)}"
            lines.append(f"p {name} {where} {{ {actions} }} {end}")
    return "\n".join(lines) + "\n"


def format_number(value: float) -> str:
    """The shortest text of the same double: `2`, `0.1`, or `1/3` instead of sixteen digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    near = Fraction(value).limit_denominator(1000)  # assumption: fractions written by people have small terms
    return text if len(text) <= 12 or near == 0 or float(near) != value else str(near)


def _probabilities(chance: Sequence[float]) -> list[str]:
    """Texts with the exact sum one, as Gambit requires; the largest takes the rounding error."""
    texts = [format_number(p) for p in chance]
    rest = 1 - sum(map(Fraction, texts), Fraction(0))
    if rest:
        largest = max(range(len(chance)), key=chance.__getitem__)
        texts[largest] = str(Fraction(texts[largest]) + rest)
    return texts


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Token(NamedTuple):
    """A token: kind (text, brace, word, end), text, and line."""

    kind: str
    text: str
    line: int


class Tokens:
    """The tokens of a file, consumed in order."""

    def __init__(self, text: str, where: str) -> None:
        self.where, self.position = where, 0
        self.tokens: list[Token] = []
        line = 1
        for match in TOKEN.finditer(text.removeprefix("\ufeff")):
            kind, word = match.lastgroup, match.group()
            if kind == "open":
                raise StandoffError(
                    "found a quotation mark that is never closed",
                    f"{where}:{line}",
                    fix="close the text with a second mark",
                )
            if kind:
                plain = re.sub(r'\\(["\\])', r"\1", word[1:-1]) if kind == "text" else word
                self.tokens.append(Token(kind, plain, line))
            line += word.count("\n")
        self.tokens.append(Token("end", "", line))

    def fail(self, got: str, expected: str, token: Token | None = None) -> NoReturn:
        """Raise an error at the line of `token` (default: the next)."""
        line = (token or self.peek()).line
        fix = "correct this line, or write the file again with Gambit"
        raise StandoffError(f"found {got}", f"{self.where}:{line}", allowed=expected, fix=fix)

    def hold(self, make: Callable[[], T]) -> T:
        """Result of `make`; an inconsistent game raises an error with the name of the file."""
        try:
            return make()
        except StandoffError as error:
            raise StandoffError([replace(problem, where=self.where) for problem in error.problems]) from None

    @property
    def last(self) -> Token:
        """The token consumed last."""
        return self.tokens[max(self.position - 1, 0)]

    def peek(self) -> Token:
        """The next token."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Consume and return the next token."""
        token = self.peek()
        self.position += token.kind != "end"
        return token

    def at(self, brace: str) -> bool:
        """Whether the next token is a brace."""
        return self.peek()[:2] == ("brace", brace)

    def word(self, known: Sequence[str], expected: str) -> str:
        """Consume one of some words or braces, which is required."""
        token = self.take()
        if token.text not in known or token.kind not in ("brace", "word"):
            self.fail(quoted(token), expected, token)
        return token.text

    def expect(self, text: str) -> None:
        """Consume this word or brace, which is required."""
        self.word((text,), f"`{text}`")

    def text(self, what: str) -> str:
        """Consume a required text."""
        token = self.take()
        if token.kind != "text":
            self.fail(quoted(token), f"{what}, in quotation marks", token)
        return token.text

    def optional_text(self) -> str:
        """Consume a text, or return an empty one."""
        return self.take().text if self.peek().kind == "text" else ""

    def in_braces(self, item: Callable[[], T]) -> list[T]:
        """Consume items in braces."""
        self.expect("{")
        out = []
        while not self.at("}"):
            out.append(item())
        self.expect("}")
        return out

    def texts(self, what: str) -> list[str]:
        """Consume texts in braces."""
        return self.in_braces(lambda: self.text(what))

    def count(self, what: str, most: int, least: int = 1) -> int:
        """Consume an integer."""
        token = self.take()
        is_integer = token.kind == "word" and re.fullmatch(r"\d{1,15}", token.text, re.ASCII)
        if not is_integer or not least <= int(token.text) <= most:
            self.fail(quoted(token), f"{what}: a whole number from {least} to {most}", token)
        return int(token.text)

    def number(self, what: str = "a payoff", least: float = -MOST, most: float = MOST) -> float:
        """Consume a number."""
        token = self.take()
        if token.kind != "word" or len(token.text) > DIGITS or not NUMBER.fullmatch(token.text):
            self.fail(quoted(token), f"{what}: a number such as 2, -.5, 1e-3 or 1/3", token)
        try:
            exact = Fraction(token.text)
        except ZeroDivisionError:
            self.fail(quoted(token), f"{what}: a number, not divided by zero", token)
        if not least <= exact <= most:
            limits = f"up to {most:g} in size" if least < 0 else f"a number from {least:g} to {most:g}"
            self.fail(quoted(token), f"{what}: {limits}", token)
        return float(exact)

    def header(self, kind: str, version: str) -> tuple[str, list[str]]:
        """Consume title and players."""
        self.expect(kind)
        self.expect(version)
        self.word(("R", "D"), "`R` or `D`")
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


def quoted(token: Token) -> str:
    """The text of a token, for an error."""
    if token.kind == "end":
        return "the end of the file"
    short = token.text if len(token.text) <= 40 else f"{token.text[:40]}..."
    return f'"{short}"' if token.kind == "text" else f"`{short}`"


READERS: dict[str, Callable[[str, str], NormalForm | Tree]] = {".nfg": parse_nfg, ".efg": parse_efg}
