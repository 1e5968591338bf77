"""Logit quantal response of a game with pairwise payoffs, by fixed point, for many games at once.

    p_i(o) = exp(rationality_i * U_i(o; q)) / sum_o' exp(rationality_i * U_i(o'; q))
    U_i(o; q) = base_i(o) + sum over others j of sum_k pair_ij(o, k) * q_j(k)

and q = p at the equilibrium (McKelvey and Palfrey 1995). A player who sees the moves of others responds to each of them
(`moves`); who is seen reckons with that, for q_j(k) is then the probability given what i knows and does (McKelvey and
Palfrey 1998).

A number of a game is an array over games, so that the same lines solve one or a block of them; players and options are
Python lists, and each may have its own number of options. Each game stops on its own criterion, and what it returns does
not depend on its neighbours. Anderson's acceleration comes first; a game that it leaves unsettled starts afresh with
damped steps. Both find *a* fixed point: where rationality is high there may be several, and it need not be on the
principal branch; every game reports its residual and whether it converged.

Sources: mckelvey_palfrey1995, mckelvey_palfrey1998 (equilibrium), turocy2005 (principal branch, which this solver does
not trace), walker_ni2011 (acceleration).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff.games.moves import Info, Moves, Strategies, Strategy

Array: TypeAlias = jax.Array
Rows: TypeAlias = list[list[Array]]  #: [player][option] -> (game,)
Pairs: TypeAlias = Mapping[tuple[int, int], Sequence[Sequence[Array]]]  #: (player, other) -> [option][other's option]

ACCELERATED = 25  # assumption: what contracts needs about 6
MAX_ITERATIONS = 400  # assumption: well-behaved games take 5 to 30
SHRINKING = 0.9  # assumption: a residual that falls by less than a tenth is taken for cycling
SMALLEST_STEP = 0.02  # a step of 0.02 needs about 350 iterations to shrink a residual a thousandfold


@dataclass(frozen=True)
class Game:
    """A block of games.

    base: payoffs that do not depend on others, utility
    pairs: payoffs that do
    rationality: of each player, not below 0
    moves: who sees whom; nobody anybody, if left out
    """

    base: Rows
    pairs: Pairs
    rationality: Sequence[Array]
    moves: Moves

    @classmethod
    def of(cls, base: Rows, pairs: Pairs, rationality: Sequence[Array], moves: Moves | None = None) -> Game:
        """A game in which all move at once, unless `moves` says otherwise."""
        return cls(base, pairs, rationality, moves or Moves(tuple(len(options) for options in base)))

    def expectation(self, q: Strategies, player: int, other: int, info: Info, option: int) -> list[Array]:
        """Probabilities of another's options as a player who knows `info` and takes `option` must expect them."""
        moves = self.moves
        known = dict(zip(moves.sees[player], info, strict=True)) | {player: option}
        relevant = {j: k for j, k in known.items() if j == other or j in moves.sees[other]}
        return moves.marginal(q, other, relevant)

    def utility(self, q: Strategies, player: int, info: Info = ()) -> list[Array]:
        """U of every option of a player who knows `info`, against the strategies `q` of the others."""
        out = list(self.base[player])
        for (i, other), table in self.pairs.items():
            if i != player:
                continue
            for o, gains in enumerate(table):
                shares = self.expectation(q, player, other, info, o)
                out[o] = out[o] + _sum(gain * share for gain, share in zip(gains, shares, strict=True))
        return out


@dataclass(frozen=True)
class Equilibrium:
    """What the solver found.

    `strategies` are the logit responses to `expected`; `residual` (game,) is their largest difference, and `converged`
    (game,) says that it is below the tolerance.
    """

    strategies: Strategies
    expected: Strategies
    residual: Array
    converged: Array
    iterations: Array


jax.tree_util.register_dataclass(
    Equilibrium,
    data_fields=["strategies", "expected", "residual", "converged", "iterations"],
    meta_fields=[],
)


def respond(utilities: Sequence[Array], rationality: Array) -> list[Array]:
    """Logit response of one player to the utilities of its options."""
    logits = [rationality * utility for utility in utilities]
    top = reduce(jnp.maximum, logits)
    weights = [jnp.exp(logit - top) for logit in logits]
    total = _sum(weights)
    return [weight / total for weight in weights]


def even(game: Game, fixed: Sequence[Array], held: Rows) -> Strategies:
    """Everybody who decides picks at random; who does not stays at its `held`."""
    moves = game.moves
    return [
        {info: [jnp.where(fixed[i], stay, jnp.full_like(stay, 1 / len(held[i]))) for stay in held[i]]
         for info in moves.infos(i)}
        for i in range(len(held))
    ]  # fmt: skip


def responses(
    game: Game, q: Strategies, fixed: Sequence[Array], held: Rows, players: Iterable[int] | None = None
) -> list[Strategy]:
    """Logit responses of `players` (all, if not named) to what the others do in `q`."""

    def one(i: int, info: Info) -> list[Array]:
        free = respond(game.utility(q, i, info), game.rationality[i])
        return [jnp.where(fixed[i], stay, p) for stay, p in zip(held[i], free, strict=True)]

    return [{info: one(i, info) for info in game.moves.infos(i)}
            for i in (range(len(held)) if players is None else players)]  # fmt: skip


