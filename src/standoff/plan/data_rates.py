"""Check rates in data against the form of their question, and their sources."""

from __future__ import annotations

from standoff import registry
from standoff.plan.builder import PlanBuilder
from standoff.scenario.question import Question
from standoff.yaml_reader import Path_


def check_data_rate(draft: PlanBuilder, question: Question, path: Path_) -> None:
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
