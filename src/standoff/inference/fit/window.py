"""Estimation window: differentiable simulation from standard normals to stocks.

History before the stretch is simulated as a run does it; in the stretch, choices are those that were seen, and what is
compared with claims is predicted by the processes and not imposed. So no game is solved on the way, and the path is a
smooth function of its numbers wherever the mechanisms are. The numbers, in order:

    parameters      those that vary, as `engine.draws` has them before correlation
    start           stocks that history has moved: mean + deviation z over futures of the prior, within their bounds
    chance          of every step and mechanism

A stock that history has left alone starts at its own parameter, and one that is imposed at the first state at the claimed
number times its scale, as in a run. That stocks which history has moved are independent of one another is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.scipy.special import ndtr

from standoff import expression
from standoff.components import Noise
from standoff.engine import parameters as draws
from standoff.engine.model import Model
from standoff.engine.program import Program
from standoff.errors import ModelError, join_limited
from standoff.inference.fit.flow_coordinates import FlowCoordinates, FlowGauges, FlowObservation, gauges
from standoff.plan import Plan, PlannedObservation
from standoff.scenario import calendar

FUTURES = 256  #: draws up to the first state: standard deviations have an error of 4.4 %
SUGGESTED = 3  #: entries of a missing section; assumption
SEED = 1  #: standard deviations of these draws; they only set the initial state


class InitialState(NamedTuple):
    """Stocks at the first state: each is a parameter, an imposed number, or a normal one."""

    left: dict[str, int]  #: parameter of a stock without history
    imposed: dict[str, tuple[float, int]]  #: claimed number, parameter of its scale
    mean: dict[str, float]
    deviation: dict[str, float]  #: 0 for a fixed one


class SimulatedPath(NamedTuple):
    """Simulated paths of the window for some futures."""

    params: draws.ParameterValues
    cells: dict[str, Array]  #: (S, B)
    flows: FlowObservation  #: (S - 1, flow noise, B)


@dataclass(frozen=True, eq=False)
class EstimationWindow:
    """A model over the estimation window. Letters: B futures, S states of the window."""

    model: Model
    program: Program  #: of the model, with the compared stocks free after the first state
    first: int  #: first state
    last: int  #: state at as_of
    start: InitialState

    @property
    def steps(self) -> int:
        """Number of steps, S - 1."""
        return self.last - self.first

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates: parameter path, `start STOCK`, `chance MECHANISM/NAME at DATE`."""
        layout, label = self.model.layout, self.model.scenario.calendar.label
        noise = (
            f"chance {name} at {label(k + 1)}" for k in range(self.first, self.last) for name in self.program.noise
        )
        return (*(layout.names[i] for i in layout.varying), *(f"start {cell}" for cell in self.moved), *noise)

    @cached_property
    def noise(self) -> tuple[str, ...]:
        """`MECHANISM/NAME` of the coordinates that are noise; empty for the others."""
        chance = [*self.program.noise] * self.steps
        return (*[""] * (len(self.names) - len(chance)), *chance)

    @property
    def without_flows(self) -> FlowCoordinates:
        """Coordinates in which every noise is itself."""
        return self.gauges.off(self.steps)

    @cached_property
    def without_slope(self) -> list[int]:
        """Coordinates of uncertain numbers of conditions: the path jumps where a stock passes one."""
        read = self.model.plan.condition_numbers.values()
        return [row for row, i in enumerate(self.model.layout.varying) if i in read]

    @cached_property
    def freed(self) -> list[PlannedObservation]:
        """Observations of the scenario that a run imposes and the window predicts."""
        plan = self.model.plan
        free = free_stocks(plan)
        return [item for item in plan.observations if item.cell in free and any(item.values[free[item.cell] + 1 :])]

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """Stocks with a random initial value."""
        return tuple(cell for cell, deviation in self.start.deviation.items() if deviation > 0)

    def given(self, z: Array) -> draws.ParameterValues:
        """The parameters of coordinates `z` (coordinate, B)."""
        layout, table = self.model.layout, jax.tree.map(jnp.asarray, self.model.table)
        return draws.ParameterValues(layout, draws.from_normal(layout, table, z[: len(layout.varying)]), table.a)

    @cached_property
    def gauges(self) -> FlowGauges:
        """The noises that can have flow coordinates."""
        return gauges(self.program)

    def path(self, z: Array, how: FlowCoordinates | None = None) -> SimulatedPath:
        """The paths of coordinates `z` (coordinate, B), with flow coordinates `how`."""
        how = how or self.without_flows
        program, params = self.program, self.given(z)
        at = len(self.model.layout.varying)
        cells = self._cells(params, z[at : at + len(self.moved)])
        chance = z[at + len(self.moved) :].reshape(self.steps, len(program.noise), z.shape[1])
        options = jnp.asarray(imposed_options(program.plan).T[self.first : self.last])

        def step(before: dict[str, Array], now: tuple[Array, ...]) -> tuple[dict[str, Array], tuple[Any, ...]]:
            k, chosen, noise, middle, size = now
            in_force = jnp.broadcast_to(chosen[:, None], (chosen.shape[0], z.shape[1]))
            rows, step_how = dict(zip(program.noise, noise, strict=True)), FlowCoordinates(how.on, middle, size)
            effective = program.effective_parameters(params, in_force)
            observation = self.gauges.noise_from_flow(rows, step_how, before, effective, k)
            with_tails = Noise(rows, {name: ndtr(-row) for name, row in rows.items()})
            new, _ = program.advance(before, params, in_force, with_tails, k, record_adjustments=False)
            return new, (new, observation)

        ks = jnp.arange(self.first, self.last, dtype=jnp.int32)
        each = ks, options, chance, jnp.asarray(how.middle), jnp.asarray(how.size)
        _, (later, followed) = lax.scan(step, cells, each)
        path = {cell: jnp.concatenate([cells[cell][None], later[cell]]) for cell in cells}
        return SimulatedPath(params, path, followed)

    def _cells(self, params: draws.ParameterValues, z: Array) -> dict[str, Array]:
        start = self.start
        out: dict[str, Array] = {cell: params[i] for cell, i in start.left.items()}
        out |= {cell: value * params[scale] for cell, (value, scale) in start.imposed.items()}
        own = dict(zip(self.moved, z, strict=True))
        for cell, mean in start.mean.items():
            value = mean + start.deviation[cell] * own[cell] if cell in own else jnp.asarray(mean)
            for word, clip in (("floor", jnp.maximum), ("cap", jnp.minimum)):
                bound = self.program.stock_bound(cell, word)
                value = value if bound is None else clip(value, bound)
            out[cell] = value
        return {cell: jnp.broadcast_to(out[cell], params.varying.shape[1:]) for cell in self.program.plan.cells}


