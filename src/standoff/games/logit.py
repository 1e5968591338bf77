"""Logit quantal response of a game with pairwise payoffs, by fixed point, for many games at once.

    p_i(o) = exp(rationality_i * U_i(o; q)) / sum_o' exp(rationality_i * U_i(o'; q))
    U_i(o; q) = base_i(o) + sum over others j of sum_k pair_ij(o, k) * q_j(k)

and q = p at the equilibrium (McKelvey and Palfrey 1995). A number of a game is an array over games, so that the same
lines solve one or a block of them; players and options are Python lists, and each may have its own number of options.
Each game stops on its own criterion, and what it returns does not depend on its neighbours. Anderson's acceleration
comes first; a game that it leaves unsettled starts afresh with damped steps. Both find *a* fixed point: where
rationality is high there may be several, and it need not be on the principal branch; every game reports its residual
and whether it converged.

Sources: mckelvey_palfrey1995 (equilibrium), turocy2005 (principal branch, which this solver does not trace),
walker_ni2011 (acceleration).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

Array: TypeAlias = jax.Array
Rows: TypeAlias = list[list[Array]]  #: [player][option] -> (game,)
Pairs: TypeAlias = Mapping[tuple[int, int], Sequence[Sequence[Array]]]  #: (player, other) -> [option][other's option]

ACCELERATED = 25  # assumption: what contracts needs about 6
MAX_ITERATIONS = 400  # assumption: well-behaved games take 5 to 30
SHRINKING = 0.9  # assumption: a residual that falls by less than a tenth is taken for cycling
SMALLEST_STEP = 0.02  # a step of 0.02 needs about 350 iterations to shrink a residual a thousandfold


@dataclass(frozen=True)
class Equilibrium:
    """What the solver found.

    `probabilities` are the logit responses to `expected`; `residual` (game,) is their largest difference, and
    `converged` (game,) says that it is below the tolerance.
    """

    probabilities: Rows
    expected: Rows
    residual: Array
    converged: Array
    iterations: Array


jax.tree_util.register_dataclass(
    Equilibrium,
    data_fields=["probabilities", "expected", "residual", "converged", "iterations"],
    meta_fields=[],
)


def expected_utility(base: Rows, pairs: Pairs, q: Rows) -> Rows:
    """U of every option against the others' probabilities `q`."""
    out = [list(options) for options in base]
    for (player, other), table in pairs.items():
        for o, gains in enumerate(table):
            out[player][o] = out[player][o] + _sum(gain * share for gain, share in zip(gains, q[other], strict=True))
    return out


def respond(utilities: Sequence[Array], rationality: Array) -> list[Array]:
    """Logit response of one player to the utilities of its options."""
    logits = [rationality * utility for utility in utilities]
    top = reduce(jnp.maximum, logits)
    weights = [jnp.exp(logit - top) for logit in logits]
    total = _sum(weights)
    return [weight / total for weight in weights]


def solve(
    base: Rows, pairs: Pairs, rationality: Sequence[Array], fixed: Sequence[Array], held: Rows, tolerance: float
) -> Equilibrium:
    """Solve a block of games.

    base: payoffs that do not depend on others, utility
    pairs: payoffs that do
    rationality: of each player, not below 0
    fixed: bool for each player: one who does not decide now stays at its `held`
    tolerance: largest difference between `probabilities` and `expected` that counts as converged
    """

    def response(q: Rows, players: Sequence[int]) -> Rows:
        utilities = expected_utility(base, pairs, q)
        return [
            [jnp.where(fixed[i], stay, p) for stay, p in zip(held[i], respond(utilities[i], rationality[i]), strict=True)]
            for i in players
        ]

    everyone = range(len(base))
    named = sorted({player for pair in pairs for player in pair})
    q = [[jnp.where(fixed[i], stay, jnp.full_like(stay, 1 / len(held[i]))) for stay in held[i]] for i in everyone]
    count = jnp.asarray(0)
    if named:  # players whom nobody's payoff names answer at once

        def among(inner: Rows) -> Rows:
            whole = list(q)
            for player, options in zip(named, inner, strict=True):
                whole[player] = options
            return response(whole, named)

        found, count = _fixed_point(among, [q[i] for i in named], tolerance)
        q = [found[named.index(i)] if i in named else q[i] for i in everyone]
    p = response(q, everyone)
    q = [q[i] if i in named else p[i] for i in everyone]
    residual = _largest(_minus(p, q))
    return Equilibrium(p, q, residual, residual <= tolerance, count)


