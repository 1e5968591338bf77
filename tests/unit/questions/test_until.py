"""The time until a condition holds, on draws made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.questions.until import FORM
from standoff.report import formatting

from .samples import FIRST_FUTURE, NEVER, band, outcome, plan, question, sample, statement

ASKED = question(until="fear > 1", by="2024-12")
STATES = [FIRST_FUTURE + 1, FIRST_FUTURE + 3, FIRST_FUTURE + 3, FIRST_FUTURE + 8, NEVER]


def test_the_answer_is_the_median_time_in_months_after_as_of() -> None:
    response = FORM.answer(sample(ASKED, STATES))
    assert response.value == 3 and response.futures == (1, None), "the upper end is past the date"
    assert response.detail["probability_by"] == 0.8 and response.detail["horizon"] == "2024-12"


def test_where_it_seldom_comes_the_median_is_past_the_date() -> None:
    response = FORM.answer(sample(ASKED, [FIRST_FUTURE + 1, NEVER, NEVER]))
    assert response.value is None and response.detail["probability_by"] == pytest.approx(1 / 3)
    assert "2024-12" in FORM.text(statement(response, ASKED), "2024-03", formatting).main


def test_values_tell_whether_it_comes() -> None:
    np.testing.assert_array_equal(FORM.values(sample(ASKED, STATES)), [1, 1, 1, 1, 0])


def test_a_forecast_is_in_months_up_to_the_date() -> None:
    drawn = sample(ASKED, STATES)
    forecast = FORM.forecast(drawn, statement(FORM.answer(drawn), ASKED), outcome("never"))
    np.testing.assert_array_equal(forecast.values, [1, 3, 3, 8, NEVER])
    assert forecast.horizon == 11 - FIRST_FUTURE and FORM.score_unit(drawn.question) == "month"
    assert FORM.latest_outcome(ASKED, plan().scenario) == 9


@pytest.mark.parametrize(("said", "problems"), [("never", 0), ("7 month", 0), ("soon", 1)])
def test_an_outcome_is_a_time_or_never(said: str, problems: int) -> None:
    faults = list(FORM.check_outcome(ASKED, outcome(said), ("questions", "q")))
    assert len(faults) == problems and all("`never`" in fault.allowed for fault in faults)


def test_text_has_the_time_and_its_month() -> None:
    text = FORM.text(statement(FORM.answer(sample(ASKED, STATES)), ASKED), "2024-03", formatting)
    assert "3 months" in text.main and "2024-06" in text.main and "80 %" in text.note


def test_text_has_the_band_of_the_probability_that_it_happens() -> None:
    answer = replace(statement(FORM.answer(sample(ASKED, STATES)), ASKED), band=band(0.3, 0.95))
    text = FORM.text(answer, "2024-03", formatting)
    assert "30 %" in text.note and "30 to 95 %" in text.note and not text.band
