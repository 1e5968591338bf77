"""Look-ahead: simulate stocks some time after a choice under each of its options.

There is one short rollout per draw and option. All options of a draw get the same random numbers, so that differences
come from the options alone; these numbers are not those of the run, so that no actor knows the future.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import jax.numpy as jnp
from jax import Array, lax

from standoff.engine import parameters

if TYPE_CHECKING:
    from standoff.engine.dynamics import Dynamics

Chance: TypeAlias = Callable[[Array], Array]  #: step of a rollout -> uniforms (noise, B)

LONGEST = 4096  # numbers set aside for the rollouts of one date; no horizon is longer


def rollout_noise(dynamics: Dynamics, seed: Array, ids: Array, k: Array, dtype: jnp.dtype) -> Chance:
    """Random numbers of the rollouts that begin at step `k`."""
    names = [f"ahead/{name}" for name in dynamics.noise]
    return lambda n: parameters.uniforms(seed, names, k * LONGEST + n, ids, dtype)


def rollout_stocks(
    dynamics: Dynamics,
    cells: Mapping[str, Array],
    params: parameters.ParameterValues,
    chosen: Array,
    k: Array,
    choice: int,
    steps: int,
    uniforms: Chance,
) -> list[dict[str, Array]]:
    """Stocks `steps` after step `k` under each option of a choice, starting from those at `k`."""
    options, size = len(dynamics.plan.choices[choice].options), chosen.shape[1]
    # actors do not foresee interventions: parameters keep their values at the date of the choice
    step = params.step if params.step is None or not jnp.ndim(params.step) else jnp.tile(params.step, options)
    wide = parameters.ParameterValues(params.layout, jnp.tile(params.varying, (1, options)), params.points, step=step)
    current = jnp.tile(chosen, (1, options)).at[choice].set(jnp.repeat(jnp.arange(options, dtype=chosen.dtype), size))

    def one(state: dict[str, Array], n: Array) -> tuple[dict[str, Array], None]:
        z, tails = dynamics.noise_of(jnp.tile(uniforms(n), (1, options)))
        return dynamics.advance(state, wide, current, z, k + n, tails, record_adjustments=False)[0], None

    start = {cell: jnp.tile(value, options) for cell, value in cells.items()}
    last, _ = lax.scan(one, start, jnp.arange(steps, dtype=jnp.int32))
    return [{cell: value.reshape(options, size)[o] for cell, value in last.items()} for o in range(options)]
