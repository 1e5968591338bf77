"""Plausible ranges of parameters that can be set to change an answer.

A change is measured by its reach: 0 is the middle of the belief, 1 and -1 are the ends of the plausible range. For an
uncertain parameter these are the ends of the central 98 % of its belief, for a number without a belief half and double,
for a lever the range that the scenario declares; all within the bounds of the parameter. The belief of a parameter from
a posterior is its draws; changing it leaves the other parameters of each draw as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist

from standoff import labels, units
from standoff.beliefs import parse
from standoff.engine.model import Model
from standoff.plan import Parameter, Plan
from standoff.record import record

EDGE = 2.3263478740408408  # standard deviations: one in a hundred beyond it at either end (assumption)
OCTAVES = 1.0  # assumption: a number without a range may be half or double


@record
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

    def written(self, reach: float) -> float:
        """The value at a reach, in the unit of the scenario."""
        return self.in_written_unit(self.at(reach))

    def in_written_unit(self, value: float) -> float:
        """A value in the unit of the scenario."""
        return value / self.parameter.factor

    def beyond(self, reach: float) -> float | None:
        """Prior tail probability beyond a reach; None for a parameter that is not uncertain."""
        return NormalDist().cdf(-abs(reach) * EDGE) if self.belief and self.kind != "lever" else None


def parameter_ranges(model: Model, indices: Iterable[int]) -> list[ParameterRange]:
    """The range of each of these parameters, unless it is empty; for a lever, its range."""
    plan, now = model.plan, model.plan.in_force
    levers = {now(plan.number(lever.target)): name for name, lever in plan.scenario.levers.items()}
    ranges = (
        number_range(plan, index, levers.get(index, "")) for index in dict.fromkeys([*levers, *map(now, indices)])
    )
    return [item for item in ranges if item is not None and item.high > item.low]


def unit_of(plan: Plan, index: int) -> str:
    """The unit of a parameter in the scenario, or that of its stock."""
    parameter = plan.parameters[index]
    section, name, *_ = parameter.path.split(".")
    return parameter.belief.unit or (plan.scenario.stocks[name].unit if section == "stocks" else "")


def written(plan: Plan, path: str, value: float | str) -> float | str:
    """A number of a belief as `--set` takes it: with the unit in which the belief is written."""
    index = plan.index.get(path, plan.index.get(f"mechanisms.{path}"))
    unit = "" if index is None or isinstance(value, str) else unit_of(plan, index)
    return value if unit in ("", "1") else f"{value!r} {unit}"


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


def number_range(plan: Plan, index: int, lever: str = "") -> ParameterRange | None:
    """The range of a parameter by belief or lever; None for a fixed zero, without a scale."""
    parameter = plan.parameters[index]
    uncertain, middle = parameter.belief.shape != "point", parameter.quantile(0.5)
    kind, name, label = kind_of(parameter.path), parameter.path, labels.parameter(plan, parameter.path)
    if lever:
        spec = plan.scenario.levers[lever]
        kind, name, label = "lever", lever, spec.text or labels.humanise(lever)
        stated = [parse(end) for end in (spec.low, spec.high)]
        scales = (units.parse(end.unit, plan.scenario.units).factor if end.unit else parameter.factor for end in stated)
        ends = [end.numbers[0] * scale for end, scale in zip(stated, scales, strict=True)]
    elif uncertain:
        ends = [parameter.quantile(NormalDist().cdf(side * EDGE)) for side in (-1, 1)]
    elif middle:
        ends = [middle * math.exp2(OCTAVES * side) for side in (-1, 1)]
    else:
        return None  # a fixed number has no scale; a lever or --set gives it one
    least = -math.inf if parameter.low is None else parameter.low
    most = math.inf if parameter.high is None else parameter.high
    low, high = (float(min(max(end, least), most)) for end in sorted(ends))
    return ParameterRange(
        index=index,
        path=parameter.path,
        kind=kind,
        name=name,
        label=label,
        low=low,
        middle=min(max(middle, low), high) if lever else middle,
        high=high,
        parameter=parameter,
        belief=uncertain,
        unit=unit_of(plan, index),
    )
