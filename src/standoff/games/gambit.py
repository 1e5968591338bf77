"""Files of Gambit: `.nfg` for games in normal form, `.efg` for trees, read and written.

`.nfg` in both of its forms, a list of payoffs or a list of outcomes; the strategy of the first player runs fastest.
Numbers are whole, decimal (`.5`, `1e-3`) or rational (`1/3`). Labels that are missing are numbered from 1. A file that
does not hold together ends in a `StandoffError` with its line, what stands there and what was expected.

Source: savani_turocy (the formats).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar

import numpy as np

from standoff.errors import Problem, StandoffError
from standoff.games.normal import NormalForm
from standoff.games.tree import InformationSet, Node, Tree, unique

T = TypeVar("T")

MAX_CELLS = 5_000_000  # payoffs in a table: 40 MB; assumption: a larger one is a mistake in the header
MAX_PLAYERS = 60  # an array has at most 64 axes
MAX_BYTES = 100_000_000  # assumption: beyond any game that could be solved
TOKEN = re.compile(r'\s+|,|(?P<text>"(?:[^"\\]|\\.)*")|(?P<brace>[{}])|(?P<word>[^\s,"{}]+)|(?P<open>")', re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?|[+-]?\d+/\d+")
DIGITS = 400  # of one number; doubles end at 309


class Token(NamedTuple):
    """A piece of a file: its kind (text, brace, word, end), what it says, and its line."""

    kind: str
    text: str
    line: int


def read(path: str | Path) -> NormalForm | Tree:
    """The game in a file, by its ending `.nfg` or `.efg`."""
    path = Path(path)
    if path.suffix not in READERS:
        raise StandoffError(Problem(f"`{path.name}` does not end in .nfg or .efg", str(path), allowed="files of Gambit",
                                    fix="save the game as .nfg (a table) or .efg (a tree)"))  # fmt: skip
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StandoffError(Problem(f"{path.stat().st_size} bytes", str(path), allowed=f"up to {MAX_BYTES}",
                                        fix="solve a smaller game"))  # fmt: skip
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StandoffError(Problem(f"cannot be read: {error.strerror}", str(path), fix="check the path")) from None
    except UnicodeDecodeError as error:
        raise StandoffError(Problem(f"byte {error.start} is not text", str(path), allowed="UTF-8",
                                    fix="save the file as UTF-8")) from None  # fmt: skip
    return READERS[path.suffix](text, str(path))


def parse_nfg(text: str, where: str = "game.nfg") -> NormalForm:
    """A game in normal form from the text of a `.nfg` file; `where` names it in errors."""
    tokens = _Tokens(text, where)
    title, players = tokens.header("NFG", "1")
    tokens.expect("{")
    if tokens.at("{"):
        strategies = tuple(unique(tokens.texts("a strategy", braced=True)) for _ in tokens.until("}", len(players)))
    else:
        strategies = tuple(
            tuple(map(str, range(1, tokens.count("a number of strategies") + 1))) for _ in tokens.until("}", len(players))
        )  # fmt: skip
    if len(strategies) != len(players):
        tokens.fail(f"strategies of {len(strategies)} players", f"of {len(players)}", back=True)
    if not all(strategies):
        tokens.fail("a player without a strategy", "at least one each", back=True)
    tokens.comment()
    sizes = tuple(len(labels) for labels in strategies)
    cells = math.prod(sizes)
    if cells * len(players) > MAX_CELLS:
        tokens.fail(f"a table of {cells} profiles", f"up to {MAX_CELLS // len(players)}", back=True)
    if tokens.at("{"):
        numbers = _outcomes(tokens, len(players), cells)
    else:
        numbers = np.array([tokens.number("a payoff") for _ in range(cells * len(players))]).reshape(cells, -1)
    tokens.finish("no more than one payoff a player and profile")
    table = numbers.T.reshape(len(players), *sizes[::-1]).transpose(0, *range(len(sizes), 0, -1))
    return tokens.hold(lambda: NormalForm(title, unique(players), strategies, table))


def _outcomes(tokens: _Tokens, players: int, cells: int) -> np.ndarray:
    tokens.expect("{")
    known = [[0.0] * players]
    while not tokens.at("}"):
        tokens.expect("{")
        tokens.optional_text()
        known.append([tokens.number("a payoff") for _ in range(players)])
        tokens.expect("}")
    tokens.expect("}")
    return np.array([known[tokens.count("an outcome", len(known) - 1, 0)] for _ in range(cells)])


def parse_efg(text: str, where: str = "game.efg") -> Tree:
    """A tree from the text of a `.efg` file; `where` names it in errors."""
    tokens = _Tokens(text, where)
    title, players = tokens.header("EFG", "2")
    tokens.comment()
    reader = _Nodes(tokens, len(players))
    nodes, sets = reader.read()
    tokens.finish("the end: every branch has one")
    return tokens.hold(lambda: Tree(unique(players), tuple(sets), tuple(nodes), title))


class _Nodes:
    """The nodes of a `.efg` file, written depth first."""

    def __init__(self, tokens: _Tokens, players: int) -> None:
        self.tokens, self.players = tokens, players
        self.sets: dict[tuple[int, int], tuple[str, tuple[str, ...], tuple[float, ...]]] = {}
        self.order: dict[tuple[int, int], int] = {}
        self.outcomes: dict[int, tuple[float, ...]] = {}

    def read(self) -> tuple[list[Node], list[InformationSet]]:
        """Nodes in the order of the file, and the information sets of players in order of appearance."""
        nodes: list[Node] = []
        children: list[list[int]] = []
        waiting: list[tuple[int, int]] = []  # (parent, moves still to come)
        while not nodes or waiting:
            if waiting:
                parent, missing = waiting.pop()
                children[parent].append(len(nodes))
                if missing > 1:
                    waiting.append((parent, missing - 1))
            node, moves = self.node()
            if moves:
                waiting.append((len(nodes), moves))
            nodes.append(node)
            children.append([])
        whole = [Node(tuple(below), n.information_set, n.chance, n.labels, n.payoffs, n.name)
                 for n, below in zip(nodes, children, strict=True)]  # fmt: skip
        return whole, [InformationSet(player, self.sets[player + 1, number][1], self.sets[player + 1, number][0])
                       for player, number in ((key[0] - 1, key[1]) for key in self.order)]  # fmt: skip

    def node(self) -> tuple[Node, int]:
        """One node without its children, and how many will follow it."""
        token = self.tokens.take()
        if token.text not in ("c", "p", "t") or token.kind != "word":
            self.tokens.fail(_shown(token), "a node: `c` (chance), `p` (a player) or `t` (an end)", token)
        name = self.tokens.optional_text()
        if token.text == "t":
            return Node(payoffs=self.outcome(), name=name), 0
        player = self.tokens.count("a player", self.players) if token.text == "p" else 0
        key = (player, self.tokens.count("the number of an information set"))
        _, actions, chance = self.information(key)
        payoffs = self.outcome()
        if token.text == "c":
            return Node(chance=chance, labels=actions, payoffs=payoffs, name=name), len(actions)
        return Node(information_set=self.order.setdefault(key, len(self.order)), payoffs=payoffs, name=name), len(
            actions
        )

    def information(self, key: tuple[int, int]) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
        """Name, actions and probabilities (of chance) of an information set, told here or where it first stood."""
        tokens = self.tokens
        name = tokens.optional_text()
        if not tokens.at("{"):
            if key not in self.sets:
                tokens.fail(_shown(tokens.peek()), "the actions of a new information set, in braces")
            return self.sets[key]
        start = tokens.peek()
        if key[0]:
            actions, chance = unique(tokens.texts("an action", braced=True)), ()
        else:
            actions, chance = self.moves(start)
        if not actions:
            tokens.fail("no action", "at least one", start)
        if key in self.sets and self.sets[key][1:] != (actions, chance):
            tokens.fail(f"information set {key[1]} with actions that differ from those it had before",
                        f"{list(self.sets[key][1])}", start)  # fmt: skip
        self.sets.setdefault(key, (name, actions, chance))
        return self.sets[key]

    def moves(self, start: Token) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Labels and probabilities of a move of chance."""
        tokens = self.tokens
        tokens.expect("{")
        labels, exact = [], []
        while not tokens.at("}"):
            labels.append(tokens.text("a label of a move of chance"))
            exact.append(tokens.fraction("a probability"))
        tokens.expect("}")
        total = sum(exact, Fraction(0))
        if exact and (min(exact) < 0 or abs(total - 1) > Fraction(1, 10**9)):
            tokens.fail(f"probabilities with the sum {float(total):.10g}", "none below 0, their sum 1", start)
        return unique(labels), tuple(float(p / total) for p in exact)

    def outcome(self) -> tuple[float, ...]:
        """Payoffs at a node; `0` is none, and an outcome that stood before need not repeat them."""
        tokens = self.tokens
        number = tokens.count("the number of an outcome, 0 for none", least=0)
        tokens.optional_text()
        if tokens.at("{"):
            start = tokens.take()
            payoffs = tuple(tokens.number("a payoff") for _ in range(self.players))
            tokens.expect("}")
            if self.outcomes.setdefault(number, payoffs) != payoffs or not number:
                tokens.fail(f"outcome {number} with payoffs {payoffs}",
                            f"those it had before, {self.outcomes[number]}" if number else "no payoffs for outcome 0",
                            start)  # fmt: skip
        if number and number not in self.outcomes:
            tokens.fail(_shown(tokens.peek()), f"the payoffs of outcome {number}, in braces")
        return self.outcomes[number] if number else ()


