"""Flows into each stock in each step, from the recorded paths of a run.

Flows follow from the state, the parameters, the options that held and the noise, so that a run need not carry them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff.engine import parameters
from standoff.engine.run import Run, once_per_run
from standoff.xla import float_precision

if TYPE_CHECKING:
    from standoff.engine.program import Program

BLOCK = 512  # draws worked out at once


@once_per_run
def mean_flows(run: Run) -> np.ndarray:
    """(T, flow) means over the path draws that did not fail, canonical units per month.

    Flows are in the order of `ProgramLayout.flow_names`.
    """
    program, total = run.model.program, np.zeros(())
    ids, first = np.flatnonzero(run.valid_paths), run.settings.first
    with float_precision(run.settings.precision):
        summed = _compiled(program)
        for start in range(0, len(ids), BLOCK):
            selected = ids[start : start + BLOCK]
            padded = np.concatenate([selected, np.full(BLOCK - len(selected), selected[0])])
            cells, chosen, numbers = (
                np.ascontiguousarray(np.moveaxis(stored[padded], 0, -1))
                for stored in (run.stock_paths[:, :-1], run.path_chosen, run.parameters)
            )
            weight = (np.arange(BLOCK) < len(selected)).astype(cells.dtype)
            seed = np.uint32(run.settings.seed % 2**32)
            total = total + np.asarray(
                summed(cells, chosen.astype(np.int32), numbers, weight, seed, (first + padded).astype(np.uint32)),
                np.float64,
            )
    return np.asarray(total / max(len(ids), 1))


@lru_cache(maxsize=8)
def _compiled(program: Program) -> Any:
    names, steps = program.flow_names, program.steps

    def summed(cells: Any, chosen: Any, numbers: Any, weight: Any, seed: Any, ids: Any) -> Any:
        params = parameters.ParameterValues(
            program.layout, numbers[np.array(program.layout.varying, int)], numbers[:, 0]
        )

        def of_step(inputs: tuple[Any, ...]) -> Any:
            k, stocks, current = inputs
            state = dict(zip(program.plan.cells, stocks, strict=True))
            z, tails = program.noise_of(parameters.uniforms(seed, program.noise, k, ids, cells.dtype))
            _, flows = program.advance(state, params.at(k), current, z, k, tails)
            return jnp.matmul(jnp.stack([flows[name] for name in names]), weight, precision=lax.Precision.HIGHEST)

        return lax.map(of_step, (jnp.arange(steps, dtype=jnp.int32), cells, chosen))

    return jax.jit(summed)


def flow_paths(run: Run, cells: tuple[str, ...], since: int) -> tuple[tuple[tuple[str, str], ...], np.ndarray]:
    """Names (cell, component) of all flows into some stocks, and their values (T - since, flow, draw).

    Draws are those with a path, in order; of one that failed all is NaN.
    """
    program, ids = run.model.program, np.arange(run.settings.paths)
    names = tuple(name for name in program.flow_names if name[0] in cells)
    out = np.full((program.steps - since, len(names), len(ids)), np.nan, np.float32)
    with float_precision(run.settings.precision):
        worked_out = _compile(program, names, since)
        for start in range(0, len(ids), BLOCK):
            selected = ids[start : start + BLOCK]
            padded = np.concatenate([selected, np.full(BLOCK - len(selected), selected[0])])
            stocks, chosen, numbers = (
                np.ascontiguousarray(np.moveaxis(stored[padded], 0, -1))
                for stored in (run.stock_paths[:, since:-1], run.path_chosen[:, since:], run.parameters)
            )
            result = worked_out(stocks, chosen.astype(np.int32), numbers, np.uint32(run.settings.seed % 2**32),
                               padded.astype(np.uint32))  # fmt: skip
            out[..., selected] = np.asarray(result)[..., : len(selected)]
    out[..., ~run.valid_paths] = np.nan
    return names, out


@lru_cache(maxsize=8)
def _compile(program: Program, names: tuple[tuple[str, str], ...], since: int) -> Any:
    def worked_out(cells: Any, chosen: Any, numbers: Any, seed: Any, ids: Any) -> Any:
        params = parameters.ParameterValues(
            program.layout, numbers[np.array(program.layout.varying, int)], numbers[:, 0]
        )

        def of_step(inputs: tuple[Any, ...]) -> Any:
            k, stocks, current = inputs
            state = dict(zip(program.plan.cells, stocks, strict=True))
            z, tails = program.noise_of(parameters.uniforms(seed, program.noise, k, ids, cells.dtype))
            _, flows = program.advance(state, params.at(k), current, z, k, tails)
            return jnp.stack([flows[name] for name in names])

        return lax.map(of_step, (jnp.arange(since, program.steps, dtype=jnp.int32), cells, chosen))

    return jax.jit(worked_out)
