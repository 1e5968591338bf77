"""Logit quantal response of many games with pairwise payoffs at once, by fixed point.

    p_i(o) = exp(rationality_i * U_i(o; q)) / sum_o' exp(rationality_i * U_i(o'; q)), over available options o, o'
    U_i(o; q) = base_i(o) + sum over others j of sum_k pair_ij(o, k) * q_j(k)

and q = p at the equilibrium (McKelvey and Palfrey 1995). A player who observes the moves of others responds to each of
them (`moves`). An observed player takes this into account: q_j(k) is the probability given what i knows and does
(McKelvey and Palfrey 1998).

Every number of a game is an array over games, so that the same code solves one game or a block; players and options are
Python lists, and each player may have its own number of options. Each game stops on its own criterion, and its result
does not depend on the other games of the block. Where rationality is high there may be several equilibria; the solution
is the one on the principal branch, which starts at rationality 0. A game that is `proven` has no other (`contraction`).
Elsewhere the branch is followed as far as a fixed-point method can (`fixed_point`), and a game that had to leave it
reports `left_branch`. Every game reports its residual and whether it converged. `addons.games.equilibrium_audit`
follows the branch exactly.

Sources: mckelvey_palfrey1995, mckelvey_palfrey1998 (equilibrium), turocy2005 (principal branch).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from standoff.games import contraction, fixed_point
from standoff.games.information import Info, Strategies, Strategy
from standoff.games.polymatrix import Equilibrium, Game, Rows, total


def respond(utilities: Sequence[Array], rationality: Array, available: Sequence[Array] | None = None) -> list[Array]:
    """Logit response of one player to the utilities of its options.

    available: bool for each option, at least one of them true; the others have a probability of exactly 0
    """
    logits = [rationality * utility for utility in utilities]
    if available is not None:
        logits = [jnp.where(allowed, logit, -jnp.inf) for allowed, logit in zip(available, logits, strict=True)]
    top = reduce(jnp.maximum, logits)
    weights = [jnp.exp(logit - top) for logit in logits]
    scale = total(weights)
    return [weight / scale for weight in weights]


def even(game: Game, fixed: Sequence[Array], fixed_strategies: Rows) -> Strategies:
    """Uniform strategies of players who decide, over available options; others keep theirs."""

    def shares(i: int) -> Iterable[Array]:
        like, available = fixed_strategies[i], game.options_of(i)
        if available is None:
            return (jnp.full_like(stay, 1 / len(like)) for stay in like)
        weights = [jnp.zeros_like(stay) + allowed for stay, allowed in zip(like, available, strict=True)]
        return [weight / total(weights) for weight in weights]

    return [
        {
            info: [jnp.where(fixed[i], stay, share) for stay, share in zip(fixed_strategies[i], shares(i), strict=True)]
            for info in game.moves.information_sets(i)
        }
        for i in range(len(fixed_strategies))
    ]


def responses(
    game: Game, q: Strategies, fixed: Sequence[Array], fixed_strategies: Rows, players: Iterable[int] | None = None
) -> list[Strategy]:
    """Logit responses of `players` (default: all) to the strategies `q`."""

    def one(i: int, info: Info) -> list[Array]:
        free = respond(game.utility(q, i, info), game.rationality[i], game.options_of(i))
        return [jnp.where(fixed[i], stay, p) for stay, p in zip(fixed_strategies[i], free, strict=True)]

    return [
        {info: one(i, info) for info in game.moves.information_sets(i)}
        for i in (range(len(fixed_strategies)) if players is None else players)
    ]


def solve(game: Game, fixed: Sequence[Array], fixed_strategies: Rows, tolerance: float) -> Equilibrium:
    """Solve a block of games.

    Players whose probabilities matter are solved in stages (`Game.stages`): a fixed point, or one response of an agent that
    depends only on those before it.

    fixed: bool for each player: one who does not decide now keeps its option in `held`
    tolerance: largest difference between `strategies` and `expected` that counts as converged
    """
    q = even(game, fixed, fixed_strategies)
    nothing = jnp.zeros_like(fixed_strategies[0][0])
    p, bound, residual, jumped, count = [*q], nothing, nothing, nothing > 0, jnp.asarray(0)
    circles, stages = False, game.stages()
    for players in stages:
        if not game.depends_on_itself(players):
            for i, strategy in zip(players, responses(game, q, fixed, fixed_strategies, players), strict=True):
                p[i] = q[i] = strategy
            continue
        is_bent = bool(game.reactions.persistence or game.reactions.beliefs)
        circles |= is_bent and any(agent in players for agent, _ in game.reactions.agents)
        nearest = contraction.bound(game, fixed, players)
        unknowns, following = game.unknowns(players)
        rows = [(i, info) for i in unknowns for info in game.moves.information_sets(i)]
        solution = _fixed_point(game, q, unknowns, following, fixed, fixed_strategies, tolerance, nearest)
        p, q = _placed(p, rows, solution.p), _placed(q, rows, solution.q)
        for i in following:
            p[i] = q[i] = responses(game, q, fixed, fixed_strategies, [i])[0]
        bound, residual = jnp.maximum(bound, nearest), jnp.maximum(residual, solution.residual)
        jumped, count = jumped | solution.left_branch, count + solution.evaluations
    rest = [i for i in range(len(fixed_strategies)) if all(i not in stage for stage in stages)]  # nobody considers them
    for i, strategy in zip(rest, responses(game, q, fixed, fixed_strategies, rest), strict=True):
        p[i] = q[i] = strategy
    return Equilibrium(p, q, residual, residual <= tolerance, (bound < 1) & (not circles), jumped, count)


def _fixed_point(
    game: Game,
    q: Strategies,
    unknowns: Sequence[int],
    following: Sequence[int],
    fixed: Sequence[Array],
    fixed_strategies: Rows,
    tolerance: float,
    bound: Array,
) -> fixed_point.FixedPointResult:
    """Strategies of players that respond to one another, and to those `q` before them.

    The sign of the determinant by which a curve leads forward is that of the whole system: the part left out is triangular.
    """
    players, rows = [*unknowns, *following], [(i, info) for i in unknowns for info in game.moves.information_sets(i)]
    needed = game.needed_by(players) - {*players}

    def among(numbers: Any, stacked: Array, share: Any) -> Array:
        base, pairs, rationality, stays, now, available, reactions, known = numbers
        duller = Game(base, pairs, [share * rate for rate in rationality], game.moves, available, reactions)
        q = _placed([known.get(i, strategy) for i, strategy in enumerate(blank)], rows, stacked)
        for i in following:
            q[i] = responses(duller, q, stays, now, [i])[0]
        played = dict(zip(unknowns, responses(duller, q, stays, now, unknowns), strict=True))
        return jnp.stack([p for i, info in rows for p in played[i][info]])

    def only(values: Sequence[Any], other: Any) -> list[Any]:
        return [value if i in players else other for i, value in enumerate(values)]

    blank: Strategies = [
        {info: [jnp.zeros(())] * len(fixed_strategies[i]) for info in game.moves.information_sets(i)}
        for i in range(len(fixed_strategies))
    ]
    numbers = (
        only(game.base, []),
        {pair: table for pair, table in game.pairs.items() if pair[0] in players},
        only(game.rationality, 0.0),
        only(fixed, False),
        only(fixed_strategies, []),
        None if game.available is None else only(game.available, None),
        game.reactions,
        {i: q[i] for i in needed},
    )
    start = jnp.stack([share for i, info in rows for share in q[i][info]])
    sizes = [len(fixed_strategies[i]) for i, _ in rows]
    return fixed_point.with_implicit_gradient(
        among,
        lambda some, begun: fixed_point.follow(some, begun[0], sizes, tolerance, begun[1]),
        numbers,
        (start, bound),
    )


def _placed(q: Strategies, rows: Sequence[tuple[int, Info]], stacked: Array) -> Strategies:
    """`q` with the strategies of `rows` replaced by those of a stack."""
    out, values = [dict(strategy) for strategy in q], iter(stacked)
    for i, info in rows:
        out[i][info] = [next(values) for _ in out[i][info]]
    return out


def solve_with_slopes(game: Game, fixed: Sequence[Array], held: Rows, tolerance: float) -> Equilibrium:
    """As `solve`, with derivatives by payoffs and rationalities from one linear system a game.

    The solution q = R(q; x), with x the payoffs and rationalities, changes with x by (I - dR/dq) dq = dR/dx dx. No
    iterations of the solver are stored, so the derivatives do not depend on the method of solution. First ones are
    exact in forward and reverse mode; second ones are not available. Where (I - dR/dq) is singular, at a fold of the
    branch, there is no derivative: such a game has `left_branch` or is not `unique`.

    Source: derivation (implicit function theorem); blondel2022 (for fixed points of programs).
    """
    numbers = (game.base, dict(game.pairs), list(game.rationality), held, game.reactions)
    base, pairs, rationality, stays, reactions = jax.tree.map(jax.lax.stop_gradient, numbers)
    still = replace(game, base=base, pairs=pairs, rationality=rationality, reactions=reactions)
    equilibrium, reckoned = solve(still, fixed, stays, tolerance), game.considered()
    places = [(i, info) for i in reckoned for info in game.moves.information_sets(i)]
    expected: Strategies = [dict(strategy) for strategy in equilibrium.expected]

    def response(rows: Array, numbers: Any) -> Array:
        base, pairs, rationality, options, reactions = numbers
        played = replace(game, base=base, pairs=pairs, rationality=rationality, reactions=reactions)
        q = _placed(even(game, fixed, options), places, rows)
        strategies = dict(zip(reckoned, responses(played, q, fixed, options, reckoned), strict=True))
        return jnp.stack([p for i, info in places for p in strategies[i][info]])

    if reckoned:
        rows = jnp.stack([share for i, info in places for share in expected[i][info]])
        rows = _attach_slopes(response, jax.lax.stop_gradient(rows), numbers)
        expected = _placed(even(game, fixed, held), places, rows)
    rest = [i for i in range(len(held)) if i not in reckoned]
    for i, strategy in zip(rest, responses(game, expected, fixed, held, rest), strict=True):
        expected[i] = strategy
    return replace(equilibrium, strategies=responses(game, expected, fixed, held), expected=expected)


def _attach_slopes(response: Any, rows: Array, numbers: Any) -> Array:
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
