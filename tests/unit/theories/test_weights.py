"""Weights of theories: those of the stored scores, in a closed form."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from standoff import theories
from standoff.theories import SCORES, weights

PAGE = Path(__file__).parents[3] / "docs" / "crises.md"
STORED = json.loads(SCORES.read_text())


def test_scores_are_those_of_the_page() -> None:
    text = PAGE.read_text()
    rows = re.findall(r"(?m)^\| (\w+) \| (0\.\d{3}) \| (0\.\d{3}) \|", text[text.index("## Theories") :])
    assert {name: float(log) for name, _, log in rows} == STORED["log"]
    assert {name: float(brier) for name, brier, _ in rows} == STORED["brier"]
    assert set(STORED["log"]) == set(theories.names())
    assert f"{STORED['crises']} historical crises" in text and f"on {STORED['questions']} questions" in text


def test_weights_are_exponentials_of_the_log_score_of_as_many_questions_as_crises() -> None:
    found = dict(zip(theories.names(), weights(theories.names()), strict=True))
    assert sum(found.values()) == pytest.approx(1)
    gap = STORED["log"]["cognitive_hierarchy"] - STORED["log"]["quantal_response"]
    assert found["cognitive_hierarchy"] / found["quantal_response"] == pytest.approx(math.exp(-13 * gap))


def test_a_theory_worse_than_equal_chances_weighs_next_to_nothing() -> None:
    found = dict(zip(theories.names(), weights(theories.names()), strict=True))
    worse = [name for name, score in STORED["brier"].items() if score > 0.25]
    assert worse == ["reference_dependent"] and found["reference_dependent"] < 0.005


def test_a_theory_without_a_score_has_that_of_equal_chances() -> None:
    known, unknown = weights(("quantal_response", "coin"))
    assert unknown / known == pytest.approx(math.exp(-13 * (math.log(2) - STORED["log"]["quantal_response"])))
    assert weights(("coin",)) == (1.0,)
