"""Nash equilibrium of a tree at the limit of its principal branch, and regrets.

As rationality grows, agent quantal responses lead to a sequential equilibrium (mckelvey_palfrey1998, turocy2010). The
branch is followed to high rationality (`nash.limit`); then Newton's method (least squares) makes the actions still in
use at each information set equally good. The other actions have probability 0, but the order in which they vanish is
kept, since beliefs off the path depend on it. The result is checked afresh: `regret` computes the best reply of each
player by its own decisions, from the last to the first, and `local_regret` the possible gain at each information set,
were it reached, on the path or off it. With perfect recall, local regrets of zero suffice for a sequential equilibrium
(hendon_jacobsen_sloth1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games import agent_qre
from standoff.addons.games.nash import EXACT, RISES, limit, unreached
from standoff.addons.games.tree import Tree, reached
from standoff.types import Floats

VANISHED = 500.0  # actions out of use become less likely by e^-500, beyond rounding; their order stays
BELIEVED = 1e-7  # regret at a set, relative to the spread: beliefs off the path are known to some 1/rise + rise * 1e-16


@dataclass(frozen=True, eq=False)
class BehaviourEquilibrium:
    """One equilibrium of a tree in behaviour strategies."""

    probabilities: tuple[Floats, ...]  #: of each information set, (action,)
    regret: float  #: largest gain of a player from another plan, utility


def branch(tree: Tree) -> BehaviourEquilibrium:
    """Equilibrium at the limit of the principal branch; raises `StandoffError` if not reached."""
    if not tree.information_sets:
        return BehaviourEquilibrium((), 0.0)
    spread = float(np.ptp(tree.paths.payoffs, axis=0).max()) or 1.0
    scaled = (tree.paths.payoffs - tree.paths.payoffs.min(axis=0)) / spread
    points = agent_qre.respond(tree, np.repeat(RISES[:, None], len(tree.players), axis=1), scaled[None], starts=0)

    def equilibrium(point: Floats, used: NDArray[np.bool_]) -> Floats | None:
        shares = _polished(tree, point, used)
        sequential = local_regret(tree, _logs(shares, point, used)).max() <= BELIEVED * spread
        return shares if sequential and regret(tree, shares).max() <= EXACT * spread else None

    result = limit(points.logs, points.arrived, equilibrium)
    if result is None:
        raise unreached(tree.title, RISES / spread, points.arrived)
    return BehaviourEquilibrium(tree.split(result), float(regret(tree, result).max()))


def local_regret(tree: Tree, log_behaviour: Floats) -> Floats:
    """(set,) largest gain of an action at its information set, given that the set is reached.

    log_behaviour: (action,), finite; those of actions that are not taken give the beliefs off the path
    """
    worth = tree.conditional(log_behaviour)
    starts = tree.paths.starts
    return np.asarray(np.maximum.reduceat(worth, starts) - np.add.reduceat(np.exp(log_behaviour) * worth, starts))


def regret(tree: Tree, behaviour: Floats) -> Floats:
    """(player,) largest gain of each over `behaviour` (action,) by another plan.

    The plan is computed from a player's last decisions to its first, with ends weighted by the probabilities of chance
    and of the others. Raises `StandoffError` without perfect recall, where the result need not be the best plan.
    """
    tree.remembered()
    paths = tree.paths
    counts = paths.counts[paths.ends] > 0
    chance = np.exp(paths.chance[paths.ends])
    value = tree.expected(behaviour)
    out = np.zeros(len(tree.players))
    for player in range(len(tree.players)):
        own = paths.owner == player
        others = np.where(counts & ~own, behaviour, 1.0).prod(axis=1) * chance * paths.payoffs[:, player]
        depth = {h: len(tree.recall[h] or ()) for h, i in enumerate(tree.information_sets) if i.player == player}
        last = np.full(len(paths.ends), -1)  # the last own action on the way to each end
        for h in sorted(depth, key=depth.__getitem__):
            selected = np.flatnonzero(paths.home == h)
            end, action = np.nonzero(counts[:, selected])
            last[end] = selected[action]
        worth = np.bincount(last + 1, weights=others, minlength=len(paths.home) + 1)
        for h in sorted(depth, key=depth.__getitem__, reverse=True):
            best = worth[1:][paths.home == h].max()
            before = tree.recall[h] or ()
            worth[1 + paths.starts[before[-1][0]] + before[-1][1] if before else 0] += best
        out[player] = worth[0] - value[player]
    return out


def _polished(tree: Tree, point: Floats, use: NDArray[np.bool_]) -> Floats:
    """(action,) log probabilities near a point that equalise the actions in use at each set."""
    home, starts = tree.paths.home, tree.paths.starts
    p = np.where(use, np.exp(point), 0.0)
    p /= np.add.reduceat(p, starts)[home]
    first = np.array([np.flatnonzero(use & (home == h))[0] for h in range(len(starts))])
    more = np.setdiff1d(np.flatnonzero(use), first)
    for _ in range(20):  # assumption: starting within 1e-3, Newton's method takes three or four
        worth, slopes = _slopes(tree, _logs(p, point - VANISHED, use))
        value = (worth - worth[first[home]])[more]
        by = (slopes - slopes[first[home]])[more] / np.where(p > 0, p, 1.0)
        change = np.zeros(len(p))
        change[more] = np.linalg.lstsq(by[:, more] - by[:, first[home[more]]], -value)[0] if len(more) else 0.0
        change[first] -= np.add.reduceat(change, starts)
        p = np.where(use, np.maximum(p + change, 0.0), 0.0)
        totals = np.add.reduceat(p, starts)[home]
        p = np.where(totals > 0, p / np.where(totals > 0, totals, 1.0), np.where(use, np.exp(point), 0.0))
        if np.abs(change).max() < np.finfo(float).eps * 8:
            break
    return p


def _logs(p: Floats, left: Floats, use: NDArray[np.bool_]) -> Floats:
    """(action,) log probabilities: of `p` where an action is in use, else `left`."""
    return np.where(use, np.log(np.maximum(p, np.finfo(float).tiny)), left)


def _slopes(tree: Tree, logs: Floats) -> tuple[Floats, Floats]:
    """Payoff of each action given its set, (action,), and slopes by log probabilities."""
    paths = tree.paths
    counts = paths.counts[paths.ends]
    sets = reached(paths, logs)
    at = paths.chance[paths.deciding] + logs @ paths.counts[paths.deciding].T - sets[paths.set_of]
    beliefs = np.zeros((len(paths.starts), len(paths.deciding)))
    beliefs[paths.set_of, np.arange(len(at))] = np.exp(at)
    ends = paths.chance[paths.ends] + logs @ counts.T
    share = np.exp(np.where(counts.T > 0, ends - (logs + sets[paths.home])[:, None], -np.inf))
    gain = share * paths.payoffs.T[paths.owner]
    worth = gain.sum(axis=1)
    moved = np.eye(len(logs)) + (beliefs @ paths.counts[paths.deciding])[paths.home]
    return worth, gain @ counts - worth[:, None] * moved