def _fixed_point(response: Callable[[Rows], Rows], start: Rows, tolerance: float) -> tuple[Rows, Array]:
    found, residual, quick = _accelerated(response, start, tolerance)
    settled = residual <= tolerance
    again = jax.tree.map(lambda a, b: jnp.where(settled, a, b), found, start)
    found, slow = _damped(response, again, tolerance)
    return found, quick + slow


def _accelerated(response: Callable[[Rows], Rows], start: Rows, tolerance: float) -> tuple[Rows, Array, Array]:
    """Anderson's acceleration over the last three points (type II, depth 2).

    Where responses contract it takes 4 to 6 steps; nothing is promised where they do not.
    """

    def unfinished(carry: tuple[Any, ...]) -> Array:
        return (carry[-1] < ACCELERATED) & jnp.any(_largest(carry[3]) > tolerance)

    def step(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        q, before, older, r, r_before, r_older, count = carry
        near, far = _minus(r, r_before), _minus(r, r_older)
        aa, ab, bb, ar, br = _dot(near, near), _dot(near, far), _dot(far, far), _dot(near, r), _dot(far, r)
        det, tiny = aa * bb - ab * ab, jnp.finfo(aa.dtype).tiny
        apart = det > 1e-6 * aa * bb + tiny  # assumption: closer to parallel, one difference says all that two say
        safe = jnp.where(apart, det, 1.0)
        by_near = jnp.where(apart, (bb * ar - ab * br) / safe, ar / (aa + tiny))
        by_far = jnp.where(apart, (aa * br - ab * ar) / safe, 0.0)
        open_ = _largest(r) > tolerance  # a finished game stays as it is

        def moved(q: Array, before: Array, older: Array, r: Array, near: Array, far: Array) -> Array:
            return jnp.clip(q + r - by_near * (q - before + near) - by_far * (q - older + far), 0.0, 1.0)

        new = jax.tree.map(moved, q, before, older, r, near, far)
        new = [[jnp.where(open_, p / jnp.maximum(_sum(options), tiny), stay)
                for p, stay in zip(options, stays, strict=True)] for options, stays in zip(new, q, strict=True)]  # fmt: skip
        return new, q, before, _minus(response(new), new), r, r_before, count + 1

    second = response(start)
    third = response(second)
    first = (third, second, start, _minus(response(third), third), _minus(third, second), _minus(second, start),
             jnp.asarray(2))  # fmt: skip
    found, _, _, missing, _, _, count = lax.while_loop(unfinished, step, first)
    return found, _largest(missing), count


def _damped(response: Callable[[Rows], Rows], start: Rows, tolerance: float) -> tuple[Rows, Array]:
    """Plain iteration; the step of a game halves whenever its residual stops shrinking."""

    def unfinished(carry: tuple[Any, ...]) -> Array:
        return (carry[-1] < MAX_ITERATIONS) & jnp.any(carry[2] > tolerance)

    def iterate(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        q, p, before, step, count = carry
        q = jax.tree.map(lambda q, p: jnp.where(before > tolerance, q + step * (p - q), q), q, p)
        p = response(q)
        residual = _largest(_minus(p, q))
        step = jnp.where(residual > SHRINKING * before, jnp.maximum(step / 2, SMALLEST_STEP), step)
        return q, p, residual, step, count + 1

    p = response(start)
    residual = _largest(_minus(p, start))
    found, _, _, _, count = lax.while_loop(
        unfinished, iterate, (start, p, residual, jnp.ones_like(residual), jnp.asarray(0))
    )
    return found, count


# Sums and maxima are written out over players and options: a compiler melts them into one pass over the games, where a
# reduction along a leading axis runs element by element.


def _sum(values: Any) -> Array:
    total: Array = reduce(jnp.add, values)
    return total


def _minus(p: Rows, q: Rows) -> Rows:
    return jax.tree.map(jnp.subtract, p, q)


def _dot(p: Rows, q: Rows) -> Array:
    return _sum(jax.tree.leaves(jax.tree.map(jnp.multiply, p, q)))


def _largest(p: Rows) -> Array:
    largest: Array = reduce(jnp.maximum, (jnp.abs(value) for value in jax.tree.leaves(p)))
    return largest
