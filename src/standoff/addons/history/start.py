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
    size = model.size(layout)
    fixed = _mask(layout)
    value = jax.jit(jax.value_and_grad(lambda u: density.energy(u, rows)))
    curvature = jax.jit(lambda u: hessian(lambda v: density.energy(v, rows), u))
    u = np.zeros(size)
    for _ in range(ROUNDS):
        u = _mode(value, u, ~fixed)
        bend = np.asarray(curvature(jnp.asarray(u)))[np.ix_(~fixed, ~fixed)]
        values, vectors = np.linalg.eigh(bend)
        variance = np.zeros(size)
        variance[~fixed] = (vectors**2 / np.maximum(np.abs(values), LEAST)).sum(1)
        u = _scales(u, variance, layout)
    return _mode(value, u, ~fixed)


def _mask(layout: model.Layout) -> np.ndarray:
    scales = {model.scale_block(name) for name in model.SCALES}
    return np.concatenate(
        [np.full(int(np.prod(shape)), name in scales) for name, shape in model.shapes(layout).items()]
    )


def _mode(value: Callable[[jax.Array], tuple[jax.Array, jax.Array]], u: Floats, free: np.ndarray) -> Floats:
    def function(x: Floats) -> tuple[float, Floats]:
        point = u.copy()
        point[free] = x
        energy, slope = value(jnp.asarray(point))
        return float(energy), np.asarray(slope)[free]

    out = u.copy()
    out[free] = minimize(function, u[free], jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return out


def _scales(u: Floats, variance: Floats, layout: model.Layout) -> Floats:
    """The point with new scales; what they multiply keeps its size."""
    blocks = {name: np.asarray(block) for name, block in model.split(jnp.asarray(u), layout).items()}
    spread = {name: np.asarray(block) for name, block in model.split(jnp.asarray(variance), layout).items()}
    out = dict(blocks)
    for size, of in model.SCALES.items():
        name = model.scale_block(size)
        groups = _groups(size, blocks[of].shape)
        moved = np.array(blocks[name], float).reshape(-1)
        squares = blocks[of] ** 2 + spread[of]
        new = blocks[of].copy()
        for i, group in enumerate(groups):
            old = np.exp(model.SCALE_SPREAD * moved[i])
            total, count = float((squares[group] * old**2).sum()), int(np.size(squares[group]))
            best = minimize_scalar(
                lambda z, total=total, count=count: (
                    0.5 * z**2 + count * model.SCALE_SPREAD * z + 0.5 * total * np.exp(-2 * model.SCALE_SPREAD * z)
                ),
                bounds=(-5, 5),
                method="bounded",
            ).x
            new[group] = blocks[of][group] * old / np.exp(model.SCALE_SPREAD * best)
            moved[i] = best
        out[name], out[of] = moved.reshape(blocks[name].shape), new
    return np.concatenate([out[name].reshape(-1) for name in model.shapes(layout)])


def _groups(name: str, shape: tuple[int, ...]) -> list[Any]:
    """Indices of the numbers that each scale of a block multiplies."""
    if name == "slope":
        return [kind == model.KIND_OF for kind in range(len(model.KIND_NAMES))]
    return [np.s_[...]]
