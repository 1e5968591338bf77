"""Quantity cards: kinds, parts, counterparts, corrections, and what is wrong with these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.errors import LedgerError
from standoff.ledger import Ledger
from standoff.ledger.cards import cards, check, read_corrections
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from pathlib import Path

DAY, WHO = "2020-05-01", "Staff"


def made(quantity: str, unit: str = "person", *others: str) -> Ledger:
    rows = [claim(f"c{i}", "IRN", name, 40, DAY, WHO, "iraq", unit) for i, name in enumerate((quantity, *others))]
    return Ledger((*rows, claim("t", "TUR", "tanks", 3, DAY, WHO, "iraq", "item")))


@pytest.mark.parametrize(
    ("quantity", "unit", "kind", "period"),
    [
        ("personnel_losses", "person", "stock", ""),
        ("personnel_losses_in_year", "person", "flow", "year"),
        ("trade_with_tur", "bn USD/year", "flow", "year"),
        ("gdp_growth", "%/year", "change", "year"),
        ("support_for_troops", "%", "share", ""),
        ("trade_forecast", "bn USD", "forecast", ""),
    ],
)
def test_the_kind_of_a_quantity(quantity: str, unit: str, kind: str, period: str) -> None:
    ledger = made(quantity, unit)
    card = next(one for one in cards(ledger, ledger.vocabulary) if one.quantity == quantity)
    assert (card.kind, card.period, card.unit) == (kind, period, unit)


def test_parts_counterparts_and_words() -> None:
    ledger = made("personnel_losses", "person", "personnel_killed", "trade_with_tur")
    by = {card.quantity: card for card in cards(ledger, ledger.vocabulary)}
    assert by["personnel_losses"].contains == ("personnel_killed",) and by["trade_with_tur"].counterpart == "TUR"
    assert "soldiers" in by["personnel_killed"].words and by["tanks"].key == "TUR tanks"


def test_corrections_replace_what_the_name_does_not_tell(tmp_path: Path) -> None:
    (tmp_path / "cards.yaml").write_text("IRN crude_imports: {unit: mn tonne/year, kind: flow, words: oil petroleum}\n")
    ledger, corrections = made("crude_imports", "mn 1/year"), read_corrections(tmp_path)
    card = cards(ledger, ledger.vocabulary, corrections)[0]
    assert card.unit == "mn tonne/year" and {"oil", "petroleum"} <= set(card.words)
    assert list(check(corrections, [card], "cards.yaml")) == [] and read_corrections(tmp_path / "none") == {}
    assert len(list(check({"IRN crude": {"contains": ["x"]}}, [card], "cards.yaml"))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "IRN: {}",
        "IRN a: {colour: red}",
        "IRN a: {kind: heap}",
        "IRN a: {unit: flurbs}",
        "IRN a: {contains: b}",
        "{",
    ],
)
def test_wrong_corrections_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "cards.yaml").write_text(text)
    with pytest.raises(LedgerError) as caught:
        read_corrections(tmp_path)
    assert str(tmp_path / "cards.yaml") in str(caught.value)
