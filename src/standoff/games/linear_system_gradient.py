"""Implicit derivative of a logit equilibrium by one linear system for each game.

The solution q = R(q; x), with x the payoffs and rationalities, changes with x by

    (I - dR/dq) dq = dR/dx dx

which is one linear system per game. No iterations of the solver are stored, so the derivatives do not depend on the
method of solution. First derivatives are exact in forward and reverse mode; second derivatives are not available. Where
(I - dR/dq) is singular, at a fold of the branch, there is no derivative: such a game has `left_branch` or is not
`unique`.

Source: derivation (implicit function theorem); blondel2022 (for fixed points of programs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from standoff.games import logit_response, polymatrix
from standoff.games.information import Strategies


def solve(
    game: polymatrix.Game, fixed: Sequence[Array], held: polymatrix.Rows, tolerance: float
) -> polymatrix.Equilibrium:
    """As `logit_response.solve`, with derivatives by payoffs and rationalities."""
    still = jax.tree.map(jax.lax.stop_gradient, (game.base, dict(game.pairs), list(game.rationality), held))
    base, pairs, rationality, stays = still
    result = logit_response.solve(
        replace(game, base=base, pairs=pairs, rationality=rationality), fixed, stays, tolerance
    )
    reckoned = polymatrix.players_considered(game.pairs, game.moves)
    numbers = (game.base, dict(game.pairs), list(game.rationality), held)
    places = [(i, info) for i in reckoned for info in game.moves.information_sets(i)]
    expected: Strategies = [dict(strategy) for strategy in result.expected]

    def placed(rows: Array, numbers: Any) -> tuple[polymatrix.Game, Strategies]:
        base, pairs, rationality, options = numbers
        out, values = [dict(strategy) for strategy in logit_response.even(game, fixed, options)], iter(rows)
        for i, info in places:
            out[i][info] = [next(values) for _ in out[i][info]]
        return replace(game, base=base, pairs=pairs, rationality=rationality), out

    def response(rows: Array, numbers: Any) -> Array:
        played, q = placed(rows, numbers)
        answers = dict(zip(reckoned, logit_response.responses(played, q, fixed, numbers[3], reckoned), strict=True))
        return jnp.stack([p for i, info in places for p in answers[i][info]])

    if reckoned:
        rows = jnp.stack([share for i, info in places for share in expected[i][info]])
        rows = attach_gradient(response, jax.lax.stop_gradient(rows), numbers)
        _, expected = placed(rows, numbers)
    rest = [i for i in range(len(held)) if i not in reckoned]
    for i, strategy in zip(rest, logit_response.responses(game, expected, fixed, held, rest), strict=True):
        expected[i] = strategy
    answers = logit_response.responses(game, expected, fixed, held)
    return replace(result, strategies=answers, expected=expected)


def attach_gradient(response: Any, rows: Array, numbers: Any) -> Array:
    """`rows` (row, game), a fixed point of `response(rows, numbers)`, with its derivatives."""

    @jax.custom_jvp
    def same(rows: Array, numbers: Any) -> Array:
        return rows

    @same.defjvp
    def moved(primals: Any, tangents: Any) -> tuple[Array, Array]:
        (rows, numbers), (_, by) = primals, tangents
        _, push = jax.jvp(lambda x: response(rows, x), (numbers,), (by,))
        units = jnp.eye(rows.shape[0], dtype=rows.dtype)[..., None] + jnp.zeros_like(rows)
        slopes = jax.vmap(lambda unit: jax.jvp(lambda q: response(q, numbers), (rows,), (unit,))[1])(
            units
        )  # (by, row, game)
        system = jnp.eye(rows.shape[0], dtype=rows.dtype) - slopes.transpose(2, 1, 0)
        return rows, jnp.linalg.solve(system, push.T[..., None])[..., 0].T

    return same(rows, numbers)
