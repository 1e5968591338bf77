"""Polymatrix games (pairwise payoffs) in blocks, and their logit equilibria.

    U_i(o; q) = base_i(o) + sum over others j of sum_k pair_ij(o, k) * q_j(k)

Every number of a game is an array over games, so that the same code solves one game or a block; players and options are
Python lists, and each player may have its own number of options. `logit_response` solves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

from standoff.games.information import Info, MoveOrder, Strategies

Rows: TypeAlias = list[list[Array]]  #: [player][option] -> (game,)
Available: TypeAlias = Sequence[Sequence[Array] | None]  #: [player][option] -> (game,) bool; None: all its options
Pairs: TypeAlias = Mapping[tuple[int, int], Sequence[Sequence[Array]]]  #: (player, other) -> [option][other's option]


@dataclass(frozen=True)
class Game:
    """A block of games.

    base: payoffs that do not depend on others, utility
    pairs: payoffs that do
    rationality: of each player, not below 0
    moves: observation structure; simultaneous moves by default
    available: options that each player may choose; None: all of them. A deciding player has at least one
    """

    base: Rows
    pairs: Pairs
    rationality: Sequence[Array]
    moves: MoveOrder
    available: Available | None = None

    @classmethod
    def of(cls, base: Rows, pairs: Pairs, rationality: Sequence[Array], moves: MoveOrder | None = None) -> Game:
        """A simultaneous game, unless `moves` gives an observation structure."""
        return cls(base, pairs, rationality, moves or MoveOrder(tuple(len(options) for options in base)))

    def options_of(self, player: int) -> Sequence[Array] | None:
        """Whether each option of a player is available, or None where all are."""
        return None if self.available is None else self.available[player]

    def expectation(self, q: Strategies, player: int, other: int, info: Info, option: int) -> list[Array]:
        """Probabilities of another's options that a player with `info` and `option` expects."""
        moves = self.moves
        known = dict(zip(moves.observes[player], info, strict=True)) | {player: option}
        relevant = {j: k for j, k in known.items() if j == other or j in moves.observes[other]}
        return moves.marginal(q, other, relevant)

    def utility(self, q: Strategies, player: int, info: Info = ()) -> list[Array]:
        """Utility of every option of a player who knows `info`, against the strategies `q`."""
        out = list(self.base[player])
        for (i, other), table in self.pairs.items():
            if i != player:
                continue
            for o, gains in enumerate(table):
                shares = self.expectation(q, player, other, info, o)
                out[o] = out[o] + total(gain * share for gain, share in zip(gains, shares, strict=True))
        return out


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Equilibrium:
    """Logit equilibria of a block of games.

    `strategies` are the logit responses to `expected`; `residual` (game,) is their largest difference, and `converged`
    (game,) says that it is below the tolerance. `unique` (game,): there is no other equilibrium. `left_branch` (game,):
    the principal branch could not be followed to the end, and the solution may lie on another.
    """

    strategies: Strategies
    expected: Strategies
    residual: Array
    converged: Array
    unique: Array
    left_branch: Array
    iterations: Array


def players_considered(pairs: Iterable[tuple[int, int]], moves: MoveOrder) -> list[int]:
    """Players whose probabilities matter: those in payoffs, and those whom these observe."""
    relevant = {j for _, j in pairs}
    return sorted(relevant.union(*(moves.observes[j] for j in relevant)))


def total(values: Iterable[Any]) -> Array:
    """Sum of one or more arrays."""
    return reduce(jnp.add, values)
