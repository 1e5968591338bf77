"""Bind the names of questions: expressions, units and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from standoff import expression, registry, units
from standoff.errors import StandoffError
from standoff.plan.builder import PlanBuilder
from standoff.plan.outcomes import check_outcome
from standoff.plan.parameters import ENDS, add_belief
from standoff.plan.records import PlannedQuestion
from standoff.scenario import calendar
from standoff.scenario.question import Question
from standoff.yaml_reader import Path_


def planned_question(draft: PlanBuilder, name: str) -> PlannedQuestion | None:
    """Resolve a question; None if it has errors."""
    question, here = draft.scenario.questions[name], ("questions", name)
    result = draft.cached_entry(here, (question,), lambda: _read(draft, question, here), lambda found, _: found)
    if result is None:
        return None
    nodes, unit = result
    before = draft.faults
    check_outcome(draft, question, unit, (*here, "outcome"))
    if draft.faults > before:
        return None
    last = calendar.last_day(question.at or question.by or draft.scenario.end)
    since = calendar.last_day(question.since) if question.since else draft.scenario.as_of_day
    state = min(draft.calendar.index(last), draft.calendar.steps)
    return PlannedQuestion(name, question, nodes, unit, state, draft.calendar.index(since) + 1)


def _read(draft: PlanBuilder, question: Question, here: Path_) -> tuple[Mapping[str, expression.Node], str] | None:
    """The expressions of a question and its display unit; None if they are invalid."""
    nodes, unit = {}, question.unit
    before = draft.faults
    form = registry.module("standoff.questions", question.kind).FORM
    for key, text in form.expressions(question).items():
        path = (*here, question.kind, key) if key else (*here, question.kind)
        try:
            node = expression.parse(text, draft.scenario.units)
            if not draft.check_names(path, node):
                continue
            dims = expression.dimensions(node, draft.units, text)
            if (dims is None) != form.IS_CONDITION:
                draft.report(
                    path,
                    f"`{text}` is {'a condition' if dims is None else 'a number'}",
                    "a condition" if dims is not None else "a number",
                )
            elif dims is not None:
                unit = unit or _display_unit(draft, node, dims)
                if draft.unit(unit).dims != dims:
                    draft.report((*here, "unit"), f"`{unit}` does not fit `{text}`", f"a unit of {units.show(dims)}")
            draft.check_chosen(path, node)
            nodes[key] = node
        except StandoffError as error:
            draft.report_error(path, error)
    for claim in question.claims:
        draft.check_claim((*here, "claims"), claim)
    if question.base_rate is not None:
        _base_rate(draft, (*here, "base_rate", "value"), question, unit)
    _check_data_rate(draft, question, (*here, "data_rate"))
    return None if draft.faults > before else (nodes, unit)


def _base_rate(draft: PlanBuilder, path: Path_, question: Question, unit: str) -> None:
    """Register the base rate of a question; that of an event is a probability."""
    assert question.base_rate is not None
    is_event = registry.module("standoff.questions", question.kind).FORM.COMPARED_BY == "probability"
    per = question.base_rate.per if is_event else ""
    needed = (
        f"1/{per}" if per in units.unit_words() and units.parse(per).same_kind(units.parse("month")) else unit or "1"
    )
    index = add_belief(draft, path, question.base_rate.value, needed, doc="base rate", implicit_unit=True)
    rate = draft.parameters[index]
    ends = [rate.belief.quantile(p) * rate.factor / draft.unit(needed).factor for p in ENDS]
    if is_event and not 0 <= ends[0] <= ends[1] <= 1:
        draft.report(
            path, f"`{replace(rate.belief, sources=())}` is no probability", "0 to 100 %", "write `%` after per cent"
        )


def _display_unit(draft: PlanBuilder, node: expression.Node, dims: expression.Dims) -> str:
    """The unit of a stock in the expression if it fits, else the canonical unit."""
    named = [draft.stocks[name].unit for name in expression.stock_names(node)]
    return next((text for text in named if draft.unit(text).dims == dims), units.show(dims))


def _check_data_rate(draft: PlanBuilder, question: Question, path: Path_) -> None:
    """Report a rate of a question that is no event, unknown sources, and years in wrong order."""
    rate = question.data_rate
    if rate is None:
        return
    form = registry.module("standoff.questions", question.kind).FORM
    if form.COMPARED_BY != "probability":
        draft.report(path, f"a question of form `{question.kind}` has no rate in data", "a question of form `event`")
    if rate.none:
        return
    draft.claims_in((*path, "sources"), rate.sources)
    assert rate.since is not None and rate.until is not None
    if rate.since > rate.until:
        draft.report((*path, "until"), f"the count ends in {rate.until}, before it begins", f"{rate.since} or later")
