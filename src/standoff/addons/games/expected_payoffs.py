"""Expected payoffs of strategies in blocks of games.

In a `GameBlock` the payoff of a player is a sum of tables over some of the players: one over all of them in `Payoffs`
(dense: every profile has its own payoff), own options and pairs in `Pairwise` (polymatrix games, of which no array grows
with the number of profiles). Games are along the first axis. `shares` are the probabilities of each player's
strategies, [player](game, strategy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from standoff.errors import StandoffError
from standoff.types import Floats

Shares: TypeAlias = Sequence[Floats]  #: [player](game, strategy)
Terms: TypeAlias = Mapping[tuple[int, ...], Any]  #: (player, others ...) -> table of a part of the player's payoff

MOST = 1e100  # assumption: no stated payoff is larger; products with rationality stay finite


@dataclass(frozen=True, eq=False)
class GameBlock:
    """Games of one shape."""

    sizes: tuple[int, ...]  #: number of strategies of each player
    terms: Terms  #: tables (game, own strategy, strategies of the others ...), utility

    def __post_init__(self) -> None:
        for table in self.terms.values():
            if not np.isfinite(table).all():
                raise StandoffError("a payoff that is not a number", "payoffs", allowed="finite numbers")

    @property
    def games(self) -> int:
        """Number of games."""
        return len(next(iter(self.terms.values())))

    def subset(self, games: np.ndarray) -> GameBlock:
        """The block of the games with these indices."""
        return GameBlock(self.sizes, {players: table[games] for players, table in self.terms.items()})

    @cached_property
    def last(self) -> Terms:
        """Tables with games last, which is faster."""
        return {players: np.ascontiguousarray(np.moveaxis(table, 0, -1)) for players, table in self.terms.items()}

    def scaled(self, weight: Floats) -> Terms:
        """Payoffs times `weight` (game, player), with games last."""
        return {players: table * weight[:, players[0]] for players, table in self.last.items()}

    def expected(self, shares: Shares) -> tuple[Floats, ...]:
        """Payoff of each strategy against the others' shares, [player](game, strategy)."""
        return tuple(row.T for row in utilities(self.last, [row.T for row in shares]))

    def spread(self) -> Floats:
        """(game, player) bound on the change of payoff by own choice; exact in a dense game."""
        out = np.zeros((self.games, len(self.sizes)))
        for (i, *_), table in self.last.items():
            out[:, i] += _widest(table, 0)
        return out

    def influence(self) -> Floats:
        """Largest effect of another's switch on own payoff differences, (game, player, other)."""
        out = np.zeros((self.games, len(self.sizes), len(self.sizes)))
        for (i, *others), table in self.last.items():
            for axis, j in enumerate(others):
                gains = [_widest(a - b, axis) for a, b in combinations(table, 2)]
                out[:, i, j] += np.max(gains, axis=0, initial=0.0)
        return out


class Payoffs(GameBlock):
    """Games with a payoff for every profile.

    table: (game, player, strategy of the first, ..., strategy of the last), utility
    """

    def __init__(self, table: Any) -> None:
        table = np.asarray(table, dtype=np.float64)
        sizes = table.shape[2:]
        if table.ndim < 3 or table.shape[1] != len(sizes) or 0 in sizes:
            raise StandoffError(
                f"payoffs of shape {table.shape}",
                "payoffs",
                allowed="(game, player, strategies of the first player, ..., of the last)",
                fix="give one game as `payoffs[None]`",
            )
        players = range(len(sizes))
        super().__init__(
            sizes, {(i, *(j for j in players if j != i)): np.moveaxis(table[:, i], 1 + i, 1) for i in players}
        )


