"""Backward induction in a tree with perfect information, from the ends to the root.

Of equally good actions the first is taken, and the tie is reported: each way to break it is another subgame perfect
equilibrium, and results nearer to the root may depend on it.

Sources: kuhn1953 (existence), selten1965 (subgame perfection).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games.tree import Tree
from standoff.errors import Problem, StandoffError

ROUNDING = 64 * np.finfo(float).eps  # payoffs that differ by less, relative to the largest, are level: sums over chance


@dataclass(frozen=True, eq=False)
class BackwardInduction:
    """Result of backward induction."""

    actions: tuple[int, ...]  #: the action at each information set
    probabilities: tuple[NDArray[np.float64], ...]  #: the same as probabilities, one array per information set
    payoffs: NDArray[np.float64]  #: (player,) expected at the root
    ties: tuple[tuple[int, tuple[int, ...]], ...]  #: information sets with several best actions, and these actions
    residual: float  #: largest gain of a player from another plan, computed independently

    @property
    def unique(self) -> bool:
        """Whether there was no tie, so that the subgame perfect equilibrium is unique."""
        return not self.ties


def induce(tree: Tree) -> BackwardInduction:
    """The subgame perfect equilibrium of a tree with perfect information.

    Raises `StandoffError` where an information set has several nodes.
    """
    if not tree.perfect_information:
        current = np.bincount(tree.paths.set_of)
        h = int(np.argmax(current > 1))
        name, player = tree.labels(h)[0], tree.players[tree.information_sets[h].player]
        raise StandoffError(
            Problem(
                f"{player} does not know at information set `{name}` which of {current[h]} nodes it is at",
                tree.title,
                allowed="trees with perfect information",
                fix="use --method qre or --method nash",
            )
        )
    level = ROUNDING * max(1.0, float(np.abs(tree.paths.payoffs).max()))
    values = np.zeros((len(tree.nodes), len(tree.players)))
    actions = [0] * len(tree.information_sets)
    ties: list[tuple[int, tuple[int, ...]]] = []
    for at in range(len(tree.nodes) - 1, -1, -1):
        node = tree.nodes[at]
        after = values[list(node.children)]
        if node.information_set is not None:
            own = after[:, tree.information_sets[node.information_set].player]
            best = np.flatnonzero(own >= own.max() - level)
            actions[node.information_set] = int(best[0])
            if len(best) > 1:
                ties.append((node.information_set, tuple(map(int, best))))
            values[at] = after[best[0]]
        elif node.children:
            values[at] = np.array(node.chance) @ after
        if node.payoffs:
            values[at] += node.payoffs
    pure = tuple(np.eye(len(h.actions))[a] for h, a in zip(tree.information_sets, actions, strict=True))
    return BackwardInduction(tuple(actions), pure, values[0], tuple(sorted(ties)), _regret(tree, actions))


def _regret(tree: Tree, actions: list[int]) -> float:
    """Largest gain of a player from deviating from `actions` by a best plan."""
    worst = 0.0
    for player in range(len(tree.players)):
        both = np.zeros((len(tree.nodes), 2))  # (node, keeping to the actions or doing best)
        for at in range(len(tree.nodes) - 1, -1, -1):
            node = tree.nodes[at]
            after = both[list(node.children)]
            h = node.information_set
            if h is not None:
                both[at] = after[actions[h]]
                if tree.information_sets[h].player == player:
                    both[at, 1] = after[:, 1].max()
            elif node.children:
                both[at] = np.array(node.chance) @ after
            if node.payoffs:
                both[at] += node.payoffs[player]
        worst = max(worst, float(both[0, 1] - both[0, 0]))
    return worst
