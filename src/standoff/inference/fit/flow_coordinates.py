"""Non-centred noise to flow: sample the realised monthly flow instead of its noise.

Claims about a cumulative count determine its monthly flows closely. In the standard normal z of the noise, a change of
any parameter of the flow must be offset by the noise of every month, to within the error of the count: the posterior is
a long thin valley whose direction changes with every process. So where a mechanism declares that its noise multiplies a
gauge (`NOISE`), a fit may sample y instead,

    log gauge = middle + size y         z = (log gauge - log gauge at z = 0) / spread

with `middle` and `size` taken at the mode, so that y = z there. The effect of parameters on a flow then enters only
through the prior of z: density of y = normal density of z, times size / spread. `spread` is the change of the logarithm
of the gauge by one standard deviation of z. Where a gauge does not change (no fighting), y is z.

Source: derivation (change of variables); papaspiliopoulos2007 (centred parametrisations).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import ndtr

from standoff.components import Noise
from standoff.engine.program import Program


class FlowCoordinates(NamedTuple):
    """The noises with flow coordinates, and their locations and scales."""

    on: Any  #: (flow noise,) 1 for a flow coordinate, 0 for the noise itself
    middle: Any  #: (step, flow noise) log of the gauge at y = 0, canonical
    size: Any  #: (step, flow noise)


class FlowObservation(NamedTuple):
    """Result of a step in flow coordinates, (flow noise, B)."""

    z: Array  #: the noise
    middle: Array  #: log of the gauge at z = 0
    log_spread: Array
    log_ratio: Array  #: log(spread / size); 0 where the coordinate is the noise itself


@dataclass(frozen=True, eq=False)
class FlowGauges:
    """The noises of a program that can have flow coordinates."""

    program: Program
    names: tuple[str, ...]  #: `MECHANISM/NAME`
    cells: tuple[tuple[str, str], ...]  #: gauge and mechanism of each

    def off(self, steps: int) -> FlowCoordinates:
        """Coordinates without flows: the noise itself."""
        shape = (steps, len(self.names))
        return FlowCoordinates(np.zeros(len(self.names)), np.zeros(shape), np.ones(shape))

    def noise_from_flow(
        self,
        rows: dict[str, Array],
        how: FlowCoordinates,
        before: Mapping[str, Array],
        values: Callable[[int], Array],
        k: Array,
    ) -> FlowObservation:
        """Noise of a step from its coordinates `rows`, for the noises `names`, with settings `how`."""
        if not self.names:
            nothing = jnp.zeros((0, *next(iter(before.values())).shape))
            return FlowObservation(nothing, nothing, nothing, nothing)
        parts = {part for _, part in self.cells}
        mechanisms = tuple(part for part in self.program.plan.mechanisms if part.name in parts)
        own = Program(replace(self.program.plan, mechanisms=mechanisms), self.program.layout)

        def gauges(z: float) -> Array:
            at = {name: jnp.full_like(row, z) if name in self.names else row for name, row in rows.items()}
            flows = own.flows(before, values, Noise(at, {name: ndtr(-row) for name, row in at.items()}), k)
            dt = self.program.plan.scenario.calendar.dt
            return jnp.stack([before[cell] + dt * flows[cell, part] for cell, part in self.cells])

        low, high = gauges(0.0), gauges(1.0)
        y = jnp.stack([rows[name] for name in self.names])
        moves = (low > 0) & (high > low)
        middle = jnp.log(jnp.where(moves, low, 1.0))
        spread = jnp.where(moves, jnp.log(jnp.where(moves, high, 2.0)) - middle, 1.0)
        followed = (jnp.asarray(how.on)[:, None] > 0) & moves
        gauge = jnp.asarray(how.middle)[:, None] + jnp.asarray(how.size)[:, None] * y
        z = jnp.where(followed, (gauge - middle) / spread, y)
        rows |= dict(zip(self.names, z, strict=True))
        log_spread = jnp.log(spread)
        return FlowObservation(
            z, middle, log_spread, jnp.where(followed, log_spread - jnp.log(jnp.asarray(how.size)[:, None]), 0.0)
        )


def gauges(program: Program) -> FlowGauges:
    """The noises of a program whose mechanisms declare the gauge that they multiply."""
    out = {}
    for part in program.plan.mechanisms:
        for noise in part.noise:
            word, _, member = noise.partition(".")
            if gauge := part.module.NOISE[word].gauge:
                out[f"{part.name}/{noise}"] = (f"{gauge}.{member}" if member else gauge, part.name)
    return FlowGauges(program, tuple(out), tuple(out.values()))
