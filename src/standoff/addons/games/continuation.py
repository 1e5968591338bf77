"""Continuation: follow curves of equilibria to a target strength, for many games at once.

    F(x, strength) = 0,   x = 0 at strength 0   ->   x at strength = target

`x` are the unknowns of a game, and `strength` is how strongly players respond to payoffs; the caller supplies `F`. The
curve is parametrised by its own arclength, so that it may turn back in `strength` and come forward again (a turning
point); the solution is the point at which it *first* reaches the target. A step predicts along the cubic through the
last two points and their tangents, then corrects by Newton's method at right angles to the tangent; its length depends
on the size of the correction. Each game (a lane) has its own step and stops independently of the others. Finished lanes
are replaced by waiting games, so that the cost of a block is the sum over its games rather than a multiple of the
slowest.

A step is rejected when its correction is large or does not shrink, when the tangent turns too far, or when the
determinant of the bordered matrix changes its sign: the sign is constant along a branch, and the opposite sign belongs
to another one. Where the sign changes however small the step, or the determinant vanishes, branches cross (games with a
symmetry have such points): the curve is continued straight on, and `crossings` counts the point. A lane that does not
reach the target is marked as such.

With log-odds as `x`, this is the method of Turocy 2005 for the principal branch of the logit correspondence.

Sources: turocy2005 (coordinates and curve), allgower_georg1990 (predictor and corrector, step, orientation by the sign of
the bordered determinant).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff.games import linear_solve
from standoff.types import Floats
from standoff.xla import NO_MULTI_OUTPUT_FUSION

#: (x (unknown, lane), strength (lane,), data (..., lane)) -> F (unknown, lane)
Equations: TypeAlias = Callable[[Array, Array, Any], Array]

# Lengths are in log odds. All are assumptions; a tenth of CLOSE, AIM and FAR gives the same answer in each of
# 20,000 random and 10,000 coordination games of 3 x 3 x 3, and in some thousands of 2 to 5 players at rationality 4 to 100.
CLOSE = 0.05  # a correction this small is trusted: its error is of the order of its square
AIM = 0.02  # the step is chosen so that a prediction misses by this
FAR = 0.5  # a prediction that misses by more is taken back
SHRINKS = 0.5  # each further correction is at most half the one before it (Newton's method does far better near a root)
CORRECTIONS = 8  # half a dozen take 0.5 to rounding
TURN = 0.7  # least cosine between tangents of one step, 45 degrees
FIRST = 0.5  # first step
GROWTH, CUT = 2.5, 0.25  # largest and smallest ratio of one step to the one before it
SMALLEST = 1e-7  # a lane whose step falls below stops without reaching the target
CROSSING = 1e-3  # steps below it may pass a point where branches cross
ROOM = 0.7  # a step is at most this part of the way to where the determinant, extended in a line, would vanish
NARROW = 1e-2  # but need not be shorter than this
STEPS = 5000  # more evaluations than any of those games needed by a factor of ten
LANES = 256  # assumption: curves that are followed side by side
BURST = 8  # assumption: evaluations between two looks at which lanes are done
CAREFUL = 0.1  # part of the usual tolerances with which a lost curve is followed again
TOLERANCE = 1e-11  # largest last correction of a curve that arrived, relative to 1 + the largest |x|

FOLLOWING, ARRIVED, LOST = 0, 1, 2


class TraceResult(NamedTuple):
    """End point of each curve, (..., lane)."""

    x: Floats  #: (unknown, lane)
    reached_target: np.ndarray  #: (lane,)
    steps: np.ndarray  #: (lane,), evaluations of the system
    turning: np.ndarray  #: (lane,), turning points passed
    crossings: np.ndarray  #: (lane,), branch points passed


class LaneState(NamedTuple):
    """State of a block of lanes. A point is (unknown + 1, lane), the strength last."""

    point: Any
    tangent: Any
    before: Any
    tangent_before: Any
    trial: Any
    step: Any
    correction: Any  #: size of the last correction of this step
    tries: Any  #: corrections of this step
    volume: Any  #: determinant of the bordered matrix
    close: Any  #: at or close to a branch point
    landing: Any  #: whether it corrects at the target strength
    status: Any
    steps: Any
    turning: Any
    crossings: Any


def trace(equations: Equations, data: Any, unknowns: int, target: Floats) -> TraceResult:
    """Follow every curve from 0 at strength 0 to its target.

    equations: pass the same object in all calls, since the compiled program is cached by it
    data: arrays (..., lane) that `equations` gets
    target: (lane,), not below 0

    A curve that does not reach its target is followed once more with stricter steps. Without unknowns every curve is
    at its target.
    """
    games = len(target)
    state, spent = _begin(unknowns, games), np.zeros(games, int)
    if not unknowns:
        return TraceResult(state.trial[:-1], np.ones(games, bool), *np.zeros((3, games), int))
    width = min(LANES, max(8, 1 << (games - 1).bit_length()))
    inputs = (target, data)
    burst = _burst(equations)
    with jax.enable_x64(True):
        for care in (1.0, CAREFUL):
            under_way = np.flatnonzero(state.status != ARRIVED)
            spent = spent + np.where(state.status == LOST, state.steps, 0)
            _put(state, under_way, _begin(unknowns, len(under_way)))
            while len(under_way):
                lanes = np.resize(under_way[:width], width)  # where fewer are left, lanes repeat a game
                _put(state, lanes, burst(_take(state, lanes), *_take(inputs, lanes), care))
                under_way = under_way[state.status[under_way] == FOLLOWING]
    arrived = state.status == ARRIVED
    return TraceResult(state.trial[:-1], arrived, state.steps + spent, state.turning, state.crossings)


def _take(arrays: Any, lanes: np.ndarray) -> Any:
    return jax.tree.map(lambda array: array[..., lanes], arrays)


def _put(state: LaneState, lanes: np.ndarray, part: LaneState) -> None:
    for whole, piece in zip(state, part, strict=True):
        whole[..., lanes] = piece


def _begin(unknowns: int, lanes: int) -> LaneState:
    """State at strength 0 before any evaluation; the first evaluation gives the tangent."""
    up = np.zeros((unknowns + 1, lanes))
    up[-1] = 1.0
    still = np.zeros(lanes)
    begun: dict[str, Any] = dict.fromkeys(LaneState._fields, still.astype(int))
    begun |= dict.fromkeys(("point", "before", "trial"), np.zeros_like(up)) | dict.fromkeys(
        ("tangent", "tangent_before"), up
    )
    begun |= dict.fromkeys(("landing", "close"), still.astype(bool))
    begun |= {"step": still + FIRST, "correction": still, "volume": still + 1.0}
    return LaneState(**{name: array.copy() for name, array in begun.items()})


@cache
def _burst(equations: Equations) -> Callable[..., LaneState]:
    """Some evaluations of a block of lanes, compiled."""

    def burst(state: LaneState, target: Array, data: Any, care: Array) -> LaneState:
        def going(carry: tuple[LaneState, Array]) -> Array:
            return (carry[1] < BURST) & jnp.any(carry[0].status == FOLLOWING)

        def once(carry: tuple[LaneState, Array]) -> tuple[LaneState, Array]:
            return _advance(equations, carry[0], target, data, care), carry[1] + 1

        return lax.while_loop(going, once, (state, jnp.asarray(0)))[0]

    return jax.jit(burst, compiler_options=NO_MULTI_OUTPUT_FUSION)


def _advance(equations: Equations, old: LaneState, target: Array, data: Any, care: Array) -> LaneState:
    """One evaluation of every active lane, and its consequences.

    It computes Newton's correction at right angles to the tangent, and the tangent at the present point. A lane then
    accepts its step and predicts the next, corrects once more, or rejects the step and tries a shorter one; near the
    target it corrects at the target strength.
    """
    up = jnp.zeros_like(old.point).at[-1].set(1.0)
    change, tangent, volume, error = _bordered(equations, old.trial, jnp.where(old.landing, up, old.tangent), data)
    size = _length(change)
    corrected = old.trial + change
    tangent = tangent / _length(tangent)
    along = jnp.sum(tangent * old.tangent, axis=0)

    fresh = old.steps == 0
    finite = jnp.isfinite(size) & jnp.isfinite(along)
    limit = jnp.where(old.tries == 0, FAR * care, SHRINKS * old.correction + TOLERANCE)
    failed = ~finite | (size > limit) | (old.tries >= CORRECTIONS)
    solved = old.landing & failed & (error <= TOLERANCE * (1 + _largest(old.trial[:-1])))  # where branches cross
    corrected, size = jnp.where(solved, old.trial, corrected), jnp.where(solved, error, size)
    exact = solved | (size <= TOLERANCE * (1 + _largest(corrected[:-1])))
    failed = failed & ~solved
    settled = ~failed & jnp.where(old.landing, exact, size <= CLOSE * care * jnp.minimum(1.0, old.step))
    crossed = (volume > 0) != (old.volume > 0)
    past = ~old.landing & (corrected[-1] >= target)
    folded = ~old.landing & (old.tangent[-1] > 0) & (tangent[-1] < 0)
    skipped = folded & (old.point[-1] + old.step * old.tangent[-1] > target)
    astray = (along < TURN) | (crossed & (old.step > CROSSING))
    good = (fresh | (settled & ~astray & ~past & ~skipped)) & ~old.landing
    onward = good & ~fresh
    arrived = settled & old.landing & (solved | ~crossed | (old.step <= CROSSING))
    failed = ~fresh & (failed | (settled & ~good & ~arrived))

    reach = (target - old.point[-1]) / jnp.where(past, corrected[-1] - old.point[-1], 1.0)
    aimed = (AIM * care * jnp.minimum(1.0, old.step) / jnp.maximum(size, 1e-12)) ** 0.25
    longer = jnp.where(old.tries == 0, jnp.clip(aimed, 0.5, GROWTH), 0.7)
    shorter = jnp.where(settled | ~finite, 0.5, jnp.clip(aimed, CUT, 0.5))
    shorter = jnp.where(past & settled, jnp.clip(reach, CUT, 0.9), shorter)
    moved = good | failed
    step = jnp.where(moved, old.step * jnp.where(good, jnp.where(fresh, 1.0, longer), shorter), old.step)
    shrunk = jnp.abs(old.volume) - jnp.abs(volume)
    room = jnp.abs(volume) * _length(corrected - old.point) / jnp.where(shrunk > 0, shrunk, 1.0)
    step = jnp.where(onward & (shrunk > 0), jnp.minimum(step, jnp.maximum(ROOM * room, NARROW)), step)
    crossing = onward & old.close & (shrunk <= 0)
    closing = onward & (crossed | ((shrunk > 0) & (room < NARROW)))
    new = old._replace(
        point=jnp.where(good, corrected, old.point),
        tangent=jnp.where(good, tangent, old.tangent),
        before=jnp.where(good, old.point, old.before),
        tangent_before=jnp.where(good, old.tangent, old.tangent_before),
        step=step,
        correction=size,
        tries=jnp.where(moved, 0, old.tries + 1),
        volume=jnp.where(good, volume, old.volume),
        turning=old.turning + (onward & (tangent[-1] * old.tangent[-1] < 0)),
        close=jnp.where(good, ~crossing & (closing | old.close), old.close),
        crossings=old.crossings + crossing,
        steps=old.steps + 1,
    )
    trial, short, landing = _predict(new, target)
    lost = (failed & (step < SMALLEST)) | (new.steps >= STEPS)
    new = new._replace(
        trial=jnp.where(lost, new.point, jnp.where(moved, trial, corrected)),
        step=jnp.where(moved, short, step),
        landing=jnp.where(moved, landing, old.landing),
        status=jnp.where(arrived, ARRIVED, jnp.where(lost, LOST, FOLLOWING)),
    )
    return jax.tree.map(lambda after, before: jnp.where(old.status == FOLLOWING, after, before), new, old)


def _predict(state: LaneState, target: Array) -> tuple[Array, Array, Array]:
    """Predicted end of the next step, its length, and whether it ends at the target."""
    span = state.point - state.before
    chord = _length(span)
    first = chord == 0

    def ahead(step: Array) -> Array:
        r = step / jnp.where(first, 1.0, chord)  # Hermite's cubic, a fraction r beyond its second point
        cubic = chord * (r * r * (1 + r) * state.tangent_before + r * (1 + r) ** 2 * state.tangent)
        return state.point + jnp.where(first, step * state.tangent, cubic - r * r * (3 + 2 * r) * span)

    step, landing = state.step, ahead(state.step)[-1] >= target
    for _ in range(2):  # regula falsi on the predicted strength; the corrector removes its error
        rise = ahead(step)[-1] - state.point[-1]
        share = jnp.clip((target - state.point[-1]) / rise, 0.0, 1.0)
        step = jnp.where(landing & (rise > 0), step * share, step)
    trial = ahead(step)
    return trial.at[-1].set(jnp.where(landing, target, trial[-1])), step, landing


def _slopes(equations: Equations, x: Array, strength: Array, data: Any) -> tuple[Array, Array, Array]:
    """F, dF/dx (equation, unknown, lane) and dF/dstrength; lanes do not depend on one another."""
    value, push = jax.linearize(lambda x, strength: equations(x, strength, data), x, strength)
    units = jnp.broadcast_to(jnp.eye(len(x))[..., None], (len(x), *x.shape))
    by_x = jax.vmap(lambda unit: push(unit, jnp.zeros_like(strength)), out_axes=1)(units)
    return value, by_x, push(jnp.zeros_like(x), jnp.ones_like(strength))


def _bordered(equations: Equations, point: Array, border: Array, data: Any) -> tuple[Array, Array, Array, Array]:
    """Newton step orthogonal to `border`, kernel direction, determinant, and size of F."""
    value, by_x, by_strength = _slopes(equations, point[:-1], point[-1], data)
    matrix = jnp.concatenate([jnp.concatenate([by_x, by_strength[:, None]], axis=1), border[None]])
    right = jnp.zeros((len(point), 2, point.shape[1])).at[:-1, 0].set(-value).at[-1, 1].set(1.0)
    solution, volume = linear_solve.solve(matrix, right)
    return solution[:, 0], solution[:, 1], volume, _largest(value)


def _length(p: Array) -> Array:
    return jnp.sqrt(jnp.sum(p * p, axis=0))


def _largest(p: Array) -> Array:
    return jnp.max(jnp.abs(p), axis=0, initial=0.0)
