"""What `validate` warns of is told with the answers, whichever command gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from standoff.analysis.answer import answer
from standoff.analysis.cautions import cautions
from standoff.analysis.verdict import verdict
from standoff.engine.simulate import simulate
from standoff.report import render
from standoff.report.sections import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model

ASKED = {"text": "?", "resolution": "x"}
QUESTIONS = {
    "before": {**ASKED, "event": "fear > 0.5", "by": "2024-01"},
    "turned": {**ASKED, "event": "fear > 0.5", "since": "2024-08", "by": "2024-06"},
    "sound": {**ASKED, "quantity": "fear", "at": "2024-12"},
}


def test_a_question_that_asks_about_no_time_is_told_with_its_answer(calm: Callable[..., Model]) -> None:
    model = calm({"as_of": "2024-03", "questions": QUESTIONS})
    run = simulate(model, draws=100, seed=1)
    told = model.plan.warnings
    before, turned = told[:2]
    assert before.startswith("questions.before: ") and "2024-03" in before and "2024-01" in before
    assert turned.startswith("questions.turned: ") and "2024-08" in turned and "2024-06" in turned
    found = answer(run, ("sound",))
    assert found.warnings == verdict(run).warnings == told == tuple(found.to_data()["warnings"])
    console = Console(width=200, record=True)
    console.print(render.terminal(answers.blocks(found)))
    assert all(f"Warning: {text}" in console.export_text(clear=False) for text in told)


def test_few_futures_are_told_with_their_error(calm: Callable[..., Model]) -> None:
    model = calm({"questions": {"sound": QUESTIONS["sound"]}})
    run = simulate(model, draws=25, seed=1)
    assert [text for text in cautions(run) if "25 futures" in text and " 10 percentage points" in text]
