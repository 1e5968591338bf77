"""Texts that answers and choices have in common."""

from __future__ import annotations

from standoff.analysis.explain import Explanation
from standoff.report import answer_text
from tests.unit.report.plain import ORIGIN


def test_reasons_add_up_within_rounding_or_the_difference_is_stated() -> None:
    exact = answer_text.additivity(Explanation(origin=ORIGIN, additivity_error=4e-15))
    wrong = answer_text.additivity(Explanation(origin=ORIGIN, additivity_error=0.25))
    assert "0.25" in wrong and wrong != exact
