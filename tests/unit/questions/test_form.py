"""What all forms share: medians with their ends, baselines in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standoff import questions
from standoff.questions._form import baseline_texts, middle

from .samples import outcome, question, statement


@pytest.mark.parametrize(
    ("values", "median", "ends"),
    [
        (np.arange(100.0), 50, (5, 95)),
        (np.array([2.0]), 2, (2, 2)),
        (np.array([math.inf, 1.0, 2.0]), 2, (1, None)),
        (np.array([math.inf, math.inf, 2.0]), None, (2, None)),
    ],
)
def test_the_middle_is_an_order_statistic(values: np.ndarray, median: float, ends: tuple[float, float]) -> None:
    found = middle(values)
    assert (found["value"], found["futures"]) == (median, ends)


def test_an_error_that_is_infinite_is_none() -> None:
    assert middle(np.full(9, math.inf))["monte_carlo"] is None
    assert middle(np.zeros(9))["monte_carlo"] == questions.MonteCarlo(error=0)


def test_baselines_have_their_names_in_reports() -> None:
    response = questions.Response(value=0.5, monte_carlo=None, baselines={"persistence": None, "base_rate": 0.2})
    answer = statement(response, question(event="a > 1", by="2024-12"))
    names = [name for name, _ in baseline_texts(answer, lambda name, value: f"{value:g}")]
    assert names == ["no-change baseline", "base rate"]
    assert [text for _, text in baseline_texts(answer, lambda name, value: f"{value:g}")] == ["none", "0.2"]


@pytest.mark.parametrize("name", sorted(questions.forms()))
def test_a_form_is_named_as_its_file_and_says_what_it_needs(name: str) -> None:
    form = questions.form(name)
    assert form.name == name and form.preposition in {"by", "at"} and form.is_share == (form.COMPARED_BY != "mean")


def test_a_word_that_is_no_answer_is_refused_with_those_that_are() -> None:
    told: list[tuple[object, ...]] = []
    asked = question(event="a > 1", by="2024-12")
    questions.form("event").check_outcome(asked, outcome("maybe"), ("q",), lambda *problem: told.append(problem))
    assert len(told) == 1 and "yes" in str(told[0][2]) and "no" in str(told[0][2])
    questions.form("event").check_outcome(asked, outcome("yes"), ("q",), lambda *problem: told.append(problem))
    assert len(told) == 1
