"""Logit quantal response of a game with pairwise payoffs, by fixed point, for many games at once.

    p_i(o) = exp(rationality_i * U_i(o; q)) / sum_o' exp(rationality_i * U_i(o'; q))
    U_i(o; q) = base_i(o) + sum over pairs (i, j) of sum_k pair_ij(o, k) * q_j(k)

and q = p at the equilibrium (McKelvey and Palfrey 1995). The games lie along the trailing axis, so that the same lines
solve one or a block of them. Each game stops on its own criterion, and what it returns does not depend on its
neighbours. Anderson's acceleration comes first; a game that it leaves unsettled starts afresh with damped steps.
Both find *a* fixed point: where rationality is high there may be several, and it need not be on the principal branch;
every game reports its residual and whether it converged.

Sources: mckelvey_palfrey1995 (equilibrium), turocy2005 (principal branch, which this solver does not trace),
walker_ni2011 (acceleration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Array: TypeAlias = jax.Array

ACCELERATED = 25  # assumption: what contracts needs about 6
MAX_ITERATIONS = 400  # assumption: well-behaved games take 5 to 30
SHRINKING = 0.9  # assumption: a residual that falls by less than a tenth is taken for cycling
SMALLEST_STEP = 0.02  # a step of 0.02 needs about 350 iterations to shrink a residual a thousandfold


@dataclass(frozen=True)
class Equilibrium:
    """What the solver found.

    `probabilities` (player, option, game) are the logit responses to `expected` (player, option, game);
    `residual` (game,) is their largest difference, and `converged` (game,) says that it is below the tolerance.
    """

    probabilities: Array
    expected: Array
    utilities: Array  #: (player, option, game), payoff of each option against `expected`
    residual: Array
    converged: Array
    iterations: Array


jax.tree_util.register_dataclass(
    Equilibrium,
    data_fields=["probabilities", "expected", "utilities", "residual", "converged", "iterations"],
    meta_fields=[],
)


def expected_utility(base: Array, pairs: Array, who: Sequence[tuple[int, int]], q: Array) -> Array:
    """U (player, option, game): `pairs` (pair, option, option, game) holds payoffs of `who[n] = (player, other)`."""
    rows = list(base)
    for n, (player, other) in enumerate(who):
        gain = pairs[n, :, 0] * q[other, 0]
        for k in range(1, q.shape[1]):
            gain = gain + pairs[n, :, k] * q[other, k]
        rows[player] = rows[player] + gain
    return jnp.stack(rows)


def respond(utilities: Array, rationality: Array, exists: Array) -> Array:
    """Logit response (player, option, game) to utilities; options that a player lacks (`exists` False) get 0."""
    logits = jnp.where(exists, rationality[:, None] * utilities, -jnp.inf)
    logits = logits - logits.max(axis=1, keepdims=True)
    weights = jnp.where(exists, jnp.exp(logits), 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def solve(
    base: Array,
    pairs: Array,
    who: Sequence[tuple[int, int]],
    rationality: Array,
    exists: Array,
    fixed: Array,
    held: Array,
    tolerance: float,
) -> Equilibrium:
    """Solve a block of games.

    base: (player, option, game) payoffs that do not depend on others, utility
    pairs: (pair, option, option of the other, game) payoffs that do; `who` names player and other of each pair
    rationality: (player, game), not below 0
    exists: (player, option, 1) bool, for players with fewer options than the widest
    fixed: (player, 1, 1) bool: players who do not decide now; they stay at `held` (player, option, game)
    tolerance: largest difference between `probabilities` and `expected` that counts as converged
    """
    games = base.shape[-1]
    centroid = jnp.broadcast_to(exists / exists.sum(axis=1, keepdims=True), base.shape).astype(base.dtype)
    q = jnp.where(fixed, held, centroid)
    count = jnp.asarray(0)
    if who:
        q, count = _iterate(base, pairs, who, rationality, exists, fixed, held, tolerance, q)
    # players whom nobody's payoff names answer at once
    silent = np.array([p not in {i for pair in who for i in pair} for p in range(base.shape[0])])[:, None, None]
    utilities = expected_utility(base, pairs, who, q)
    p = jnp.where(fixed, held, respond(utilities, rationality, exists))
    q = jnp.where(silent, p, q)
    residual = jnp.broadcast_to(jnp.abs(p - q).max(axis=(0, 1)), (games,))
    return Equilibrium(p, q, utilities, residual, residual <= tolerance, count)


def _iterate(
    base: Array, pairs: Array, who: Sequence[tuple[int, int]], rationality: Array, exists: Array, fixed: Array,
    held: Array, tolerance: float, start: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Iterate the players that `who` names, accelerated first, then damped where that did not settle."""
    full, named = start, sorted({player for pair in who for player in pair})
    rows = np.array(named)
    inner = [(named.index(i), named.index(j)) for i, j in who]
    base, rationality, exists, fixed, held, start = (x[rows] for x in (base, rationality, exists, fixed, held, start))

    def response(q: Array) -> Array:
        return jnp.where(fixed, held, respond(expected_utility(base, pairs, inner, q), rationality, exists))

    found, residual, quick = _accelerated(response, start, exists, tolerance)
    settled = residual <= tolerance
    found, slow = _damped(response, jnp.where(settled, found, start), tolerance)
    return full.at[rows].set(found), quick + slow


