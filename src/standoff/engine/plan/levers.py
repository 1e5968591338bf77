"""Levers: numbers that a user may move, within the range that the scenario gives them."""

from __future__ import annotations

from collections.abc import Mapping

from standoff import beliefs, units
from standoff.engine.plan.records import Parameter, Plan
from standoff.errors import ModelError, Problem, StandoffError, listed, nearest
from standoff.scenario.model import Lever

SLACK = 1e-9  # of the range: what rounding may add


def values(plan: Plan, moved: Mapping[str, float | str]) -> dict[int, float]:
    """Parameter -> canonical value, from levers or parameters by name and numbers with or without a unit.

    A number without a unit is in that of the parameter as the scenario writes it. Raises `ModelError` listing every mistake.
    """
    out, problems = {}, list[Problem]()
    for name, raw in moved.items():
        lever = plan.scenario.levers.get(name)
        target = lever.target if lever else name
        index = plan.index.get(target, plan.index.get(f"mechanisms.{target}"))
        if index is None:
            known = [*plan.scenario.levers, *(path.removeprefix("mechanisms.") for path in plan.index)]
            problems.append(
                Problem(f"there is no lever and no parameter `{name}`", allowed=listed(known), fix=nearest(name, known))
            )
            continue
        parameter = plan.parameters[index]
        try:
            value = _canonical(plan, parameter, raw)
            low, high = span(plan, parameter, lever)
        except StandoffError as error:
            problems += [Problem(item.what, path=name, allowed=item.allowed, fix=item.fix) for item in error.problems]
            continue
        slack = SLACK * max(abs(value), 1.0)
        if (low is not None and value < low - slack) or (high is not None and value > high + slack):
            problems.append(
                Problem(f"{raw} is out of the range of `{name}`", path=name, allowed=_between(parameter, low, high))
            )
        out[index] = value
    if problems:
        raise ModelError(problems)
    return out


def check(plan: Plan, moved: Mapping[str, object]) -> None:
    """Refuse levers that were set to a number outside their range; what is no lever, or no single number, may be anything."""
    told: dict[str, float | str] = {}
    for name, raw in moved.items():
        if name in plan.scenario.levers and isinstance(raw, int | float | str) and beliefs.parse(raw).shape == "point":
            told[name] = raw
    values(plan, told)


def span(plan: Plan, parameter: Parameter, lever: Lever | None) -> tuple[float | None, float | None]:
    """Canonical ends that a number may be moved to: those of the lever, within those of the parameter itself."""
    if lever is None:
        return parameter.low, parameter.high
    low, high = (_canonical(plan, parameter, end) for end in (lever.low, lever.high))
    return (low if parameter.low is None else max(low, parameter.low),
            high if parameter.high is None else min(high, parameter.high))  # fmt: skip


def _canonical(plan: Plan, parameter: Parameter, raw: float | str) -> float:
    belief = beliefs.parse(raw)
    if belief.shape != "point":
        raise ModelError(Problem(f"`{raw}` is no single number", allowed="a number, with its unit"))
    if not belief.unit:
        return belief.numbers[0] * parameter.factor
    written, own = units.parse(belief.unit, plan.scenario.units), units.parse(parameter.unit, plan.scenario.units)
    if not written.same_kind(own):
        raise ModelError(Problem(f"`{belief.unit}` does not fit", allowed=f"a unit of the kind of {parameter.unit}"))
    return belief.numbers[0] * written.factor


def _between(parameter: Parameter, low: float | None, high: float | None) -> str:
    unit = parameter.belief.unit or ("" if parameter.unit == "1" else parameter.unit)
    ends = [None if end is None else f"{end / parameter.factor:g}" for end in (low, high)]
    text = f"{ends[0]} to {ends[1]}" if None not in ends else f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}"
    return f"{text} {unit}".strip()
