"""The short page of a run: what a reader needs first, in a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.verdict import verdict
from standoff.questions import AnswerText, BaseRate, MonteCarlo
from standoff.report import answer_text
from standoff.report.sections import reason_attribution
from standoff.report.terminal_summary import OTHERS, _with_range, summary_page
from tests.unit.report.test_terminal import joined, printed

if TYPE_CHECKING:
    from standoff.analysis.verdict import Verdict
    from standoff.engine.run import Run

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


def test_a_base_rate_has_a_time_a_line_and_all_its_words(found: Verdict) -> None:
    """A list of cases without a time is on the page, and not on the screen."""
    listed = BaseRate(kind="list", rate=0.34, of=41, text="famous cases")
    data = BaseRate(
        kind="data",
        rate=0.122,
        interval=(0.099, 0.148),
        count=57,
        of=798,
        per="year",
        months=21.0,
        since=1975,
        until=2017,
        data="UCDP",
        text="a state that gave neither arms nor troops " * 4,
    )
    main = replace(found.answers[0], base_rates=(listed, data))
    text = printed(summary_page(replace(found, main=main.id, answers=(main,), attribution=None)), 80)
    (line,) = [line for line in text.splitlines() if line.startswith("base rate")]
    assert line.rstrip().endswith("12.2 %") and data.place in line and "34 %" not in text
    full = answer_text.answer(main, found.origin.as_of).baselines
    assert "no horizon stated" in full[-1][1]


def test_a_number_has_three_digits(found: Verdict) -> None:
    number = next(item for item in found.answers if item.kind == "quantity")
    exact = replace(
        number, answer=3.2543, futures=(2.2802, 4.3301), monte_carlo=MonteCarlo(error=3e-4), unit="bn USD/month"
    )
    text = joined(printed(summary_page(replace(found, main="", answers=(exact,))), 120))
    assert "3.25 bn" in text and "3.254" not in text


def test_reasons_and_variants_are_answers_and_no_differences(run: Run, found: Verdict) -> None:
    full = verdict(run, changes=True)
    result = full.attribution
    assert result is not None and result.point == next(x for x in full.answers if x.id == full.main).point
    text = joined(printed(summary_page(full), 120))
    told = reason_attribution.largest(result)
    assert told and all(reason_attribution.without(result, item.effect) in text for item in told)
    assert "points" not in text.partition("Other answers")[0]


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