class _Tokens:
    """The pieces of a file in turn."""

    def __init__(self, text: str, where: str) -> None:
        self.where, self.position = where, 0
        self.tokens = list(_tokens(text, self))

    def fail(self, got: str, expected: str, token: Token | None = None, back: bool = False) -> NoReturn:
        """End with the line of `token` (else of the piece to come, or, `back`, of the one just taken)."""
        token = token or self.tokens[max(self.position - 1, 0) if back else self.position]
        raise StandoffError(Problem(f"found {got}", f"{self.where}:{token.line}", allowed=expected,
                                    fix="mend this line, or write the file anew with Gambit"))  # fmt: skip

    def hold(self, make: Callable[[], T]) -> T:
        """What `make` returns; a game that does not hold together is told with the name of the file."""
        try:
            return make()
        except StandoffError as error:
            raise StandoffError(
                [Problem(p.what, self.where, p.path, p.allowed, p.fix) for p in error.problems]
            ) from None

    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def at(self, brace: str) -> bool:
        return self.peek().kind == "brace" and self.peek().text == brace

    def expect(self, text: str) -> None:
        token = self.take()
        if token.text != text or token.kind not in ("brace", "word"):
            self.fail(_shown(token), f"`{text}`", token)

    def text(self, what: str) -> str:
        token = self.take()
        if token.kind != "text":
            self.fail(_shown(token), f"{what}, in quotation marks", token)
        return token.text

    def optional_text(self) -> str:
        return self.take().text if self.peek().kind == "text" else ""

    def comment(self) -> None:
        self.optional_text()

    def texts(self, what: str, braced: bool) -> tuple[str, ...]:
        """Texts up to the closing brace."""
        if braced:
            self.expect("{")
        out = []
        while not self.at("}"):
            out.append(self.text(what))
        self.expect("}")
        return tuple(out)

    def until(self, brace: str, most: int) -> Iterable[int]:
        """Count until a brace closes; more than `most` is a mistake."""
        for i in range(most + 1):
            if self.at(brace):
                break
            if i == most:
                self.fail(_shown(self.peek()), f"`{brace}`: there are {most} players")
            yield i
        self.expect(brace)

    def count(self, what: str, most: int = MAX_CELLS, least: int = 1) -> int:
        token = self.take()
        if token.kind != "word" or not re.fullmatch(r"\d{1,15}", token.text) or not least <= int(token.text) <= most:
            self.fail(_shown(token), f"{what}: a whole number from {least} to {most}", token)
        return int(token.text)

    def fraction(self, what: str) -> Fraction:
        token = self.take()
        if token.kind != "word" or len(token.text) > DIGITS or not NUMBER.fullmatch(token.text):
            self.fail(_shown(token), f"{what}: a number such as 2, -.5, 1e-3 or 1/3", token)
        try:
            return Fraction(token.text)
        except ZeroDivisionError:
            self.fail(_shown(token), f"{what}: a number, not divided by zero", token)

    def number(self, what: str) -> float:
        token = self.peek()
        try:
            return float(self.fraction(what))
        except OverflowError:
            self.fail(_shown(token), f"{what}: below 1.8e308 in size", token)

    def header(self, kind: str, version: str) -> tuple[str, tuple[str, ...]]:
        """Title and players."""
        for word in (kind, version):
            self.expect(word)
        if (token := self.take()).text not in ("R", "D") or token.kind != "word":
            self.fail(_shown(token), "`R` or `D`", token)
        title = self.text("the title")
        start = self.peek()
        players = self.texts("a player", braced=True)
        if not 0 < len(players) <= MAX_PLAYERS:
            self.fail(f"{len(players)} players", f"1 to {MAX_PLAYERS}", start)
        return title, players

    def finish(self, expected: str) -> None:
        if self.peek().kind != "end":
            self.fail(_shown(self.peek()), expected)


