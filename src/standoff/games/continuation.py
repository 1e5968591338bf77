"""Follow a curve of equilibria from where it is known to where it is wanted, for many games at once.

    F(x, strength) = 0,   x = start at strength 0   ->   x at strength = target

`x` are the unknowns of a game and `strength` says how strongly players respond to payoffs; what `F` is, is the
caller's. The curve is followed along its own length, so that it may turn back in `strength` and come forward again (a
turning point), and the answer is where it *first* reaches the target. One step predicts along the cubic through the last
two points and their tangents, then corrects by Newton's method at right angles to the tangent; the step grows and shrinks
with the size of the correction. Each game (a lane) has its own step, stops by itself, and does not notice its neighbours;
lanes that are done make room for others, so that a block costs what its games need, not what its slowest needs.

A step is taken back when its correction is large or does not shrink, when the tangent turns by much, or when the
determinant of the bordered matrix changes its sign: along one branch the sign stays, and the next branch has the other.
Where it changes however small the step, or comes to nothing, branches cross (games with a symmetry have such points): the
curve goes straight on, and `crossings` counts the point. A lane that does not arrive says so.

With log-odds as `x` this is the way of Turocy 2005 to follow the principal branch of the logit correspondence.

Sources: turocy2005 (coordinates and curve), allgower_georg1990 (predictor and corrector, step, orientation).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from standoff.games import elimination

Array: TypeAlias = jax.Array
#: (x (unknown, lane), strength (lane,), data) -> F (unknown, lane), dF/dx (unknown, unknown, lane), dF/dstrength
System: TypeAlias = Callable[[Array, Array, Any], tuple[Array, Array, Array]]

CLOSE = 0.05  # a correction this small is trusted: its error is of the order of its square (unit: log-odds)
AIM = 0.02  # the step is chosen so that a prediction misses by this
FAR = 0.5  # a prediction that misses by more is taken back
SHRINKS = 0.5  # each further correction is at most half the one before it (Newton's method does far better near a root)
CORRECTIONS = 8  # assumption: half a dozen take 0.5 to rounding
TURN = 0.7  # least cosine between tangents of one step, 45 degrees
FIRST = 0.5  # first step, log-odds
GROWTH, CUT = 2.5, 0.25  # largest and smallest ratio of one step to the one before it
SMALLEST = 1e-7  # a lane whose step falls below does not arrive
CROSSING = 1e-3  # steps below it may pass a point where branches cross
ROOM = 0.7  # a step is at most this part of the way to where the determinant, extended in a line, would vanish
NARROW = 1e-2  # assumption: but need not be shorter than this
CAREFUL = 0.1
STEPS = 5000  # assumption: more evaluations than any game of the tests needs by a factor of ten
BURST = 8  # evaluations between two looks at which lanes are done

FOLLOWING, ARRIVED, LOST = 0, 1, 2


@dataclass(frozen=True)
class Traced:
    """Where each curve came to, (..., lane)."""

    x: NDArray[np.float64]  #: (unknown, lane)
    strength: NDArray[np.float64]  #: (lane,), the target where it arrived
    residual: NDArray[np.float64]  #: (lane,), size of the last correction
    arrived: NDArray[np.bool_]  #: (lane,)
    steps: NDArray[np.int64]  #: (lane,), evaluations of the system
    turning: NDArray[np.int64]  #: (lane,), turning points passed
    crossings: NDArray[np.int64]  #: (lane,), points passed where branches cross


@dataclass(frozen=True)
class State:
    """Of a block of lanes. A point is (unknown + 1, lane), the strength last."""

    point: Array
    tangent: Array
    before: Array
    tangent_before: Array
    trial: Array
    step: Array
    correction: Array  #: size of the last one of this step
    tries: Array  #: corrections of this step
    volume: Array  #: determinant of the bordered matrix
    close: Array  #: at, or about to meet, a point where branches cross
    landing: Array  #: corrects at the target strength
    status: Array
    steps: Array
    turning: Array
    crossings: Array


jax.tree_util.register_dataclass(State, data_fields=[field.name for field in fields(State)], meta_fields=[])


def by_differentiation(equations: Callable[[Array, Array, Any], Array]) -> System:
    """The system of equations of one lane: `equations(x (unknown,), strength, data of the lane) -> (unknown,)`."""

    def lane(x: Array, strength: Array, data: Any) -> tuple[Array, Array, Array]:
        value = equations(x, strength, data)
        by_x, by_strength = jax.jacfwd(equations, argnums=(0, 1))(x, strength, data)
        return value, by_x, by_strength

    return jax.vmap(lane, in_axes=-1, out_axes=-1)


def trace(
    system: System,
    data: Any,
    unknowns: int,
    target: NDArray[np.float64],
    start: NDArray[np.float64] | None = None,
    bold: NDArray[np.bool_] | None = None,
    lanes: int = 256,
    threads: int = 1,
    tolerance: float = 1e-11,
) -> Traced:
    """Follow every curve from `start` at strength 0 to its target.

    system: keep one object for all calls, since it is what a compiled program is found by
    data: arrays (..., lane) that `system` gets
    target: (lane,), not below 0
    start: (unknown, lane), where F(start, 0) = 0; zeros unless given
    bold: (lane,), where the target has a single solution, so that any way there will do
    lanes: curves that are followed side by side
    tolerance: largest last correction of a curve that arrived, relative to 1 + the largest |x|

    A curve that gets lost is followed once more with `CAREFUL` times the tolerances of a step.
    """
    curves = Curves(
        system, data, np.asarray(target, float),
        np.zeros((unknowns, len(target))) if start is None else np.asarray(start, float),
        np.zeros(len(target), bool) if bold is None else bold, lanes, threads, tolerance,
    )  # fmt: skip
    found = _all(curves, np.arange(len(target)), 1.0)
    if len(lost := np.flatnonzero(~found.arrived)):
        again = _all(curves, lost, CAREFUL)
        again.steps[:] += found.steps[lost]
        for field in fields(Traced):
            getattr(found, field.name)[..., lost] = getattr(again, field.name)
    return found


@dataclass(frozen=True)
class Curves:
    """What `trace` was asked for."""

    system: System
    data: Any
    target: NDArray[np.float64]
    start: NDArray[np.float64]
    bold: NDArray[np.bool_]
    lanes: int
    threads: int
    tolerance: float


def _all(curves: Curves, games: NDArray[np.int64], care: float) -> Traced:
    """The curves of `games`, dealt out to threads."""
    found = Traced(
        np.empty((len(curves.start), len(games))), np.empty(len(games)), np.empty(len(games)),
        np.zeros(len(games), bool), *(np.zeros(len(games), int) for _ in range(3)),
    )  # fmt: skip
    shares = [np.arange(len(games))[share :: curves.threads] for share in range(min(curves.threads, len(games)))]
    with ThreadPoolExecutor(max(len(shares), 1)) as pool:
        parts = list(pool.map(lambda share: _follow(curves, games[share], care), shares))
    for share, part in zip(shares, parts, strict=True):
        for field in fields(Traced):
            getattr(found, field.name)[..., share] = getattr(part, field.name)
    return found


def _follow(curves: Curves, games: NDArray[np.int64], care: float) -> Traced:
    """The curves of `games`, some at a time; a lane that is done takes the next game."""
    width = min(
        curves.lanes, max(8, 1 << (len(curves.target) - 1).bit_length())
    )  # one program for first and second try
    burst = _program(curves.system, curves.tolerance)
    lane_game, rest = np.resize(games[:width], width), games[width:]
    live = np.arange(width) < len(games)  # spare lanes repeat a game, and are not read
    inputs = (curves.target, curves.bold, curves.data)
    held = jax.tree.map(lambda a: np.ascontiguousarray(a[..., lane_game]), inputs)
    state = _begin(curves.start[:, lane_game])
    state.status[~live] = LOST
    done: list[tuple[NDArray[np.int64], State]] = []
    with jax.enable_x64(True):
        while live.any():
            state = jax.tree.map(np.array, burst(state, *held, care))
            free = np.flatnonzero(live & (state.status != FOLLOWING))
            if not len(free) or (len(rest) and len(free) < width // 8):
                continue
            done.append((lane_game[free], jax.tree.map(lambda a: a[..., free], state)))  # noqa: B023
            new, rest = rest[: len(free)], rest[len(free) :]
            taken = free[: len(new)]
            live[free[len(new) :]] = False
            lane_game[taken] = new
            begun = (_begin(curves.start[:, new]), jax.tree.map(lambda a: a[..., new], inputs))  # noqa: B023
            for whole, piece in zip(jax.tree.leaves((state, held)), jax.tree.leaves(begun), strict=True):
                whole[..., taken] = piece
    order = np.argsort(np.concatenate([names for names, _ in done]))[np.argsort(np.argsort(games))]
    state = jax.tree.map(lambda *parts: np.concatenate(parts, axis=-1)[..., order], *(part for _, part in done))
    return Traced(
        state.trial[:-1], state.trial[-1], state.correction, state.status == ARRIVED,
        state.steps, state.turning, state.crossings,
    )  # fmt: skip


@cache
def _program(system: System, tolerance: float) -> Callable[..., State]:
    def burst(state: State, target: Array, bold: Array, data: Any, care: Array) -> State:
        def going(carry: tuple[State, Array]) -> Array:
            return (carry[1] < BURST) & jnp.any(carry[0].status == FOLLOWING)

        def once(carry: tuple[State, Array]) -> tuple[State, Array]:
            return _advance(system, carry[0], target, bold, data, care, tolerance), carry[1] + 1

        after: State = lax.while_loop(going, once, (state, jnp.asarray(0)))[0]
        return after

    return jax.jit(burst)


def _begin(start: NDArray[np.float64]) -> State:
    """At strength 0, with nothing evaluated yet; the first evaluation finds the tangent."""
    lanes = start.shape[1]
    point = np.concatenate([start, np.zeros((1, lanes))])
    up = np.zeros_like(point)
    up[-1] = 1.0
    begun: dict[str, Any] = {name: point.copy() for name in ("point", "before", "trial")}
    begun |= {
        "tangent": up,
        "tangent_before": up.copy(),
        "landing": np.zeros(lanes, bool),
        "close": np.zeros(lanes, bool),
    }
    begun |= {"step": np.full(lanes, FIRST), "correction": np.zeros(lanes), "volume": np.ones(lanes)}
    begun |= {name: np.zeros(lanes, int) for name in ("tries", "status", "steps", "turning", "crossings")}
    return State(**begun)


def _advance(system: System, old: State, target: Array, bold: Array, data: Any, care: Array, tolerance: float) -> State:
    """One evaluation of every lane that is under way, and what follows from it."""
    up = jnp.zeros_like(old.point).at[-1].set(1.0)
    change, tangent, volume, error = _bordered(system, old.trial, jnp.where(old.landing, up, old.tangent), data)
    size = _length(change)
    corrected = old.trial + change
    tangent = tangent / _length(tangent)
    along = _dot(tangent, old.tangent)

    fresh = old.steps == 0
    finite = jnp.isfinite(size) & jnp.isfinite(along)
    failed = ~finite | (
        size > jnp.where(old.tries == 0, jnp.where(bold, jnp.inf, FAR * care), SHRINKS * old.correction + tolerance)
    )
    failed = failed | (old.tries >= CORRECTIONS)
    solved = old.landing & failed & (error <= tolerance * (1 + _largest(old.trial[:-1])))  # where branches cross
    corrected, size = jnp.where(solved, old.trial, corrected), jnp.where(solved, error, size)
    exact = solved | (size <= tolerance * (1 + _largest(corrected[:-1])))
    failed = failed & ~solved
    settled = ~failed & jnp.where(old.landing, exact, size <= CLOSE * care * jnp.minimum(1.0, old.step))
    crossed = (volume > 0) != (old.volume > 0)
    past = ~old.landing & (corrected[-1] >= target)
    folded = ~old.landing & (old.tangent[-1] > 0) & (tangent[-1] < 0)
    skipped = folded & (old.point[-1] + old.step * old.tangent[-1] > target)
    astray = (along < TURN) | (crossed & (old.step > CROSSING))
    good = fresh | (settled & ~astray & ~past & ~skipped)
    arrived = settled & old.landing & (solved | ~crossed | (old.step <= CROSSING))
    good = good & ~old.landing
    failed = ~fresh & (failed | (settled & ~good & ~arrived))

    reach = (target - old.point[-1]) / jnp.where(past, corrected[-1] - old.point[-1], 1.0)
    aimed = (AIM * care * jnp.minimum(1.0, old.step) / jnp.maximum(size, 1e-12)) ** 0.25
    ratio = jnp.where(
        good,
        jnp.where(
            fresh,
            jnp.where(bold, 2 * target / FIRST, 1.0),
            jnp.where(old.tries == 0, jnp.clip(aimed, 0.5, GROWTH), 0.7),
        ),
        jnp.where(
            past & settled, jnp.clip(reach, CUT, 0.9), jnp.where(settled | ~finite, 0.5, jnp.clip(aimed, CUT, 0.5))
        ),
    )
    moved = good | failed
    step = jnp.where(moved, old.step * ratio, old.step)
    shrunk = jnp.abs(old.volume) - jnp.abs(volume)
    room = jnp.abs(volume) * _length(corrected - old.point) / jnp.where(shrunk > 0, shrunk, 1.0)
    step = jnp.where(good & ~fresh & (shrunk > 0), jnp.minimum(step, jnp.maximum(ROOM * room, NARROW)), step)
    crossing = good & ~fresh & old.close & (shrunk <= 0)
    closing = good & ~fresh & (crossed | ((shrunk > 0) & (room < NARROW)))
    new = _with(
        old,
        point=jnp.where(good, corrected, old.point),
        tangent=jnp.where(good, tangent, old.tangent),
        before=jnp.where(good, old.point, old.before),
        tangent_before=jnp.where(good, old.tangent, old.tangent_before),
        step=step,
        correction=size,
        tries=jnp.where(moved, 0, old.tries + 1),
        volume=jnp.where(good, volume, old.volume),
        turning=old.turning + (good & ~fresh & (tangent[-1] * old.tangent[-1] < 0)),
        close=jnp.where(good, ~crossing & (closing | old.close), old.close),
        crossings=old.crossings + crossing,
        steps=old.steps + 1,
    )
    trial, shorter, landing = _predict(new, target)
    lost = (failed & (step < SMALLEST)) | (new.steps >= STEPS)
    new = _with(
        new,
        trial=jnp.where(lost, new.point, jnp.where(moved, trial, corrected)),
        step=jnp.where(moved, shorter, step),
        landing=jnp.where(moved, landing, old.landing),
        status=jnp.where(arrived, ARRIVED, jnp.where(lost, LOST, FOLLOWING)),
    )
    under_way = old.status == FOLLOWING
    kept: State = jax.tree.map(lambda after, before: jnp.where(under_way, after, before), new, old)
    return kept


def _predict(state: State, target: Array) -> tuple[Array, Array, Array]:
    """Where the next step should end; a step that would pass the target ends on it."""
    span = state.point - state.before
    chord = _length(span)
    first = chord == 0

    def ahead(step: Array) -> Array:
        r = step / jnp.where(first, 1.0, chord)  # Hermite's cubic, a fraction r beyond its second point
        cubic = chord * (r * r * (1 + r) * state.tangent_before + r * (1 + r) ** 2 * state.tangent)
        return state.point + jnp.where(first, step * state.tangent, cubic - r * r * (3 + 2 * r) * span)

    trial = ahead(state.step)
    gap = target - state.point[-1]
    landing = trial[-1] >= target
    step = state.step
    for _ in range(2):  # regula falsi on the predicted strength; what it misses, the correction makes up
        rise = ahead(step)[-1] - state.point[-1]
        step = jnp.where(landing & (rise > 0), step * jnp.clip(gap / rise, 0.0, 1.0), step)
    trial = ahead(step)
    return trial.at[-1].set(jnp.where(landing, target, trial[-1])), step, landing


def _bordered(system: System, point: Array, border: Array, data: Any) -> tuple[Array, Array, Array, Array]:
    """Newton's step at right angles to `border`, the direction in which F stays, the determinant, and the size of F."""
    value, by_x, by_strength = system(point[:-1], point[-1], data)
    matrix = jnp.concatenate([jnp.concatenate([by_x, by_strength[:, None]], axis=1), border[None]])
    nothing = jnp.zeros_like(value)
    right = jnp.stack(
        [jnp.concatenate([-value, nothing[:1]]), jnp.concatenate([nothing, jnp.ones_like(nothing[:1])])], axis=1
    )
    answer, volume = elimination.solve(matrix, right)
    return answer[:, 0], answer[:, 1], volume, _largest(value)


def _with(state: State, **changes: Array) -> State:
    values = {field.name: getattr(state, field.name) for field in fields(State)}
    return State(**(values | changes))


def _dot(p: Array, q: Array) -> Array:
    return jnp.sum(p * q, axis=0)


def _length(p: Array) -> Array:
    return jnp.sqrt(jnp.sum(p * p, axis=0))


def _largest(p: Array) -> Array:
    return jnp.max(jnp.abs(p), axis=0, initial=0.0)
