"""Choices behind a question: through stocks, effects, and the choices that reasons watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.analysis.causal.dependencies import choices_behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.engine.model import Model


def names(model: Model, question: str) -> list[str]:
    return [model.plan.choices[c].name for c in choices_behind(model.plan, model.plan.question(question))]


def test_choices_behind_a_question(world: Callable[..., Model]) -> None:
    model = world({"questions": {"still": {"text": "?", "event": "calm > 0.5", "by": "2024-12", "resolution": "x"}}})
    assert names(model, "go") == ["AAA", "BBB"]  # it is named; its reason watches BBB
    assert names(model, "high") == ["AAA", "BBB"]  # BBB moves the stock; its reason watches AAA
    assert names(model, "still") == []  # no option moves it
    alone = world({"choices": {"BBB": {"reasons": {"blow": None}}}})
    assert names(alone, "high") == ["BBB"]
    assert names(alone, "left") == ["AAA", "BBB"]  # the effort of AAA, whose reason watches BBB
