"""A point in the bulk of the posterior: mode given the scales, scales given the rest (EM).

The joint mode of a model with unknown scales lies where scales run away. Here the scales are those that maximise the
expectation of their density over a normal approximation of everything else: a step of EM each time (dempster1977).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize, minimize_scalar

from standoff.addons.history import model
from standoff.inference.mode import LEAST
from standoff.inference.nuts import DensityModel, hessian
from standoff.types import Floats

ROUNDS = 3  #: of EM; assumption: the scales move by less than a tenth in the last
ITERATIONS = 400  #: of the search for a mode; assumption: enough for slopes below a hundredth


def start(density: DensityModel, rows: model.Rows, layout: model.Layout) -> Floats:
    """The point: (coordinate,)."""
    scales = {model.scale_block(name) for name in model.SCALES}
    free = np.concatenate(
        [np.full(int(np.prod(shape)), name not in scales) for name, shape in model.shapes(layout).items()]
    )
    evaluate = jax.jit(jax.value_and_grad(lambda u: density.energy(u, rows)))
    curvature = jax.jit(lambda u: hessian(lambda v: density.energy(v, rows), u))
    u = np.zeros(len(free))
    for _ in range(ROUNDS):
        u = _mode(evaluate, u, free)
        bend = np.asarray(curvature(jnp.asarray(u)))[np.ix_(free, free)]
        values, vectors = np.linalg.eigh(bend)
        variance = np.zeros(len(free))
        variance[free] = (vectors**2 / np.maximum(np.abs(values), LEAST)).sum(1)
        u = _scales(u, variance, layout)
    return _mode(evaluate, u, free)


def _mode(evaluate: Callable[[jax.Array], tuple[jax.Array, jax.Array]], u: Floats, free: np.ndarray) -> Floats:
    out = u.copy()

    def function(x: Floats) -> tuple[float, Floats]:
        out[free] = x
        energy, slope = evaluate(jnp.asarray(out))
        return float(energy), np.asarray(slope)[free]

    out[free] = minimize(function, u[free], jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return out


def _scales(u: Floats, variance: Floats, layout: model.Layout) -> Floats:
    """The point with new scales; what they multiply keeps its size."""
    blocks, spread = (
        {name: np.array(block) for name, block in model.split(jnp.asarray(values), layout).items()}
        for values in (u, variance)
    )
    for name in model.SCALES:
        scales, block = blocks[model.scale_block(name)].reshape(-1), blocks[name]
        for i in range(len(scales)):
            group: Any = i == model.KIND_OF if name == "slope" else ...  # what the scale multiplies
            old = np.exp(model.SCALE_SPREAD * scales[i])
            squares = (block[group] ** 2 + spread[name][group]) * old**2
            total = float(squares.sum()), squares.size
            scales[i] = minimize_scalar(_energy, args=total, bounds=(-5, 5), method="bounded").x
            block[group] = block[group] * old / np.exp(model.SCALE_SPREAD * scales[i])
    return np.concatenate([block.reshape(-1) for block in blocks.values()])


def _energy(z: float, total: float, count: int) -> float:
    """Energy of a scale, given the sum of the squares of `count` numbers that it multiplies."""
    spread = model.SCALE_SPREAD
    return float(0.5 * z**2 + count * spread * z + 0.5 * total * np.exp(-2 * spread * z))
