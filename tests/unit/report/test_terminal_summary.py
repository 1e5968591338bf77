"""The short page of a run: what a reader needs first, in a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from standoff.report import answer_text
from standoff.report.terminal_summary import OTHERS, summary_page
from tests.unit.report.test_terminal import joined, printed

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict


def test_it_has_the_main_answer_and_fits_a_screen(found: Verdict) -> None:
    main = found.answers[0]
    text = printed(summary_page(replace(found, main=main.id)), 120)
    assert answer_text.answer(main, found.origin.as_of).with_band in joined(text) and main.text in joined(text)
    assert len(text.splitlines()) <= 30 and "--full" in text


def test_other_answers_are_the_first_and_the_rest_is_counted(found: Verdict) -> None:
    first = replace(found.answers[0], id="main")
    many = replace(
        found, main="main", answers=(first, *(replace(first, id=f"q{n}", text=f"Is it {n}?") for n in range(9)))
    )
    text = joined(printed(summary_page(many), 120))
    assert f"Is it {OTHERS - 1}?" in text and f"Is it {OTHERS}?" not in text
    assert f"{9 - OTHERS} more answers" in text


def test_long_warnings_are_cut_at_a_word(found: Verdict) -> None:
    text = joined(printed(summary_page(replace(found, warnings=("beware " * 40,))), 200))
    assert "warning: beware" in text and "…" in text
