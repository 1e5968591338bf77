"""Nash equilibria of one game: pure, extreme (two players), and the limit of the branch.

Every equilibrium comes with its regret, the largest gain of a player from another strategy, computed afresh from the
payoffs. With two players the equilibria are pairs of vertices of two polytopes that together carry every label
(mangasarian1964, avis2010); in degenerate games the other equilibria are mixtures of these extreme ones.

The principal logit branch is followed to high rationality, where it comes near an equilibrium (mckelvey_palfrey1995), in
a tree a sequential one (mckelvey_palfrey1998, turocy2010); Newton's method then makes the actions still in use at each
information set equally good. A table counts as a tree in which everybody moves once, blindly. The other
actions have probability 0, but the order in which they vanish is kept, since beliefs off the path depend on it.
`best_plan_gains` computes the best reply of each player by its own decisions, from the last to the first, and
`local_regret` the possible gain at each information set, were it reached, on the path or off it. With perfect recall, local
regrets of zero suffice for a sequential equilibrium (hendon_jacobsen_sloth1996).

The rationality that is high enough does not follow from the range of payoffs: one ruinous outcome makes the range a
million times the differences that matter to the players. `branch` therefore examines a series of rationalities, each ten
times the one before, from the highest down. A strategy is in use if its probability does not fall by half from one
rationality to the next. Three points in a row must agree on the strategies in use and on their equilibrium, and come
nearer to it.

Do not use `extreme` for more than about 9 strategies a player: it tries every basis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np

from standoff.addons.games import agent_qre, expected_payoffs
from standoff.addons.games.expected_payoffs import Payoffs
from standoff.addons.games.logit_branch import APART, RESIDUAL, distinct
from standoff.addons.games.normal_form import NormalForm, quantal_response
from standoff.addons.games.tree import Tree, sequential
from standoff.errors import StandoffError
from standoff.games.information import MoveOrder
from standoff.types import Floats

SAME = 1e-9  # relative to the range of payoffs: rounding of a small linear system leaves 1e-13
EXACT = 1e-12  # regret at an equilibrium, relative to the spread of payoffs: rounding, and sums over some hundred ends
RISES: Floats = np.logspace(4, 11, 8)  # rationality times spread of payoffs; rounding is log-odds of 1e-5 at the last
#: unused strategies decay at least by a factor 3 per rise, as the inverse root of rationality; used ones settle
HALF = np.log(2.0)
NEAR = 0.01  # assumption: a point that is farther from an equilibrium has not come to it
BASES = 300_000  # assumption: about half a minute
VANISHED = 500.0  # actions out of use become less likely by e^-500, beyond rounding; their order stays
BELIEVED = 1e-7  # regret at a set, relative to the spread: beliefs off the path are known to some 1/rise + rise * 1e-16


@dataclass(frozen=True, eq=False)
class NashEquilibrium:
    """One equilibrium."""

    shares: tuple[Floats, ...]  #: of each player, (strategy,), or of each information set, (action,)
    regret: float  #: largest gain of a player from another strategy, utility
    method: str  #: pure, extreme or branch


def regret(game: NormalForm | Tree, shares: Sequence[Floats]) -> float:
    """Largest gain of a player from another strategy, utility; 0 at an equilibrium."""
    if isinstance(game, NormalForm):
        return float(expected_payoffs.regret(Payoffs(game.payoffs[None]), [row[None] for row in shares]).max())
    return float(best_plan_gains(game, np.concatenate(shares)).max()) if shares else 0.0


def pure(game: NormalForm) -> list[NashEquilibrium]:
    """All equilibria in pure strategies."""
    best = np.ones(game.sizes, bool)
    for i, payoffs in enumerate(game.payoffs):
        best &= payoffs == payoffs.max(axis=i, keepdims=True)
    profiles = [tuple(np.eye(size)[o] for size, o in zip(game.sizes, cell, strict=True)) for cell in np.argwhere(best)]
    return [NashEquilibrium(shares, regret(game, shares), "pure") for shares in profiles]


def extreme(game: NormalForm) -> list[NashEquilibrium]:
    """All extreme equilibria of a two-player game; all equilibria if it is nondegenerate."""
    if len(game.players) != 2:
        raise StandoffError(
            f"{len(game.players)} players", game.title, "players", allowed="two", fix="use `branch`, or `pure`"
        )
    rows, columns = game.sizes
    if comb(rows + columns, rows) > BASES:
        raise StandoffError(
            f"{rows} and {columns} strategies",
            game.title,
            "strategies",
            allowed="about 9 each",
            fix="use `branch`, or `pure`",
        )
    scale = max(float(np.ptp(game.payoffs[0])), float(np.ptp(game.payoffs[1])), np.finfo(float).tiny)
    row_payoffs = (game.payoffs[0] - game.payoffs[0].min()) / scale + 1  # positive, so that the polytopes are bounded
    column_payoffs = (game.payoffs[1] - game.payoffs[1].min()) / scale + 1
    # The labels of a point are own unused strategies and best responses of the other player.
    firsts = list(_vertices(column_payoffs.T, labels=[*range(rows), *range(rows, rows + columns)]))
    seconds = list(_vertices(row_payoffs, labels=[*range(rows, rows + columns), *range(rows)]))
    everything = frozenset(range(rows + columns))
    pairs = [np.concatenate([x, y]) for (x, a), (y, b) in product(firsts, seconds) if a | b == everything]
    profiles = [(row[:rows], row[rows:]) for row in distinct(np.array(pairs).reshape(-1, rows + columns), SAME)]
    return [NashEquilibrium(shares, regret(game, shares), "extreme") for shares in profiles]


def branch(game: NormalForm | Tree) -> NashEquilibrium:
    """Equilibrium at the limit of the principal branch; raises `StandoffError` if not reached."""
    rates = np.repeat(RISES[:, None], len(game.players), axis=1)
    if isinstance(game, NormalForm):
        spread, sizes = float(Payoffs(game.payoffs[None]).spread().max()), list(game.sizes)
    else:
        spread = float(np.ptp(game.paths.payoffs, axis=0).max())
        sizes = [len(information.actions) for information in game.information_sets]
    if spread == 0 or not sizes:  # nothing that a player does matters to it, and the branch stays at even chances
        return NashEquilibrium(tuple(np.full(size, 1 / size) for size in sizes), 0.0, "branch")
    if isinstance(game, NormalForm):
        scaled = game.payoffs / spread
        points = quantal_response(np.broadcast_to(scaled, (len(RISES), *scaled.shape)), rates)
        tree, _ = sequential(game.title, game.players, game.strategies, MoveOrder(game.sizes), scaled)
        unit = 1.0
    else:
        tree, unit = game, spread
        scaled = (game.paths.payoffs - game.paths.payoffs.min(axis=0)) / spread
        points = agent_qre.respond(game, rates, scaled[None], starts=0)

    def equilibrium(point: Floats, used: np.ndarray) -> Floats | None:
        shares = _polished(tree, point, used)
        credible = local_regret(tree, _logs(shares, point, used)).max() <= BELIEVED * unit
        return shares if credible and best_plan_gains(tree, shares).max() <= EXACT * unit else None

    behaviour = _limit(points.logs, points.arrived, equilibrium)
    if behaviour is None:
        reached = RISES[points.arrived] / spread
        highest = f"followed to rationality {reached.max():.3g}" if len(reached) else "not followed"
        raise StandoffError(
            f"the principal branch was {highest}, and does not converge to an equilibrium",
            game.title,
            allowed="a branch with agreeing last points",
            fix="use --method qre at a high --rationality",
        )
    shares = tree.split(behaviour)
    return NashEquilibrium(shares, regret(game, shares), "branch")


def _limit(
    logs: Floats, arrived: np.ndarray, equilibrium: Callable[[Floats, np.ndarray], Floats | None]
) -> Floats | None:
    """(action,) probabilities at the limit of a branch, or None if its points do not agree.

    logs: (rise, action) log probabilities of the branch, at `RISES`
    arrived: (rise,) whether the branch was followed so far
    equilibrium: (log probabilities of a point, actions in use) -> the equilibrium near it with these in use, if any
    """
    shares = np.exp(logs)
    used = (shares[1:] > 0) & (logs[1:] > np.maximum(logs[:-1], np.finfo(float).min) - HALF)
    for last in range(len(logs) - 1, 1, -1):
        if not arrived[last - 2 : last + 1].all() or (used[last - 2] != used[last - 1]).any():
            continue
        before, after = (equilibrium(point, used[last - 1]) for point in logs[last - 1 : last + 1])
        if before is None or after is None or np.abs(before - after).max() > APART:
            continue
        away = np.abs(shares[last - 2 : last + 1] - after)
        if away[-1].max() <= NEAR and (away[1:] <= np.maximum(away[:-1] / 2, RESIDUAL)).all():
            return after
    return None


def local_regret(tree: Tree, log_behaviour: Floats) -> Floats:
    """(set,) largest gain of an action at its information set, given that the set is reached.

    log_behaviour: (action,), finite; those of actions that are not taken give the beliefs off the path
    """
    worth = tree.conditional(log_behaviour)
    starts = tree.paths.starts
    return np.asarray(np.maximum.reduceat(worth, starts) - np.add.reduceat(np.exp(log_behaviour) * worth, starts))


def best_plan_gains(tree: Tree, behaviour: Floats) -> Floats:
    """(player,) largest gain of each over `behaviour` (action,) by another plan.

    The plan is computed from a player's last decisions to its first, with ends weighted by the probabilities of chance
    and of the others. Raises `StandoffError` without perfect recall, where the result need not be the best plan.
    """
    tree.remembered()
    paths = tree.paths
    counts = paths.counts > 0
    chance = np.exp(paths.chance)
    value = tree.expected(behaviour)
    out = np.zeros(len(tree.players))
    for player in range(len(tree.players)):
        is_own = paths.owner == player
        others = np.where(counts & ~is_own, behaviour, 1.0).prod(axis=1) * chance * paths.payoffs[:, player]
        depth = {h: len(tree.recall[h] or ()) for h, i in enumerate(tree.information_sets) if i.player == player}
        last = np.full(len(paths.ends), -1)  # the last own action on the way to each end
        for h in sorted(depth, key=depth.__getitem__):
            actions = np.flatnonzero(paths.home == h)
            end, action = np.nonzero(counts[:, actions])
            last[end] = actions[action]
        worth = np.bincount(last + 1, weights=others, minlength=len(paths.home) + 1)
        for h in sorted(depth, key=depth.__getitem__, reverse=True):
            best = worth[1:][paths.home == h].max()
            before = tree.recall[h] or ()
            worth[1 + paths.starts[before[-1][0]] + before[-1][1] if before else 0] += best
        out[player] = worth[0] - value[player]
    return out


def _vertices(payoffs: Floats, labels: list[int]) -> Iterator[tuple[Floats, frozenset[int]]]:
    """Vertices of {x >= 0, payoffs x <= 1} except 0, normalised, with their binding labels.

    payoffs: (best replies, unknowns), positive
    labels: of each unknown that is 0, then of each reply that is best
    """
    replies, unknowns = payoffs.shape
    sides = np.concatenate([-np.eye(unknowns), payoffs])
    bounds = np.concatenate([np.zeros(unknowns), np.ones(replies)])
    bases = np.array(list(combinations(range(len(sides)), unknowns)))
    square = sides[bases]
    regular = np.abs(np.linalg.det(square)) > np.finfo(float).eps
    points = np.linalg.solve(square[regular], bounds[bases[regular]][..., None])[..., 0]
    slack = bounds - points @ sides.T
    inside = (slack > -SAME).all(axis=1) & (points.max(axis=1) > SAME)
    seen = set()
    for x, gaps in zip(points[inside], slack[inside], strict=True):
        binding = frozenset(labels[side] for side in np.flatnonzero(gaps < SAME))
        key = (binding, tuple(np.round(x, 9)))
        if key not in seen:
            seen.add(key)
            clean = np.where(x < SAME, 0.0, x)
            yield clean / clean.sum(), binding


def _polished(tree: Tree, point: Floats, use: np.ndarray) -> Floats:
    """(action,) probabilities near a point that equalise the actions in use at each set.

    The steps are the shortest ones, so that among equilibria in a row the nearest is found.
    """
    paths = tree.paths
    home, starts = paths.home, paths.starts
    p = np.where(use, np.exp(point), 0.0)
    p /= np.add.reduceat(p, starts)[home]
    first = np.array([np.flatnonzero(use & (home == h))[0] for h in range(len(starts))])
    more = np.setdiff1d(np.flatnonzero(use), first)
    for _ in range(20):  # assumption: starting within 1e-3, Newton's method takes three or four
        logs = _logs(p, point - VANISHED, use)
        worth = tree.conditional(logs)
        by = (
            tree.following(logs)
            * (paths.payoffs.T[paths.owner] - worth[:, None])
            @ paths.counts
            / np.where(p > 0, p, 1)
        )
        by, gaps = ((array - array[first[home]])[more] for array in (by, worth))
        change = np.zeros(len(p))
        change[more] = np.linalg.lstsq(by[:, more] - by[:, first[home[more]]], -gaps)[0]
        change[first] -= np.add.reduceat(change, starts)
        p = np.maximum(p + change, 0.0)
        p /= np.add.reduceat(p, starts)[home]
        if np.abs(change).max() < np.finfo(float).eps * 8:
            break
    return p


def _logs(p: Floats, left: Floats, use: np.ndarray) -> Floats:
    """(action,) log probabilities: of `p` where an action is in use, else `left`."""
    return np.where(use, np.log(np.maximum(p, np.finfo(float).tiny)), left)
