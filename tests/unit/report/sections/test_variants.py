"""Changes of the main answer under variants."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from standoff.analysis.parameter_variants import VariantEffect
from standoff.report.sections import variants


def effect(name: str, before: float, after: float, error: float = 0.01, **changes: Any) -> VariantEffect:
    fields = {"text": name, "question": "war", "kind": "event", "unit": "", "draws": 2000} | changes
    return VariantEffect(
        variant=name, before=before, after=after, change=after - before, mc_error=error, **fields,
    )  # fmt: skip


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
    assert variants.change(item).startswith(start)


def test_rows_are_those_of_the_main_question_the_largest_change_first() -> None:
    effects = (effect("small", 0.2, 0.25), effect("large", 0.2, 0.05), effect("other", 0.2, 0.9, question="peace"))
    verdict: Any = SimpleNamespace(variant_effects=effects, main="war")
    assert [(item.variant, level[:2]) for item, level, _ in variants.variant_rows(verdict)] == [
        ("large", "5 "),
        ("small", "25"),
    ]


@pytest.mark.parametrize(
    ("shown", "band", "stands"), [("20 %", None, False), ("22 %", None, True), ("20 %", (0.0, 0.9), False)]
)
def test_the_reference_of_the_changes_stands_where_it_is_not_the_answer_of_the_page(
    shown: str, band: tuple[float, float] | None, stands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants.answer_text, "answer", lambda *_: SimpleNamespace(main=shown))
    before = 0.2 if band is None else 0.2049  # more digits than the band supports
    answers = (SimpleNamespace(id="war", band_ends=band),)
    origin = SimpleNamespace(as_of="2024-01-31")
    verdict: Any = SimpleNamespace(
        variant_effects=(effect("a", before, 0.3),), main="war", answers=answers, origin=origin
    )
    assert "2,000 futures" in variants.as_it_is(verdict)
    assert ("20 %" in variants.as_it_is(verdict)) == stands
