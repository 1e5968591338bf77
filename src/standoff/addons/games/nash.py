"""Nash equilibria of one game: pure, extreme (two players), and the limit of the branch.

Every equilibrium comes with its regret, the largest gain of a player from another strategy, computed afresh from the
payoffs. With two players the equilibria are pairs of vertices of two polytopes that together carry every label
(mangasarian1964, avis2010); in degenerate games the other equilibria are mixtures of these extreme ones. The principal
logit branch is followed to high rationality, where it comes near an equilibrium (mckelvey_palfrey1995), and Newton's
method on the strategies still in use converges to it.

The rationality that is high enough does not follow from the range of payoffs: one ruinous outcome makes the range a
million times the differences that matter to the players. `limit` therefore examines a series of rationalities, each ten
times the one before, from the highest down. A strategy is in use if its probability does not fall by half from one
rationality to the next. Three points in a row must agree on the strategies in use and on their equilibrium, and come
nearer to it.

Do not use `extreme` for more than about 9 strategies a player: it tries every basis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games import expected_payoffs
from standoff.addons.games.expected_payoffs import Payoffs
from standoff.addons.games.normal_form import APART, RESIDUAL, NormalForm, distinct, quantal_response
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

SAME = 1e-9  # relative to the range of payoffs: rounding of a small linear system leaves 1e-13
EXACT = 1e-12  # regret at an equilibrium, relative to the spread of payoffs: rounding, and sums over some hundred ends
RISES: Floats = np.logspace(4, 11, 8)  # rationality times spread of payoffs; rounding is log-odds of 1e-5 at the last
#: unused strategies decay at least by a factor 3 per rise, as the inverse root of rationality; used ones settle
HALF = np.log(2.0)
NEAR = 0.01  # assumption: a point that is farther from an equilibrium has not come to it
BASES = 300_000  # assumption: about half a minute


@dataclass(frozen=True, eq=False)
class NashEquilibrium:
    """One equilibrium."""

    shares: tuple[Floats, ...]  #: of each player, (strategy,)
    regret: float  #: largest gain of a player from another strategy, utility
    method: str  #: pure, extreme or branch


def regret(game: NormalForm, shares: tuple[Floats, ...]) -> float:
    """Largest gain of a player from another strategy, utility; 0 at an equilibrium."""
    return float(expected_payoffs.regret(Payoffs(game.payoffs[None]), [row[None] for row in shares]).max())


def pure(game: NormalForm) -> list[NashEquilibrium]:
    """All equilibria in pure strategies."""
    best = np.ones(game.sizes, bool)
    for i, payoffs in enumerate(game.payoffs):
        best &= payoffs == payoffs.max(axis=i, keepdims=True)
    result = [tuple(np.eye(size)[o] for size, o in zip(game.sizes, cell, strict=True)) for cell in np.argwhere(best)]
    return [NashEquilibrium(shares, regret(game, shares), "pure") for shares in result]


def extreme(game: NormalForm) -> list[NashEquilibrium]:
    """All extreme equilibria of a two-player game; all equilibria if it is nondegenerate."""
    if len(game.players) != 2:
        raise StandoffError(
            Problem(f"{len(game.players)} players", game.title, "players", allowed="two", fix="use `branch`, or `pure`")
        )
    rows, columns = game.sizes
    if comb(rows + columns, rows) > BASES:
        raise StandoffError(
            Problem(
                f"{rows} and {columns} strategies",
                game.title,
                "strategies",
                allowed="about 9 each",
                fix="use `branch`, or `pure`",
            )
        )
    scale = max(float(np.ptp(game.payoffs[0])), float(np.ptp(game.payoffs[1])), np.finfo(float).tiny)
    own = (game.payoffs[0] - game.payoffs[0].min()) / scale + 1  # positive, so that the polytopes are bounded
    other = (game.payoffs[1] - game.payoffs[1].min()) / scale + 1
    # The labels of a point are own unused strategies and best responses of the other player.
    firsts = list(_vertices(other.T, labels=[*range(rows), *range(rows, rows + columns)]))
    seconds = list(_vertices(own, labels=[*range(rows, rows + columns), *range(rows)]))
    everything = frozenset(range(rows + columns))
    pairs = [np.concatenate([x, y]) for (x, a), (y, b) in product(firsts, seconds) if a | b == everything]
    result = [(row[:rows], row[rows:]) for row in distinct(np.array(pairs).reshape(-1, rows + columns), SAME)]
    return [NashEquilibrium(shares, regret(game, shares), "extreme") for shares in result]


def branch(game: NormalForm) -> NashEquilibrium:
    """Equilibrium at the limit of the principal branch; raises `StandoffError` if not reached."""
    spread = float(Payoffs(game.payoffs[None]).spread().max())
    if spread == 0:  # nothing that a player does matters to it, and the branch stays at even chances
        return NashEquilibrium(
            tuple(row[0] for row in expected_payoffs.uniform_strategies(game.sizes, 1)), 0.0, "branch"
        )
    scaled = np.broadcast_to(game.payoffs / spread, (len(RISES), *game.payoffs.shape))
    points = quantal_response(scaled, np.repeat(RISES[:, None], len(game.players), axis=1))
    with np.errstate(divide="ignore"):  # a probability that is 0 for a computer
        logs = np.log(np.concatenate(points.probabilities, axis=1))
    ends = np.cumsum(game.sizes)[:-1]

    def equilibrium(point: Floats, used: NDArray[np.bool_]) -> Floats | None:
        shares = _polished(game, np.split(np.exp(point), ends), np.split(used, ends))
        return np.concatenate(shares) if regret(game, shares) <= EXACT * spread else None

    result = limit(logs, points.arrived, equilibrium)
    if result is None:
        raise unreached(game.title, RISES / spread, points.arrived)
    shares = tuple(np.split(result, ends))
    return NashEquilibrium(shares, regret(game, shares), "branch")


def limit(
    logs: Floats, arrived: NDArray[np.bool_], equilibrium: Callable[[Floats, NDArray[np.bool_]], Floats | None]
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


def unreached(title: str, rationality: Floats, arrived: NDArray[np.bool_]) -> StandoffError:
    """Error for a branch without a limit, followed or not at each `rationality` (rise,)."""
    highest = f"followed to rationality {rationality[arrived].max():.3g}" if arrived.any() else "not followed"
    return StandoffError(
        Problem(
            f"the principal branch was {highest}, and does not converge to an equilibrium",
            title,
            allowed="a branch with agreeing last points",
            fix="use --method qre at a high --rationality",
        )
    )


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
    observed = set()
    for x, room in zip(points[inside], slack[inside], strict=True):
        binding = frozenset(labels[side] for side in np.flatnonzero(room < SAME))
        key = (binding, tuple(np.round(x, 9)))
        if key not in observed:
            observed.add(key)
            clean = np.where(x < SAME, 0.0, x)
            yield clean / clean.sum(), binding


def _polished(game: NormalForm, shares: list[Floats], used: list[NDArray[np.bool_]]) -> tuple[Floats, ...]:
    """Shares near `shares` that equalise strategies in use, by Newton's method (least squares)."""
    block = Payoffs(game.payoffs[None])
    p = [np.where(use, row, 0.0) / row[use].sum() for row, use in zip(shares, used, strict=True)]
    ends = np.cumsum([use.sum() for use in used])
    for _ in range(20):  # assumption: starting within 1e-3, Newton's method takes three or four
        u = [row[0] for row in block.expected([row[None] for row in p])]
        value = np.concatenate(
            [np.append(ui[use][1:] - ui[use][0], pi.sum() - 1) for ui, pi, use in zip(u, p, used, strict=True)]
        )
        slopes = np.zeros((len(value), ends[-1]))
        for j, use in enumerate(used):
            for column, k in zip(range(ends[j] - use.sum(), ends[j]), np.flatnonzero(use), strict=True):
                against = block.expected([(np.eye(len(row))[k] if i == j else row)[None] for i, row in enumerate(p)])
                rows = [np.append(ui[0, own][1:] - ui[0, own][0], 0.0) for ui, own in zip(against, used, strict=True)]
                rows[j] = np.append(np.zeros(use.sum() - 1), 1.0)
                slopes[:, column] = np.concatenate(rows)
        change = np.split(np.linalg.lstsq(slopes, -value)[0], ends[:-1])
        for row, use, step in zip(p, used, change, strict=True):
            row[use] += step
        if max(np.abs(step).max() for step in change) < np.finfo(float).eps * 8:
            break
    clipped = [np.maximum(row, 0.0) for row in p]
    return tuple(row / row.sum() if row.sum() > 0 else np.full(len(row), 1 / len(row)) for row in clipped)
