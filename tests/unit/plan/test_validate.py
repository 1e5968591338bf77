"""A case as a whole: counts of a valid one, and every mistake of one that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff import catalog
from standoff.errors import ScenarioError
from standoff.plan.validate import validate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_valid_case_is_counted() -> None:
    loaded, ledger = catalog.load("closed-form")
    found = validate("closed-form")
    assert found.title == loaded.title and found.variants == tuple(loaded.variants)
    assert found.counts["stocks"] >= len(loaded.stocks) and found.counts["claims"] == len(ledger)


def test_mistakes_of_scenario_and_ledger_come_together(tmp_path: Path) -> None:
    text = (catalog.find("closed-form")).read_text(encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(text.replace("\nquestions:", "\nnonsense: 1\nquestions:"), encoding="utf-8")
    (tmp_path / "claims.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        validate(tmp_path)
    assert "nonsense" in str(error.value) and "claims.jsonl" in str(error.value)


CONDITIONS = """\
title: t
as_of: 2024-06
start: 2024-01
end: 2025-12
step: month
units: {mark: 0.5 USD}
actors: {AAA: {name: A}}
stocks: {mood: {unit: share, initial: 0.4 to 0.6 @assumption}, cash: {unit: USD, initial: 10 @assumption}}
mechanisms:
  drift:
    {use: mean_reversion, when: cash > 4 bn mark, stock: mood, mean: 0.5, speed: 0.1 1/month, volatility: 0.1,
     sources: assumption}
choices:
  AAA:
    actor: AAA
    options: {go: {when: mood < 1 / 1 %}, stay: }
    status_quo: stay
    when: mood > 5 %
    every: 3 months
    rationality: 1 @assumption
    half_life: 6 month @assumption
    history: [{since: 2024-01, option: stay}]
    reasons: {norm: {use: stated_norm, weight: 1, commitment: 0.5, breach: {go: 1, stay: 0}}}
    sources: assumption
questions:
  high: {text: "?", event: 100 * mood > 90 % / 1 %, by: 2025-06, resolution: x}
  first: {text: "?", first_of: {up: mood > 90 %, gone: "AAA in [go]"}, by: 2025-06, resolution: x}
  level: {text: "?", quantity: mood, at: 2025-06, resolution: x}
"""


def test_each_condition_is_shown_as_it_is_understood(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(CONDITIONS.replace("initial: 10 @", "initial: 10 USD @"), encoding="utf-8")
    assert dict(validate(tmp_path).conditions) == {
        "mechanisms.drift.when": "cash > 2000000000 USD",
        "choices.AAA.when": "mood > 0.05",
        "choices.AAA.options.go.when": "mood < 1 / 0.01",
        "questions.high.event": "100 * mood > 0.9 / 0.01",
        "questions.first.first_of.up": "mood > 0.9",
        "questions.first.first_of.gone": "AAA in [go]",
    }