def _accelerated(
    response: Callable[[Array], Array], start: Array, exists: Array, tolerance: float
) -> tuple[Array, Array, Array]:
    """Anderson's acceleration over the last three points (Anderson 1965; Walker and Ni 2011, type II, depth 2).

    Where responses contract it takes 4 to 6 steps; nothing is promised where they do not.
    """

    def unfinished(carry: tuple[Array, ...]) -> Array:
        return (carry[-1] < ACCELERATED) & jnp.any(jnp.abs(carry[3]).max(axis=(0, 1)) > tolerance)

    def dot(a: Array, b: Array) -> Array:
        return (a * b).sum(axis=(0, 1))

    def step(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        q, before, older, r, r_before, r_older, count = carry
        near, far = r - r_before, r - r_older
        aa, ab, bb, ar, br = dot(near, near), dot(near, far), dot(far, far), dot(near, r), dot(far, r)
        det, tiny = aa * bb - ab * ab, jnp.finfo(q.dtype).tiny
        apart = det > 1e-6 * aa * bb + tiny  # assumption: closer to parallel, one difference says all that two say
        safe = jnp.where(apart, det, 1.0)
        by_near = jnp.where(apart, (bb * ar - ab * br) / safe, ar / (aa + tiny))
        by_far = jnp.where(apart, (aa * br - ab * ar) / safe, 0.0)
        new = q + r - by_near * (q - before + near) - by_far * (q - older + far)
        new = jnp.where(exists, jnp.clip(new, 0.0, 1.0), 0.0)
        new = new / jnp.maximum(new.sum(axis=1, keepdims=True), tiny)
        new = jnp.where(jnp.abs(r).max(axis=(0, 1)) > tolerance, new, q)  # a finished game stays as it is
        return new, q, before, response(new) - new, r, r_before, count + 1

    second = response(start)
    r_first = second - start
    third = response(second)
    r_second = third - second
    first = (third, second, start, response(third) - third, r_second, r_first, jnp.asarray(2))
    found, _, _, missing, _, _, count = lax.while_loop(unfinished, step, first)
    return found, jnp.abs(missing).max(axis=(0, 1)), count


def _damped(response: Callable[[Array], Array], start: Array, tolerance: float) -> tuple[Array, Array]:
    """Plain iteration; the step of a game halves whenever its residual stops shrinking."""

    def unfinished(carry: tuple[Array, Array, Array, Array, Array]) -> Array:
        _, _, residual, _, count = carry
        return (count < MAX_ITERATIONS) & jnp.any(residual > tolerance)

    def iterate(carry: tuple[Array, Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array, Array]:
        q, p, before, step, count = carry
        q = jnp.where(before > tolerance, q + step * (p - q), q)
        p = response(q)
        residual = jnp.abs(p - q).max(axis=(0, 1))
        step = jnp.where(residual > SHRINKING * before, jnp.maximum(step / 2, SMALLEST_STEP), step)
        return q, p, residual, step, count + 1

    p = response(start)
    residual = jnp.abs(p - start).max(axis=(0, 1))
    first = (start, p, residual, jnp.ones_like(residual), jnp.asarray(0))
    found, _, _, _, count = lax.while_loop(unfinished, iterate, first)
    return found, count
