"""The central path of a model, and flows along it; needs JAX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import jax
import numpy as np

from standoff.analysis.causal import dependencies
from standoff.analysis.causal.dual import Dual, DualNumpy, slope_of, value_of
from standoff.analysis.causal.records import group
from standoff.components import Noise, arithmetic
from standoff.engine import parameters
from standoff.engine.program import Program
from standoff.plan import Component, Plan

STATES = 12  # of the central path at which slopes are taken; assumption: a sign that turns does so for longer than that

#: from a part of somebody else that needs arrays of JAX: with functions that NumPy lacks, or writing into a stock
FOREIGN = (TypeError, AttributeError, ValueError)


@dataclass(frozen=True, eq=False)
class CentralPath:
    """States of the central path as a block: each state once per perturbed stock."""

    plan: Plan
    program: Any
    numbers: tuple[Any, ...]  #: value of each parameter
    cells: Mapping[str, Any]
    chosen: Any  #: (choice, position)
    step: Any  #: (position,)
    size: Mapping[str, float]
    width: int

    @classmethod
    def of(cls, plan: Plan) -> CentralPath:
        """Simulate the central future and select some of its states."""
        layout, _ = parameters.build_table(plan)
        program = Program(plan, layout)
        middle = np.array([parameter.quantile(0.5) for parameter in plan.parameters])
        try:
            states, options = _states(program, middle, DualNumpy())
        except FOREIGN:
            states, options = _states(program, middle, None)
        since = min(plan.first_future_step, program.steps - 1)  # earlier steps are imposed
        places = np.unique(np.linspace(since, program.steps - 1, STATES).round().astype(int))
        reads = [len({*part.reads, *part.writes}) for part in plan.mechanisms]
        width = max(1, *reads, *(len(dependencies.reason_stocks(choice)) for choice in plan.choices))
        whole = {cell: np.array([state[cell] for state in states]) for cell in plan.cells}
        block = {cell: np.repeat(value[places], width) for cell, value in whole.items()}
        current = np.repeat(options[places].T, width, axis=1)
        of_stock: dict[str, float] = {}
        for cell, values in whole.items():
            of_stock[group(cell)] = max(of_stock.get(group(cell), 0.0), float(np.abs(values).max()))
        filled = {cell: float(np.abs(own).max()) or of_stock[group(cell)] or 1.0 for cell, own in whole.items()}
        numbers = [*middle]
        for item in plan.interventions:
            later = np.repeat(places, width) >= item.first
            numbers[item.target] = np.where(later, numbers[item.value], numbers[item.target])
        steps = np.repeat(places, width)
        return cls(plan, program, tuple(numbers), block, current, steps, filled, width)

    def moved(self, function: Any, cells: Sequence[str]) -> tuple[Any, Any]:
        """Values and slopes of `function(cells)` at the states: rows of state, then of cell."""
        count = len(self.step) // self.width
        ways = {cell: np.tile(np.eye(self.width)[n], count) for n, cell in enumerate(cells)}
        try:
            out = function({cell: Dual(self.cells[cell], ways[cell]) for cell in cells})
        except FOREIGN:
            values = {cell: self.cells[cell] for cell in cells}
            with arithmetic(None):
                return tuple(jax.tree.map(self.rows, each) for each in jax.jvp(function, (values,), (ways,)))
        slopes = {key: np.broadcast_to(slope_of(each), self.step.shape) for key, each in out.items()}
        return {key: self.rows(value_of(each)) for key, each in out.items()}, jax.tree.map(self.rows, slopes)

    def rows(self, value: Any) -> np.ndarray:
        """The values of a block: one row per state."""
        return np.asarray(value).reshape(-1, self.width)

    def flows(self, part: Component, chosen: Any) -> Any:
        """A function of stocks that gives the flows of one process, from `rates` if it has them."""
        if rates := getattr(part.module, "rates", None):
            part = replace(part, module=cast("ModuleType", SimpleNamespace(flows=rates)))

        own = {*part.parameters}
        choices = tuple(
            replace(choice, effects=tuple(tuple(e for e in effects if e.target in own) for effects in choice.effects))
            for choice in self.plan.choices
        )
        alone = replace(self.program, plan=replace(self.plan, mechanisms=(part,), choices=choices))
        values = alone.effective_parameters(self.numbers, chosen)
        names = [f"{part.name}/{name}" for name in part.noise] + [item.innovation for item in self.plan.disturbances]
        calm = _calm(names, self.step.shape)

        def of(cells: Mapping[str, Any]) -> dict[str, Any]:
            return {
                cell: flow for (cell, _), flow in alone.flows({**self.cells, **cells}, values, calm, self.step).items()
            }

        return of


def _states(program: Any, middle: np.ndarray, module: Any) -> tuple[list[dict[str, float]], np.ndarray]:
    """Stocks and options (T, C) in force of the central future, by the functions of a module."""
    layout, steps = program.layout, program.steps
    forced = np.array([choice.imposed_options for choice in program.plan.choices]).reshape(-1, steps).T
    calm = _calm(program.noise, (1,))

    def gains(numbers: Any) -> Any:
        varying = numbers[np.array(layout.varying, int)][:, None]
        return program.filter_gains(parameters.ParameterValues(layout, varying, numbers))

    corrections: list[Any] = [np.asarray(each) for each in jax.jit(gains)(middle)]
    cells: dict[str, Any] = {cell: np.full(1, value) for cell, value in program.stocks_at_start(middle).items()}
    chosen, states, options = program.options_at_start, [], []
    with arithmetic(module), np.errstate(all="ignore"):
        for k in range(steps):
            cells = {cell: _fixed(value) for cell, value in cells.items()}
            chosen = np.where(forced[k] >= 0, forced[k], chosen)
            states.append({cell: float(value[0]) for cell, value in cells.items()})
            options.append(chosen)
            numbers = [*middle]
            for item in program.plan.interventions:
                numbers[item.target] = middle[item.value] if k >= item.first else numbers[item.target]
            cells, _ = program.advance(cells, numbers, chosen, calm, np.int64(k), corrections)
    return states, np.array(options)


def _calm(names: Sequence[str], shape: tuple[int, ...]) -> Noise:
    """No noise: normal numbers in the middle."""
    values, tails = ({name: cast("Any", np.full(shape, value)) for name in names} for value in (0.0, 0.5))
    return Noise(values, tails)


def _fixed(value: Any) -> np.ndarray:
    """An array that nobody can change in place."""
    out = np.asarray(value)
    out.flags.writeable = False
    return out
