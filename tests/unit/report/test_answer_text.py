"""Texts that answers and choices have in common."""

from __future__ import annotations

import pytest

from standoff.analysis.explain import Explanation, OptionSummary
from standoff.report import answer_text
from tests.unit.questions.samples import band
from tests.unit.report.plain import finding_with


def test_reasons_add_up_within_rounding_or_the_difference_is_stated() -> None:
    exact = answer_text.additivity(finding_with(Explanation, additivity_error=4e-15))
    wrong = answer_text.additivity(finding_with(Explanation, additivity_error=0.25))
    assert "0.25" in wrong and wrong != exact


def test_a_band_says_what_it_is_over_and_what_makes_it() -> None:
    whole, alone = band(0.1, 0.5, structure=7), band(0.1, 0.5, variants=1, theories=1)
    contents, of_numbers = answer_text.band_contents(whole), answer_text.band_contents(alone)
    assert contents.startswith(of_numbers.partition(" (")[0]) and "1 rival" in contents and "5 decision" in contents
    assert "7 decision" in contents and "--structure" in of_numbers and "--structure" not in contents
    wider = band(0.1, 0.5, mean=0.5, structure=7)
    assert "mean" not in contents and answer_text.band_contents(whole, wider).endswith("lies outside")
    shown = answer_text.band_sources(whole)
    assert shown.count("40 %") == 2 and shown.endswith("20 %") and "together" not in shown
    assert answer_text.band_sources(band(0.1, 0.1, shares=dict.fromkeys(whole.shares, 0.0))) == ""


def test_a_restricted_option_has_its_text() -> None:
    options = tuple(
        finding_with(OptionSummary, option=name, text=text, available_share=0.25, restriction="later")
        for name, text in (("annex_all", "take it"), ("stop_now", ""))
    )
    first, second = answer_text.restrictions(finding_with(Explanation, options=options))
    assert first.startswith("Take it: later") and "25" in first and second.startswith("Stop now: later")


@pytest.mark.parametrize(
    ("at", "decided", "is_other"),
    [
        ("2030-06", "2030-06", False),
        ("2030-06", "2029-12", True),
        ("1962-10", "1962-10-24", False),
        ("1962-10-24", "1962-10-22", True),
    ],
)
def test_a_note_names_both_dates_of_a_decision_of_another_date(at: str, decided: str, is_other: bool) -> None:
    note = answer_text.other_date(finding_with(Explanation, at=at, decided=decided))
    assert bool(note) == is_other and (not note or (at in note and decided in note))
