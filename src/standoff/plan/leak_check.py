"""Look-ahead check: entries of a scenario that depend on claims published after a day.

`late_entries` lists parameters, histories and reasons that cite only later claims: their author may have known more
than was known on the day. `leaking_paths` lists parameters that change when later claims are redacted; there must be
none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from standoff.beliefs import Belief
from standoff.errors import Fault, ModelError, join_limited
from standoff.ledger import Ledger
from standoff.ledger.redact import redact_after
from standoff.plan import Parameter, Plan, plan
from standoff.plan.builder import ASSUMPTION
from standoff.plan.citations import REASON, entries
from standoff.scenario import LoadedScenario
from standoff.scenario.starting_constants import KIND

WIDER = 2.0  #: range factor for a forecast without a claim; in logarithms if positive; assumption


@dataclass(frozen=True)
class LateEntry:
    """An entry all of whose claims were published after a day."""

    kind: str  #: parameter, history, reason or relation
    path: str  #: its path in the scenario
    claims: tuple[str, ...]
    published: str  #: the first of these claims


def late_entries(planned: Plan, day: dt.date | None = None) -> tuple[LateEntry, ...]:
    """Entries of a plan all of whose claims were published after `day` (default: as_of).

    A history counts only if it begins by `day`.
    """
    limit = day or planned.scenario.as_of_day
    earlier, ledger = planned.ledger.as_of(limit), planned.ledger
    out = []
    for kind, path, sources in entries(planned.scenario, planned.parameters, limit):
        claims = tuple(name for name in sources if name in ledger)
        if claims and not any(name in earlier for name in claims):
            out.append(LateEntry(kind, path, claims, min(str(ledger[name].published.last) for name in claims)))
    return tuple(out)


def late_classes(planned: Plan) -> tuple[str, ...]:
    """Warnings for reference classes that reach the year of as_of: no answer starts there.

    Only of questions whose event names one choice with constants: of others no class is a start.
    """
    day = planned.scenario.as_of_day
    solved = {choice.name for choice in planned.choices if any(reason.part.kind == KIND for reason in choice.reasons)}
    return tuple(
        f"questions.{query.id}.classes: the count goes on to {first.until}, and as_of is {day}: the answer does not start "
        f"from its rate. Give the count up to {day.year - 1}"
        for query in planned.questions
        for first in query.question.classes[:1]
        if first.count is not None and first.goes_past(day) and len(query.options) == 1 and {*query.options} <= solved
    )


def require_timely_reasons(planned: Plan) -> None:
    """Raise `ModelError` for every reason all of whose claims were published after as_of."""
    day = planned.scenario.as_of_day
    fix = "cite such a claim, or give --allow-late-reasons (in Python allow_late_reasons=True) to run it as it is"
    problems = [
        planned.loaded.document.problem(
            Fault(
                tuple(item.path.split(".")),
                f"the reason cites only claims published after as_of: {join_limited(item.claims, 3)}",
                f"claims published by {day}",
                fix,
            )
        )
        for item in late_entries(planned)
        if item.kind == REASON
    ]
    if problems:
        raise ModelError(problems)


def assumed_paths(planned: Plan, day: dt.date, declared: Mapping[str, dt.date]) -> tuple[str, ...]:
    """Paths of uncertain numbers without a source that nobody declares as set by a day.

    declared: pattern of paths, as `attrition.*` -> day on which its author set them
    """
    return tuple(
        item.path
        for item in planned.parameters
        if {*item.belief.sources} <= {ASSUMPTION}
        and item.belief.shape != "point"
        and not any(fnmatch(item.path, pattern) and when <= day for pattern, when in declared.items())
    )


def leaking_paths(loaded: LoadedScenario, ledger: Ledger, other: Ledger | None = None) -> tuple[str, ...]:
    """Paths of numbers, observations and histories that depend on claims published after as_of.

    The scenario is planned from `ledger` and from `other` (by default the same with later claims redacted): entries
    that differ depend on a later claim. A belief taken `from` a later claim is refused by the plan itself. Targets of a
    fit are left out, since no run reads them.
    """
    loaded = replace(loaded, scenario=loaded.scenario.model_copy(update={"fit": None}))
    informed = plan(loaded, ledger)
    try:
        blind = plan(loaded, redact_after(ledger, loaded.scenario.as_of_day) if other is None else other)
    except ModelError as error:
        return tuple(problem.path or problem.what for problem in error.problems)
    before, after = _numbers(informed), _numbers(blind)
    return tuple(name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name))


def _numbers(planned: Plan) -> Mapping[str, object]:
    """All inputs of a run that could depend on a claim, by path."""
    out: dict[str, object] = {}
    for parameter in planned.parameters:
        belief = parameter.belief
        out[parameter.path] = (belief.shape, belief.numbers, parameter.factor, parameter.low, parameter.high)
    out |= {f"observations.{item.cell}": (item.values, item.claims) for item in planned.observations}
    out |= {f"choices.{item.name}.history": item.imposed_options for item in planned.choices}
    return out


def require_no_leaks(loaded: LoadedScenario, ledger: Ledger) -> None:
    """Raise `ModelError` if a number depends on a claim published after as_of."""
    paths = leaking_paths(loaded, ledger)
    if paths:
        raise ModelError(
            f"claims published after as_of {loaded.scenario.as_of} reach {join_limited(paths, 6)}",
            allowed="claims published by then",
            fix="cite an earlier claim",
        )


def widen_late_parameters(planned: Plan, lates: Iterable[LateEntry], factor: float = WIDER) -> Plan:
    """The plan with every late uncertain number widened by `factor` about its median.

    A positive range is stretched in logarithms. Points, tables and shares with a shape of their own stay.
    """
    paths = {item.path for item in lates if item.kind == "parameter"}
    parameters = tuple(_wider(item, factor) if item.path in paths else item for item in planned.parameters)
    return replace(planned, parameters=parameters)


def _wider(parameter: Parameter, factor: float) -> Parameter:
    belief, n = parameter.belief, parameter.belief.numbers
    if belief.shape == "range" and n[0] > 0:
        middle, half = (n[0] * n[1]) ** 0.5, (n[1] / n[0]) ** (factor / 2)
        numbers: tuple[float, ...] = (middle / half, middle * half)
    elif belief.shape == "range":
        middle, half = (n[0] + n[1]) / 2, factor * (n[1] - n[0]) / 2
        numbers = (middle - half, middle + half)
    elif belief.shape in {"normal", "lognormal"}:
        numbers = (n[0], factor * n[1] if belief.shape == "normal" else n[1] ** factor)
    else:
        return parameter
    return replace(parameter, belief=Belief(belief.shape, numbers, belief.unit, belief.sources, belief.claim))
