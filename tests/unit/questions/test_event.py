"""The event form on draws made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.questions import MonteCarlo
from standoff.questions.event import FORM
from standoff.report import formatting
from standoff.statistics import wilson_interval

from .samples import NEVER, band, outcome, question, sample, statement

ASKED = question(event="fear > 1", by="2024-12")
FIRST = [5, NEVER, 3, NEVER, NEVER]  # the state of each draw in which it first holds


def test_the_answer_is_the_share_of_draws_in_which_it_happens() -> None:
    response = FORM.answer(sample(ASKED, FIRST, current=[0, 1, 1]))
    share, interval, error = wilson_interval(2, 5)
    assert response.value == share == 0.4 and response.futures is None
    assert response.monte_carlo == MonteCarlo(error=error, interval=interval)
    assert response.baselines == {"persistence": 1.0}, "it stands at as_of in most draws"


def test_without_paths_there_is_no_change_to_compare_with() -> None:
    assert FORM.answer(sample(ASKED, FIRST)).baselines == {"persistence": None}


def test_values_and_labels_are_yes_and_no() -> None:
    drawn = sample(ASKED, FIRST)
    np.testing.assert_array_equal(FORM.values(drawn), [1, 0, 1, 0, 0])
    np.testing.assert_array_equal(FORM.label_values(drawn), [[1, 0, 1, 0, 0], [0, 1, 0, 1, 1]])
    assert FORM.labels(drawn.question) == ("yes", "no") and FORM.is_share


@pytest.mark.parametrize("said", ["yes", "no"])
def test_a_forecast_counts_draws_and_names_the_rivals(said: str) -> None:
    drawn = sample(ASKED, FIRST, current=[0])
    forecast = FORM.forecast(drawn, statement(FORM.answer(drawn), ASKED), outcome(said))
    assert (tuple(forecast.counts), forecast.names[forecast.happened]) == ((2, 3), said)
    assert forecast.rivals == {"even": (0.5, 0.5), "persistence": (0.0, 1.0)}


def test_text_holds_the_probability_and_its_baseline() -> None:
    drawn = sample(ASKED, FIRST, current=[1])
    text = FORM.text(statement(FORM.answer(drawn), ASKED), "2024-03", formatting)
    assert text.share == 0.4 and "2024-12" in text.note and [value for _, value in text.baselines] == ["yes"]


def test_text_has_the_band_and_its_words() -> None:
    drawn = sample(ASKED, FIRST)
    answer = replace(statement(FORM.answer(drawn), ASKED), band=band(0.02, 0.5))
    text = FORM.text(answer, "2024-03", formatting)
    assert (text.main, text.band, text.with_band) == ("30 %", "2 to 50 %", "30 % (2 to 50 %)"), "the mean of the band"
    assert text.word == formatting.likelihoods(0.02, 0.5) and not text.futures
    assert not FORM.text(statement(FORM.answer(drawn), ASKED), "2024-03", formatting).word, "a point has no words"
