"""Read and write files of Gambit: `.nfg` for normal form games, `.efg` for trees.

`.nfg` in both of its forms, a list of payoffs or a list of outcomes; the strategy of the first player varies fastest.
Numbers are whole, decimal (`.5`, `1e-3`) or rational (`1/3`). Missing labels are numbered from 1. A malformed file
raises a `StandoffError` with the line, the text found there and the text expected.

Source: savani_turocy (the formats).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np

from standoff import input_files
from standoff.addons.games.gambit_lexer import MAX_COUNT, Token, Tokens, quoted
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import CHANCE_SUM, GameNode, InformationSet, Tree, unique
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

MAX_CELLS = 5_000_000  # payoffs in a table: 40 MB; assumption: a larger one is a mistake in the header
MAX_BYTES = 100_000_000  # assumption: beyond any game that could be solved


def read(path: str | Path) -> NormalForm | Tree:
    """Read the game in a file with the suffix `.nfg` or `.efg`."""
    path = Path(path)
    if path.suffix not in READERS:
        raise StandoffError(
            Problem(
                f"`{path.name}` does not end in .nfg or .efg",
                str(path),
                allowed="files of Gambit",
                fix="save the game as .nfg (a table) or .efg (a tree)",
            )
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
            tokens.fail(f"a table of {cells} profiles", f"1 to {MAX_CELLS // len(players)}", back=True)
        strategies.append(names if named else tuple(map(str, range(1, size + 1))))
    tokens.expect("}")
    if len(strategies) != len(players):
        tokens.fail(f"strategies of {len(strategies)} players", f"of {len(players)}", back=True)
    tokens.optional_text()
    sizes = tuple(len(labels) for labels in strategies)
    if tokens.at("{"):
        numbers = _outcomes(tokens, len(players), cells)
    else:
        numbers = np.array([tokens.number("a payoff") for _ in range(cells * len(players))]).reshape(cells, -1)
    tokens.finish("no more than one payoff a player and profile")
    table = numbers.T.reshape(len(players), *sizes[::-1]).transpose(0, *range(len(sizes), 0, -1))
    return tokens.hold(lambda: NormalForm(title, unique(players), tuple(strategies), table))


def _outcomes(tokens: Tokens, players: int, cells: int) -> Floats:
    """(profile, player) payoffs, from outcomes and their numbers by profile; 0 pays nothing."""
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
    """Parse the text of a `.efg` file; `where` names it in errors."""
    tokens = Tokens(text, where)
    title, players = tokens.header("EFG", "2")
    tokens.optional_text()
    reader = _Nodes(tokens, len(players))
    nodes, sets = reader.read()
    tokens.finish("the end: every branch has one")
    return tokens.hold(lambda: Tree(unique(players), tuple(sets), tuple(nodes), title))


class _Nodes:
    """The nodes of a `.efg` file, written depth first."""

    def __init__(self, tokens: Tokens, players: int) -> None:
        self.tokens, self.players = tokens, players
        self.sets: dict[tuple[int, int], tuple[str, tuple[str, ...], tuple[float, ...]]] = {}
        self.order: dict[tuple[int, int], int] = {}
        self.outcomes: dict[int, tuple[float, ...]] = {}

    def read(self) -> tuple[list[GameNode], list[InformationSet]]:
        """Nodes in file order, and information sets of players in order of appearance."""
        nodes: list[GameNode] = []
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
        whole = [
            GameNode(tuple(below), n.information_set, n.chance, n.labels, n.payoffs, n.name)
            for n, below in zip(nodes, children, strict=True)
        ]
        return whole, [
            InformationSet(player, self.sets[player + 1, number][1], self.sets[player + 1, number][0])
            for player, number in ((key[0] - 1, key[1]) for key in self.order)
        ]

    def node(self) -> tuple[GameNode, int]:
        """One node without its children, and their number."""
        token = self.tokens.take()
        if token.text not in ("c", "p", "t") or token.kind != "word":
            self.tokens.fail(quoted(token), "a node: `c` (chance), `p` (a player) or `t` (an end)", token)
        name = self.tokens.optional_text()
        if token.text == "t":
            return GameNode(payoffs=self.outcome(), name=name), 0
        player = self.tokens.count("a player", self.players) if token.text == "p" else 0
        key = (player, self.tokens.count("the number of an information set", MAX_COUNT))
        _, actions, chance = self.information(key)
        payoffs = self.outcome()
        if token.text == "c":
            return GameNode(chance=chance, labels=actions, payoffs=payoffs, name=name), len(actions)
        return GameNode(information_set=self.order.setdefault(key, len(self.order)), payoffs=payoffs, name=name), len(
            actions
        )

    def information(self, key: tuple[int, int]) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
        """Name, actions and probabilities of an information set, given here or at its first node."""
        tokens = self.tokens
        name = tokens.optional_text()
        if not tokens.at("{"):
            if key not in self.sets:
                tokens.fail(quoted(tokens.peek()), "the actions of a new information set, in braces")
            return self.sets[key]
        start, no_chance = tokens.peek(), tuple[float, ...]()
        if key[0]:
            actions, chance = unique(tokens.texts("an action")), no_chance
        else:
            actions, chance = self.moves(start)
        if not actions:
            tokens.fail("no action", "at least one", start)
        if key in self.sets and self.sets[key][1:] != (actions, chance):
            tokens.fail(
                f"information set {key[1]} with actions that differ from those it had before",
                f"{list(self.sets[key][1])}",
                start,
            )
        self.sets.setdefault(key, (name, actions, chance))
        return self.sets[key]

    def moves(self, start: Token) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Labels and probabilities of a chance move."""
        tokens = self.tokens
        tokens.expect("{")
        labels, chance = [], []
        while not tokens.at("}"):
            labels.append(tokens.text("a label of a move of chance"))
            chance.append(tokens.probability())
        tokens.expect("}")
        total = math.fsum(chance)
        if chance and abs(total - 1) > CHANCE_SUM:
            tokens.fail(f"probabilities with the sum {total:.10g}", "the sum 1", start)
        if abs(total - 1) > len(chance) * np.finfo(float).eps:  # more than rounding: decimals such as 0.3333333333
            chance = [p / total for p in chance]
        return unique(labels), tuple(chance)

    def outcome(self) -> tuple[float, ...]:
        """Payoffs at a node; `0` is none, and a repeated outcome need not repeat its payoffs."""
        tokens = self.tokens
        number = tokens.count("the number of an outcome, 0 for none", MAX_COUNT, 0)
        tokens.optional_text()
        if tokens.at("{"):
            start = tokens.take()
            payoffs = tuple(tokens.number("a payoff") for _ in range(self.players))
            tokens.expect("}")
            if self.outcomes.setdefault(number, payoffs) != payoffs or not number:
                tokens.fail(
                    f"outcome {number} with payoffs {payoffs}",
                    f"those it had before, {self.outcomes[number]}" if number else "no payoffs for outcome 0",
                    start,
                )
        if number and number not in self.outcomes:
            tokens.fail(quoted(tokens.peek()), f"the payoffs of outcome {number}, in braces")
        return self.outcomes[number] if number else ()


