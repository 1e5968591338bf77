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
