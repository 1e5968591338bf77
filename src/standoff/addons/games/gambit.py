"""Games of Gambit (pygambit): files, names of information sets, strategies as arrays.

`.nfg` is a game in normal form, `.efg` a tree. pygambit 17.0.0b2 ends the process on some malformed files (20,000 nested
moves) and never ends on others (a payoff of `1e99999999999`, 10,000 strategies), so numbers and sizes are checked first.

Source: savani_turocy (the formats).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from standoff import input_files
from standoff.errors import StandoffError
from standoff.games.information import MoveOrder
from standoff.types import Floats
from standoff.versions import install_command

try:
    import pygambit
    from pygambit import H
except ModuleNotFoundError:
    what = "games need pygambit, which is not installed"
    raise StandoffError(what, fix=install_command("games")) from None

MOST = 1e100  # assumption: no stated payoff is larger; products with rationality stay finite
MAX_CELLS = 500_000  # payoffs of a table: pygambit takes half a minute to read as many
MAX_STRATEGIES = 2_000  # of a player: its time grows with their square
MAX_NODES = 10_000  # of a tree: it reads nested moves by recursion
MAX_BYTES = 20_000_000
MAX_PROFILES = 1_000_000  # assumption: combinations of strategies in the reduced normal form
TEXT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)', re.DOTALL)
LARGE = re.compile(r"[^\s{},\"]*[eE][+-]?0*[1-9]\d{3,}|[^\s{},\"]{400,}")
HEADER = re.compile(r'\s*NFG\s+1\s+[RD]\s*""\s*\{((?:\s*"")*)\s*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}')
SET = re.compile(rf"^p {TEXT.pattern} (\d+) (\d+) ({TEXT.pattern})", re.MULTILINE | re.DOTALL)


class InformationSet(NamedTuple):
    """Where a player decides: an information set of a tree; in a table, once."""

    player: str
    name: str  #: that of the file, or the moves known there; numbers from 1 where there are none
    actions: tuple[str, ...]
    place: Any  #: index of pygambit: a player, or a selector of nodes
    depth: int  #: moves before it
    nodes: int


@dataclass(frozen=True, eq=False)
class GambitGame:
    """A game of pygambit; strategies are arrays of probabilities by information set."""

    game: Any

    @property
    def is_tree(self) -> bool:
        """Whether it is a tree, with moves in turn."""
        return isinstance(self.game, pygambit.ExtensiveGame)

    @property
    def title(self) -> str:
        """Its name."""
        return self.game.title

    @cached_property
    def players(self) -> tuple[str, ...]:
        """Names of players."""
        return tuple(self.game.players)

    @cached_property
    def sets(self) -> tuple[InformationSet, ...]:
        """Information sets, by player."""
        if not self.is_tree:
            return tuple(InformationSet(p, "", tuple(self.game.get_strategies(p)), p, 0, 1) for p in self.players)
        given = {(int(p), int(k)): name[1:-1] for p, k, name in SET.findall(self.game.to_efg())}
        out: list[InformationSet] = []
        for number, player in enumerate(self.players, 1):
            own: list[InformationSet] = []
            names: list[str] = []
            for k, history in enumerate(self.game.get_infosets(player), 1):
                place = H.path(*history.actions)
                members = self.game.get_members(place)
                paths = [[f"{move.player} {move.action}" for move in member] for member in members]
                known = ", ".join(moves[0] for moves in zip(*paths, strict=False) if len({*moves}) == 1)
                names.append(re.sub(r"\\(.)", r"\1", given.get((number, k), "")) or known)
                actions = tuple(self.game.get_actions(place))
                own.append(InformationSet(player, "", actions, place, len(history.actions), len(members)))
            out += [each._replace(name=name) for each, name in zip(own, unique(names), strict=True)]
        return tuple(out)

    @cached_property
    def owner(self) -> np.ndarray:
        """(set,) number of the player who decides."""
        return np.array([self.players.index(each.player) for each in self.sets], int)

    @cached_property
    def tables(self) -> list[Floats]:
        """[player] payoffs of a table, (strategy of the first, ..., of the last)."""
        return [np.array(table, float) for table in self.game.to_arrays(float)]

    def even(self) -> tuple[Floats, ...]:
        """Uniform strategies."""
        return tuple(np.full(len(each.actions), 1 / len(each.actions)) for each in self.sets)

    def profile(self, rows: Sequence[Floats]) -> Any:
        """Strategies as a profile of pygambit."""
        data = [row.tolist() for row in rows]
        if not self.is_tree:
            return self.game.mixed_strategy_profile(data)
        return self.game.mixed_behavior_profile(
            [[row for row, i in zip(data, self.owner, strict=True) if i == k] for k in range(len(self.players))]
        )

    def rows(self, profile: Any) -> tuple[Floats, ...]:
        """A profile of pygambit as strategies.

        Mixed strategies of a tree become those of information sets, with zeros where they do not say what is done.
        """
        if self.is_tree and isinstance(profile, pygambit.MixedStrategyProfile):
            profile = profile.as_behavior()
        return tuple(np.array([float(p) for _, p in profile[each.place]]) for each in self.sets)

    def values(self, rows: Sequence[Floats]) -> tuple[Floats, ...]:
        """Payoff of each action to its player, given that its information set is reached.

        It is 0 where the information set cannot be reached.
        """
        if self.is_tree:
            found = self.profile(rows).action_values
            return tuple(np.array([found[each.place][a] or 0.0 for a in each.actions], float) for each in self.sets)
        out = []
        for i, table in enumerate(self.tables):
            for j in reversed([j for j in range(len(rows)) if j != i]):
                table = np.tensordot(table, rows[j], axes=(j, 0))
            out.append(table)
        return tuple(out)

    def option_shares(self, rows: Sequence[Floats]) -> list[Floats]:
        """[player] total probability of each option, of a tree in which everybody moves once."""
        reached = self.profile(rows).realiz_probs
        totals = {each.player: dict.fromkeys(each.actions, 0.0) for each in self.sets}
        for end in self.game.get_histories(H.path().plays):
            for move in end:
                totals[move.player][move.action] += reached[end]
        return [np.array(list(totals[player].values())) for player in self.players]

    def text(self) -> str:
        """The text of its file."""
        return self.game.to_efg() if self.is_tree else self.game.to_nfg()

    def scaled(self, factors: Sequence[float]) -> Any:
        """Game of pygambit in which the payoffs of each player are multiplied."""
        copy = _read(self.text(), ".efg" if self.is_tree else ".nfg")
        for label in copy.get_outcomes():
            paid = copy.get_outcome_payoffs(label)
            copy.set_outcome_payoffs(
                label, {p: float(paid[p]) * factor for p, factor in zip(self.players, factors, strict=True)}
            )
        return copy

    def normal_form(self) -> GambitGame:
        """The reduced normal form.

        Raises `StandoffError` without perfect recall, or where it is too large.
        """
        if not self.is_tree:
            return self
        self.require_recall()
        plans = prod(self._plans(player) for player in self.players)
        if plans > MAX_PROFILES:
            raise StandoffError(
                f"{plans} combinations of strategies",
                self.title,
                allowed=f"up to {MAX_PROFILES}",
                fix="use --method qre, which works on the tree itself",
            )
        return GambitGame(_read(self.game.to_nfg(), ".nfg"))

    def _plans(self, player: str) -> int:
        """Number of strategies: an action at each own set that the strategy does not exclude."""
        own = self.game.get_infosets(player)
        home = {member.actions: k for k, h in enumerate(own) for member in self.game.get_members(H.path(*h.actions))}
        after: dict[tuple[int, str] | None, int] = {}  # number of ways to go on after an own action
        for k in sorted(range(len(own)), key=lambda k: -sum(move.player == player for move in own[k])):
            moves = [None, *((home[move.state.actions], move.action) for move in own[k] if move.player == player)]
            plans = sum(after.get((k, action), 1) for action in self.game.get_actions(H.path(*own[k].actions)))
            after[moves[-1]] = after.get(moves[-1], 1) * plans
        return after.get(None, 1)

    def require_recall(self) -> None:
        """Raise `StandoffError` without perfect recall."""
        for player in self.players if self.is_tree else ():
            if not self.game.has_perfect_recall(player):
                raise StandoffError(
                    f"{player} has imperfect recall",
                    self.title,
                    allowed="trees with perfect recall",
                    fix="use --method qre, which treats information sets as agents",
                )


def read(path: str | Path) -> GambitGame:
    """Read the game in a file with the suffix `.nfg` or `.efg`."""
    path = Path(path)
    if path.suffix not in (".nfg", ".efg"):
        raise StandoffError(
            f"`{path.name}` does not end in .nfg or .efg",
            str(path),
            allowed="files of Gambit",
            fix="save the game as .nfg (a table) or .efg (a tree)",
        )
    raw = input_files.contents(path, MAX_BYTES, StandoffError)
    return parse(input_files.text(raw, str(path), StandoffError), path.suffix, str(path))


def parse(text: str, suffix: str, where: str = "game") -> GambitGame:
    """Parse the text of a file of Gambit; `where` names it in errors."""
    fix = "correct this line, or write the file again with Gambit"
    for line, what, allowed in _faults(TEXT.sub(lambda found: '""' + "\n" * found[0].count("\n"), text), suffix):
        raise StandoffError(what, f"{where}:{line}", allowed=allowed, fix=fix)
    try:
        game = _read(text, suffix)
    except ValueError as error:
        told = str(error).removeprefix("Parse error in game file: ")
        at = re.match(r"line (\d+):\d+: (.*)", told, re.DOTALL)
        raise StandoffError(at[2] if at else told, f"{where}:{at[1]}" if at else where, fix=fix) from None
    if max(abs(game.max_payoff), abs(game.min_payoff)) > MOST:
        raise StandoffError("a payoff that is too large", where, allowed=f"up to {MOST:g} in size")
    return GambitGame(game)


def _faults(plain: str, suffix: str) -> list[tuple[int, str, str]]:
    """Numbers and sizes with which pygambit does not end: line, fault and what is allowed.

    plain: the text of the file without what stands in quotation marks
    """
    out = []
    if found := LARGE.search(plain):
        out.append((found.start(), f"found `{found[0][:40]}`", f"numbers up to {MOST:g} in size, of up to 400 digits"))
    if suffix == ".nfg" and (found := HEADER.match(plain)):
        sizes = [named.count('""') for named in re.findall(r"\{([^{}]*)\}", found[2])] or [
            int(word) if re.fullmatch(r"\d{1,9}", word) else 0 for word in found[2].replace(",", " ").split()
        ]
        cells = prod(sizes) * (found[1].count('""') or 1)
        if not 0 < cells <= MAX_CELLS or max(sizes, default=0) > MAX_STRATEGIES:
            allowed = f"1 to {MAX_STRATEGIES:,} strategies for each player, and up to {MAX_CELLS:,} payoffs"
            out.append((found.start(2), f"{' x '.join(map(str, sizes)) or 'no'} strategies", allowed))
    if suffix == ".efg" and (nodes := len(re.findall(r"(?<![^\s{},\"])[cpt](?![^\s{},\"])", plain))) > MAX_NODES:
        out.append((0, f"{nodes:,} nodes", f"up to {MAX_NODES:,}"))
    return [(plain.count("\n", 0, place) + 1, what, allowed) for place, what, allowed in out]


def _read(text: str, suffix: str) -> Any:
    reader = pygambit.read_nfg if suffix == ".nfg" else pygambit.read_efg
    return reader(io.BytesIO(text.encode()))


def unique(words: Sequence[str]) -> tuple[str, ...]:
    """Unique labels: a missing one becomes its number from 1, a repeated one gets a number."""
    words = [word or str(i) for i, word in enumerate(words, 1)]
    times = Counter(words)
    return tuple(word if times[word] == 1 else f"{word} ({i})" for i, word in enumerate(words, 1))


def table(
    title: str, players: Sequence[str], strategies: Sequence[Sequence[str]], payoffs: Floats, comment: str = ""
) -> GambitGame:
    """A game in normal form.

    payoffs: (player, strategy of the first, ..., strategy of the last), utility
    """
    game = pygambit.StrategicGame.from_dict(dict(zip(players, payoffs, strict=True)), title=title)
    game.description = comment
    for player, labels in zip(players, strategies, strict=True):
        game.relabel_strategies(player, dict(zip(game.get_strategies(player), labels, strict=True)))
    return GambitGame(game)


def sequential(
    title: str,
    players: Sequence[str],
    options: Sequence[Sequence[str]],
    moves: MoveOrder,
    payoffs: Floats,
    comment: str = "",
) -> GambitGame:
    """A tree in which everybody moves once, in the order of `moves`, and observes some others.

    payoffs: (player, option of the first, ..., option of the last), utility
    """
    game = pygambit.ExtensiveGame(list(players), title=title)
    game.description = comment
    ends = H.path()
    for k, player in enumerate(moves.order):
        seen = [moves.order.index(j) for j in moves.observes[player]]
        known = ends.by(lambda history, seen=seen: tuple(history.actions[k] for k in seen))
        game.append_move(known, players[player], list(options[player]))
        ends = H.path(*[...] * (k + 1))
    sizes = [range(moves.sizes[i]) for i in moves.order]
    for number, end in enumerate(product(*sizes), 1):
        path = [options[i][o] for i, o in zip(moves.order, end, strict=True)]
        cell: Any = (slice(None), *(end[moves.order.index(i)] for i in range(len(players))))
        paid = dict(zip(players, payoffs[cell].tolist(), strict=True))
        game.make_outcome(H.path(*path), paid, str(number))
    return GambitGame(game)