def _tokens(text: str, reader: _Tokens) -> Iterable[Token]:
    line = 1
    for match in TOKEN.finditer(text.removeprefix("\ufeff")):
        kind, word = match.lastgroup, match.group()
        if kind == "open":
            raise StandoffError(Problem("found a quotation mark that is never closed", f"{reader.where}:{line}",
                                        fix="close the text with a second mark"))  # fmt: skip
        if kind == "text":
            yield Token(kind, re.sub(r'\\(["\\])', r"\1", word[1:-1]), line)
        elif kind:
            yield Token(kind, word, line)
        line += word.count("\n")
    yield Token("end", "", line)


def _shown(token: Token) -> str:
    if token.kind == "end":
        return "the end of the file"
    short = token.text if len(token.text) <= 40 else f"{token.text[:40]}..."
    return f'"{short}"' if token.kind == "text" else f"`{short}`"


def write_nfg(game: NormalForm, comment: str = "") -> str:
    """The text of a `.nfg` file, as a list of payoffs."""
    strategies = "\n".join(f"{{ {' '.join(map(_quoted, labels))} }}" for labels in game.strategies)
    table = game.payoffs.transpose(*range(game.payoffs.ndim - 1, 0, -1), 0).reshape(-1, len(game.players))
    cells = "\n".join(" ".join(map(written, row)) for row in table.tolist())
    return (f"NFG 1 R {_quoted(game.title)} {{ {' '.join(map(_quoted, game.players))} }}\n\n"
            f"{{ {strategies}\n}}\n{_quoted(comment)}\n\n{cells}\n")  # fmt: skip


