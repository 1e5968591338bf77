"""Check outcomes against the ledger and the units of their questions; not part of a plan."""

from __future__ import annotations

from standoff import registry
from standoff.errors import StandoffError
from standoff.plan.builder import PlanBuilder
from standoff.scenario.outcome import NEVER
from standoff.scenario.question import Question
from standoff.yaml_reader import Path_


def check_outcome(draft: PlanBuilder, question: Question, unit: str, path: Path_) -> None:
    """Report errors in the outcome of a question with display unit `unit`."""
    outcome = question.outcome
    if outcome is None:
        return
    for claim in outcome.sources:
        draft.check_claim(path, claim)
        if claim in draft.ledger and (why := draft.ledger.objection(claim)):
            draft.report(path, f"the claim `{claim}` {why}", "a valid claim")
    form = registry.module("standoff.questions", question.kind).FORM
    wanted = form.outcome_unit(unit)
    if wanted is None or outcome.value == NEVER:
        return
    try:
        result = outcome.number()
        written = draft.unit(result.unit or wanted)
        last = form.latest_outcome(question, draft.scenario)
        if not written.same_kind(draft.unit(wanted)):
            draft.report(path, f"`{result.unit}` where a unit of `{wanted}` is needed", f"a unit of `{wanted}`")
        elif last is not None and (result.numbers[0] <= 0 or result.numbers[-1] * written.factor > last):
            draft.report(path, f"`{outcome.value}` after as_of is not before the date of the question",
                         f"more than 0 and at most {last:g} month, or `{NEVER}`")  # fmt: skip
    except StandoffError as error:
        draft.report_error(path, error)
