"""The engine gives the numbers that were worked out on paper for the case `closed-form`, within Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import Run
from standoff.analysis.answer import Answers, answer
from tests import closed_form as paper

SIGMAS = 4.0  # about 20 comparisons: a false alarm once in 800 seeds


@pytest.fixture(scope="module")
def answers(closed: Run) -> Answers:
    return answer(closed)


def near(found: float, wanted: float, error: float) -> None:
    assert abs(found - wanted) <= SIGMAS * error, f"{found} instead of {wanted}, error {error}"


def test_the_choice(closed: Run, answers: Answers) -> None:
    for name, wanted in (("acts", paper.acts()), ("acts_ever", paper.acts_ever()), ("corner", paper.corner())):
        near(answers[name].answer, wanted, answers[name].mc_error)
    chance = closed.path_p[:, 10, 0, 1]
    near(chance.mean(), paper.acts(), chance.std() / len(chance) ** 0.5)
    months = closed.answer("acted")
    near(months.mean(), paper.acted(), months.std() / len(months) ** 0.5)


def test_the_share_that_acts_at_last_is_that_of_each_decision(closed: Run) -> None:
    held = closed.path_chosen[:, :, 0] == 1
    near(held[:, 118].mean(), paper.acts(), (paper.acts() * (1 - paper.acts()) / len(held)) ** 0.5)


def test_who_runs_out_of_what(answers: Answers) -> None:
    found, count = answers["exhausted_first"], answers.origin.draws
    for cause, wanted in paper.first().items():
        near(found.detail["first"][cause], wanted, (wanted * (1 - wanted) / count) ** 0.5)
        by = float(paper.by_month(cause)[-1])
        near(found.detail["happens_by"][cause], by, (by * (1 - by) / count) ** 0.5)
        assert abs(found.detail["median_months"][cause] - paper.median_month(cause)) <= 1  # a month is the grid


def test_stocks_that_grow_by_shares(closed: Run) -> None:
    assert np.allclose(closed.path("arms.BLU")[:, -1], 1.04**119, rtol=1e-4)  # single precision, 119 steps
    assert np.allclose(closed.path("crowd")[:, -1], 100 * 1.02**119, rtol=1e-4)
