"""What all forms share: medians with their ends, baselines in words."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from standoff import questions
from standoff.questions import Answer
from standoff.questions._form import baseline_texts, middle

from .samples import band, outcome, question, statement


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
    asked = question(event="a > 1", by="2024-12")
    (fault,) = questions.form("event").check_outcome(asked, outcome("maybe"), ("q",))
    assert "yes" in fault.allowed and "no" in fault.allowed
    assert not list(questions.form("event").check_outcome(asked, outcome("yes"), ("q",)))


def answered(kind: str, own: float | str, detail: dict[str, object], band: questions.EpistemicBand | None) -> Answer:
    return Answer(
        id="q",
        kind=kind,
        lines=(),
        text="?",
        date="2024-12",
        unit="",
        answer=own,
        futures=None,
        monte_carlo=questions.MonteCarlo(error=0.01),
        baselines={},
        claims=(),
        resolution="x",
        detail=detail,
        band=band,
    )


@pytest.mark.parametrize(
    ("kind", "own", "detail"),
    [
        ("event", 0.2, {}),
        ("until", 7.0, {"probability_by": 0.2, "probability_mc_error": 0.01}),
        ("first_of", "RED", {"first": {"RED": 0.2, "BLUE": 0.1}}),
    ],
)
def test_the_headline_is_the_mean_of_the_band(kind: str, own: float | str, detail: dict[str, object]) -> None:
    wide = band(0.1, 0.7, error=0.03)
    alone = replace(wide, variants=1, theories=1)
    made = [answered(kind, own, detail, each) for each in (wide, alone, None)]
    assert [item.point for item in made] == [wide.mean, wide.mean, 0.2]
    assert [item.point_error for item in made] == [0.03, 0.01, 0.01]
    assert [item.share for item in made] == [0.2] * 3 and made[0].answer == own, "the answer of the run itself stays"


def test_a_difference_is_added_to_the_headline_and_no_probability_leaves_its_range() -> None:
    event, number = answered("event", 0.2, {}, band(0.1, 0.7)), answered("quantity", 0.9, {}, None)
    assert [event.moved(by) for by in (0.061, -0.9, 0.9)] == [pytest.approx(0.361), 0.0, 1.0]
    assert number.moved(0.6) == pytest.approx(1.5)
    assert replace(event, band=None).point == 0.2, "a record without its band has the share again"