def write_nfg(game: NormalForm, comment: str = "") -> str:
    """The text of a `.nfg` file, as a list of payoffs."""
    strategies = "\n".join(f"{{ {' '.join(map(_quoted, labels))} }}" for labels in game.strategies)
    table = game.payoffs.transpose(*range(game.payoffs.ndim - 1, 0, -1), 0).reshape(-1, len(game.players))
    cells = "\n".join(" ".join(map(format_number, row)) for row in table.tolist())
    return (
        f"NFG 1 R {_quoted(game.title)} {{ {' '.join(map(_quoted, game.players))} }}\n\n"
        f"{{ {strategies}\n}}\n{_quoted(comment)}\n\n{cells}\n"
    )


def write_efg(tree: Tree, comment: str = "") -> str:
    """The text of a `.efg` file; each distinct row of payoffs is one outcome."""
    lines = [f"EFG 2 R {_quoted(tree.title)} {{ {' '.join(map(_quoted, tree.players))} }}", _quoted(comment), ""]
    numbers, own = [], Counter[int]()
    for information in tree.information_sets:
        own[information.player] += 1
        numbers.append(own[information.player])
    outcomes: dict[tuple[float, ...], int] = {}
    chances = 0
    stack = [0]
    while stack:
        node = tree.nodes[stack.pop()]
        stack += node.children[::-1]
        if node.payoffs:
            number = outcomes.setdefault(node.payoffs, len(outcomes) + 1)
            end = f'{number} "" {{ {", ".join(map(format_number, node.payoffs))} }}'
        else:
            end = "0"
        if not node.children:
            lines.append(f"t {_quoted(node.name)} {end}")
        elif node.information_set is None:
            chances += 1
            moves = chain.from_iterable(
                zip(
                    map(_quoted, unique(node.labels or [""] * len(node.chance))),
                    _probabilities(node.chance),
                    strict=True,
                )
            )
            lines.append(f'c {_quoted(node.name)} {chances} "" {{ {" ".join(moves)} }} {end}')
        else:
            information = tree.information_sets[node.information_set]
            actions = " ".join(map(_quoted, unique(information.actions)))
            lines.append(
                f"p {_quoted(node.name)} {information.player + 1} {numbers[node.information_set]} "
                f"{_quoted(information.name)} {{ {actions} }} {end}"
            )
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


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


READERS: dict[str, Callable[[str, str], NormalForm | Tree]] = {".nfg": parse_nfg, ".efg": parse_efg}
