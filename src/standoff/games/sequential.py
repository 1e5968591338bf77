"""Nash equilibrium of a tree at the end of its principal branch, and what a player could gain by leaving an equilibrium.

As rationality grows, agent quantal responses lead to a sequential equilibrium (mckelvey_palfrey1998, turocy2010). The
branch is followed to high rationality; then Newton's method (least squares) makes the actions still in use at each
information set equally good, all others being left out but for the order in which they vanish, on which beliefs off the
path depend. What comes out is checked afresh: `regret` works out the best reply of each player by its own decisions, from
the last to the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standoff.errors import Problem, StandoffError
from standoff.games import agent
from standoff.games.nash import RISE, SAME, UNUSED
from standoff.games.tree import Floats, Tree, reached

VANISHED = 500.0  # what is left out becomes less likely by e^-500, past all rounding; its order stays


@dataclass(frozen=True, eq=False)
class Sequential:
    """One equilibrium of a tree in behaviour strategies."""

    probabilities: tuple[Floats, ...]  #: of each information set, (action,)
    regret: float  #: most that a player could gain by another plan, utility


def branch(tree: Tree) -> Sequential:
    """The equilibrium that the principal branch leads to; raises `StandoffError` where it is not reached."""
    if not tree.information_sets:
        return Sequential((), 0.0)
    spread = float(np.ptp(tree.paths.payoffs, axis=0).max()) or 1.0
    best, risen = np.inf, 0.0
    for rise in RISE:
        found = agent.respond(tree, rise / spread, starts=0)
        if not found.converged[0]:
            break
        risen = rise / spread
        for unused in (UNUSED, UNUSED / 10, UNUSED / 100, UNUSED / 1000):
            flat = _polished(tree, np.concatenate([p[0] for p in found.probabilities]), unused)
            off = float(regret(tree, flat).max())
            best = min(best, off)
            if off <= SAME * spread:
                return Sequential(tree.split(flat), off)
    raise StandoffError(Problem(
        f"the branch was followed to rationality {risen:g}, and what it comes near has a regret of {best:g}", tree.title,
        allowed=f"a regret of at most {SAME * spread:g}", fix="use --method qre at a high --rationality",
    ))  # fmt: skip


def regret(tree: Tree, behaviour: Floats) -> Floats:
    """(player,) most that each could gain over `behaviour` (action,) by another plan of its own.

    A plan is worked out from a player's last decisions to its first, weighing ends by what chance and the others do;
    raises `StandoffError` without perfect recall, where this need not find the best.
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
            mine = np.flatnonzero(paths.home == h)
            end, action = np.nonzero(counts[:, mine])
            last[end] = mine[action]
        worth = np.bincount(last + 1, weights=others, minlength=len(paths.home) + 1)
        for h in sorted(depth, key=depth.__getitem__, reverse=True):
            best = worth[1:][paths.home == h].max()
            before = tree.recall[h] or ()
            worth[1 + paths.starts[before[-1][0]] + before[-1][1] if before else 0] += best
        out[player] = worth[0] - value[player]
    return out


def _polished(tree: Tree, shares: Floats, unused: float) -> Floats:
    """Behaviour near `shares` in which the actions that are used at a set are equally good; the others get 0."""
    home, starts = tree.paths.home, tree.paths.starts
    use = shares > unused
    left = np.log(np.maximum(shares, np.finfo(float).tiny)) - VANISHED
    p = np.where(use, shares, 0.0)
    p /= np.add.reduceat(p, starts)[home]
    first = np.array([np.flatnonzero(use & (home == h))[0] for h in range(len(starts))])
    more = np.setdiff1d(np.flatnonzero(use), first)
    for _ in range(20):  # assumption: starting within 1e-3, Newton's method takes three or four
        logs = np.where(use, np.log(np.maximum(p, np.finfo(float).tiny)), left)
        worth, slopes = _slopes(tree, logs)
        value = (worth - worth[first[home]])[more]
        by = (slopes - slopes[first[home]])[more] / np.where(p > 0, p, 1.0)
        change = np.zeros(len(p))
        change[more] = np.linalg.lstsq(by[:, more] - by[:, first[home[more]]], -value)[0] if len(more) else 0.0
        change[first] -= np.add.reduceat(change, starts)
        p = np.where(use, np.maximum(p + change, 0.0), 0.0)
        totals = np.add.reduceat(p, starts)[home]
        p = np.where(totals > 0, p / np.where(totals > 0, totals, 1.0), shares)
        if np.abs(change).max() < np.finfo(float).eps * 8:
            break
    return p


def _slopes(tree: Tree, logs: Floats) -> tuple[Floats, Floats]:
    """Payoff of each action given its set, (action,), and its slopes in the log probabilities, (action, action)."""
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
