"""An event without a class, base rate or prior is named; one that says why none is counted is not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from standoff.analysis.answer import answer
from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.unset_rate import of_run
from standoff.scenario.question import DataRate

if TYPE_CHECKING:
    from standoff.engine.run import Run


def test_an_event_without_any_rate_is_named(run: Run) -> None:
    answers, plan = answer(run).answers, run.model.plan

    def named(**changes: Any) -> set[str]:
        def asked(name: str) -> Any:
            query = plan.question(name)
            return replace(query, question=query.question.model_copy(update=changes))

        checked: Any = SimpleNamespace(
            answers=answers, plan=SimpleNamespace(question=asked, first_future_step=plan.first_future_step)
        )
        return {path.removeprefix("questions.") for path, *_ in of_run(checked)}

    events = {item.id for item in answers if item.kind == "event"}
    none = {"classes": (), "base_rate": None, "compare_with": None, "data_rate": None, "anchor": None}
    assert named(**none) == events and events
    assert not named(**none | {"data_rate": DataRate(none="no data set counts it")})
    own = {item.id for item in answers if item.kind == "event" and not item.base_rates}
    assert {path.removeprefix("questions.") for path, *_ in of_run(CheckedRun(run=run, answers=answers))} <= own
