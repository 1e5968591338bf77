"""One evaluation of parallel continuation curves, and the next step; see `continuation`.

`LaneState` is a block of lanes. Every evaluation computes Newton's correction at right angles to the tangent, and the
tangent at the present point. A lane then accepts its step and predicts the next, corrects once more, or rejects the
step and tries a shorter one; near the target it corrects at the target strength.

Sources: allgower_georg1990 (predictor and corrector, step, orientation by the sign of the bordered determinant).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from standoff.games import linear_solve

#: (x (unknown, lane), strength (lane,), data) -> F (unknown, lane), dF/dx (unknown, unknown, lane), dF/dstrength
System: TypeAlias = Callable[[Array, Array, Any], tuple[Array, Array, Array]]

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

FOLLOWING, ARRIVED, LOST = 0, 1, 2


@dataclass(frozen=True)
class LaneState:
    """State of a block of lanes. A point is (unknown + 1, lane), the strength last."""

    point: Array
    tangent: Array
    before: Array
    tangent_before: Array
    trial: Array
    step: Array
    correction: Array  #: size of the last correction of this step
    tries: Array  #: corrections of this step
    volume: Array  #: determinant of the bordered matrix
    close: Array  #: at or close to a branch point
    landing: Array  #: whether it corrects at the target strength
    status: Array
    steps: Array
    turning: Array
    crossings: Array


jax.tree_util.register_dataclass(LaneState, data_fields=[field.name for field in fields(LaneState)], meta_fields=[])


def begin(start: NDArray[np.float64]) -> LaneState:
    """State at strength 0 before any evaluation; the first evaluation gives the tangent."""
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
    return LaneState(**begun)


def advance(
    system: System, old: LaneState, target: Array, max_step: Array, data: Any, tolerance_scale: Array, tolerance: float
) -> LaneState:
    """One evaluation of every active lane, and its consequences."""
    up = jnp.zeros_like(old.point).at[-1].set(1.0)
    change, tangent, volume, error = _bordered(system, old.trial, jnp.where(old.landing, up, old.tangent), data)
    size = _length(change)
    corrected = old.trial + change
    tangent = tangent / _length(tangent)
    along = _dot(tangent, old.tangent)

    fresh = old.steps == 0
    finite = jnp.isfinite(size) & jnp.isfinite(along)
    failed = ~finite | (
        size
        > jnp.where(
            old.tries == 0, jnp.where(max_step, jnp.inf, FAR * tolerance_scale), SHRINKS * old.correction + tolerance
        )
    )
    failed = failed | (old.tries >= CORRECTIONS)
    solved = old.landing & failed & (error <= tolerance * (1 + _largest(old.trial[:-1])))  # where branches cross
    corrected, size = jnp.where(solved, old.trial, corrected), jnp.where(solved, error, size)
    exact = solved | (size <= tolerance * (1 + _largest(corrected[:-1])))
    failed = failed & ~solved
    settled = ~failed & jnp.where(old.landing, exact, size <= CLOSE * tolerance_scale * jnp.minimum(1.0, old.step))
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
    aimed = (AIM * tolerance_scale * jnp.minimum(1.0, old.step) / jnp.maximum(size, 1e-12)) ** 0.25
    ratio = jnp.where(
        good,
        jnp.where(
            fresh,
            jnp.where(max_step, 2 * target / FIRST, 1.0),
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
    return jax.tree.map(lambda after, before: jnp.where(under_way, after, before), new, old)


def _predict(state: LaneState, target: Array) -> tuple[Array, Array, Array]:
    """Predicted end of the next step, at most at the target."""
    span = state.point - state.before
    chord = _length(span)
    first = chord == 0

    def ahead(step: Array) -> Array:
        r = step / jnp.where(first, 1.0, chord)  # Hermite's cubic, a fraction r beyond its second point
        cubic = chord * (r * r * (1 + r) * state.tangent_before + r * (1 + r) ** 2 * state.tangent)
        return state.point + jnp.where(first, step * state.tangent, cubic - r * r * (3 + 2 * r) * span)

    trial = ahead(state.step)
    distance = target - state.point[-1]
    landing = trial[-1] >= target
    step = state.step
    for _ in range(2):  # regula falsi on the predicted strength; the corrector removes its error
        rise = ahead(step)[-1] - state.point[-1]
        step = jnp.where(landing & (rise > 0), step * jnp.clip(distance / rise, 0.0, 1.0), step)
    trial = ahead(step)
    return trial.at[-1].set(jnp.where(landing, target, trial[-1])), step, landing


def _bordered(system: System, point: Array, border: Array, data: Any) -> tuple[Array, Array, Array, Array]:
    """Newton step orthogonal to `border`, kernel direction, determinant, and size of F."""
    value, by_x, by_strength = system(point[:-1], point[-1], data)
    matrix = jnp.concatenate([jnp.concatenate([by_x, by_strength[:, None]], axis=1), border[None]])
    nothing = jnp.zeros_like(value)
    right = jnp.stack(
        [jnp.concatenate([-value, nothing[:1]]), jnp.concatenate([nothing, jnp.ones_like(nothing[:1])])], axis=1
    )
    answer, volume = linear_solve.solve(matrix, right)
    return answer[:, 0], answer[:, 1], volume, _largest(value)


def _with(state: LaneState, **changes: Array) -> LaneState:
    values = {field.name: getattr(state, field.name) for field in fields(LaneState)}
    return LaneState(**(values | changes))


def _dot(p: Array, q: Array) -> Array:
    return jnp.sum(p * q, axis=0)


def _length(p: Array) -> Array:
    return jnp.sqrt(jnp.sum(p * p, axis=0))


def _largest(p: Array) -> Array:
    return jnp.max(jnp.abs(p), axis=0, initial=0.0)
