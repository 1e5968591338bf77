"""Exact principal branch of polymatrix games with simultaneous or sequential moves.

Games with simultaneous moves are solved by `normal_form`. A game in which a player observes another is written out as a
tree in which everybody moves once, in the order of observation, and `agent_qre` follows its branch: a player is one
agent for each combination of options that it observes, as in `logit_response`.

Sources: mckelvey_palfrey1998 (agents), turocy2005, turocy2010 (following the branch).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np

from standoff.addons.games import agent_qre, normal_form
from standoff.addons.games.expected_payoffs import Pairwise
from standoff.addons.games.tree import GameNode, InformationSet, Tree
from standoff.games.information import Info, MoveOrder
from standoff.types import Floats

ENDS = 2_000  # assumption: larger trees take minutes in an audit


@dataclass(frozen=True)
class Branch:
    """End point of the principal branch of each game."""

    strategies: tuple[dict[Info, Floats], ...]  #: [player], observed options -> (option, game)
    reached: np.ndarray  #: (game,) whether it was followed to the end


def principal(
    base: Sequence[Floats], pairs: Mapping[tuple[int, int], Floats], rationality: Floats, moves: MoveOrder
) -> Branch:
    """Equilibria of a block of games.

    base: [player] (option, game), utility
    pairs: (player, other) -> (option, option of the other, game)
    rationality: (player, game)

    Trees of more than `ENDS` ends are not followed: `reached` is then false for all games.
    """
    games = rationality.shape[1]
    if not any(moves.observes):
        block = Pairwise(tuple(row.T for row in base), {pair: np.moveaxis(t, -1, 0) for pair, t in pairs.items()})
        result = normal_form.quantal_response(block, rationality.T)
        return Branch(tuple({(): shares.T} for shares in result.probabilities), result.converged)
    if prod(moves.sizes) > ENDS:
        even = tuple(
            {info: np.full((n, games), 1 / n) for info in moves.information_sets(i)} for i, n in enumerate(moves.sizes)
        )
        return Branch(even, np.zeros(games, bool))
    tree, ends = _tree(moves.sizes, moves.after)
    worth = np.zeros((games, len(ends), len(base)))
    for i, row in enumerate(base):
        worth[:, :, i] += row[ends[:, i]].T
    for (i, j), table in pairs.items():
        worth[:, :, i] += table[ends[:, i], ends[:, j]].T
    traced = agent_qre.respond(tree, rationality.T, worth, starts=0)
    out: tuple[dict[Info, Floats], ...] = tuple({} for _ in base)
    names = [(i, info) for i in moves.order for info in moves.information_sets(i)]
    for (i, info), shares in zip(names, traced.probabilities, strict=True):
        out[i][info] = shares.T
    return Branch(out, traced.converged)


@lru_cache(maxsize=32)
def _tree(sizes: tuple[int, ...], after: tuple[tuple[int, ...], ...]) -> tuple[Tree, np.ndarray]:
    """A tree with one move per player, in order; and the options at each end, (end, player)."""
    moves = MoveOrder(sizes, after)
    names = [(i, info) for i in moves.order for info in moves.information_sets(i)]
    nodes: list[GameNode] = []
    before = 0
    for depth in range(len(sizes) + 1):  # level by level; a level's nodes are the profiles of earlier moves
        taken = list(product(*(range(sizes[j]) for j in moves.order[:depth])))
        following = before + len(taken)
        for n, profile in enumerate(taken):
            if depth == len(sizes):
                nodes.append(GameNode())
                continue
            i, known = moves.order[depth], dict(zip(moves.order, profile, strict=False))
            here = names.index((i, tuple(known[j] for j in moves.observes[i])))
            nodes.append(GameNode(tuple(following + n * sizes[i] + o for o in range(sizes[i])), here))
        before = following
    sets = tuple(InformationSet(i, tuple(str(o) for o in range(sizes[i]))) for i, _ in names)
    ends = np.array(list(product(*(range(sizes[j]) for j in moves.order))))
    return Tree(tuple(map(str, range(len(sizes)))), sets, tuple(nodes)), ends[:, np.argsort(moves.order)]
