"""Levers: parameters that a user may set, with their ranges."""

from __future__ import annotations

from collections.abc import Mapping

from standoff import beliefs, units
from standoff.errors import ModelError, Problem, StandoffError, did_you_mean, join_limited
from standoff.plan.records import Parameter, Plan
from standoff.scenario import overrides as set_to

SLACK = 1e-9  # share of the range that rounding may add


def values(plan: Plan, moved: Mapping[str, float | str]) -> dict[int, float]:
    """Parameter -> canonical value, from names of levers or parameters and values as in `--set`.

    A number without a unit has the unit of the lever; a value of a parameter that is not a lever needs a unit. Raises
    `ModelError` listing every mistake.
    """
    out, problems = {}, list[Problem]()
    for name, raw in moved.items():
        lever = plan.scenario.levers.get(name)
        target = lever.target if lever else name
        index = plan.index.get(target, plan.index.get(f"mechanisms.{target}"))
        if index is None:
            known = [*plan.scenario.levers, *(path.removeprefix("mechanisms.") for path in plan.index)]
            problems.append(
                Problem(
                    f"there is no lever and no parameter `{name}`",
                    allowed=join_limited(known),
                    fix=did_you_mean(name, known),
                )
            )
            continue
        parameter, text = plan.parameters[index], raw
        try:
            if lever:
                text = set_to.lever_value(name, lever.model_dump(), raw, plan.scenario.units)
            value = _canonical(plan, parameter, text)
        except StandoffError as error:
            problems += [Problem(item.what, path=name, allowed=item.allowed, fix=item.fix) for item in error.problems]
            continue
        slack = SLACK * max(abs(value), 1.0)
        low, high = parameter.low, parameter.high
        if (low is not None and value < low - slack) or (high is not None and value > high + slack):
            problems.append(Problem(f"{raw} is out of the range of `{name}`", path=name, allowed=_between(parameter)))
        out[index] = value
    if problems:
        raise ModelError(problems)
    return out


def _canonical(plan: Plan, parameter: Parameter, raw: float | str) -> float:
    belief = beliefs.parse(raw)
    if belief.shape != "point":
        raise ModelError(Problem(f"`{raw}` is not a single number", allowed="a number, with its unit"))
    own = units.parse(parameter.unit, plan.scenario.units)
    written = own if not belief.unit and belief.numbers[0] == 0 else units.parse(belief.unit, plan.scenario.units)
    if not written.same_kind(own):
        got, unit = f"`{belief.unit}`" if belief.unit else f"`{raw}` without a unit", parameter.belief.unit or own.text
        raise ModelError(
            Problem(
                f"{got} does not fit",
                allowed=f"a number with a unit of the kind of {unit}",
                fix=f"write such as '{belief.numbers[0]:g} {unit}'",
            )
        )
    return belief.numbers[0] * written.factor


def _between(parameter: Parameter) -> str:
    unit = parameter.belief.unit or ("" if parameter.unit == "1" else parameter.unit)
    ends = [None if end is None else f"{end / parameter.factor:g}" for end in (parameter.low, parameter.high)]
    text = f"{ends[0]} to {ends[1]}" if None not in ends else f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}"
    return f"{text} {unit}".strip()
