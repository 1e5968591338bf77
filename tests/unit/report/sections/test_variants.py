"""Changes of the main answer under variants."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from standoff.analysis.answer import Answer
from standoff.analysis.parameter_variants import VariantEffect
from standoff.questions import EpistemicBand
from standoff.report import belief_text
from standoff.report.sections import main_answer


def effect(name: str, before: float, after: float, error: float = 0.01, **changes: Any) -> VariantEffect:
    fields = {"text": name, "question": "war", "kind": "event", "unit": "", "draws": 2000} | changes
    return VariantEffect(
        variant=name,
        before=before,
        after=after,
        change=after - before,
        mc_error=error,
        **fields,
    )


def answer_of(mean: float) -> Answer:
    """An event with 20 % in the futures of the run, and another mean over models."""
    shares = dict.fromkeys(("variants", "theories", "both", "parameters", "chance"), 0.2)
    band = EpistemicBand(
        low=0.0, high=0.9, mean=mean, shares=shares, parameters=1, theories=5, draws=800, replicates=16
    )
    return Answer(
        id="war",
        kind="event",
        lines=(),
        text="War?",
        date="2024-12",
        unit="",
        answer=0.2,
        futures=None,
        monte_carlo=None,
        baselines={},
        claims=(),
        resolution="papers",
        band=band,
    )


@pytest.mark.parametrize(
    ("item", "start"),
    [
        (effect("a", 0.2, 0.35), "+15"),
        (effect("a", 0.35, 0.2), "−15"),
        (effect("a", 0.2, 0.21, 0.02), "no clear change"),
        (effect("a", 1000.0, 1500.0, 10.0, kind="quantity", unit="person"), "+500 people"),
        (effect("a", 0.5, 0.25, 0.01, kind="quantity", unit="share"), "−25 ± 1 point"),
        (effect("a", 50.0, 25.0, 1.0, kind="quantity", unit="%"), "−25 ± 1 point"),
    ],
)
def test_a_change_has_its_sign_and_unit(item: VariantEffect, start: str) -> None:
    assert belief_text.clear_change(item, item.change, item.mc_error).startswith(start)


def test_rows_are_those_of_the_main_question_the_largest_change_first() -> None:
    effects = (effect("small", 0.2, 0.25), effect("large", 0.2, 0.05), effect("other", 0.2, 0.9, question="peace"))
    verdict: Any = SimpleNamespace(variant_effects=effects, main="war", answers=(answer_of(0.3),))
    assert [(item.variant, level[:2]) for item, level, _ in main_answer.variant_rows(verdict)] == [
        ("large", "15"),
        ("small", "35"),
    ], "changes are added to the answer of the page"


def test_a_change_beyond_certainty_stops_there() -> None:
    effects = (effect("none", 0.5, 0.1),)
    verdict: Any = SimpleNamespace(variant_effects=effects, main="war", answers=(answer_of(0.3),))
    ((_, level, _),) = main_answer.variant_rows(verdict)
    assert level == "< 1 %"


def test_the_answer_in_the_fifths_of_a_parameter_is_around_that_of_the_page() -> None:
    means: Any = SimpleNamespace(low=0.1, high=0.4, low_error=0.01, high_error=0.01)
    assert main_answer.fifths(means, answer_of(0.3)) == ("20 %", "50 %")


def test_the_caption_of_the_changes_names_no_other_answer() -> None:
    verdict: Any = SimpleNamespace(variant_effects=(effect("a", 0.2, 0.3),), main="war")
    text = main_answer.as_it_is(verdict)
    assert "2,000 futures" in text and "%" not in text
