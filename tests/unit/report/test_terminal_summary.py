"""The short page of a run: what a reader needs first, in a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from standoff.questions import AnswerText
from standoff.report import answer_text
from standoff.report.terminal_summary import OTHERS, _with_range, summary_page
from tests.unit.report.test_terminal import joined, printed

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict

MOST = 23  # lines: with those of the command at the end, 25


@pytest.mark.parametrize("width", [80, 120])
def test_it_has_the_main_answer_and_fits_a_screen(found: Verdict, width: int) -> None:
    main = found.answers[0]
    text = printed(summary_page(replace(found, main=main.id)), width)
    assert answer_text.answer(main, found.origin.as_of).with_band in joined(text) and main.text in joined(text)
    assert len(text.splitlines()) <= MOST and "--full" in text


def test_other_answers_are_the_first_and_the_rest_is_counted(found: Verdict) -> None:
    first = replace(found.answers[0], id="main")
    many = replace(
        found, main="main", answers=(first, *(replace(first, id=f"q{n}", text=f"Is it {n}?") for n in range(9)))
    )
    text = joined(printed(summary_page(many), 120))
    assert f"Is it {OTHERS - 1}?" in text and f"Is it {OTHERS}?" not in text
    assert f"{9 - OTHERS} more answers" in text


def test_texts_are_cut_and_warnings_counted_however_long_they_are(found: Verdict) -> None:
    long = replace(found.answers[0], id="main", text="Is it long? " * 40)
    many = tuple(replace(long, id=f"q{n}") for n in range(OTHERS))
    text = printed(summary_page(replace(found, main="", answers=many, warnings=("beware " * 40,) * 3)), 80)
    assert "3 warnings" in text and text.count("…") >= OTHERS
    assert len(text.splitlines()) <= MOST


@pytest.mark.parametrize(
    ("main", "futures", "shown"),
    [
        (
            "696 thousand people",
            "90 % of futures: 500 to 979 thousand people",
            "696 thousand people (90 %: 500 to 979)",
        ),
        (
            "after 2030-12",
            "90 % of futures: 2027-04 to after 2030-12",
            "after 2030-12 (90 %: 2027-04 to after 2030-12)",
        ),
        ("102 %", "", "102 %"),
    ],
)
def test_a_quantity_has_its_range_with_the_unit_once(main: str, futures: str, shown: str) -> None:
    assert _with_range(AnswerText(main, futures)) == shown
