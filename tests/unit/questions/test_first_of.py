"""The race between conditions on draws made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.questions import NONE
from standoff.questions.first_of import FORM
from standoff.report import formatting

from .samples import NEVER, band, outcome, question, sample, statement

ASKED = question(first_of={"RED": "red > 1", "BLU": "blu > 1"}, by="2024-12")
#: RED alone, both at once, BLU earlier, neither
STATES = {"RED": [3, 4, 7, NEVER], "BLU": [NEVER, 4, 5, NEVER]}


def test_those_that_hold_first_at_once_share_the_draw() -> None:
    drawn = sample(ASKED, STATES)
    np.testing.assert_array_equal(FORM.values(drawn, "RED"), [1, 0.5, 0, 0])
    np.testing.assert_array_equal(FORM.values(drawn, "BLU"), [0, 0.5, 1, 0])
    np.testing.assert_array_equal(FORM.values(drawn, NONE), [0, 0, 0, 1])
    np.testing.assert_allclose(FORM.label_values(drawn).sum(axis=0), 1)


def test_the_answer_is_the_likeliest_label() -> None:
    states = {label: [*values, values[0]] for label, values in STATES.items()}
    response = FORM.answer(sample(ASKED, states))
    assert response.value == "RED" and response.futures is None
    assert response.detail["first"] == pytest.approx({"RED": 0.5, "BLU": 0.3, NONE: 0.2})
    assert response.detail["happens_by"] == pytest.approx({"RED": 0.8, "BLU": 0.4})
    assert response.detail["median_months"] == {"RED": 2.0, "BLU": None}, (
        "months after as_of; none where it is not half"
    )


@pytest.mark.parametrize(("said", "index"), [("RED", 0), ("BLU", 1), ("never", 2)])
def test_an_outcome_is_a_label_or_never(said: str, index: int) -> None:
    drawn = sample(ASKED, STATES)
    forecast = FORM.forecast(drawn, statement(FORM.answer(drawn), ASKED), outcome(said))
    assert forecast.happened == index and sum(forecast.counts) == pytest.approx(4)
    np.testing.assert_allclose(forecast.rivals["even"], 1 / 3)
    assert said in FORM.outcome_words(ASKED)


def test_text_names_the_label_with_its_probability() -> None:
    text = FORM.text(statement(FORM.answer(sample(ASKED, STATES)), ASKED), "2024-03", formatting)
    assert text.main.startswith("RED (") and text.share == pytest.approx(0.375)


def test_an_indicator_belongs_to_a_label_or_to_its_constraint() -> None:
    item = question(
        first_of={"RED, oil": "red > 1", "BLU": "blu > 1"}, indicators={"oil": "no oil", "gas": "none"}, by="2024-12"
    )
    (fault,) = FORM.check(item, None, ("questions", "q"))  # type: ignore[arg-type]
    assert fault.path == ("questions", "q", "indicators", "gas") and fault.allowed == "RED, oil, oil, BLU"


def test_text_has_the_band_of_the_label() -> None:
    answer = replace(statement(FORM.answer(sample(ASKED, STATES)), ASKED), band=band(0.1, 0.7, "RED"))
    assert FORM.text(answer, "2024-03", formatting).with_band == "RED: 30 % (10 to 70 %)"
