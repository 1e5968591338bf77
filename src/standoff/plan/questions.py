"""Bind the names of questions: expressions, units, dates; check their outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from standoff import expression, registry, units
from standoff.components import ParameterSpec
from standoff.errors import StandoffError
from standoff.ledger.conflicts import implied_interval
from standoff.plan.builder import PlanBuilder
from standoff.plan.parameters import ENDS, add_belief
from standoff.plan.records import PlannedQuestion
from standoff.scenario import calendar
from standoff.scenario.outcome import NEVER
from standoff.scenario.question import Baseline, DataRate, Question
from standoff.yaml_reader import Path_

ROUNDING = 0.01  # assumption: an outcome may be rounded outwards by a per cent


def planned_question(draft: PlanBuilder, name: str) -> PlannedQuestion | None:
    """Resolve a question; None if it has errors."""
    question, here, before = draft.scenario.questions[name], ("questions", name), draft.faults
    nodes, unit = _read(draft, question, here)
    if draft.faults == before:
        _check_outcome(draft, question, unit, (*here, "outcome"))
    if draft.faults > before:
        return None
    last = calendar.last_day(question.at or question.by or draft.scenario.end)
    since = calendar.last_day(question.since) if question.since else draft.scenario.as_of_day
    state = min(draft.calendar.index(last), draft.calendar.steps)
    return PlannedQuestion(name, question, nodes, unit, state, draft.calendar.index(since) + 1)


def _read(draft: PlanBuilder, question: Question, here: Path_) -> tuple[Mapping[str, expression.Node], str]:
    """The expressions of a question and its display unit; reports what is wrong."""
    nodes: dict[str, expression.Node] = {}
    unit = question.unit
    form = registry.module("standoff.questions", question.kind).FORM
    for key, text in form.expressions(question).items():
        path = (*here, question.kind, key) if key else (*here, question.kind)
        parsed = draft.parsed(path, text)
        if parsed is None:
            continue
        nodes[key], dims = parsed
        if (dims is None) != form.IS_CONDITION:
            kind, needed = ("a condition", "a number") if dims is None else ("a number", "a condition")
            draft.report(path, f"`{text}` is {kind}", needed)
        elif dims is not None:
            try:
                unit = unit or _display_unit(draft, nodes[key], dims)
                if draft.unit(unit).dims != dims:
                    draft.report((*here, "unit"), f"`{unit}` does not fit `{text}`", f"a unit of {units.show(dims)}")
            except StandoffError as error:
                draft.report_error(path, error)
        draft.check_chosen(path, nodes[key])
    for claim in question.claims:
        draft.check_claim((*here, "claims"), claim)
    is_event = form.COMPARED_BY == "probability"
    for name, listed in (("base_rate", question.base_rate), ("compare_with", question.compare_with)):
        if listed is not None:
            _base_rate(draft, (*here, name, "value"), listed, unit, is_event)
    for rate, path in (
        (question.data_rate, (*here, "data_rate")),
        *((each, (*here, "classes", str(n))) for n, each in enumerate(question.classes)),
    ):
        if rate is not None:
            _check_data_rate(draft, question.kind, rate, path, is_event)
    return nodes, unit


def _base_rate(draft: PlanBuilder, path: Path_, listed: Baseline, unit: str, is_event: bool) -> None:
    """Register the base rate of a question; that of an event is a probability."""
    per = listed.per if is_event else ""
    is_time = per in units.unit_words() and units.parse(per).same_kind(units.parse("month"))
    spec = ParameterSpec("base rate", f"1/{per}" if is_time else unit or "1")
    rate = draft.parameters[add_belief(draft, path, listed.value, spec, implicit_unit=True)]
    ends = [rate.belief.quantile(p) * rate.factor / draft.unit(spec.unit).factor for p in ENDS]
    if is_event and not 0 <= ends[0] <= ends[1] <= 1:
        draft.report(
            path, f"`{replace(rate.belief, sources=())}` is no probability", "0 to 100 %", "write `%` after per cent"
        )


def _display_unit(draft: PlanBuilder, node: expression.Node, dims: expression.Dims) -> str:
    """The unit of a stock in the expression if it fits, else the canonical unit."""
    stock_units = [draft.stocks[name].unit for name in expression.stock_names(node)]
    return next((unit for unit in stock_units if draft.unit(unit).dims == dims), units.show(dims))


def _check_data_rate(draft: PlanBuilder, kind: str, rate: DataRate, path: Path_, is_event: bool) -> None:
    """Report a rate of a question that is no event, unknown sources, and years in wrong order."""
    if not is_event:
        draft.report(path, f"a question of form `{kind}` has no rate in data", "a question of form `event`")
    if rate.none:
        return
    draft.claims_in((*path, "sources"), rate.sources)
    assert rate.since is not None and rate.until is not None
    if rate.since > rate.until:
        draft.report((*path, "until"), f"the count ends in {rate.until}, before it begins", f"{rate.since} or later")


def _check_outcome(draft: PlanBuilder, question: Question, unit: str, path: Path_) -> None:
    """Report errors in the outcome of a question with display unit `unit`."""
    outcome = question.outcome
    if outcome is None:
        return
    for claim in outcome.sources:
        draft.check_claim(path, claim)
        if claim in draft.ledger and (why := draft.ledger.objection(claim)):
            draft.report(path, f"the claim `{claim}` {why}", "a valid claim")
    form = registry.module("standoff.questions", question.kind).FORM
    needed = form.outcome_unit(unit)
    if needed is None or outcome.value == NEVER:
        return
    try:
        number = outcome.number()
        written_unit = draft.unit(number.unit or needed)
        last = form.latest_outcome(question, draft.scenario)
        if not written_unit.same_kind(draft.unit(needed)):
            draft.report(path, f"`{number.unit}` where a unit of `{needed}` is needed", f"a unit of `{needed}`")
        elif last is not None and (number.numbers[0] <= 0 or number.numbers[-1] * written_unit.factor > last):
            draft.report(
                path,
                f"`{outcome.value}` after as_of is not before the date of the question",
                f"more than 0 and at most {last:g} month, or `{NEVER}`",
            )
        elif number.shape == "range" and (stated := _stated(draft, outcome.sources, written_unit)):
            low, high = stated
            slack = ROUNDING * max(abs(low), abs(high))
            if number.numbers[0] < low - slack or number.numbers[1] > high + slack:
                draft.report(
                    path,
                    f"`{outcome.value}` is wider than what its claims say",
                    f"a range within {low:.4g} to {high:.4g} {number.unit}".rstrip(),
                    "cite the claims that give its ends",
                )
    except StandoffError as error:
        draft.report_error(path, error)


def _stated(draft: PlanBuilder, claims: tuple[str, ...], unit: units.Unit) -> tuple[float, float] | None:
    """Ends of what claims say, in `unit`; None unless each of them has a number of that kind."""
    ends = []
    for claim in (draft.ledger[name] for name in claims if name in draft.ledger):
        if claim.unit and (claim_unit := draft.unit(claim.unit)).same_kind(unit):
            ends.append([claim_unit.factor / unit.factor * end for end in implied_interval(claim)])
    if len(ends) < len(claims):
        return None
    return min(low for low, _ in ends), max(high for _, high in ends)