def write_efg(tree: Tree, comment: str = "") -> str:
    """The text of a `.efg` file; each different row of payoffs is one outcome."""
    lines = [f"EFG 2 R {_quoted(tree.title)} {{ {' '.join(map(_quoted, tree.players))} }}", _quoted(comment), ""]
    numbers = [sum(other.player == h.player for other in tree.information_sets[:i]) + 1
               for i, h in enumerate(tree.information_sets)]  # fmt: skip
    outcomes: dict[tuple[float, ...], int] = {}
    chances = 0
    stack = [0]
    while stack:
        node = tree.nodes[stack.pop()]
        stack += node.children[::-1]
        if node.payoffs:
            number = outcomes.setdefault(node.payoffs, len(outcomes) + 1)
            end = f'{number} "" {{ {", ".join(map(written, node.payoffs))} }}'
        else:
            end = "0"
        if not node.children:
            lines.append(f"t {_quoted(node.name)} {end}")
        elif node.information_set is None:
            chances += 1
            moves = chain.from_iterable(zip(map(_quoted, unique(node.labels or [""] * len(node.chance))),
                                            _probabilities(node.chance), strict=True))  # fmt: skip
            lines.append(f'c {_quoted(node.name)} {chances} "" {{ {" ".join(moves)} }} {end}')
        else:
            information = tree.information_sets[node.information_set]
            actions = " ".join(map(_quoted, unique(information.actions)))
            lines.append(f"p {_quoted(node.name)} {information.player + 1} {numbers[node.information_set]} "
                         f"{_quoted(information.name)} {{ {actions} }} {end}")  # fmt: skip
    return "\n".join(lines) + "\n"


def written(value: float) -> str:
    """The shortest text that reads as the same double: `2`, `0.1`, or `1/3` in place of sixteen digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    near = Fraction(value).limit_denominator(1000)  # assumption: what people write as a fraction has small parts
    return text if len(text) <= 12 or near == 0 or float(near) != value else str(near)


def _probabilities(chance: Sequence[float]) -> list[str]:
    """Texts whose exact sum is one, as Gambit demands; the largest takes what rounding left over."""
    texts = [written(p) for p in chance]
    rest = 1 - sum(map(Fraction, texts), Fraction(0))
    if rest:
        largest = max(range(len(chance)), key=chance.__getitem__)
        texts[largest] = str(Fraction(texts[largest]) + rest)
    return texts


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


READERS: dict[str, Callable[[str, str], NormalForm | Tree]] = {".nfg": parse_nfg, ".efg": parse_efg}
