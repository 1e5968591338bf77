"""Search for further solutions at a strength: Newton's method from many starts.

Every result is a solution; finding no further one proves nothing. Unstable solutions are found as well as stable ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from standoff.addons.games.continuation import System
from standoff.games import linear_solve
from standoff.xla import NO_MULTI_OUTPUT_FUSION

LEAP = 2.0  # assumption: longest change of one unknown in a step, log-odds
NEWTON = 100  # assumption: steps from a start; convergence takes about ten, at high strength more
BLOCK = 512  # starts that are followed side by side


def newton(
    system: System, data: Any, strength: NDArray[np.float64], starts: NDArray[np.float64], tolerance: float = 1e-10
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """End points of Newton's method from `starts` (unknown, lane), and convergence (lane,).

    data: arrays (..., lane) that `system` gets
    strength: (lane,)
    tolerance: largest last correction, relative to 1 + the largest |x|
    """
    lanes = len(strength)
    width = min(BLOCK, max(8, 1 << (lanes - 1).bit_length())) if lanes else 0
    x, good = np.empty_like(starts), np.zeros(lanes, bool)
    with jax.enable_x64(True):
        program = _program(system, tolerance)
        for first in range(0, lanes, width or 1):
            block = np.arange(first, min(first + width, lanes))
            lane = np.resize(block, width)
            result, settled = program(starts[:, lane], strength[lane], jax.tree.map(lambda a: a[..., lane], data))  # noqa: B023
            x[:, block], good[block] = np.asarray(result)[:, : len(block)], np.asarray(settled)[: len(block)]
    return x, good


@cache
def _program(system: System, tolerance: float) -> Callable[..., tuple[Array, Array]]:
    def run(start: Array, strength: Array, data: Any) -> tuple[Array, Array]:
        leap = LEAP + jnp.max(jnp.abs(start), axis=0) / NEWTON * 4  # a start far out is not out of reach

        def going(carry: tuple[Array, Array, Array]) -> Array:
            return (carry[2] < NEWTON) & ~jnp.all(carry[1])

        def step(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            x, settled, count = carry
            value, by_x, _ = system(x, strength, data)
            change = linear_solve.solve(by_x, -value[:, None])[0][:, 0]
            largest = jnp.max(jnp.abs(change), axis=0)
            there = largest <= tolerance * (1 + jnp.max(jnp.abs(x), axis=0))
            moved = jnp.where(settled, x, x + change * jnp.minimum(1.0, leap / largest))
            return moved, settled | there, count + 1

        x, settled, _ = lax.while_loop(going, step, (start, jnp.zeros(strength.shape, bool), jnp.asarray(0)))
        return x, settled & jnp.all(jnp.isfinite(x), axis=0)

    return jax.jit(run, compiler_options=NO_MULTI_OUTPUT_FUSION)
