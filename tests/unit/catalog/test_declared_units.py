"""Claims in units that only their case declares: loaded, compared and cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff import catalog
from standoff.errors import LedgerError
from standoff.ledger import Ledger
from standoff.plan import plan
from standoff.plan.validate import validate

CASE = """\
title: marks
as_of: 2024-06
start: 2024-01
end: 2024-12
step: month
units: {mark: 0.5 USD, EUR: 1.08 USD}
actors: {AAA: {name: A}}
stocks: {cash: {unit: bn mark, initial: {from: a}, constant: true}}
questions: {q: {text: "?", event: cash > 4 bn mark, by: 2024-12, resolution: x}}
"""
CLAIM = (
    '{"id": "%s", "subject": "AAA", "quantity": "cash", "value": %s, "unit": "%s", "comparator": "about", "as_of": "2024-05",'
    ' "published": "2024-05", "speaker": "%s", "side": "x", "source": {"title": "t"}, "basis": "found", "status": "accepted"}\n'
)
CLAIMS = CLAIM % ("a", 10, "bn mark", "one") + CLAIM % ("b", 4, "bn USD", "two") + CLAIM % ("c", 5, "bn EUR", "three")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "claims.jsonl").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def test_claims_know_the_units_of_their_case(folder: Path) -> None:
    """10 bn mark are 5 bn USD; the euro of the package stays a dimension of its own, since its rate changes."""
    case = catalog.load(folder)
    assert validate(folder).counts["claims"] == 3
    (found,) = case.ledger.conflicts()
    assert found.claims == ("a", "b") and found.spread == pytest.approx(1.25)
    built = plan(*case)
    assert built.parameter("stocks.cash.initial").quantile(0.5) == pytest.approx(5e9, rel=0.01)


def test_a_unit_that_nobody_declares_is_refused(folder: Path) -> None:
    (folder / "scenario.yaml").write_text(CASE.replace("mark: 0.5 USD, ", ""), encoding="utf-8")
    with pytest.raises(LedgerError, match="unknown unit `mark`"):
        catalog.load_claims(folder / "scenario.yaml")
    with pytest.raises(LedgerError, match="unknown unit `mark`"):
        Ledger.load(folder / "claims.jsonl")
