"""Games in extensive form: players, information sets and chance moves, as plain data.

A tree is a list of nodes, the root first and every node after its parent. At a node a player decides
(`information_set`), chance moves (`chance`), or the game ends (no `children`). The player who decides cannot tell the
nodes of one information set apart. Payoffs may be written at any node; a player gets the sum along the path.

Computations are on whole paths. With `counts` (end, action) the number of times that an action is on the path to an
end,

    log realisation(end) = log chance(end) + counts(end) . log p

and the payoff of an action is the mean over the ends that follow it, given that its information set is reached.

`reduced` is the reduced normal form of Kuhn, which omits the actions of a strategy at information sets that the strategy
itself excludes.

Source: kuhn1953 (information sets, perfect recall, mixed and behaviour strategies, reduced form).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from standoff.addons.games.expected_payoffs import MOST
from standoff.addons.games.normal_form import NormalForm
from standoff.errors import Problem, StandoffError
from standoff.games.information import Info, MoveOrder
from standoff.types import Floats

MAX_TABLE = 50_000_000  # nodes times actions: 400 MB of counts; assumption: beyond, a tree wants other methods
MAX_PROFILES = 1_000_000  # assumption: of strategies; 8 MB a player
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


class TreeArrays(NamedTuple):
    """A tree as arrays; `action` runs over the actions of all information sets in order."""

    ends: np.ndarray  #: (end,) nodes where the game ends
    counts: Floats  #: (end, action) number of times that an action is on the path to an end
    chance: Floats  #: (end,) log probability of the chance moves on the path
    payoffs: Floats  #: (end, player) sums along the path
    set_of: np.ndarray  #: (decision,) information set of each node with a decision
    counts_before: Floats  #: (decision, action) as `counts`, on the path to the node
    chance_before: Floats  #: (decision,)
    starts: np.ndarray  #: (set,) first action of each information set
    owner: np.ndarray  #: (action,) player of the action
    home: np.ndarray  #: (action,) information set of the action


@dataclass(frozen=True)
class Tree:
    """A game in extensive form; raises `StandoffError` with every inconsistency."""

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[GameNode, ...]
    title: str = ""

    def __post_init__(self) -> None:
        if problems := [
            Problem(what, self.title or "tree", where, allowed) for where, what, allowed in _mistakes(self)
        ]:
            raise StandoffError(problems)

    @cached_property
    def paths(self) -> TreeArrays:
        """The tree as arrays."""
        sizes = [len(information.actions) for information in self.information_sets]
        starts = np.cumsum([0, *sizes], dtype=int)[:-1]
        if len(self.nodes) * sum(sizes) > MAX_TABLE:
            raise StandoffError(
                f"{len(self.nodes)} nodes and {sum(sizes)} actions are too many",
                self.title,
                allowed=f"nodes times actions up to {MAX_TABLE}",
                fix="solve a smaller part of the game",
            )
        counts, chance = np.zeros((len(self.nodes), sum(sizes))), np.zeros(len(self.nodes))
        payoffs = np.zeros((len(self.nodes), len(self.players)))
        for at, node in enumerate(self.nodes):
            if node.payoffs:
                payoffs[at] += node.payoffs
            for move, child in enumerate(node.children):
                counts[child], chance[child], payoffs[child] = counts[at], chance[at], payoffs[at]
                if node.information_set is not None:
                    counts[child, starts[node.information_set] + move] += 1
                else:
                    chance[child] += math.log(node.chance[move]) if node.chance[move] > 0 else -math.inf
        ends = np.array([at for at, node in enumerate(self.nodes) if not node.children], int)
        deciding = np.array([at for at, node in enumerate(self.nodes) if node.information_set is not None], int)
        home = np.repeat(np.arange(len(sizes)), sizes)
        return TreeArrays(
            ends=ends,
            counts=counts[ends],
            chance=chance[ends],
            payoffs=payoffs[ends],
            set_of=np.array([self.nodes[at].information_set for at in deciding], int),
            counts_before=counts[deciding],
            chance_before=chance[deciding],
            starts=starts,
            owner=np.array([information.player for information in self.information_sets], int)[home],
            home=home,
        )

    @cached_property
    def recall(self) -> tuple[tuple[tuple[int, int], ...] | None, ...]:
        """Own earlier (set, action) on the path to each information set, or None if not unique."""
        earlier: dict[int, tuple[tuple[int, int], ...] | None] = {}
        moves: list[dict[int, tuple[tuple[int, int], ...]]] = [{} for _ in self.nodes]
        for at, node in enumerate(self.nodes):
            at_set = node.information_set
            before: tuple[tuple[int, int], ...] = ()
            player = -1
            if at_set is not None:
                player = self.information_sets[at_set].player
                before = moves[at].get(player, ())
                earlier[at_set] = before if earlier.get(at_set, before) == before else None
            for action, child in enumerate(node.children):
                moves[child] = moves[at] if at_set is None else {**moves[at], player: (*before, (at_set, action))}
            moves[at] = {}
        return tuple(earlier[h] for h in range(len(self.information_sets)))

    def remembered(self) -> None:
        """Raise `StandoffError` without perfect recall."""
        if None in self.recall:
            h = self.recall.index(None)
            name, player = self.labels(h)[0], self.players[self.information_sets[h].player]
            raise StandoffError(
                f"{player} has imperfect recall at information set `{name}`",
                self.title,
                allowed="trees with perfect recall",
                fix="use --method qre, which treats information sets as agents",
            )

    @property
    def perfect_information(self) -> bool:
        """Whether every information set is a single node."""
        return len(self.paths.set_of) == len(self.information_sets)

    def labels(self, information_set: int) -> tuple[str, tuple[str, ...]]:
        """Unique name of an information set and of its actions; numbers from 1 without names."""
        return self._names[information_set], unique(self.information_sets[information_set].actions)

    @cached_property
    def _names(self) -> dict[int, str]:
        out: dict[int, str] = {}
        for player in range(len(self.players)):
            sets = [h for h, information in enumerate(self.information_sets) if information.player == player]
            out |= dict(zip(sets, unique([self.information_sets[h].name for h in sets]), strict=True))
        return out

    def split(self, flat: Floats) -> tuple[Floats, ...]:
        """Split numbers of all actions, (..., action), by information set."""
        return tuple(np.split(flat, self.paths.starts[1:], axis=-1)) if len(self.information_sets) else ()

    def realisation(self, behaviour: Floats) -> Floats:
        """(..., end) probability of each end under `behaviour` (..., action), probabilities."""
        small = np.log(np.maximum(behaviour, np.finfo(float).tiny))  # an action never taken: below 1e-307
        return np.exp(self.paths.chance + small @ self.paths.counts.T)

    def expected(self, behaviour: Floats) -> Floats:
        """(..., player) expected payoffs under `behaviour` (..., action)."""
        return np.asarray(self.realisation(behaviour) @ self.paths.payoffs)

    def reached(self, log_behaviour: Floats) -> Floats:
        """(..., set) log probability that each information set is reached."""
        paths = self.paths
        at = paths.chance_before + log_behaviour @ paths.counts_before.T
        rows = [np.logaddexp.reduce(at[..., paths.set_of == h], axis=-1) for h in range(len(paths.starts))]
        return np.stack(rows, axis=-1) if rows else np.zeros((*at.shape[:-1], 0))

    def following(self, log_behaviour: Floats) -> Floats:
        """(..., action, end) probability of each end after an action, given that its set is reached."""
        paths = self.paths
        ends = paths.chance + log_behaviour @ paths.counts.T
        share = ends[..., None, :] - (log_behaviour + self.reached(log_behaviour)[..., paths.home])[..., None]
        return np.exp(np.where(paths.counts.T > 0, share, -np.inf))

    def conditional(self, log_behaviour: Floats, payoffs: Floats | None = None) -> Floats:
        """(..., action) payoff to its player of each action, given that its set is reached.

        log_behaviour: (..., action), finite, so that every set is reached unless chance forbids it
        payoffs: (..., end, player), those of the tree unless given
        """
        worth = self.paths.payoffs if payoffs is None else payoffs
        gain = np.swapaxes(worth, -1, -2)[..., self.paths.owner, :]
        return np.asarray((self.following(log_behaviour) * gain).sum(axis=-1))


def _mistakes(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """What is inconsistent in a tree: place, fault and what is allowed."""
    players, sets, nodes = len(tree.players), tree.information_sets, len(tree.nodes)
    if not players or not nodes:
        yield "", "a game needs a player and a node", ""
    used = {node.information_set for node in tree.nodes}
    for h, information in enumerate(sets):
        where = f"information_sets[{h}]"
        if not 0 <= information.player < players:
            yield where, f"player {information.player} does not exist", f"0 to {players - 1}"
        if not information.actions:
            yield where, "an information set needs an action", ""
        if h not in used:
            yield where, "no node belongs to it", ""
    parents = Counter(child for node in tree.nodes for child in node.children)
    for at, node in enumerate(tree.nodes):
        if at and parents[at] != 1:
            yield f"nodes[{at}]", f"follows {parents[at]} nodes", "one, except the root"
        yield from ((f"nodes[{at}]", what, allowed) for what, allowed in _node_mistakes(tree, at, node))


def _node_mistakes(tree: Tree, at: int, node: GameNode) -> Iterator[tuple[str, str]]:
    players, nodes, set_index = len(tree.players), len(tree.nodes), node.information_set
    if set_index is not None and not 0 <= set_index < len(tree.information_sets):
        yield f"information set {set_index} does not exist", f"0 to {len(tree.information_sets) - 1}"
        return
    moves = len(node.chance if set_index is None else tree.information_sets[set_index].actions)
    if set_index is not None and node.chance:
        yield "both a player and chance move", "one of them"
    if len(node.children) != moves:
        yield f"{len(node.children)} nodes follow", f"one for each of {moves} moves"
    if node.labels and len(node.labels) != len(node.chance):
        yield f"{len(node.labels)} labels of {len(node.chance)} moves of chance", ""
    if node.chance and not (min(node.chance) >= 0 and abs(math.fsum(node.chance) - 1) <= CHANCE_SUM):
        yield f"probabilities of chance {node.chance}", "none below 0, their sum 1"
    if node.payoffs and len(node.payoffs) != players:
        yield f"{len(node.payoffs)} payoffs", f"one for each of {players} players"
    if not all(abs(payoff) <= MOST for payoff in node.payoffs):
        yield f"payoffs {node.payoffs}", f"finite numbers up to {MOST:g} in size"
    for child in node.children:
        if not at < child < nodes:
            yield f"node {child} cannot follow", f"a later node, up to {nodes - 1}"


def unique(words: Sequence[str]) -> tuple[str, ...]:
    """Unique labels: a missing one becomes its number from 1, a repeated one gets a number."""
    words = [word or str(i) for i, word in enumerate(words, 1)]
    times = Counter(words)
    return tuple(word if times[word] == 1 else f"{word} ({i})" for i, word in enumerate(words, 1))


def sequential(
    title: str,
    players: Sequence[str],
    options: Sequence[Sequence[str]],
    moves: MoveOrder,
    payoffs: Floats | None = None,
) -> tuple[Tree, list[tuple[int, Info]]]:
    """A tree in which everybody moves once, in the order of `moves`, and observes some others.

    payoffs: (player, option of the first, ..., option of the last), 0 unless given

    Its ends are the profiles in the order of moves. The second result is what each information set stands for: a player,
    and the options that it has observed.
    """
    sets: dict[tuple[int, Info], int] = {}
    nodes: list[GameNode] = []

    def grow(path: dict[int, int]) -> int:
        here = len(nodes)
        nodes.append(GameNode())
        if len(path) < len(players):
            player = moves.order[len(path)]
            key = (player, tuple(path[j] for j in moves.observes[player]))
            number = sets.setdefault(key, len(sets))
            nodes[here] = GameNode(tuple(grow({**path, player: o}) for o in range(moves.sizes[player])), number)
        elif payoffs is not None:
            profile: Any = (slice(None), *(path[i] for i in range(len(players))))
            nodes[here] = GameNode(payoffs=tuple(payoffs[profile].tolist()))
        return here

    grow({})
    information = []
    for player, info in sets:
        observed = [f"{players[j]} {options[j][o]}" for j, o in zip(moves.observes[player], info, strict=True)]
        information.append(InformationSet(player, tuple(options[player]), ", ".join(observed) or players[player]))
    return Tree(tuple(players), tuple(information), tuple(nodes), title), list(sets)


@dataclass(frozen=True, eq=False)
class Reduced:
    """The reduced normal form of a tree, with the actions of its strategies."""

    game: NormalForm
    tree: Tree
    plans: tuple[tuple[dict[int, int], ...], ...]  #: [player][strategy] -> action at each own set that it reaches

    def behaviour(self, mixed: Sequence[Floats]) -> tuple[tuple[Floats, ...], tuple[bool, ...]]:
        """Behaviour of mixed strategies at each information set that they reach.

        At a set that a player's own moves exclude, a mixed strategy is undefined; there the first result is uniform and
        the second False. No payoff depends on it.
        """
        out = [np.zeros(len(h.actions)) for h in self.tree.information_sets]
        for plans, weights in zip(self.plans, mixed, strict=True):
            for plan, weight in zip(plans, weights, strict=True):
                for h, action in plan.items():
                    out[h][action] += weight
        return tuple(p / p.sum() if p.sum() > 0 else np.full(len(p), 1 / len(p)) for p in out), tuple(
            bool(p.sum() > 0) for p in out
        )


def reduced(tree: Tree) -> Reduced:
    """The reduced normal form; raises `StandoffError` without perfect recall or if too large."""
    tree.remembered()
    paths = tree.paths
    plans = tuple(_plans(tree, player) for player in range(len(tree.players)))
    sizes = [len(own_plans) for own_plans in plans]
    _fits(tree, sizes)
    tables = []  # [player](strategy, end) whether the path takes the actions of the strategy
    for own_plans in plans:
        forbidden = np.stack([np.isin(paths.home, list(plan)) for plan in own_plans])
        for row, plan in zip(forbidden, own_plans, strict=True):
            row[[paths.starts[h] + a for h, a in plan.items()]] = False
        tables.append((forbidden.astype(float) @ (paths.counts.T > 0) == 0).astype(float))
    half = next(k for k in range(len(sizes) + 1) if math.prod(sizes[:k]) ** 2 >= math.prod(sizes))
    left, right = _joint(tables[:half], np.exp(paths.chance)), _joint(tables[half:], np.ones(len(paths.ends)))
    payoffs = np.stack([((left * u) @ right.T).reshape(sizes) for u in paths.payoffs.T])
    names = tuple(unique([_label(tree, player, plan) for plan in own_plans]) for player, own_plans in enumerate(plans))
    return Reduced(NormalForm(tree.title, tree.players, names, payoffs), tree, plans)


def _plans(tree: Tree, player: int) -> tuple[dict[int, int], ...]:
    """Reduced strategies: an action at each own set that the strategy does not exclude."""
    own_sets = [h for h, information in enumerate(tree.information_sets) if information.player == player]
    after: dict[tuple[int, int] | None, list[int]] = {}
    for h in own_sets:
        before = tree.recall[h]
        after.setdefault(before[-1] if before else None, []).append(h)
    plans: dict[int, list[dict[int, int]]] = {}

    def together(move: tuple[int, int] | None) -> list[dict[int, int]]:
        following = [plans[h] for h in after.get(move, ())]
        _fits(tree, [len(strategies) for strategies in following])
        return [{k: v for part in parts for k, v in part.items()} for parts in product(*following)]

    for h in sorted(own_sets, key=lambda h: -len(tree.recall[h] or ())):  # the last ones first
        actions = range(len(tree.information_sets[h].actions))
        plans[h] = [{h: a, **rest} for a in actions for rest in together((h, a))]
    return tuple(together(None))


def _label(tree: Tree, player: int, plan: dict[int, int]) -> str:
    """Actions at the player's sets in turn, `*` at sets that the strategy excludes."""
    own_sets = [h for h, information in enumerate(tree.information_sets) if information.player == player]
    return "/".join(tree.labels(h)[1][plan[h]] if h in plan else "*" for h in own_sets)


def _joint(tables: Sequence[Floats], start: Floats) -> Floats:
    joint = start[None]
    for table in tables:
        joint = (joint[:, None] * table).reshape(-1, len(start))
    return joint


def _fits(tree: Tree, sizes: Sequence[int]) -> None:
    if math.prod(sizes) > MAX_PROFILES:
        raise StandoffError(
            f"{math.prod(sizes)} combinations of strategies",
            tree.title,
            allowed=f"up to {MAX_PROFILES}",
            fix="use --method qre, which works on the tree itself",
        )
