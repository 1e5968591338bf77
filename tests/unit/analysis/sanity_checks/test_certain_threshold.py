"""Thresholds that are met at as_of already, always or never: against closed forms."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.certain_threshold import of_run
from standoff.engine.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model
    from standoff.engine.run import Run


def test_the_share_of_futures_in_which_a_condition_holds_already(closed: Run) -> None:
    found = {subject: number for subject, number, *_ in of_run(CheckedRun(run=closed, answers=()))}
    expected = (1 - NormalDist(1, 0.3).cdf(1.2)) * NormalDist(1.5, 0.4).cdf(1.5)
    assert found["questions.corner"] == pytest.approx(expected, abs=0.015)  # three errors of 8,192 draws


def test_questions_and_conditions_that_are_never_met(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "resolution": "x", "by": "2024-12"}
    questions = {
        "never": {**asked, "event": "fear > 5"},
        "always": {**asked, "until": "calm < 0.5"},
        "open": {**asked, "event": "hope > 2"},
    }
    model = calm({"questions": questions, "mechanisms": {"sway": {"when": "fear > 5"}}})
    checked = CheckedRun(run=simulate(model, draws=200, seed=1), answers=())
    found = {subject: number for subject, number, *_ in of_run(checked)}
    assert (
        set(found) == {"questions.never", "questions.always", "mechanisms.sway.when"} and found["questions.never"] == 0
    )
