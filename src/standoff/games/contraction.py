"""Bound on the mutual influence of players that proves uniqueness of an equilibrium.

When utilities change by `d`, a logit response changes by p(o) * (d(o) - mean of d under p) per unit of rationality, to
first order. Half the sum of the absolute changes is the distance in total variation; it is at most (max d - min d) / 4.
When only player j changes its strategy, by a distance t in total variation, the difference of two utilities of i
changes by at most influence_ij * t. Distances add up along the segment between two profiles, so that distances after a
response are at most C times those before it, with

    C_ij = rationality_i * influence_ij / 4

for players who decide. C has no negative entry: where its spectral radius is below 1, responses contract in a weighted
maximum norm, and there is exactly one equilibrium. The largest row sum of C^4 bounds the fourth power of the radius.

An agent whose reaction is expected after one option changes the payoff of that option alone, by at most the range of what
its options add. Where unknown reasons persist, the expectation may move further than the strategy: the bound then says which
games are tried as contracting, and `logit_response` calls a circle of such reactions not proved unique.

A player who observes others counts as one agent for each combination of options that it may observe, and t is the
largest distance by which one of its agents moves. The expectation of i about j changes with j and with the players
observed by j, unless i observes these too, and by at most t. (Let the choices of a date be drawn one after the other:
two sequences agree unless the player that changed draws differently, which has probability t.) Where j observes i,
another agent of j answers each option of i; these agents may change in different directions, so that their ranges add
up.

Sources: mckelvey_palfrey1995 (one equilibrium where rationality is low); the bound is the derivation above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import jax.numpy as jnp
from jax import Array

from standoff.games.polymatrix import Foreseen, Game, ReactionMixture, total

POWER = 4  # a higher one is closer to the radius where players differ much, and costs as much again


def bound(game: Game, fixed: Sequence[Array], players: Sequence[int]) -> Array:
    """(game,) upper bound of the spectral radius of C among `players` who expect others.

    fixed: bool for each player of the game, whether it does not decide now
    """
    like = game.base[players[0]][0]
    sways = [{j: most for j in players if j != i and (most := influence(game, i, j)) is not None} for i in players]
    sums = {j: jnp.ones_like(like) for j in players}
    for _ in range(POWER):
        free = {i: jnp.where(fixed[i], 0.0, moves) for i, moves in sums.items()}
        sums = {
            i: jnp.where(fixed[i], 0.0, game.rationality[i] / 4)
            * (
                total([most * free[j] for j, most in row.items()] or [jnp.zeros_like(like)])
                + _by_reactions(game, i, free)
            )
            for i, row in zip(players, sways, strict=True)
        }
    return reduce(jnp.maximum, sums.values()) ** (1 / POWER)


def _by_reactions(game: Game, i: int, moves: Mapping[int, Array]) -> Array:
    """(game,) largest change of a utility difference of `i` by agents that move so far."""
    changes = [jnp.zeros_like(next(iter(moves.values())))] * len(game.base[i])
    for (me, expected), table in zip(game.reactions.expected, game.reactions.gains, strict=True):
        for o, (node, gains) in enumerate(zip(expected, table, strict=True)) if me == i else ():
            changes[o] = changes[o] + _range(gains) * _movement(node, moves)
    return _largest([a + b for n, a in enumerate(changes) for b in changes[:n]], [changes])


def _movement(node: Foreseen, moves: Mapping[int, Array]) -> Array:
    """(game,) largest change of what is expected of a reaction, in total variation."""
    if isinstance(node, ReactionMixture):
        return _movement(node.over, moves) + reduce(jnp.maximum, [_movement(part, moves) for part in node.parts])
    still = jnp.zeros_like(next(iter(moves.values())))
    return reduce(jnp.maximum, [moves.get(agent, still) for agent in node.agents], still)


def influence(game: Game, i: int, other: int) -> Array | None:
    """(game,) largest effect of a switch of `other` on a utility difference of `i`, or None."""
    sees, parts = game.moves.observes, []
    if other in sees[i]:  # whose option is then known
        return None
    for (me, j), table in game.pairs.items():
        if me == i and j not in sees[i] and (other == j or other in sees[j]):
            parts.append(_row_range(table) if i in sees[j] else _together(table))
    return reduce(jnp.add, parts) if parts else None


def _together(table: Sequence[Sequence[Array]]) -> Array:
    """Largest range of the difference of two rows."""
    return _largest(
        [_range([x - y for x, y in zip(a, b, strict=True)]) for n, a in enumerate(table) for b in table[:n]], table
    )


def _row_range(table: Sequence[Sequence[Array]]) -> Array:
    """Largest sum of the ranges of two rows."""
    ranges = [_range(gains) for gains in table]
    return _largest([a + b for n, a in enumerate(ranges) for b in ranges[:n]], table)


def _largest(values: Sequence[Array], table: Sequence[Sequence[Array]]) -> Array:
    return reduce(jnp.maximum, values, jnp.zeros_like(table[0][0]))


def _range(values: Sequence[Array]) -> Array:
    return reduce(jnp.maximum, values) - reduce(jnp.minimum, values)
