"""The quantity form on draws made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from standoff.questions import MonteCarlo
from standoff.questions.quantity import FORM
from standoff.report import formatting
from standoff.scenario.calendar import last_day
from standoff.statistics import median_error

from .samples import NEVER, question, sample, statement

ASKED = question(quantity="troops", at="2024-12", unit="thousand person")
UNIT = "thousand person"
VALUES = [1000.0 * n for n in range(101)]


def test_the_answer_is_the_median_in_the_unit_of_the_question() -> None:
    response = FORM.answer(sample(ASKED, VALUES, unit=UNIT, current=[3000, 5000, 9000]))
    assert response.value == 50 and response.futures == (5, 95)
    assert response.monte_carlo == MonteCarlo(error=median_error(np.asarray(VALUES) / 1000))
    assert response.baselines == {"persistence": 5.0}


def test_values_are_in_the_unit_of_the_question() -> None:
    drawn = sample(ASKED, VALUES, unit=UNIT)
    assert not FORM.is_share
    np.testing.assert_array_equal(FORM.values(drawn), np.arange(101))
    assert FORM.labels(drawn.question) == () and FORM.label_values(drawn).shape == (1, 101)
    assert FORM.unit(drawn.question) == FORM.score_unit(drawn.question) == FORM.outcome_unit(UNIT) == UNIT


def test_the_last_value_is_none_where_most_draws_are_infinite() -> None:
    response = FORM.answer(sample(ASKED, [1, NEVER, NEVER], unit=UNIT))
    assert response.value is None and response.monte_carlo is None


def test_text_has_the_number_its_range_and_its_unit() -> None:
    text = FORM.text(statement(FORM.answer(sample(ASKED, VALUES, unit=UNIT)), ASKED, "person"), "2024-03", formatting)
    assert text.main == "50 people" and "0 to 100" in text.futures  # ends of an error of 13
    nothing = FORM.answer(sample(ASKED, [1, NEVER, NEVER], unit=UNIT))
    assert FORM.text(statement(nothing, ASKED, "person"), "2024-03", formatting).futures == ""


def test_a_past_number_has_no_change_beside_it() -> None:
    said = statement(FORM.answer(sample(ASKED, VALUES, unit=UNIT, current=[3000])), ASKED, "person")
    assert FORM.text(said, "2024-03", formatting).baselines
    assert FORM.text(said, "2024-12-31", formatting).baselines == FORM.text(said, "2025-01", formatting).baselines == ()


@pytest.mark.parametrize(
    ("cell", "comparator", "imposed", "told"),
    [
        ("troops", "at_least", 3.0, "at least 3.0"),
        ("troops", "over", 3.0, "over 3.0"),
        ("troops", "exact", 3.0, "3.0"),
        ("troops", "at_least", None, "3.0"),  # simulated at the date
        ("others", "at_least", 3.0, "3.0"),
    ],
)
def test_a_bound_stays_a_bound(cell: str, comparator: str, imposed: float | None, told: str) -> None:
    """The last claim by the date says whether the imposed number is one."""
    claims = {
        name: SimpleNamespace(comparator=word, as_of=SimpleNamespace(last=last_day(day)))
        for name, word, day in (
            ("early", "exact", "2024-02"),
            ("late", comparator, "2024-11"),
            ("after", "exact", "2025-02"),
        )
    }
    path = SimpleNamespace(cell=cell, values=(imposed,) * 12, claims=tuple(claims))
    asked = question(quantity="troops", at="2024-12")
    said = FORM.answer(sample(asked, [2.0, 3.0, 4.0] * 3, observations=(path,), ledger=claims))
    text = FORM.text(statement(said, asked), "2024-03", formatting)
    assert text.main == told and bool(text.futures) == (told == "3.0")


def test_a_ratio_is_so_many_times() -> None:
    asked = question(quantity="a / b", at="2024-12", unit="ratio")
    drawn = sample(asked, [57.0] * 9, unit="ratio")
    assert FORM.text(statement(FORM.answer(drawn), asked, "ratio"), "2024-03", formatting).main == "57 times"
