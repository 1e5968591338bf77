"""Interventions: a parameter is replaced by another from a step on.

An intervention that holds from the start was merged into the scenario when it was read. Numbers that a run reads only
once, such as a stock at the start, cannot change during the run.
"""

from __future__ import annotations

from standoff import beliefs
from standoff.errors import did_you_mean, join_limited
from standoff.plan.anchors import PRIOR
from standoff.plan.builder import PlanBuilder
from standoff.plan.intervention_records import PlannedIntervention
from standoff.plan.parameters import add_belief
from standoff.scenario.interventions import AS_OF, SECTION, START, is_defined

ONCE = {
    "stocks": "is read once, at the start",
    "observations": "is one number for the whole history",
    "questions": "is not read by the run",
}
FIX = "`--since start` changes it for the whole run"


def planned_interventions(draft: PlanBuilder) -> tuple[PlannedIntervention, ...]:
    """Interventions that apply from a step on, in the order of the scenario; reports errors."""
    result = [_planned(draft, path) for path, item in draft.scenario.interventions.items() if item.since != START]
    out: dict[int, PlannedIntervention] = {}
    for item in filter(None, result):
        if item.target in out:
            path = draft.parameters[item.target].path
            draft.report((SECTION,), f"two interventions set `{path}`", "one per parameter")
        out[item.target] = item
    return tuple(out.values())


def _planned(draft: PlanBuilder, path: str) -> PlannedIntervention | None:
    here, scenario = (SECTION, path), draft.scenario
    item, lever = scenario.interventions[path], scenario.levers.get(path)
    target = draft.find(lever.target if lever else path)
    if target is None:
        _unknown(draft, path)
        return None
    base = draft.parameters[target]
    section = base.path.partition(".")[0]
    if section in ONCE:
        draft.report(here, f"`{path}` {ONCE[section]}: it cannot change {_when(item.since, scenario.as_of)}", fix=FIX)
        return None
    if base.doc == PRIOR:
        draft.report(here, f"`{path}` is a prior: it cannot change {_when(item.since, scenario.as_of)}", fix=FIX)
        return None
    if beliefs.HISTORY.match(str(item.value)):
        draft.report(
            here,
            f"`{item.value}` is known about a whole case: it cannot be set {_when(item.since, scenario.as_of)}",
            fix=FIX,
        )
        return None
    first = scenario.step_since(item.since)
    if first >= draft.calendar.steps:
        draft.warnings.append(f"interventions.{path} changes nothing: no step of the run begins after {scenario.as_of}")
    unit, factor = (base.belief.unit, base.factor) if base.belief.unit else (base.unit, 1.0)
    low, high = (None if end is None else end / factor for end in (base.low, base.high))
    value = add_belief(
        draft, here, item.value, unit, low=low, high=high, doc=f"{base.path} from {scenario.label_since(item.since)} on"
    )
    return PlannedIntervention(target, value, first)


def _unknown(draft: PlanBuilder, path: str) -> None:
    """Report a path that is not a parameter, with the parameters or the section at that path."""
    here, when = (SECTION, path), _when(draft.scenario.interventions[path].since, draft.scenario.as_of)
    known = [name for name in draft.index if name.partition(".")[0] not in ONCE]
    short = [*draft.scenario.levers, *(name.removeprefix("mechanisms.") for name in known)]
    below = [name for name in short if name.startswith(f"{path.removeprefix('mechanisms.')}.")]
    if below:
        draft.report(
            here,
            f"`{path}` stands for {len(below)} numbers",
            "one number, or a lever",
            f"name one of {join_limited(below)}",
        )
    elif is_defined(draft.document, path):
        draft.report(
            here,
            f"`{path}` is not a parameter of the run: it cannot change {when}",
            "levers, and parameters of mechanisms, choices and beliefs",
            FIX,
        )
    else:
        draft.report(
            here,
            f"`{path}` is unknown: no lever and no parameter has this name",
            join_limited(short),
            did_you_mean(path, [*short, *known]),
        )


def _when(since: str, as_of: str) -> str:
    return f"from as_of {as_of} on" if since == AS_OF else f"from {since} on"
