"""Slopes of a model along its central path, of processes and through choices; needs JAX."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial, reduce
from itertools import product
from typing import Any

import numpy as np

from standoff.analysis.causal import dependencies
from standoff.analysis.causal.central_path import CentralPath
from standoff.analysis.causal.dual import DualNumpy
from standoff.analysis.causal.records import FlowSlope
from standoff.components import arithmetic, jnp
from standoff.engine import decisions
from standoff.plan import Component, Plan
from standoff.xla import devices, float_precision

MIXES = 64  # assumption: more combinations of options of others take too long to work out


def slopes(plan: Plan) -> Iterator[FlowSlope]:
    """Every slope of a model along its central path; needs JAX."""
    devices()  # and with them the folder of compiled programs
    with float_precision("double"):
        centre = CentralPath.of(plan)
    with float_precision("double"), arithmetic(DualNumpy()), np.errstate(all="ignore"):
        yield from process_slopes(centre)
        yield from choice_slopes(centre)


def process_slopes(centre: CentralPath) -> Iterator[FlowSlope]:
    """Slopes of the flows of processes by the stocks that they read and write."""
    dt = centre.plan.scenario.calendar.dt
    for part in centre.plan.mechanisms:
        cells = tuple(dict.fromkeys((*part.reads, *part.writes)))
        flows, slopes = centre.moved(centre.flows(part, centre.chosen), cells)
        for target, by in slopes.items():
            for n, source in enumerate(cells):
                values = by[:, n] * (centre.size[source] / centre.size[target])
                own = source == target
                mean = float(flows[target][:, 0].mean()) / centre.size[target] if own else 0.0
                yield FlowSlope(source, target, part.name, "", values, mean, own and np.allclose(by[:, n] * dt, -1.0))


def choice_slopes(centre: CentralPath) -> Iterator[FlowSlope]:
    """Slopes of flows through what a choice makes of a stock."""
    for c, choice in enumerate(centre.plan.choices):
        weighed, touched = dependencies.reason_stocks(choice), dependencies.acted_upon(centre.plan, choice)
        if not weighed or not touched:
            continue
        _, turned = centre.moved(partial(_shares, centre, c), weighed)
        for part in centre.plan.mechanisms:
            if part.name not in touched:
                continue
            under = option_flows(centre, part, c)
            for target in under[0]:
                flow = [option[target] for option in under]
                if all(np.array_equal(flow[0], other) for other in flow):
                    continue
                for n, source in enumerate(weighed):
                    slope = sum(turned[o][:, n] * flow[o] for o in range(len(flow)))
                    size = centre.size[source] / centre.size[target]
                    yield FlowSlope(source, target, part.name, choice.name, np.asarray(slope) * size)


def _shares(centre: CentralPath, c: int, cells: Mapping[str, Any]) -> dict[int, Any]:
    """Probabilities of the options of choice `c` at the states, given some stocks."""
    plan, program, params, choice = centre.plan, centre.program, centre.numbers, centre.plan.choices[c]
    now = program.effective_parameters(params, centre.chosen)
    names = [other.name for other in plan.choices]
    views = plan.view(choice.actor, choice.actor).stocks if choice.actor in plan.views else {}
    everything = {**centre.cells, **program.clock(centre.step + 1), **cells}
    perceived = {cell: value * params[views[cell]] if cell in views else value for cell, value in everything.items()}
    total: list[Any] = [np.zeros(centre.step.shape)] * len(choice.options)
    in_force = [(centre.chosen[c] == o) * np.ones(centre.step.shape) for o in range(len(choice.options))]
    for reason in choice.reasons:
        states, weight = [perceived] * len(choice.options), now(reason.weight)
        alone, tables = decisions.payoffs(program, choice.options, reason, states, now, weight, in_force)
        for o, value in enumerate(alone):
            total[o] = total[o] + value
            for read, table in tables.items():
                taken = centre.chosen[names.index(read.choice)]
                total[o] = total[o] + sum(jnp.where(taken == k, gain, 0.0) for k, gain in enumerate(table[o]))
    logits = [now(choice.rationality) * each for each in total]
    free = [None] * len(plan.choices)  # nobody decides on the central path: times in force are over
    facts = program.facts(everything, now, centre.chosen)
    masks = program.available_options(facts, centre.chosen, free, centre.step)
    if masks is not None and (mask := masks[c]) is not None:
        logits = [jnp.where(there, each, -np.inf) for there, each in zip(mask, logits, strict=True)]
    odds = [jnp.exp(each - reduce(jnp.maximum, logits)) for each in logits]
    return {o: each / sum(odds) for o, each in enumerate(odds)}


def option_flows(centre: CentralPath, part: Component, c: int) -> list[dict[str, np.ndarray]]:
    """Flows of a process under each option of choice `c`, averaged over other choices."""
    choices = centre.plan.choices
    others = [
        n for n, choice in enumerate(choices) if n != c and part.name in dependencies.acted_upon(centre.plan, choice)
    ]
    if math.prod(len(choices[n].options) for n in others) > MIXES:
        others = []
    mixes = list(product(*(range(len(choices[n].options)) for n in (c, *others))))
    flows: list[dict[str, list[np.ndarray]]] = [{} for _ in choices[c].options]
    for start in range(0, len(mixes), centre.width):  # a mix in each column of the block
        columns = np.array([*mixes[start : start + centre.width]]).T
        chosen = np.array(centre.chosen)
        for n, options in zip((c, *others), columns, strict=True):
            chosen[n].reshape(-1, centre.width)[:, : len(options)] = options
        for cell, flow in centre.flows(part, chosen)({}).items():
            for o, value in zip(columns[0], centre.rows(flow).T, strict=False):
                flows[o].setdefault(cell, []).append(value)
    return [{cell: np.mean(result, axis=0) for cell, result in of.items()} for of in flows]
