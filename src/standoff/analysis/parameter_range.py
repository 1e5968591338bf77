"""Plausible ranges of parameters that can be set to change an answer.

A change is measured by its reach: 0 is the middle of the belief, 1 and -1 are the ends of the plausible range. For an
uncertain parameter these are the ends of the central 98 % of its belief, for a number without a belief half and double,
for a lever the range that the scenario declares; all within the bounds of the parameter. The belief of a parameter from
a posterior is its draws; changing it leaves the other parameters of each draw as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from standoff import units
from standoff.beliefs import parse
from standoff.engine.model import Model
from standoff.plan import Parameter, Plan, labels

EDGE = 2.3263478740408408  # standard deviations: one in a hundred beyond it at either end (assumption)
OCTAVES = 1.0  # assumption: a number without a range may be half or double


@dataclass(frozen=True, kw_only=True)
class ParameterRange:
    """One parameter that can be set. Values are canonical."""

    index: int
    path: str
    kind: str  #: belief, weight, reason, choice, effect, stock, parameter, or lever
    name: str  #: name of the lever, else the path
    label: str  #: the parameter, or the lever, in words
    low: float
    middle: float
    high: float
    parameter: Parameter
    belief: bool  #: whether it is uncertain, so that reach is a probability
    unit: str  #: unit in the scenario

    def at(self, reach: float) -> float:
        """The value at a reach: 0 for the middle, -1 and 1 for the ends of the range."""
        edge = self.high if reach > 0 else self.low
        if self.kind == "lever":
            return self.middle + abs(reach) * (edge - self.middle)
        if self.belief:
            return self.parameter.quantile(NormalDist().cdf(reach * EDGE))
        value = self.middle * math.exp2(OCTAVES * reach)
        return min(max(value, self.low), self.high)

    def in_written_unit(self, value: float) -> float:
        """A value in the unit of the scenario."""
        return value / self.parameter.factor

    def beyond(self, reach: float) -> float | None:
        """Prior tail probability beyond a reach; None for a parameter that is not uncertain."""
        return NormalDist().cdf(-abs(reach) * EDGE) if self.belief and self.kind != "lever" else None


def parameter_ranges(model: Model, indices: Iterable[int]) -> list[ParameterRange]:
    """The range of each of these parameters, unless it is empty; for a lever, its range."""
    now = model.plan.in_force
    levers = {now(_target(model.plan, lever.target)): name for name, lever in model.scenario.levers.items()}
    out = []
    for index in dict.fromkeys([*levers, *map(now, indices)]):
        result = _lever(model.plan, index, levers[index]) if index in levers else number_range(model.plan, index)
        if result is not None and result.high > result.low:
            out.append(result)
    return out


def unit_of(plan: Plan, index: int) -> str:
    """The unit of a parameter in the scenario, or that of its stock."""
    parameter = plan.parameters[index]
    section, name, *_ = parameter.path.split(".")
    return parameter.belief.unit or (plan.scenario.stocks[name].unit if section == "stocks" else "")


def kind_of(path: str) -> str:
    """Kind of a parameter, by its path."""
    section, *rest = path.split(".")
    if section == "beliefs":
        return "belief"
    if section != "choices":
        return {"stocks": "stock", "observations": "observation", "questions": "question"}.get(section, "parameter")
    if "reasons" in rest:
        return "weight" if rest[-1] == "weight" else "reason"
    return "effect" if "options" in rest else "choice"


def number_range(plan: Plan, index: int) -> ParameterRange | None:
    """The range of a parameter by its belief alone; None for a fixed zero, which has no scale."""
    parameter = plan.parameters[index]
    uncertain = parameter.belief.shape != "point"
    middle = parameter.quantile(0.5)
    if uncertain:
        ends = [parameter.quantile(NormalDist().cdf(side * EDGE)) for side in (-1, 1)]
    else:
        if not middle:
            return None  # a fixed number has no scale; a lever or --set gives it one
        ends = sorted(middle * math.exp2(OCTAVES * side) for side in (-1, 1))
    low, high = (_within(parameter, end) for end in ends)
    return ParameterRange(
        index=index,
        path=parameter.path,
        kind=kind_of(parameter.path),
        name=parameter.path,
        label=labels.parameter(plan, parameter.path),
        low=low,
        middle=middle,
        high=high,
        parameter=parameter,
        belief=uncertain,
        unit=unit_of(plan, index),
    )


def _lever(plan: Plan, index: int, name: str) -> ParameterRange:

    parameter, lever = plan.parameters[index], plan.scenario.levers[name]
    ends = [_canonical(plan, parse(end).numbers[0], parse(end).unit, parameter) for end in (lever.low, lever.high)]
    low, high = (_within(parameter, end) for end in sorted(ends))
    middle = min(max(parameter.quantile(0.5), low), high)
    return ParameterRange(
        index=index,
        path=parameter.path,
        kind="lever",
        name=name,
        label=lever.text or labels.humanise(name),
        low=low,
        middle=middle,
        high=high,
        parameter=parameter,
        belief=parameter.belief.shape != "point",
        unit=unit_of(plan, index),
    )


def _canonical(plan: Plan, value: float, unit: str, parameter: Parameter) -> float:

    return value * (units.parse(unit, plan.scenario.units).factor if unit else parameter.factor)


def _within(parameter: Parameter, value: float) -> float:
    low = -math.inf if parameter.low is None else parameter.low
    high = math.inf if parameter.high is None else parameter.high
    return float(min(max(value, low), high))


def _target(plan: Plan, path: str) -> int:
    result = plan.index.get(path, plan.index.get(f"mechanisms.{path}"))
    assert result is not None  # a plan knows the targets of its levers
    return result
