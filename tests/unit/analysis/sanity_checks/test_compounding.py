"""Repetition makes most of an answer: against the closed form of independent decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff import expression
from standoff.analysis.answer import answer
from standoff.analysis.sanity_checks._base import CheckedRun, percent
from standoff.analysis.sanity_checks.compounding import of_run

if TYPE_CHECKING:
    from standoff.engine.run import Run


def test_ten_independent_decisions_against_one(closed: Run) -> None:
    found = {subject: rest for subject, *rest in of_run(CheckedRun(run=closed, answers=answer(closed).answers))}
    assert set(found) == {"questions.acts_ever"}  # `acts` has a single date
    cells = closed.model.plan.cells
    gain, cost = (closed.stock_paths[:, 0, cells.index(name)].astype(float) for name in ("gain", "cost"))
    p = CheckedRun(run=closed, answers=()).probabilities(0, closed.model.plan.choices[0].is_free.index(True))[:, 1]
    assert np.corrcoef(p, gain - cost)[0, 1] > 0.9  # it is the option that gain speaks for
    alone, afresh = p.mean(), 1 - ((1 - p) ** 10).mean()
    number, text, _ = found["questions.acts_ever"]
    assert number == pytest.approx(1 - alone / afresh, abs=0.01)
    own = answer(closed)["acts_ever"]  # what is printed is the answer of the page, and this difference added
    assert percent(own.moved(alone - (own.number or 0.0))) in text


def test_chances_of_joint_conditions_multiply(run: Run) -> None:
    checked = CheckedRun(run=run, answers=())
    step = run.model.plan.choices[0].is_free.index(True)
    press, punish = checked.probabilities(0, step)[:, 0], checked.probabilities(1, step)[:, 0]
    for text, expected in (
        ("AAA in [press] and BBB in [punish]", press * punish),
        ("AAA in [press] or BBB in [punish]", 1 - (1 - press) * (1 - punish)),
        ("not AAA in [press]", 1 - press),
        ("AAA in [press] and fear > 2", 0 * press),
    ):
        assert checked.chance(expression.parse(text), step) == pytest.approx(expected)