def imposed_options(plan: Plan) -> np.ndarray:
    """(choice, step) option of history, -1 where the choice is free."""
    table = np.array([choice.imposed_options for choice in plan.choices], np.int32)
    return table.reshape(len(plan.choices), plan.scenario.calendar.steps)


def free_stocks(plan: Plan) -> dict[str, int]:
    """The compared stocks, and the state up to which each is imposed."""
    ends = [(cell, item.first) for item in plan.compared for cell in expression.stock_names(item.node)]
    return {cell: min(end for other, end in ends if other == cell) for cell, _ in ends}


def window(model: Model) -> EstimationWindow:
    """The estimation window of a fit of `model`. Call in double precision."""
    plan = model.plan
    if plan.scenario.fit is None:
        raise ModelError("the scenario has no fit targets", path="fit", fix=f"add {_suggested(plan)}")
    first = plan.scenario.calendar.index(calendar.last_day(plan.scenario.fit.since))
    if first >= plan.first_future_step:
        raise ModelError(
            f"since {plan.scenario.fit.since} is not before as_of {plan.scenario.as_of}: nothing is left to learn from",
            path="fit.since",
            fix="an earlier `since`, or a later as_of",
        )
    early = [plan.parameters[item.target].path for item in plan.interventions if item.first < plan.first_future_step]
    if early:
        raise ModelError(
            f"{join_limited(early)} would change during the fit",
            path="interventions",
            fix="apply it from the start, or from as_of on",
        )
    model = replace(model, layout=replace(model.layout, changes=model.plan.stock_effects))  # no intervention by as_of
    free = free_stocks(plan)
    observations = tuple(
        replace(item, values=tuple(None if k > free[item.cell] else v for k, v in enumerate(item.values)))
        if item.cell in free
        else item
        for item in plan.observations
    )
    program = Program(replace(plan, observations=observations), model.layout)
    return EstimationWindow(model, program, first, plan.first_future_step, _start(model, first))


def _suggested(plan: Plan) -> str:
    """A default `fit` section: all imposed stocks, free from their start."""
    entries = [
        f"{item.cell.replace('.', '_').lower()}: {{claims: {{{', '.join(f'{k}: {v}' for k, v in observation.claims.items())}}}, "
        f"value: {item.cell}}}"
        for item in plan.observations
        for observation in [plan.scenario.observations[item.cell]]
        if len({value for value in item.values if value is not None}) > 1
    ]
    targets = ", ".join(entries[:SUGGESTED]) or "NAME: {claims: {subject: ACTOR, quantity: WORD}, value: STOCK}"
    return f"`fit: {{since: {plan.scenario.start}, targets: {{{targets}}}}}`"


def _start(model: Model, first: int) -> InitialState:
    """Distribution of each stock at a state, from prior futures that follow the history."""
    plan, program = model.plan, model.program
    ids = jnp.arange(FUTURES, dtype=jnp.uint32)
    seed, dtype = jnp.asarray(SEED, jnp.uint32), jnp.zeros(()).dtype
    table = jax.tree.map(jnp.asarray, model.table)

    def uniforms(names: Any, number: Any = 0) -> Array:
        return draws.uniforms(seed, names, number, ids, dtype)

    @jax.jit
    def run() -> tuple[dict[str, Array], Array]:
        layout = model.layout
        varying = draws.parameters(layout, table, uniforms([layout.names[i] for i in layout.varying]))
        params = draws.ParameterValues(layout, varying, table.a)
        options = jnp.asarray(imposed_options(plan))

        def step(k: Array, cells: dict[str, Array]) -> dict[str, Array]:
            in_force = jnp.broadcast_to(options[:, k][:, None], (options.shape[0], FUTURES))
            noise = program.noise_of(uniforms(program.noise, k))
            return program.advance(cells, params, in_force, noise, k, record_adjustments=False)[0]

        return lax.fori_loop(0, first, step, program.start(params)["cells"]), params.stacked()

    cells, parameters = jax.tree.map(np.asarray, run())
    observed, there = program.observed
    imposed = {
        item.cell: (float(observed[n, first]), item.scale)
        for n, item in enumerate(plan.observations)
        if there[n, first]
    }
    left = {
        cell: i
        for cell, i in zip(plan.cells, plan.initial, strict=True)
        if cell not in imposed and np.array_equal(cells[cell], parameters[i])
    }
    rest = [cell for cell in plan.cells if cell not in left and cell not in imposed]
    return InitialState(
        left,
        imposed,
        {cell: float(cells[cell].mean()) for cell in rest},
        {cell: float(cells[cell].std()) for cell in rest},
    )