class Pairwise(GameBlock):
    """Polymatrix games: U_i(o) = base_i(o) + sum over others j, k of pair_ij(o, k) * share_j(k).

    base: [player](game, strategy), without the contribution of others
    pairs: (player, other) -> (game, strategy, strategy of the other)
    """

    def __init__(self, base: Sequence[Any], pairs: Mapping[tuple[int, int], Any]) -> None:
        rows = [np.asarray(row, dtype=np.float64) for row in base]
        tables: dict[tuple[int, ...], Any] = {pair: np.asarray(table, np.float64) for pair, table in pairs.items()}
        if not rows or any(row.ndim != 2 or not row.shape[1] or len(row) != len(rows[0]) for row in rows):
            shapes = [row.shape for row in rows]
            raise StandoffError(f"base payoffs of shapes {shapes}", "base", allowed="(game, strategy) for each player")
        players = range(len(rows))
        for (i, j), table in tables.items():
            if i == j or i not in players or j not in players:
                raise StandoffError(
                    f"a pair of player {i} with player {j}",
                    "pairs",
                    allowed=f"two different players of 0 to {len(rows) - 1}",
                )
            if table.shape != (expected := (*rows[i].shape, rows[j].shape[1])):
                raise StandoffError(
                    f"payoffs of shape {table.shape}",
                    "pairs",
                    f"({i}, {j})",
                    allowed=f"{expected}: game, own strategy, the other's",
                )
        super().__init__(tuple(row.shape[1] for row in rows), {**{(i,): row for i, row in enumerate(rows)}, **tables})


def utilities(terms: Terms, shares: Sequence[Any]) -> list[Any]:
    """Payoff of each strategy, [player](strategy, game), against [player](strategy, game).

    terms: tables with games last, of NumPy or of JAX; sums over strategies are written out, which is faster
    """
    out: list[Any] = [0.0] * len(shares)
    for (i, *others), table in terms.items():
        for j in reversed(others):
            table = sum(table[..., k, :] * share for k, share in enumerate(shares[j]))
        out[i] = out[i] + table
    return out


def change(table: Any, others: Sequence[int], shares: Sequence[Any], by: Sequence[Any]) -> Any:
    """(strategy, game), to first order, where the shares of others change `by`.

    Halves of the others are summed out in turn, so that they share most of the work.
    """
    if len(others) < 2:
        return sum(table[:, k] * step for j in others for k, step in enumerate(by[j]))
    half, first, last = len(others) // 2, table, table
    for j in reversed(others[half:]):
        first = sum(first[..., k, :] * share for k, share in enumerate(shares[j]))
    for j in others[:half]:
        last = sum(last[:, k] * share for k, share in enumerate(shares[j]))
    return change(first, others[:half], shares, by) + change(last, others[half:], shares, by)


def _widest(table: Floats, axis: int) -> Floats:
    """(game,) largest range along an axis."""
    return np.ptp(table, axis=axis).reshape(-1, table.shape[-1]).max(axis=0)


def rates(rationality: Any, games: int, players: int) -> Floats:
    """Rationality (game, player), from one number, (player,) or (game, player)."""
    array = np.asarray(rationality, dtype=np.float64)
    if array.ndim > 2 or array.shape[-1:] not in {(), (players,)} or (array.ndim == 2 and len(array) not in {1, games}):
        raise StandoffError(
            f"rationality of shape {array.shape}",
            "rationality",
            allowed=f"one number, ({players},) or ({games}, {players})",
        )
    if not np.isfinite(array).all() or (array < 0).any():
        raise StandoffError(
            f"rationality of {array.min():g}",
            "rationality",
            allowed="finite, at least 0",
            fix="for the limit, use `nash`",
        )
    return np.broadcast_to(array, (games, players))


def regret(game: GameBlock, shares: Shares) -> Floats:
    """Largest gain of a player from another strategy, (game, player); 0 at a Nash equilibrium."""
    return np.stack(
        [u.max(axis=1) - (u * p).sum(axis=1) for u, p in zip(game.expected(shares), shares, strict=True)],
        axis=1,
    )


def contracts(game: GameBlock, rationality: Floats) -> np.ndarray:
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
