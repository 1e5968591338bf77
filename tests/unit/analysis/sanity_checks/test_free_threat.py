"""Threats whose word costs nothing to break."""

from __future__ import annotations

import pytest

from standoff.analysis.sanity_checks import free_threat
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.scenario import load
from standoff.scenario.document import Document
from tests.unit.engine.test_anticipation import scenario


def found(**word: float) -> list[tuple[str, float, str, str]]:
    """What is found where the defender threatens to fight, with this `breach` and `weight`."""
    threat = {"trigger": {"ATT": ["attack"]}, "since": "2024-01", "sources": "assumption", **word}
    choices = {
        "ATT": {"options": ["stay", "attack"], "value": {"attack": "1"}},
        "DEF": {"options": ["look_on", "fight"], "of_options": {"fight": {"threat": threat}}, "value": {}},
    }
    return [
        *free_threat.of_plan(plan(load.load_document(Document(scenario(choices), {}, "game.yaml"), None), Ledger()))
    ]


@pytest.mark.parametrize("word", [{"breach": 0, "weight": 2}, {"breach": 0.5, "weight": 0}])
def test_a_word_without_breach_or_without_weight_is_found(word: dict[str, float]) -> None:
    ((subject, number, *_),) = found(**word)
    assert subject == "choices.DEF.reasons.word_fight.weight"
    assert number == free_threat.SPEAKS


def test_a_word_that_costs_is_not_found() -> None:
    assert not found(breach=0.5, weight=2)
