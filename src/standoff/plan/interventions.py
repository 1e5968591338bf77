"""Interventions, which replace a parameter from a step on, and values of levers.

An intervention that holds from the start was merged into the scenario when it was read. Numbers that a run reads only
once, such as a stock at the start, cannot change during the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from standoff import beliefs, units
from standoff.components import ParameterSpec
from standoff.errors import ModelError, Problem, StandoffError, did_you_mean, join_limited, unknown_word
from standoff.plan.anchors import PRIOR
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import SLACK, add_belief, range_text
from standoff.plan.records import Effect, Parameter, Plan
from standoff.scenario.interventions import AS_OF, SECTION, START, is_defined
from standoff.scenario.overrides import lever_value

ONCE = {
    "stocks": "is read once, at the start",
    "observations": "is one number for the whole history",
    "questions": "is not read by the run",
}
FIX = "`--since start` changes it for the whole run"


def planned_interventions(draft: PlanBuilder) -> tuple[Effect, ...]:
    """Interventions that apply from a step on, in the order of the scenario; reports errors."""
    planned = [_planned(draft, path) for path, change in draft.scenario.interventions.items() if change.since != START]
    out: dict[int, Effect] = {}
    for change in filter(None, planned):
        if change.target in out:
            path = draft.parameters[change.target].path
            draft.report((SECTION,), f"two interventions set `{path}`", "one per parameter")
        out[change.target] = change
    return tuple(out.values())


def _planned(draft: PlanBuilder, path: str) -> Effect | None:
    here, scenario = (SECTION, path), draft.scenario
    entry, lever = scenario.interventions[path], scenario.levers.get(path)
    target, when = draft.find(lever.target if lever else path), _when(entry.since, scenario.as_of)
    if target is None:
        _unknown(draft, path, when)
        return None
    base = draft.parameters[target]
    section = base.path.partition(".")[0]
    if section in ONCE:
        objection = f"`{path}` {ONCE[section]}: it cannot change"
    elif base.doc == PRIOR:
        objection = f"`{path}` is a prior: it cannot change"
    elif beliefs.HISTORY.match(str(entry.value)):
        objection = f"`{entry.value}` is known about a whole case: it cannot be set"
    else:
        objection = ""
    if objection:
        draft.report(here, f"{objection} {when}", fix=FIX)
        return None
    first = scenario.step_since(entry.since)
    if first >= draft.calendar.steps:
        draft.warnings.append(f"interventions.{path} changes nothing: no step of the run begins after {scenario.as_of}")
    unit, (low, high) = (
        base.belief.unit or base.unit,
        base.written_bounds if base.belief.unit else (base.low, base.high),
    )
    spec = ParameterSpec(f"{base.path} from {scenario.label_since(entry.since)} on", unit, ge=low, le=high)
    return Effect(target, add_belief(draft, here, entry.value, spec), first=first)


def _unknown(draft: PlanBuilder, path: str, when: str) -> None:
    """Report a path that is not a parameter, with the parameters or the section at that path."""
    changeable = [name for name in draft.index if name.partition(".")[0] not in ONCE]
    short = [*draft.scenario.levers, *(name.removeprefix("mechanisms.") for name in changeable)]
    below = [name for name in short if name.startswith(f"{path.removeprefix('mechanisms.')}.")]
    what, allowed = f"`{path}` is unknown: no lever and no parameter has this name", join_limited(short)
    if below:
        what, allowed = f"`{path}` stands for {len(below)} numbers", "one number, or a lever"
        fix = f"name one of {join_limited(below)}"
    elif is_defined(draft.document, path):
        what = f"`{path}` is not a parameter of the run: it cannot change {when}"
        allowed, fix = "levers, and parameters of mechanisms, choices and beliefs", FIX
    else:
        fix = did_you_mean(path, [*short, *changeable])
    draft.report((SECTION, path), what, allowed, fix)


def _when(since: str, as_of: str) -> str:
    return f"from as_of {as_of} on" if since == AS_OF else f"from {since} on"


def canonical_values(plan: Plan, moved: Mapping[str, float | str]) -> dict[int, float]:
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
            problems.append(unknown_word(f"there is no lever and no parameter `{name}`", name, known))
            continue
        parameter, written = plan.parameters[index], raw
        try:
            if lever:
                written = lever_value(name, lever.model_dump(), raw, plan.scenario.units)
            value = _canonical(plan, parameter, written)
        except StandoffError as error:
            problems += [replace(problem, where="", path=name) for problem in error.problems]
            continue
        slack = SLACK * max(abs(value), 1.0)
        low, high = parameter.low, parameter.high
        if (low is not None and value < low - slack) or (high is not None and value > high + slack):
            allowed = range_text(*parameter.written_bounds, parameter.belief.unit or parameter.unit)
            problems.append(Problem(f"{raw} is out of the range of `{name}`", path=name, allowed=allowed))
        out[index] = value
    if problems:
        raise ModelError(problems)
    return out


def _canonical(plan: Plan, parameter: Parameter, raw: float | str) -> float:
    belief = beliefs.parse(raw)
    if belief.shape != "point":
        raise ModelError(f"`{raw}` is not a single number", allowed="a number, with its unit")
    base = units.parse(parameter.unit, plan.scenario.units)
    written = base if not belief.unit and belief.numbers[0] == 0 else units.parse(belief.unit, plan.scenario.units)
    if not written.same_kind(base):
        got, unit = f"`{belief.unit}`" if belief.unit else f"`{raw}` without a unit", parameter.belief.unit or base.text
        raise ModelError(
            f"{got} does not fit",
            allowed=f"a number with a unit of the kind of {unit}",
            fix=f"write such as '{belief.numbers[0]:g} {unit}'",
        )
    return belief.numbers[0] * written.factor
