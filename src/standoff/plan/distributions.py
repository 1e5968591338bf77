"""Resolve distributions: beliefs from which a mechanism draws anew at each event."""

from __future__ import annotations

from standoff import components
from standoff.beliefs import Belief
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import checked_parameter
from standoff.yaml_reader import Path_


def planned_distribution(
    draft: PlanBuilder, path: Path_, belief: Belief, unit: str, inherited: tuple[str, ...]
) -> components.Distribution:
    """The distribution of a belief of 0 or more in `unit`; it is no parameter of the run."""
    before = draft.faults
    parameter = checked_parameter(draft, path, belief, unit, inherited, low=0.0)
    if draft.faults > before:
        return components.Distribution((0.0, 0.0, 0.0), (), 0.0)
    shape, cut = parameter.belief.g_parameters(), parameter.tails() != (0.0, 1.0)
    g = None if shape is None or cut else (shape[0] * parameter.factor, shape[1] * parameter.factor, shape[2])
    return components.Distribution.of(parameter.quantile, g)
