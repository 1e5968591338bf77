"""Small sequential games as trees of two-way decisions, and their utilities.

A game is written as its tree: `1(no attack, 2(devaluation, defense))` is player 1, who ends the game with "no attack" or
leaves the choice between "devaluation" and "defense" to player 2. `.` is an outcome whose name comes from the data.
A player has a utility for every outcome below a decision of its own; where a decision is between two outcomes, the first
counts as zero, since choices tell differences only.

Sources: signorino1999, kenkel_signorino2014 (the three named games and their utilities).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from standoff.errors import StandoffError, did_you_mean

#: named games of the R package `games`
MODELS: Mapping[str, str] = {
    "egame12": "1(., 2(., .))",
    "egame122": "1(2(., .), 2(., .))",
    "egame123": "1(., 2(., 3(., .)))",
}
UNNAMED = "."
MOST = 30  #: outcomes of one game; assumption: more is a slip
DECISION = re.compile(r"(\d{1,2})\s*\(([^(),]+),([^(),]+)\)")
WRITTEN = re.compile(r"\s*\0(\d+)\0\s*")  #: place of a decision that has been read


@dataclass(eq=False)
class EndNode:
    """An end of the game."""

    name: str
    index: int = 0  #: from left to right

    @property
    def outcomes(self) -> list[EndNode]:
        """Itself, as the ends below a decision."""
        return [self]


@dataclass(eq=False)
class DecisionNode:
    """A choice of one player between two branches."""

    player: int
    left: DecisionNode | EndNode
    right: DecisionNode | EndNode
    index: int = 0  #: from top to bottom and from left to right

    @property
    def outcomes(self) -> list[EndNode]:
        """The ends below, from left to right."""
        return [*self.left.outcomes, *self.right.outcomes]


class UtilityTerm(NamedTuple):
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
    decisions: tuple[DecisionNode, ...]  #: from top to bottom and from left to right

    @property
    def players(self) -> tuple[int, ...]:
        """Numbers of the players, ascending."""
        return tuple(sorted({decision.player for decision in self.decisions}))

    @cached_property
    def utilities(self) -> tuple[UtilityTerm, ...]:
        """Utilities that can be estimated, by player and then by outcome."""
        reachable = {(d.player, end.index) for d in self.decisions for end in d.outcomes}
        zero = {(d.player, d.left.index) for d in self.decisions if len(d.outcomes) == 2}
        return tuple(UtilityTerm(*term) for term in sorted(reachable - zero))

    def path(self, outcome: int) -> list[tuple[DecisionNode, bool]]:
        """Decisions on the way to an outcome, each with whether it went right."""
        end = self.outcomes[outcome]
        return [(d, end in d.right.outcomes) for d in self.decisions if end in d.outcomes]

    def tree(self, names: Sequence[str]) -> str:
        """The tree as text, with names of its outcomes."""

        def written(move: DecisionNode | EndNode) -> str:
            if isinstance(move, EndNode):
                return names[move.index]
            return f"{move.player}({written(move.left)}, {written(move.right)})"

        return written(self.root)


def game_form(text: str) -> GameForm:
    """Parse the name of a model or a tree; raises `StandoffError`."""
    rest = MODELS.get(text.strip(), text).replace("\0", " ")
    if "(" not in rest:
        raise _problem(f"there is no model `{text}`", did_you_mean(text, MODELS))
    parsed: list[DecisionNode] = []
    while match := DECISION.search(rest):
        player, left, right = match.groups()
        parsed.append(DecisionNode(int(player), _branch(left, parsed, text), _branch(right, parsed, text)))
        rest = f"{rest[: match.start()]}\0{len(parsed) - 1}\0{rest[match.end() :]}"
        if len(parsed) >= MOST:
            raise _problem("the tree is too large", f"write at most {MOST} outcomes")
    root = _branch(rest, parsed, text)
    if not isinstance(root, DecisionNode):
        raise _problem(f"`{text}` is no tree of decisions", "close every bracket, and give each decision two branches")
    decisions = [root]
    for decision in decisions:
        decisions += [move for move in (decision.left, decision.right) if isinstance(move, DecisionNode)]
    form = GameForm(text.strip(), root, tuple(root.outcomes), tuple(decisions))
    for k, end in enumerate(form.outcomes):
        end.index = k
    for k, decision in enumerate(form.decisions):
        decision.index = k
    names = [end.name for end in form.outcomes if end.name != UNNAMED]
    if names and len(set(names)) < len(form.outcomes):
        raise _problem(f"`{text}` has outcomes with the same name or without one", "name all outcomes, or none")
    for k in range(len(form.outcomes)):
        players = [decision.player for decision, _ in form.path(k)]
        if len(set(players)) < len(players):
            raise _problem(
                f"a player of `{text}` decides twice on the way to outcome {k + 1}",
                "use another number for the second decision",
            )
    if form.players != tuple(range(1, len(form.players) + 1)):
        raise _problem(f"the players of `{text}` are {', '.join(map(str, form.players))}", "number them from 1")
    return form


def _branch(text: str, parsed: Sequence[DecisionNode], whole: str) -> DecisionNode | EndNode:
    """A decision that has been read, or an outcome."""
    if match := WRITTEN.fullmatch(text):
        return parsed[int(match[1])]
    if not (name := text.strip().strip("\"'")) or "\0" in text:
        part = WRITTEN.sub(" ... ", text).strip()
        raise _problem(f"`{whole}` has `{part}` where an outcome or a decision should stand", "write such as 2(a, b)")
    return EndNode(name)


def _problem(what: str, fix: str = "") -> StandoffError:
    return StandoffError(
        what, "model", allowed=f"{', '.join(MODELS)}, or a tree such as `1(peace, 2(retreat, war))`", fix=fix
    )
