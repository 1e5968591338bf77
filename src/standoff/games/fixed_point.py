"""Fixed points of logit responses on the principal branch, from strength 0 to 1.

    q = response(q, share),   share from 0 (all options equally likely) to 1

`q` is a stack (row, game) of the options of each agent, one after the other. Where the responses are proved to contract
there is one fixed point, and Anderson acceleration solves all these games at once. The other games, and those that did
not converge, are solved in batches, so that a block does not wait for one game. For these, acceleration solves at the
largest share at which the responses are proved to contract, and follows the fixed point from there in steps of the
share. Each step starts from the extrapolation of the last two points, and is rejected where the solution is not close
to it. A fixed-point method cannot follow a curve that turns back: where shorter steps do not help, the game is solved
directly at share 1, with ever more damped iterations, and reports `left_branch`. (Just past a turning point the
residual grows at first: damping is not increased while the iterates move away, and acceleration is off until the
residual shrinks.) `continuation` follows every curve, at many times the cost.

Where a returning part of a curve passes close to the part that leads on, a step may end on the wrong part. The
determinant of d (q - response) / dq detects this: it is 1 at share 0 and changes its sign at a turning point, so that
it is positive where the curve first arrives. It is computed once, at the end, for all solutions that were followed and
not proved unique. A game with a negative determinant is solved again, with the determinant checked at every point and
steps onto a returning part rejected.

Each game has its own steps and stopping rule; its result does not depend on the other games of the block. The responses
occur three times in the program (for all games, for a batch, and with the determinant), and each copy is compiled.

Derivatives are implicit, by iteration (Neumann series), for any response. With q = response(numbers, q), a small change
of the numbers changes q by

    dq = d response / d numbers * change + d response / d q * dq

which is iterated from zero. Where responses contract (a game that is `proven`), the error shrinks in each iteration by
the same factor as a distance between profiles, and the result is accurate to rounding. Differentiating the iterations
of the solver instead would divide by differences that have become zero.

Sources: griewank_walther2008 (derivatives of fixed-point iterations), walker_ni2011 (acceleration), allgower_georg1990
(steps of a parameter, prediction by the last two points, sign of the determinant along a curve), turocy2005 (that sign on
the principal branch).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff.games import linear_solve

Some: TypeAlias = Callable[
    [Array | None], Callable[[Array, Any], Array]
]  #: indices of games, or all -> their responses
Responses: TypeAlias = Callable[[Array, Array], Array]  #: (q (row, game), share (game,)) -> (row, game)

ACCELERATED = 25  # evaluations of a stage; assumption: contracting responses need about 6
BATCH = 128  # games that are taken along their curves at once; assumption
STAGES = 100  # assumption: a curve needs about 20
SURE = 0.95  # assumption: the first stage goes to this part of the share up to which responses are proved to contract
CLOSE = (
    0.05  # a step is taken back where a probability moves by more; assumption: branches that matter lie further apart
)
LONGER, SHORTER = 2.0, 0.3  # assumption: a step after one that was taken, and after one that was taken back
SHORTEST = 1e-4  # assumption: of a step, as a part of the share; a curve that needs shorter ones turns back
LOOSE = 1e-6  # of the points on the way; near a turn, where errors grow a thousandfold, branches are 1e-2 apart
MISS = 0.01  # assumption: and where the prediction misses by more: a curve that turns round leaves it
DAMPING = 0.3  # assumption: the bound on the strength of responses is about three times their strength
JUMP_DAMPING = 0.5  # assumption: of a residual, made up for in a move of a game that leaps
SHRINKING = 0.9  # assumption: moves halve where a stage leaves more of a residual
MIN_PROGRESS = (
    0.3  # assumption: of the length of a stage's moves, the least that a game gets ahead which turns round nothing
)
SMALLEST = 0.02  # where moves would be smaller, the game is given up; assumption: 350 of them shrink it a thousandfold
SLIGHT = 1e-3  # assumption: change of a probability by which slopes are measured
JUMP_STAGES = 16  # stages that are left for a leap, 400 evaluations
TURNS = 32  # assumption: a contraction by a half leaves 2e-10


class FixedPointResult(NamedTuple):
    """Fixed points of a block of games."""

    q: Array  #: (row, game)
    p: Array  #: (row, game) the response to `q`
    residual: Array  #: (game,) largest difference between the two
    left_branch: Array  #: (game,) whether the curve was left
    evaluations: Array  #: number of evaluations of the responses


class BranchState(NamedTuple):
    """State of each game on its curve."""

    q: Array
    p: Array
    residual: Array  #: residual at share 1; infinite before it is reached
    homotopy_parameter: Array
    before: Array  #: the point before `q`
    share_before: Array
    step: Array  #: step of the share; for a game that leaps, damping
    missing: Array  #: residual of the last stage
    left_branch: Array
    shrank: Array  #: for a leap, whether the last plain stage reduced the residual
    stages: Array
    evaluations: Array
    check_determinant: Array  #: whether it follows the curve again, checking the direction at every point
    closed: Array  #: finished


def follow(some: Some, start: Array, sizes: Sequence[int], tolerance: float, bound: Array) -> FixedPointResult:
    """Fixed points at share 1.

    some: responses of some games, by place, or of all
    start: the fixed point at share 0
    sizes: number of options of each agent
    tolerance: largest residual that counts as solved
    bound: (game,) responses at share 1 are at most this far from contracting: `contraction.bound`
    """
    every, sure, games = some(None), bound < 1, bound.shape[0]
    q, p, residual, evaluations = _accelerated(
        lambda q: every(q, 1.0), start, _allowed(sizes), jnp.asarray(tolerance, start.dtype), sure, _calm(bound), True
    )
    left = ~(sure & (residual <= tolerance))
    count = min(BATCH, games)

    def batch(carry: tuple[Array, FixedPointResult]) -> tuple[Array, FixedPointResult]:
        left, result = carry
        (places,) = jnp.nonzero(left, size=count, fill_value=games)
        lanes, number = jnp.minimum(places, games - 1), jnp.cumsum(left) - 1
        part = _curve(some(lanes), start[:, lanes], sizes, tolerance, bound[lanes], places == games)
        in_batch, number = left & (number < count), jnp.clip(number, 0, count - 1)
        q, p, residual, jumped = (
            jnp.where(in_batch, after[..., number], before) for after, before in zip(part[:4], result[:4], strict=True)
        )
        return left & ~in_batch, FixedPointResult(q, p, residual, jumped, result.evaluations + part.evaluations)

    first = FixedPointResult(q, p, residual, bound < 0, evaluations)
    return lax.while_loop(lambda carry: jnp.any(carry[0]), batch, (left, first))[1]


def _curve(
    response: Responses, start: Array, sizes: Sequence[int], tolerance: float, bound: Array, closed: Array
) -> FixedPointResult:
    """Follow the curves of a batch of games; `closed` ones are ignored."""
    allowed = _allowed(sizes)

    def leads_forward(q: Array, p: Array, share: Array) -> Array:
        return _forward(lambda q: response(q, share), q, p, sizes)

    def waiting(at: BranchState) -> Array:
        return ~at.closed & (at.residual > tolerance) & ~(at.left_branch & (at.step < SMALLEST)) & (at.stages < STAGES)

    def unseen(at: BranchState) -> Array:  # a solution that was followed, and may lie on a returning part
        return ~at.closed & ~at.check_determinant & ~at.left_branch & (bound >= 1) & (at.residual <= tolerance)

    def under_way(at: BranchState) -> Array:
        return jnp.any(waiting(at) | unseen(at))

    def stage(at: BranchState) -> BranchState:
        live = waiting(at)
        last = ~jnp.any(live)  # no game is in progress: check the determinant of all solutions at once
        share = jnp.where(at.left_branch, 1.0, jnp.minimum(at.homotopy_parameter + at.step, 1.0))
        ahead = (share - at.homotopy_parameter) / jnp.maximum(at.homotopy_parameter - at.share_before, 1e-30)
        ahead = jnp.where(at.left_branch | (at.share_before == 0), 0.0, ahead)
        goal = jnp.where(share < 1, max(tolerance, LOOSE), tolerance)
        move = jnp.where(at.left_branch, at.step, _calm(share * bound))
        tries = at.shrank | (
            at.step < JUMP_DAMPING
        )  # before, acceleration would settle on the branch that lies nearest
        memory = ~at.left_branch | ((at.stages % 2 == 1) & tries)  # in a leap, every other stage at most
        guess = allowed(at.q + ahead * (at.q - at.before))
        q, p, residual, count = _accelerated(lambda q: response(q, share), guess, allowed, goal, live, move, memory)
        alone = share * bound < 1
        close = alone | ((_largest(q - at.q) <= CLOSE) & (_largest(q - guess) <= MISS))
        good = ~at.left_branch & (residual <= goal) & close
        at_last = (jnp.where(last, at.q, q), jnp.where(last, at.p, p), jnp.where(last, 1.0, share))
        checked = jnp.where(last, unseen(at), live & good & at.check_determinant & ~alone)
        wrong = checked & ~lax.cond(jnp.any(checked), lambda: leads_forward(*at_last), lambda: checked)
        good = good & ~wrong
        again = last & wrong
        accept = live & (good | (at.left_branch & (~memory | (residual < at.missing))))
        onward = _largest(q - at.q) > MIN_PROGRESS * ACCELERATED * move * jnp.maximum(residual, at.missing)
        shrank = residual <= SHRINKING * at.missing
        slow = ~memory & ~shrank & ~onward
        step = at.step * jnp.where(at.left_branch, jnp.where(slow, 0.5, 1.0), jnp.where(good, LONGER, SHORTER))
        step = jnp.where(good & alone, 1 - share, step)
        arrived = good & (share == 1)
        late = ~(step >= SHORTEST * at.homotopy_parameter) | (at.stages >= STAGES - JUMP_STAGES)
        lost = live & ~at.left_branch & ~arrived & late

        def new(after: Array, before: Array) -> Array:
            return jnp.where(accept, after, before)

        after = BranchState(
            q=new(q, at.q),
            p=new(p, at.p),
            residual=new(jnp.where(share == 1, residual, jnp.inf), at.residual),
            homotopy_parameter=new(share, at.homotopy_parameter),
            before=new(at.q, at.before),
            share_before=new(at.homotopy_parameter, at.share_before),
            step=jnp.where(lost, JUMP_DAMPING, jnp.where(live, step, at.step)),
            missing=new(residual, at.missing),
            left_branch=at.left_branch | lost,
            shrank=at.left_branch & jnp.where(memory, at.shrank, shrank),
            stages=jnp.where(last, 0, at.stages + 1),
            evaluations=at.evaluations + count,
            check_determinant=at.check_determinant | again,
            closed=at.closed | (last & ~again),
        )
        fresh = begun._replace(
            check_determinant=after.check_determinant,
            closed=after.closed,
            stages=after.stages,
            evaluations=after.evaluations,
        )
        return BranchState(*(jnp.where(again, a, b) if jnp.ndim(b) else b for a, b in zip(fresh, after, strict=True)))

    nothing = jnp.zeros_like(bound)
    first = jnp.where(bound < 1, 1.0, SURE / jnp.maximum(bound, 1.0))
    never = nothing + jnp.inf
    count = jnp.asarray(0)
    no = bound < 0
    begun = BranchState(
        q=start,
        p=start,
        residual=never,
        homotopy_parameter=nothing,
        before=start,
        share_before=nothing,
        step=first,
        missing=never,
        left_branch=no,
        shrank=no,
        stages=count,
        evaluations=count,
        check_determinant=no,
        closed=closed,
    )
    end = lax.while_loop(under_way, stage, begun)
    return FixedPointResult(end.q, end.p, end.residual, end.left_branch, end.evaluations)


def _forward(response: Callable[[Array], Array], q: Array, p: Array, sizes: Sequence[int]) -> Array:
    """(game,) whether the determinant of d (q - response) / d q is positive (forward curve).

    Slopes are differences of responses, in the coordinates of all options but each agent's first, which changes by the
    opposite amount.
    """
    firsts = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    rest = np.setdiff1d(np.arange(len(firsts)), firsts)
    aside = np.eye(len(firsts))[rest] - np.eye(len(firsts))[firsts[rest]]
    free, unit = jnp.asarray(rest), jnp.asarray(np.eye(len(rest)), q.dtype)

    def slope(_: None, k: Array) -> tuple[None, Array]:
        moved = response(q + SLIGHT * jnp.asarray(aside, q.dtype)[k][:, None])
        return None, unit[k][:, None] - (moved - p)[free] / SLIGHT

    _, slopes = lax.scan(slope, None, jnp.arange(len(rest)))
    return linear_solve.solve(slopes, jnp.zeros((len(rest), 0, q.shape[1]), q.dtype))[1] > 0


class AndersonState(NamedTuple):
    """State of Anderson acceleration: the last three points, and responses to two of them."""

    q: Array
    p: Array  #: the response to the point before `q`, until that of `q` is known
    before: Array
    p_before: Array
    older: Array
    p_older: Array
    live: Array  #: (game,) not converged


def _accelerated(
    response: Callable[[Array], Array],
    start: Array,
    allowed: Callable[[Array], Array],
    goal: Array,
    live: Array,
    move: Array,
    memory: Array | bool,
) -> tuple[Array, Array, Array, Array]:
    """Anderson acceleration of type II and depth 2: q, response, residual, evaluations.

    Where responses contract it takes 4 to 6 steps; elsewhere it may not converge. `move` (game,) is the damping, the
    share of a residual that a step corrects; without `memory` (game,) there is no acceleration.
    """

    def unfinished(carry: tuple[AndersonState, Array]) -> Array:
        at, count = carry
        return (count < ACCELERATED) & jnp.any(at.live)

    def step(carry: tuple[AndersonState, Array]) -> tuple[AndersonState, Array]:
        """One step, after `count` others; converged games do not change."""
        at, count = carry
        tiny = float(np.finfo(at.q.dtype).tiny)
        q, live = at.q, at.live
        p = jnp.where(live, response(q), at.p)
        before, p_before = jnp.where(count > 0, at.before, q), jnp.where(count > 0, at.p_before, p)
        older, p_older = jnp.where(count > 1, at.older, before), jnp.where(count > 1, at.p_older, p_before)
        r = p - q
        near, far = r - (p_before - before), r - (p_older - older)
        aa, ab, bb, ar, br = (_dot(x, y) for x, y in ((near, near), (near, far), (far, far), (near, r), (far, r)))
        det = aa * bb - ab * ab
        apart = det > 1e-6 * aa * bb + tiny  # assumption: closer to parallel, one difference says all that two say
        safe = jnp.where(apart, det, 1.0)
        by_near = jnp.where(memory, jnp.where(apart, (bb * ar - ab * br) / safe, ar / (aa + tiny)), 0.0)
        by_far = jnp.where(memory & apart, (aa * br - ab * ar) / safe, 0.0)
        onward = (q - by_near * (q - before) - by_far * (q - older)) + move * (r - by_near * near - by_far * far)
        live = live & (_largest(r) > goal)
        new, before, older = (jnp.where(live, a, b) for a, b in ((allowed(onward), q), (q, before), (before, older)))
        p_before, p_older = (jnp.where(live, a, b) for a, b in ((p, p_before), (p_before, p_older)))
        return AndersonState(new, p, before, p_before, older, p_older, live), count + 1

    first = AndersonState(start, start, start, start, start, start, live)
    at, count = lax.while_loop(unfinished, step, (first, jnp.asarray(0)))
    return at.q, at.p, _largest(at.p - at.q), count


def _allowed(sizes: Sequence[int]) -> Callable[[Array], Array]:
    """Project a stack of numbers to probabilities of every agent."""
    agent_of = np.repeat(np.arange(len(sizes)), sizes)

    def allowed(q: Array) -> Array:
        q = jnp.clip(q, 0.0, 1.0)
        totals = [_sum(q[row] for row in np.flatnonzero(agent_of == i)) for i in range(len(sizes))]
        return q / jnp.maximum(jnp.stack([totals[i] for i in agent_of]), float(np.finfo(q.dtype).tiny))

    return allowed


def _calm(strength: Array) -> Array:
    """Damping: the share of a residual that one step corrects."""
    return 1 / jnp.maximum(1.0, DAMPING * strength)


# Sums and maxima are written out over rows: the compiler fuses them into one pass over the games, while a reduction along
# a leading axis runs element by element.


def _sum(values: Any) -> Array:
    return reduce(jnp.add, values)


def _dot(p: Array, q: Array) -> Array:
    return _sum(x * y for x, y in zip(p, q, strict=True))


def _largest(p: Array) -> Array:
    return reduce(jnp.maximum, [jnp.abs(row) for row in p])


def with_implicit_gradient(
    response: Callable[[Any, Array, Any], Array],
    search: Callable[[Some, Any], FixedPointResult],
    numbers: Any,
    begun: Any,
) -> FixedPointResult:
    """Result of `search` for `response`, with implicit instead of unrolled derivatives.

    response: (numbers, q, share) -> the response to q; the equation holds at share 1
    search: (responses of some games, begun) -> the solution; `begun` is its start
    """

    @jax.custom_jvp
    def find(params: Any, start: Any) -> Any:
        def subset(games: Array | None) -> Callable[[Array, Any], Array]:
            if games is None:
                return lambda q, share: response(params, q, share)
            at = games.astype(jnp.uint32)  # places without a sign need no look at whether they count from the end
            batch = jax.tree.map(lambda value: jnp.take(value, at, mode="clip") if jnp.ndim(value) else value, params)
            return lambda q, share: response(batch, q, share)

        return search(subset, start)

    @find.defjvp
    def slopes(primals: Any, tangents: Any) -> Any:
        (params, start), (d_params, _) = primals, tangents
        result = find(params, start)

        def turn(_: Array, dq: Array) -> Array:
            return jax.jvp(lambda n, q: response(n, q, 1.0), (params, result.q), (d_params, dq))[1]

        dq = lax.fori_loop(0, TURNS, turn, jnp.zeros_like(result.q))
        none = jax.tree.map(_nothing, result)
        return result, none._replace(q=dq, p=dq)

    return find(numbers, begun)


def _nothing(value: Array) -> Any:
    """Zero gradient of a non-differentiable input."""
    if jnp.issubdtype(value.dtype, jnp.floating):
        return jnp.zeros_like(value)
    return np.zeros(value.shape, jax.dtypes.float0)
