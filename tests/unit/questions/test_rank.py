"""The place among several values, on draws made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from standoff.questions.rank import FORM
from standoff.report import formatting

from .samples import outcome, question, sample, statement

ASKED = question(rank={"a": "fear", "b": "calm", "c": "hope"}, of="b", at="2024-12")
VALUES = {"a": [3, 3, 1, 9], "b": [2, 3, 2, 5], "c": [1, 1, 1, 7]}


def test_equal_values_share_the_better_place() -> None:
    np.testing.assert_array_equal(FORM.values(sample(ASKED, VALUES)), [2, 1, 1, 3])


def test_the_answer_is_the_median_place() -> None:
    response = FORM.answer(sample(ASKED, {part: values[:3] for part, values in VALUES.items()}))
    assert response.value == 1 and response.futures == (1, 2)
    assert response.detail["of"] == "b" and response.detail["first"] == pytest.approx(2 / 3)
    assert response.detail["values"] == {"a": 3, "b": 2, "c": 1}


def test_a_forecast_competes_with_all_places_alike() -> None:
    drawn = sample(ASKED, VALUES)
    forecast = FORM.forecast(drawn, statement(FORM.answer(drawn), ASKED), outcome("2"))
    np.testing.assert_array_equal(forecast.values, [2, 1, 1, 3])
    np.testing.assert_array_equal(forecast.rivals["even"], [1, 2, 3])
    assert FORM.outcome_words(ASKED) == ["1", "2", "3"]


def test_the_label_must_be_one_of_the_values() -> None:
    assert list(FORM.check(ASKED, None, ("questions", "q"))) == []
    (fault,) = FORM.check(ASKED.model_copy(update={"of": "z"}), None, ("questions", "q"))
    assert fault.path[-1] == "of" and fault.what == "unknown value `z`"


def test_text_has_the_place_and_its_neighbour() -> None:
    text = FORM.text(
        statement(FORM.answer(sample(ASKED, {p: v[:1] for p, v in VALUES.items()})), ASKED), "", formatting
    )
    assert text.main == "rank 2 of 3, after a"
    first = FORM.answer(sample(ASKED, {p: v[2:3] for p, v in VALUES.items()}))
    assert FORM.text(statement(first, ASKED), "", formatting).main.startswith("rank 1 of 3, before ")


def test_an_actor_is_named_and_not_coded() -> None:
    drawn = sample(ASKED, {part: values[:1] for part, values in VALUES.items()})
    drawn.plan.scenario.actors["a"] = SimpleNamespace(name="Aland")
    assert FORM.text(statement(FORM.answer(drawn), ASKED), "", formatting).main == "rank 2 of 3, after Aland"
