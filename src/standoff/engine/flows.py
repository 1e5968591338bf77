"""Flows into each stock in each step, from the recorded paths of a run.

Flows follow from the state, the parameters, the options in force and the noise, so that a run need not record them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff.engine import parameters
from standoff.engine.program import Program
from standoff.engine.run import Run, once_per_run
from standoff.xla import float_precision

BLOCK = 512  # draws per block


@once_per_run
def mean_flows(run: Run) -> np.ndarray:
    """(T, flow) means over the path draws that did not fail, canonical units per month.

    Flows are in the order of `ProgramLayout.flow_names`.
    """
    program, total = run.model.program, np.zeros(())
    ids = np.flatnonzero(run.valid_paths)
    with float_precision(run.settings.precision):
        summed = _compiled(program, program.flow_names, 0, weighted=True)
        for selected, arrays in _blocks(run, ids, 0):
            weight = (np.arange(BLOCK) < len(selected)).astype(arrays[0].dtype)
            total = total + np.asarray(summed(*arrays, weight), np.float64)
    return np.asarray(total / max(len(ids), 1))


def flow_paths(run: Run, cells: tuple[str, ...], since: int) -> tuple[tuple[tuple[str, str], ...], np.ndarray]:
    """Names (cell, component) and values (T - since, flow, draw) of all flows into some stocks.

    Draws are those with a path, in order; all values of a failed draw are NaN.
    """
    program, ids = run.model.program, np.arange(run.settings.paths)
    names = tuple(name for name in program.flow_names if name[0] in cells)
    out = np.full((program.steps - since, len(names), len(ids)), np.nan, np.float32)
    with float_precision(run.settings.precision):
        flows = _compiled(program, names, since, weighted=False)
        for selected, arrays in _blocks(run, ids, since):
            out[..., selected] = np.asarray(flows(*arrays, None))[..., : len(selected)]
    out[..., ~run.valid_paths] = np.nan
    return names, out


def _blocks(run: Run, ids: np.ndarray, since: int) -> Iterator[tuple[np.ndarray, tuple[Any, ...]]]:
    """Draws in padded blocks of one size, each with its arguments for `_compiled`."""
    seed, first = np.uint32(run.settings.seed % 2**32), run.settings.first
    for start in range(0, len(ids), BLOCK):
        selected = ids[start : start + BLOCK]
        padded = np.concatenate([selected, np.full(BLOCK - len(selected), selected[0])])
        cells, chosen, numbers = (
            np.ascontiguousarray(np.moveaxis(stored[padded], 0, -1))
            for stored in (run.stock_paths[:, since:-1], run.path_chosen[:, since:], run.parameter_values)
        )
        yield selected, (cells, chosen.astype(np.int32), numbers, seed, (first + padded).astype(np.uint32))


@lru_cache(maxsize=16)
def _compiled(program: Program, names: tuple[tuple[str, str], ...], since: int, *, weighted: bool) -> Any:
    """Compile flows of a block: (step, flow, draw), or weighted sums over draws (step, flow)."""

    def flows_of_block(cells: Any, chosen: Any, numbers: Any, seed: Any, ids: Any, weight: Any) -> Any:
        params = parameters.ParameterValues(
            program.layout, numbers[np.array(program.layout.varying, int)], numbers[:, 0]
        )

        gains = program.filter_gains(params)

        def of_step(inputs: tuple[Any, ...]) -> Any:
            k, stocks, current = inputs
            state = dict(zip(program.plan.cells, stocks, strict=True))
            noise = program.noise_of(parameters.uniforms(seed, program.noise, k, ids, cells.dtype))
            _, flows = program.advance(state, params.at(k, state), current, noise, k, gains)
            result = jnp.stack([flows[name] for name in names])
            return jnp.matmul(result, weight, precision=lax.Precision.HIGHEST) if weighted else result

        return lax.map(of_step, (jnp.arange(since, program.steps, dtype=jnp.int32), cells, chosen))

    return jax.jit(flows_of_block)
