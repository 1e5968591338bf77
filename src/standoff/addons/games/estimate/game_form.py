"""Small sequential games as trees of two-way decisions, and their utilities.

A game is written as its tree: `1(no attack, 2(devaluation, defense))` is player 1, who ends the game with "no attack" or
leaves the choice between "devaluation" and "defense" to player 2. `.` is an outcome whose name comes from the data.
A player has a utility for every outcome below a decision of its own; where a decision is between two outcomes, the first
counts as zero, since choices tell differences only.

Sources: signorino1999, kenkel_signorino2014 (the three named games and their utilities).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from standoff.errors import Problem, StandoffError, did_you_mean

#: named games of the R package `games`
MODELS: Mapping[str, str] = {
    "egame12": "1(., 2(., .))",
    "egame122": "1(2(., .), 2(., .))",
    "egame123": "1(., 2(., 3(., .)))",
}
UNNAMED = "."
MOST = 30  #: outcomes of one game; assumption: more is a slip
_TOKEN = re.compile(r"\s*(?:(\d{1,2})\s*\(|([(),])|([^(),]+))")


@dataclass(frozen=True)
class EndNode:
    """An end of the game."""

    index: int  #: from left to right
    name: str

    def outcomes(self) -> Iterator[EndNode]:
        """Itself, as the ends below a decision."""
        yield self


@dataclass(frozen=True)
class DecisionNode:
    """A choice of one player between two branches."""

    player: int
    left: Move
    right: Move
    index: int = 0  #: from top to bottom and from left to right

    def outcomes(self) -> Iterator[EndNode]:
        """The ends below, from left to right."""
        yield from self.left.outcomes()
        yield from self.right.outcomes()


Move: TypeAlias = DecisionNode | EndNode


@dataclass(frozen=True)
class UtilityTerm:
    """A utility that is estimated: a player's, for an outcome."""

    player: int
    outcome: int  #: from left to right

    def name(self, outcomes: Sequence[str]) -> str:
        """Name of its coefficients, such as `u1(war)`."""
        return f"u{self.player}({outcomes[self.outcome]})"


@dataclass(frozen=True)
class GameForm:
    """A tree of two-way decisions."""

    text: str  #: as written by the user: a name or a tree
    root: DecisionNode
    outcomes: tuple[EndNode, ...]

    @property
    def decisions(self) -> tuple[DecisionNode, ...]:
        """All decisions, from top to bottom and from left to right."""
        return tuple(move for move in _by_depth(self.root) if isinstance(move, DecisionNode))

    @property
    def players(self) -> tuple[int, ...]:
        """Numbers of the players, ascending."""
        return tuple(sorted({decision.player for decision in self.decisions}))

    @property
    def utilities(self) -> tuple[UtilityTerm, ...]:
        """Utilities that can be estimated, by player and then by outcome."""
        zero = {(d.player, d.left.index) for d in self.decisions if _is_last(d) and isinstance(d.left, EndNode)}
        own = {(d.player, end.index) for d in self.decisions for end in d.outcomes()} - zero
        return tuple(UtilityTerm(player, k) for player, k in sorted(own))

    def path(self, outcome: int) -> list[tuple[DecisionNode, bool]]:
        """Decisions on the way to an outcome, each with whether it went right."""
        path: list[tuple[DecisionNode, bool]] = []
        move: Move = self.root
        while isinstance(move, DecisionNode):
            right = outcome in {end.index for end in move.right.outcomes()}
            path.append((move, right))
            move = move.right if right else move.left
        return path

    def tree(self, names: Sequence[str]) -> str:
        """The tree as text, with names of its outcomes."""
        return _written(self.root, names)


def game_form(text: str) -> GameForm:
    """Parse the name of a model or a tree; raises `StandoffError`."""
    source = MODELS.get(text.strip(), text)
    if "(" not in source:
        raise _problem(f"there is no model `{text}`", did_you_mean(text, MODELS))
    tokens = [match.groups() for match in _TOKEN.finditer(source) if match.group().strip()]
    if len(tokens) > 4 * MOST:  # a tree has four for each outcome
        raise _problem("the tree is too large", f"write at most {MOST} outcomes")
    ends: list[EndNode] = []
    move, rest = _parsed(tokens, 0, ends, text)
    if rest != len(tokens) or not isinstance(move, DecisionNode):
        raise _problem(f"`{text}` goes on after its tree")
    named = [end.name for end in ends if end.name != UNNAMED]
    if named and (len(named) < len(ends) or len(set(named)) < len(named)):
        raise _problem(f"`{text}` has outcomes with the same name or without one", "name all outcomes, or none")
    root = _numbered(move)
    form = GameForm(text.strip(), root, tuple(root.outcomes()))
    for end in form.outcomes:
        players = [decision.player for decision, _ in form.path(end.index)]
        if len(set(players)) < len(players):
            raise _problem(
                f"a player of `{text}` decides twice on the way to outcome {end.index + 1}",
                "use another number for the second decision",
            )
    if form.players != tuple(range(1, len(form.players) + 1)):
        raise _problem(f"the players of `{text}` are {', '.join(map(str, form.players))}", "number them from 1")
    return form


def _problem(what: str, fix: str = "") -> StandoffError:
    return StandoffError(
        Problem(what, "model", allowed=f"{', '.join(MODELS)}, or a tree such as `1(peace, 2(retreat, war))`", fix=fix)
    )


def _parsed(tokens: list[tuple[str, ...]], k: int, ends: list[EndNode], text: str) -> tuple[Move, int]:
    """The move that begins at token `k`, and the token after it; collects the outcomes."""
    if k >= len(tokens):
        raise _problem(f"`{text}` ends too early", "close every bracket")
    player, sign, word = tokens[k]
    if word:
        end = EndNode(len(ends), word.strip().strip("\"'"))
        ends.append(end)
        return end, k + 1
    if not player:
        raise _problem(f"`{text}` has `{sign}` where a player or an outcome should stand")
    left, k = _parsed(tokens, k + 1, ends, text)
    k = _after(tokens, k, ",", text)
    right, k = _parsed(tokens, k, ends, text)
    return DecisionNode(int(player), left, right), _after(tokens, k, ")", text)


def _after(tokens: list[tuple[str, ...]], k: int, sign: str, text: str) -> int:
    if k >= len(tokens) or tokens[k][1] != sign:
        found = next((part for part in tokens[k] if part), "") if k < len(tokens) else "the end"
        raise _problem(f"`{text}` has `{found.strip()}` where `{sign}` should stand", "a decision has two branches")
    return k + 1


def _by_depth(root: Move) -> list[Move]:
    """All moves, level by level."""
    moves = [root]
    for move in moves:
        if isinstance(move, DecisionNode):
            moves += [move.left, move.right]
    return moves


def _numbered(root: DecisionNode) -> DecisionNode:
    """The tree with its decisions numbered, level by level."""
    number = {id(move): k for k, move in enumerate(m for m in _by_depth(root) if isinstance(m, DecisionNode))}

    def copy(move: Move) -> Move:
        if isinstance(move, EndNode):
            return move
        return DecisionNode(move.player, copy(move.left), copy(move.right), number[id(move)])

    return DecisionNode(root.player, copy(root.left), copy(root.right))


def _is_last(decision: DecisionNode) -> bool:
    return isinstance(decision.left, EndNode) and isinstance(decision.right, EndNode)


def _written(move: Move, names: Sequence[str]) -> str:
    if isinstance(move, EndNode):
        return names[move.index]
    return f"{move.player}({_written(move.left, names)}, {_written(move.right, names)})"
