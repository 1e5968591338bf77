"""Games in extensive form: players, information sets and chance moves, as plain data.

A tree is a list of nodes, the root first and every node after its parent. At a node a player decides
(`information_set`), chance moves (`chance`), or the game ends (no `children`). The player who decides cannot tell the
nodes of one information set apart. Payoffs may be written at any node; a player gets the sum along the path.

Computations are on whole paths. With `counts` (node, action) the number of times that an action is on the path to a
node,

    log realisation(node) = log chance(node) + counts(node) . log p

and the payoff of an action is the mean over the ends that follow it, given that its information set is reached.

Sources: kuhn1953 (information sets, perfect recall, behaviour strategies), selten1975 (the agent normal form).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games.expected_payoffs import MOST
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

MAX_TABLE = 50_000_000  # nodes times actions: 400 MB of counts; assumption: beyond, a tree wants other methods
CHANCE_SUM = 1e-9  # how far probabilities of chance may miss one: decimals of ten digits, such as 0.3333333333


@dataclass(frozen=True)
class InformationSet:
    """Nodes that the deciding player cannot distinguish."""

    player: int  #: index of the deciding player, from 0
    actions: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class GameNode:
    """One position of the game."""

    children: tuple[int, ...] = ()  #: following nodes, in the order of the actions; none at an end
    information_set: int | None = None  #: index of the information set, if a player decides
    chance: tuple[float, ...] = ()  #: probability of each chance move
    labels: tuple[str, ...] = ()  #: names of the chance moves
    payoffs: tuple[float, ...] = ()  #: payoffs of all players on passing or ending here; none is zero
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TreeArrays:
    """A tree as arrays; `action` runs over the actions of all information sets in order."""

    counts: Floats  #: (node, action) number of times that an action is on the path to a node
    chance: Floats  #: (node,) log probability of the chance moves on the path
    ends: NDArray[np.intp]  #: (end,) nodes where the game ends
    payoffs: Floats  #: (end, player) sums along the path
    deciding: NDArray[np.intp]  #: (decision,) nodes with a decision
    set_of: NDArray[np.intp]  #: (decision,) information set of each
    starts: NDArray[np.intp]  #: (set,) first action of each information set
    owner: NDArray[np.intp]  #: (action,) player of the action
    home: NDArray[np.intp]  #: (action,) information set of the action


@dataclass(frozen=True)
class Tree:
    """A game in extensive form; raises `StandoffError` with every inconsistency."""

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[GameNode, ...]
    title: str = ""

    def __post_init__(self) -> None:
        problems = _mistakes(self)
        if problems:
            raise StandoffError(problems)

    @cached_property
    def paths(self) -> TreeArrays:
        """The tree as arrays."""
        return _paths(self)

    @cached_property
    def recall(self) -> tuple[tuple[tuple[int, int], ...] | None, ...]:
        """Own earlier (set, action) on the path to each information set, or None if not unique."""
        observed: dict[int, tuple[tuple[int, int], ...] | None] = {}
        own: list[dict[int, tuple[tuple[int, int], ...]]] = [{} for _ in self.nodes]
        for at, node in enumerate(self.nodes):
            here = node.information_set
            before: tuple[tuple[int, int], ...] = ()
            player = -1
            if here is not None:
                player = self.information_sets[here].player
                before = own[at].get(player, ())
                observed[here] = before if observed.get(here, before) == before else None
            for action, child in enumerate(node.children):
                own[child] = own[at] if here is None else {**own[at], player: (*before, (here, action))}
            own[at] = {}
        return tuple(observed[h] for h in range(len(self.information_sets)))

    @property
    def perfect_recall(self) -> bool:
        """Whether every player has perfect recall."""
        return all(before is not None for before in self.recall)

    def remembered(self) -> None:
        """Raise `StandoffError` without perfect recall."""
        if not self.perfect_recall:
            h = self.recall.index(None)
            name, player = self.labels(h)[0], self.players[self.information_sets[h].player]
            raise StandoffError(
                Problem(
                    f"{player} has imperfect recall at information set `{name}`",
                    self.title,
                    allowed="trees with perfect recall",
                    fix="use --method qre, which treats information sets as agents",
                )
            )

    def passed_once(self) -> None:
        """Raise `StandoffError` if some path passes an information set twice."""
        paths = self.paths
        if len(paths.starts) and (np.add.reduceat(paths.counts, paths.starts, axis=1) > 1).any():
            raise StandoffError(
                Problem(
                    "a path passes an information set twice",
                    self.title,
                    allowed="trees where each set is passed once",
                    fix="put the second node into another information set",
                )
            )

    @property
    def perfect_information(self) -> bool:
        """Whether every information set is a single node."""
        return len(self.paths.deciding) == len(self.information_sets)

    def labels(self, information_set: int) -> tuple[str, tuple[str, ...]]:
        """Unique name of an information set and of its actions; numbers from 1 without names."""
        return self._names[information_set], unique(self.information_sets[information_set].actions)

    @cached_property
    def _names(self) -> dict[int, str]:
        out: dict[int, str] = {}
        for player in range(len(self.players)):
            own = [h for h, information in enumerate(self.information_sets) if information.player == player]
            out |= dict(zip(own, unique([self.information_sets[h].name for h in own]), strict=True))
        return out

    def uniform(self) -> Floats:
        """(action,) the behaviour with equal probabilities in each set."""
        return np.concatenate(
            [np.full(len(h.actions), 1 / len(h.actions)) for h in self.information_sets] or [np.zeros(0)]
        )

    def split(self, flat: Floats) -> tuple[Floats, ...]:
        """Split numbers of all actions, (..., action), by information set."""
        return tuple(np.split(flat, self.paths.starts[1:], axis=-1)) if len(self.information_sets) else ()

    def realisation(self, behaviour: Floats) -> Floats:
        """(..., end) probability of each end under `behaviour` (..., action), probabilities."""
        small = np.log(np.maximum(behaviour, np.finfo(float).tiny))  # an action never taken: below 1e-307
        return np.exp(self.paths.chance[self.paths.ends] + small @ self.paths.counts[self.paths.ends].T)

    def expected(self, behaviour: Floats) -> Floats:
        """(..., player) expected payoffs under `behaviour` (..., action)."""
        return np.asarray(self.realisation(behaviour) @ self.paths.payoffs)

    def conditional(self, log_behaviour: Floats, payoffs: Floats | None = None) -> Floats:
        """(..., action) payoff to its player of each action, given that its set is reached.

        log_behaviour: (..., action), finite, so that every set is reached unless chance forbids it
        payoffs: (..., end, player), those of the tree unless given
        """
        paths = self.paths
        sets = reached(paths, log_behaviour)
        ends = paths.chance[paths.ends] + log_behaviour @ paths.counts[paths.ends].T
        behind = paths.counts[paths.ends].T > 0  # (action, end)
        share = ends[..., None, :] - (log_behaviour + sets[..., paths.home])[..., None]
        worth = np.where(behind, np.exp(np.where(behind, share, -np.inf)), 0.0)
        gain = np.swapaxes(paths.payoffs if payoffs is None else payoffs, -1, -2)[..., paths.owner, :]
        return np.asarray((worth * gain).sum(axis=-1))


def reached(paths: TreeArrays, log_behaviour: Floats) -> Floats:
    """(..., set) log probability that each information set is reached."""
    at = paths.chance[paths.deciding] + log_behaviour @ paths.counts[paths.deciding].T
    out = np.full((*at.shape[:-1], len(paths.starts)), -np.inf)
    for h in range(len(paths.starts)):
        out[..., h] = np.logaddexp.reduce(at[..., paths.set_of == h], axis=-1)
    return out


def unique(words: Sequence[str]) -> tuple[str, ...]:
    """Unique labels: a missing one becomes its number from 1, a repeated one gets a number."""
    words = [word or str(i) for i, word in enumerate(words, 1)]
    times = Counter(words)
    return tuple(word if times[word] == 1 else f"{word} ({i})" for i, word in enumerate(words, 1))


def _mistakes(tree: Tree) -> list[Problem]:
    out: list[Problem] = []
    followed = [0] * len(tree.nodes)
    used: set[int] = set()

    def wrong(where: str, what: str, allowed: str = "") -> None:
        out.append(Problem(what, tree.title or "tree", where, allowed))

    if not tree.players or not tree.nodes:
        wrong("", "a game needs a player and a node")
    for h, information in enumerate(tree.information_sets):
        if not 0 <= information.player < len(tree.players):
            wrong(
                f"information_sets[{h}]", f"player {information.player} does not exist", f"0 to {len(tree.players) - 1}"
            )
        if not information.actions:
            wrong(f"information_sets[{h}]", "an information set needs an action")
    for at, node in enumerate(tree.nodes):
        where = f"nodes[{at}]"
        if node.information_set is not None and not 0 <= node.information_set < len(tree.information_sets):
            wrong(
                where,
                f"information set {node.information_set} does not exist",
                f"0 to {len(tree.information_sets) - 1}",
            )
            continue
        moves = (
            len(node.chance)
            if node.information_set is None
            else len(tree.information_sets[node.information_set].actions)
        )
        used |= {node.information_set} - {None}  # type: ignore[arg-type]
        if node.information_set is not None and node.chance:
            wrong(where, "both a player and chance move", "one of them")
        if len(node.children) != moves:
            wrong(where, f"{len(node.children)} nodes follow", f"one for each of {moves} moves")
        if node.labels and len(node.labels) != len(node.chance):
            wrong(where, f"{len(node.labels)} labels of {len(node.chance)} moves of chance")
        if node.chance and not (min(node.chance) >= 0 and abs(math.fsum(node.chance) - 1) <= CHANCE_SUM):
            wrong(where, f"probabilities of chance {node.chance}", "none below 0, their sum 1")
        if node.payoffs and len(node.payoffs) != len(tree.players):
            wrong(where, f"{len(node.payoffs)} payoffs", f"one for each of {len(tree.players)} players")
        if not all(abs(payoff) <= MOST for payoff in node.payoffs):
            wrong(where, f"payoffs {node.payoffs}", f"finite numbers up to {MOST:g} in size")
        for child in node.children:
            if not at < child < len(tree.nodes):
                wrong(where, f"node {child} cannot follow", f"a later node, up to {len(tree.nodes) - 1}")
            else:
                followed[child] += 1
    for at, count in enumerate(followed):
        if at and count != 1:
            wrong(f"nodes[{at}]", f"follows {count} nodes", "one, except the root")
    for h in sorted(set(range(len(tree.information_sets))) - used):
        wrong(f"information_sets[{h}]", "no node belongs to it")
    return out


def _paths(tree: Tree) -> TreeArrays:
    sizes = [len(h.actions) for h in tree.information_sets]
    starts = np.cumsum([0, *sizes])[:-1] if sizes else np.zeros(0, int)
    if len(tree.nodes) * sum(sizes) > MAX_TABLE:
        raise StandoffError(
            Problem(
                f"{len(tree.nodes)} nodes and {sum(sizes)} actions are too many",
                tree.title,
                allowed=f"nodes times actions up to {MAX_TABLE}",
                fix="solve a smaller part of the game",
            )
        )
    counts = np.zeros((len(tree.nodes), sum(sizes)))
    chance = np.zeros(len(tree.nodes))
    payoffs = np.zeros((len(tree.nodes), len(tree.players)))
    for at, node in enumerate(tree.nodes):
        if node.payoffs:
            payoffs[at] += node.payoffs
        for move, child in enumerate(node.children):
            counts[child], chance[child], payoffs[child] = counts[at], chance[at], payoffs[at]
            if node.information_set is not None:
                counts[child, starts[node.information_set] + move] += 1
            else:
                chance[child] += math.log(node.chance[move]) if node.chance[move] > 0 else -math.inf
    ends = np.array([at for at, node in enumerate(tree.nodes) if not node.children], int)
    sets = [(at, node.information_set) for at, node in enumerate(tree.nodes) if node.information_set is not None]
    home = np.repeat(np.arange(len(sizes)), sizes)
    owner = np.array([h.player for h in tree.information_sets], int)[home]
    return TreeArrays(
        counts=counts,
        chance=chance,
        ends=ends,
        payoffs=payoffs[ends],
        deciding=np.array([at for at, _ in sets], int),
        set_of=np.array([h for _, h in sets], int),
        starts=starts,
        owner=owner,
        home=home,
    )
