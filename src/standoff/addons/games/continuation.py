"""Continuation: follow curves of equilibria to a target strength, for many games at once.

    F(x, strength) = 0,   x = start at strength 0   ->   x at strength = target

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

Sources: turocy2005 (coordinates and curve), allgower_georg1990 (the method; `predictor_corrector` has the steps).
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
from jax import Array, lax
from numpy.typing import NDArray

from standoff.addons.games import predictor_corrector
from standoff.xla import NO_MULTI_OUTPUT_FUSION

System: TypeAlias = predictor_corrector.System

CAREFUL = 0.1  # part of the usual tolerances with which a lost curve is followed again
BURST = 8  # assumption: evaluations between two looks at which lanes are done


@dataclass(frozen=True)
class TraceResult:
    """End point of each curve, (..., lane)."""

    x: NDArray[np.float64]  #: (unknown, lane)
    strength: NDArray[np.float64]  #: (lane,), the target if it arrived
    residual: NDArray[np.float64]  #: (lane,), size of the last correction
    reached_target: NDArray[np.bool_]  #: (lane,)
    steps: NDArray[np.int64]  #: (lane,), evaluations of the system
    turning: NDArray[np.int64]  #: (lane,), turning points passed
    crossings: NDArray[np.int64]  #: (lane,), branch points passed


def by_differentiation(equations: Callable[[Array, Array, Any], Array]) -> System:
    """System of one lane from `equations(x (unknown,), strength, data) -> (unknown,)`."""

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
) -> TraceResult:
    """Follow every curve from `start` at strength 0 to its target.

    system: pass the same object in all calls, since the compiled program is cached by it
    data: arrays (..., lane) that `system` gets
    target: (lane,), not below 0
    start: (unknown, lane), where F(start, 0) = 0; zeros unless given
    bold: (lane,), whether the target has a single solution, so that any path to it is valid
    lanes: curves that are followed side by side
    tolerance: largest last correction of a curve that arrived, relative to 1 + the largest |x|

    A curve that does not reach its target is followed once more with stricter steps. Without unknowns every curve is
    at its target.
    """
    if not unknowns:
        games = len(target)
        return TraceResult(
            np.zeros((0, games)),
            np.asarray(target, float),
            np.zeros(games),
            np.ones(games, bool),
            *np.zeros((3, games), int),
        )
    curves = Curves(
        system,
        data,
        np.asarray(target, float),
        np.zeros((unknowns, len(target))) if start is None else np.asarray(start, float),
        np.zeros(len(target), bool) if bold is None else bold,
        lanes,
        threads,
        tolerance,
    )
    result = _all(curves, np.arange(len(target)), 1.0)
    if len(lost := np.flatnonzero(~result.reached_target)):
        again = _all(curves, lost, CAREFUL)
        again.steps[:] += result.steps[lost]
        for field in fields(TraceResult):
            getattr(result, field.name)[..., lost] = getattr(again, field.name)
    return result


@dataclass(frozen=True)
class Curves:
    """Arguments of `trace`."""

    system: System
    data: Any
    target: NDArray[np.float64]
    start: NDArray[np.float64]
    bold: NDArray[np.bool_]
    lanes: int
    threads: int
    tolerance: float


def _all(curves: Curves, games: NDArray[np.int64], care: float) -> TraceResult:
    """The curves of `games`, distributed over threads."""
    result = TraceResult(
        np.empty((len(curves.start), len(games))),
        np.empty(len(games)),
        np.empty(len(games)),
        np.zeros(len(games), bool),
        *(np.zeros(len(games), int) for _ in range(3)),
    )
    shares = [np.arange(len(games))[share :: curves.threads] for share in range(min(curves.threads, len(games)))]
    if len(shares) > 1:
        with ThreadPoolExecutor(len(shares)) as pool:
            parts = list(pool.map(lambda share: _follow(curves, games[share], care), shares))
    else:
        parts = [_follow(curves, games[share], care) for share in shares]
    for share, part in zip(shares, parts, strict=True):
        for field in fields(TraceResult):
            getattr(result, field.name)[..., share] = getattr(part, field.name)
    return result


def _follow(curves: Curves, games: NDArray[np.int64], care: float) -> TraceResult:
    """The curves of `games`, some at a time; a finished lane takes the next game."""
    width = min(
        curves.lanes, max(8, 1 << (len(curves.target) - 1).bit_length())
    )  # one program for first and second try
    burst = _program(curves.system, curves.tolerance)
    lane_game, rest = np.resize(games[:width], width), games[width:]
    live = np.arange(width) < len(games)  # spare lanes repeat a game, and are not read
    inputs = (curves.target, curves.bold, curves.data)
    current = jax.tree.map(lambda a: np.ascontiguousarray(a[..., lane_game]), inputs)
    state = predictor_corrector.begin(curves.start[:, lane_game])
    state.status[~live] = predictor_corrector.LOST
    done: list[tuple[NDArray[np.int64], predictor_corrector.LaneState]] = []
    with jax.enable_x64(True):
        while live.any():
            state = jax.tree.map(np.array, burst(state, *current, care))
            free = np.flatnonzero(live & (state.status != predictor_corrector.FOLLOWING))
            if not len(free) or (len(rest) and len(free) < width // 8):
                continue
            done.append((lane_game[free], jax.tree.map(lambda a: a[..., free], state)))  # noqa: B023
            new, rest = rest[: len(free)], rest[len(free) :]
            taken = free[: len(new)]
            live[free[len(new) :]] = False
            lane_game[taken] = new
            begun = (predictor_corrector.begin(curves.start[:, new]), jax.tree.map(lambda a: a[..., new], inputs))  # noqa: B023
            for whole, piece in zip(jax.tree.leaves((state, current)), jax.tree.leaves(begun), strict=True):
                whole[..., taken] = piece
    order = np.argsort(np.concatenate([names for names, _ in done]))[np.argsort(np.argsort(games))]
    state = jax.tree.map(lambda *parts: np.concatenate(parts, axis=-1)[..., order], *(part for _, part in done))
    return TraceResult(
        state.trial[:-1],
        state.trial[-1],
        state.correction,
        state.status == predictor_corrector.ARRIVED,
        state.steps,
        state.turning,
        state.crossings,
    )


@cache
def _program(system: System, tolerance: float) -> Callable[..., predictor_corrector.LaneState]:
    def burst(
        state: predictor_corrector.LaneState, target: Array, bold: Array, data: Any, care: Array
    ) -> predictor_corrector.LaneState:
        def going(carry: tuple[predictor_corrector.LaneState, Array]) -> Array:
            return (carry[1] < BURST) & jnp.any(carry[0].status == predictor_corrector.FOLLOWING)

        def once(carry: tuple[predictor_corrector.LaneState, Array]) -> tuple[predictor_corrector.LaneState, Array]:
            return predictor_corrector.advance(system, carry[0], target, bold, data, care, tolerance), carry[1] + 1

        return lax.while_loop(going, once, (state, jnp.asarray(0)))[0]

    return jax.jit(burst, compiler_options=NO_MULTI_OUTPUT_FUSION)
