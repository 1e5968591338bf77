"""Expected payoffs of strategies, and logit responses, in plain NumPy.

A block of games is `Payoffs` (dense: every profile has its own payoff) or `Pairwise` (payoffs add up over pairs of
players, so that no array grows with the number of profiles). Both hold games along the first axis. `shares` are the
probabilities of each player's strategies, [player](game, strategy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, StandoffError
from standoff.types import Floats

Shares: TypeAlias = Sequence[Floats]  #: [player](game, strategy)

MOST = 1e100  # assumption: no stated payoff is larger; products with rationality stay finite
CACHED = 1 << 15  # assumption: numbers of a player's table that are worked on at a time, a quarter of a megabyte


@dataclass(frozen=True, eq=False)
class Payoffs:
    """Games with a payoff for every profile."""

    table: Floats  #: (game, player, strategy of the first, ..., strategy of the last), utility

    def __post_init__(self) -> None:
        table = np.asarray(self.table, dtype=np.float64)
        object.__setattr__(self, "table", table)
        if table.ndim < 3 or table.shape[1] != table.ndim - 2 or 0 in table.shape[2:]:
            raise StandoffError(
                Problem(
                    f"payoffs of shape {table.shape}",
                    "payoffs",
                    allowed="(game, player, strategies of the first player, ..., of the last)",
                    fix="give one game as `payoffs[None]`",
                )
            )
        _finite(table)

    @property
    def games(self) -> int:
        """Number of games."""
        return int(self.table.shape[0])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of strategies of each player."""
        return self.table.shape[2:]

    def subset(self, games: NDArray[np.int64]) -> Payoffs:
        """The block of the games with these indices."""
        return Payoffs(self.table[games])

    @cached_property
    def last(self) -> Floats:
        """The table with games along the last axis, which is faster for vectorised operations."""
        return np.ascontiguousarray(np.moveaxis(self.table, 0, -1))

    def expected(self, shares: Shares) -> tuple[Floats, ...]:
        """Payoff of each strategy against the others' shares, [player](game, strategy)."""
        out = [np.empty((self.games, size)) for size in self.sizes]
        for block in self._blocks():
            for i, row in enumerate(out):
                left: Any = self.last[i, ..., block]
                for j in reversed(range(len(out))):  # so that the axes before j keep their positions
                    if j != i:
                        before = (slice(None),) * j
                        left = sum(left[(*before, k)] * share for k, share in enumerate(shares[j][block].T))
                row[block] = left.T
        return tuple(out)

    def spread(self) -> Floats:
        """Largest change of a player's payoff by its choice, (game, player)."""
        out = np.empty((self.games, len(self.sizes)))
        for block in self._blocks():
            for i in range(len(self.sizes)):
                own = np.moveaxis(self.last[i, ..., block], i, 0)
                out[block, i] = _widest(own.max(axis=0) - own.min(axis=0))
        return out

    def influence(self) -> Floats:
        """Largest effect of another's switch on own payoff differences, (game, player, other)."""
        players = range(len(self.sizes))
        out = np.zeros((self.games, len(players), len(players)))
        for block, i in product(self._blocks(), players):
            own = np.moveaxis(self.last[i, ..., block], i, 0)
            others = [j for j in players if j != i]
            for first, second in combinations(own, 2):
                gain = first - second
                for axis, j in enumerate(others):
                    most = _widest(gain.max(axis=axis) - gain.min(axis=axis))
                    out[block, i, j] = np.maximum(out[block, i, j], most)
        return out

    def _blocks(self) -> list[slice]:
        """Blocks of games that fit into the processor's cache."""
        size = max(64, CACHED // max(int(np.prod(self.sizes)), 1))
        return [slice(first, min(first + size, self.games)) for first in range(0, self.games, size)]


@dataclass(frozen=True, eq=False)
class Pairwise:
    """Polymatrix games: U_i(o) = base_i(o) + sum over others j, k of pair_ij(o, k) * share_j(k)."""

    base: tuple[Floats, ...]  #: [player](game, strategy), without the contribution of others
    pairs: Mapping[tuple[int, int], Floats]  #: (player, other) -> (game, strategy, strategy of the other)

    def __post_init__(self) -> None:
        base = tuple(np.asarray(row, dtype=np.float64) for row in self.base)
        pairs = {pair: np.asarray(table, dtype=np.float64) for pair, table in self.pairs.items()}
        object.__setattr__(self, "base", base)
        object.__setattr__(self, "pairs", pairs)
        if not base or any(row.ndim != 2 or not row.shape[1] or len(row) != len(base[0]) for row in base):
            raise StandoffError(
                Problem(
                    f"base payoffs of shapes {[row.shape for row in base]}",
                    "base",
                    allowed="(game, strategy) for each player",
                )
            )
        for (i, j), table in pairs.items():
            if i == j or not (0 <= i < len(base) and 0 <= j < len(base)):
                raise StandoffError(
                    Problem(
                        f"a pair of player {i} with player {j}",
                        "pairs",
                        allowed=f"two different players of 0 to {len(base) - 1}",
                    )
                )
            if table.shape != (expected := (len(base[0]), base[i].shape[1], base[j].shape[1])):
                raise StandoffError(
                    Problem(
                        f"payoffs of shape {table.shape}",
                        "pairs",
                        f"({i}, {j})",
                        allowed=f"{expected}: game, own strategy, the other's",
                    )
                )
        _finite(*base, *pairs.values())

    @property
    def games(self) -> int:
        """Number of games."""
        return len(self.base[0])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of strategies of each player."""
        return tuple(row.shape[1] for row in self.base)

    def subset(self, games: NDArray[np.int64]) -> Pairwise:
        """The block of the games with these indices."""
        return Pairwise(tuple(row[games] for row in self.base), {pair: t[games] for pair, t in self.pairs.items()})

    def expected(self, shares: Shares) -> tuple[Floats, ...]:
        """Payoff of each strategy against the others' shares, [player](game, strategy)."""
        out = [row.copy() for row in self.base]
        for (i, j), table in self.pairs.items():
            out[i] += (table * shares[j][:, None]).sum(axis=2)
        return tuple(out)

    def spread(self) -> Floats:
        """Bound on the change of a player's payoff by its choice, (game, player)."""
        out = np.stack([np.ptp(row, axis=1) for row in self.base], axis=1)
        for (i, _), table in self.pairs.items():
            out[:, i] += np.ptp(table, axis=1).max(axis=1)
        return out

    def influence(self) -> Floats:
        """Largest effect of another's switch on own payoff differences, (game, player, other)."""
        out = np.zeros((self.games, len(self.base), len(self.base)))
        for (i, j), table in self.pairs.items():
            gains = table[:, :, None] - table[:, None]  # game, strategy, strategy, the other's
            out[:, i, j] = np.ptp(gains, axis=3).reshape(self.games, -1).max(axis=1)
        return out


def _widest(ranges: Floats) -> Floats:
    """Largest over all axes but the last."""
    return ranges.reshape(-1, ranges.shape[-1]).max(axis=0)


def _finite(*tables: Floats) -> None:
    for table in tables:
        if not np.isfinite(table).all():
            raise StandoffError(Problem("a payoff that is not a number", "payoffs", allowed="finite numbers"))


def rates(rationality: Any, games: int, players: int) -> Floats:
    """Rationality (game, player), from one number, (player,) or (game, player)."""
    params = np.asarray(rationality, dtype=np.float64)
    if (
        params.ndim > 2
        or params.shape[-1:] not in {(), (players,)}
        or (params.ndim == 2 and len(params) not in {1, games})
    ):
        raise StandoffError(
            Problem(
                f"rationality of shape {params.shape}",
                "rationality",
                allowed=f"one number, ({players},) or ({games}, {players})",
            )
        )
    if not np.isfinite(params).all() or (params < 0).any():
        raise StandoffError(
            Problem(
                f"rationality of {params.min():g}",
                "rationality",
                allowed="finite, at least 0",
                fix="for the limit, use `nash`",
            )
        )
    return np.broadcast_to(params, (games, players))


def uniform_strategies(sizes: Sequence[int], games: int) -> tuple[Floats, ...]:
    """Uniform shares."""
    return tuple(np.full((games, size), 1 / size) for size in sizes)


def logit(payoffs: Floats, rate: Floats) -> Floats:
    """Logit response (game, strategy) to payoffs (game, strategy) at rates (game,)."""
    odds = rate[:, None] * (payoffs - payoffs.max(axis=1, keepdims=True))
    weights = np.exp(odds)
    return weights / weights.sum(axis=1, keepdims=True)


def regret(game: Payoffs | Pairwise, shares: Shares) -> Floats:
    """Largest gain of a player from another strategy, (game, player); 0 at a Nash equilibrium."""
    return np.stack(
        [u.max(axis=1) - (u * p).sum(axis=1) for u, p in zip(game.expected(shares), shares, strict=True)],
        axis=1,
    )


def contracts(game: Payoffs | Pairwise, rationality: Floats) -> NDArray[np.bool_]:
    """(game,) whether logit responses contract, so that the equilibrium is unique.

    A change `d` of utilities changes a logit response by p(o) * (d(o) - mean of d under p) per unit of rationality, to
    first order. Half the sum of the absolute changes, the total variation, is at most (max d - min d) / 4. When only
    player j changes, by a total variation of t, the difference of two utilities of i changes by at most influence_ij *
    t, and so does max d - min d. Along the segment between two profiles these add up over j: distances after a response
    are at most C times the distances before, C_ij = rationality_i * influence_ij / 4. C has no negative entry, so that
    responses contract, in a maximum norm with weights, where its spectral radius is below 1; the row sums of C^64 bound
    its 64th power. Smaller rationality makes C smaller, so that the whole branch from 0 is the only one.
    """
    c = rationality[:, :, None] * game.influence() / 4
    with np.errstate(over="ignore", invalid="ignore"):  # an overflow fails the test
        for _ in range(6):
            c = c @ c
    return c.sum(axis=2).max(axis=1) < 1
