"""What happened, checked against the ledger and the unit of its question. Nothing of it enters the plan."""

from __future__ import annotations

from standoff.errors import StandoffError
from standoff.plan.builder import PlanBuilder
from standoff.scenario import calendar
from standoff.scenario.language import Question
from standoff.scenario.outcome import NEVER
from standoff.yaml_reader import Path_


def check_outcome(draft: PlanBuilder, question: Question, unit: str, path: Path_) -> None:
    """Note what is wrong with the outcome of a question that is shown in `unit`; nothing where it has none."""
    outcome = question.outcome
    if outcome is None:
        return
    for claim in outcome.sources:
        draft.check_claim(path, claim)
        if claim in draft.ledger and (why := draft.ledger.objection(claim)):
            draft.report(path, f"the claim `{claim}` {why}", "a claim that stands")
    if question.kind not in {"quantity", "until"} or outcome.said == NEVER:
        return
    wanted = "month" if question.kind == "until" else unit
    try:
        found = outcome.number()
        written = draft.unit(found.unit or wanted)
        if not written.same_kind(draft.unit(wanted)):
            draft.report(path, f"`{found.unit}` where a unit of `{wanted}` is needed", f"a unit of `{wanted}`")
        elif question.kind == "until":
            last = (draft.calendar.index(calendar.last_day(str(question.by))) - draft.first_free) * draft.calendar.dt
            if found.numbers[0] <= 0 or found.numbers[-1] * written.factor > last:
                draft.report(path, f"`{outcome.said}` after as_of is not in the time asked about",
                             f"more than 0 and at most {last:g} month, or `{NEVER}`")  # fmt: skip
    except StandoffError as error:
        draft.report_error(path, error)