def solve(game: Game, fixed: Sequence[Array], held: Rows, tolerance: float) -> Equilibrium:
    """Solve a block of games.

    fixed: bool for each player: one who does not decide now stays at its `held`
    tolerance: largest difference between `strategies` and `expected` that counts as converged
    """
    named = _named(game)
    q, count = even(game, fixed, held), jnp.asarray(0)
    if named:  # players whom nobody's payoff names answer at once
        rows = [(i, info) for i in named for info in game.moves.infos(i)]
        sizes = [len(held[i]) for i, _ in rows]

        def among(stacked: Array) -> Array:
            answered = dict(zip(named, responses(game, _placed(q, rows, stacked), fixed, held, named), strict=True))
            return jnp.stack([p for i, info in rows for p in answered[i][info]])

        start = jnp.stack([share for i, info in rows for share in q[i][info]])
        found, count = _fixed_point(among, start, sizes, tolerance)
        q = _placed(q, rows, found)
    p = responses(game, q, fixed, held)
    q = [q[i] if i in named else p[i] for i in range(len(held))]
    residual = reduce(jnp.maximum, jax.tree.leaves(jax.tree.map(lambda x, y: jnp.abs(x - y), p, q)))
    return Equilibrium(p, q, residual, residual <= tolerance, count)


def _named(game: Game) -> list[int]:
    """Players whose probabilities somebody reckons with: those that payoffs name, and those whom these see."""
    named = {j for _, j in game.pairs}
    return sorted(named.union(*(game.moves.sees[j] for j in named)))


def _placed(q: Strategies, rows: Sequence[tuple[int, Info]], stacked: Array) -> Strategies:
    """`q` with the strategies of `rows` taken from a stack."""
    out, values = [dict(strategy) for strategy in q], iter(stacked)
    for i, info in rows:
        out[i][info] = [next(values) for _ in out[i][info]]
    return out


# Below, `q` is a stack (row, game): the options of each agent that is iterated, one after the other.


def _fixed_point(
    response: Callable[[Array], Array], start: Array, sizes: Sequence[int], tolerance: float
) -> tuple[Array, Array]:
    found, residual, quick = _accelerated(response, start, sizes, tolerance)
    found, slow = _damped(response, jnp.where(residual <= tolerance, found, start), tolerance)
    return found, quick + slow


def _accelerated(
    response: Callable[[Array], Array], start: Array, sizes: Sequence[int], tolerance: float
) -> tuple[Array, Array, Array]:
    """Anderson's acceleration over the last three points (type II, depth 2).

    Where responses contract it takes 4 to 6 steps; nothing is promised where they do not.
    """
    agent_of = np.repeat(np.arange(len(sizes)), sizes)

    def unfinished(carry: tuple[Any, ...]) -> Any:
        return (carry[-1] < ACCELERATED) & jnp.any(_largest(carry[3]) > tolerance)

    def step(carry: tuple[Any, ...]) -> Any:
        q, before, older, r, r_before, r_older, count = carry
        near, far = r - r_before, r - r_older
        aa, ab, bb, ar, br = (_dot(x, y) for x, y in ((near, near), (near, far), (far, far), (near, r), (far, r)))
        det, tiny = aa * bb - ab * ab, float(np.finfo(aa.dtype).tiny)
        apart = det > 1e-6 * aa * bb + tiny  # assumption: closer to parallel, one difference says all that two say
        safe = jnp.where(apart, det, 1.0)
        by_near = jnp.where(apart, (bb * ar - ab * br) / safe, ar / (aa + tiny))
        by_far = jnp.where(apart, (aa * br - ab * ar) / safe, 0.0)
        new = jnp.clip(q + r - by_near * (q - before + near) - by_far * (q - older + far), 0.0, 1.0)
        totals = [_sum(new[row] for row in np.flatnonzero(agent_of == i)) for i in range(len(sizes))]
        new = new / jnp.maximum(jnp.stack([totals[i] for i in agent_of]), tiny)
        new = jnp.where(_largest(r) > tolerance, new, q)  # a finished game stays as it is
        return new, q, before, response(new) - new, r, r_before, count + 1

    second = response(start)
    third = response(second)
    first = (third, second, start, response(third) - third, third - second, second - start, jnp.asarray(2))
    found, _, _, missing, _, _, count = lax.while_loop(unfinished, step, first)
    return found, _largest(missing), count


def _damped(response: Callable[[Array], Array], start: Array, tolerance: float) -> tuple[Array, Array]:
    """Plain iteration; the step of a game halves whenever its residual stops shrinking."""

    def unfinished(carry: tuple[Any, ...]) -> Any:
        return (carry[-1] < MAX_ITERATIONS) & jnp.any(carry[2] > tolerance)

    def iterate(carry: tuple[Any, ...]) -> Any:
        q, p, before, step, count = carry
        q = jnp.where(before > tolerance, q + step * (p - q), q)
        p = response(q)
        residual = _largest(p - q)
        step = jnp.where(residual > SHRINKING * before, jnp.maximum(step / 2, SMALLEST_STEP), step)
        return q, p, residual, step, count + 1

    p = response(start)
    residual = _largest(p - start)
    found, _, _, _, count = lax.while_loop(
        unfinished, iterate, (start, p, residual, jnp.ones_like(residual), jnp.asarray(0))
    )
    return found, count


# Sums and maxima are written out over rows: a compiler melts them into one pass over the games, where a reduction along a
# leading axis runs element by element.


def _sum(values: Any) -> Array:
    total: Array = reduce(jnp.add, values)
    return total


def _dot(p: Array, q: Array) -> Array:
    return _sum(x * y for x, y in zip(p, q, strict=True))


def _largest(p: Array) -> Array:
    largest: Array = reduce(jnp.maximum, [jnp.abs(row) for row in p])
    return largest
