"""Quantity cards: kinds, parts, counterparts, corrections, and what is wrong with these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff import catalog, units
from standoff.errors import LedgerError
from standoff.ledger import Ledger
from standoff.ledger.cards import cards, check, in_true_units, in_units, read_corrections, true_units
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


CARD = "IRN crude_imports: {unit: mn tonne/year}\n"


@pytest.mark.parametrize(
    ("unit", "true"),
    [("mn 1/year", "mn tonne/year"), ("thousand 1/day", "thousand tonne/day"), ("bn tonne/year", "bn tonne/year")],
)
def test_claims_of_a_case_are_in_the_unit_of_their_card(tmp_path: Path, unit: str, true: str) -> None:
    (tmp_path / "cards.yaml").write_text(CARD)
    written = made("crude_imports", unit)
    ledger = in_true_units(written, tmp_path)
    assert [claim.unit for claim in ledger] == [true, "item"] and ledger["c0"].value == 40
    assert ledger.hash == written.hash and ledger.text == written.text, "the file stays as it is"
    again = in_units(Ledger.parse(ledger.text), true_units(ledger))
    assert [claim.unit for claim in again] == [true, "item"] and again.hash == written.hash
    assert ledger.as_of("2021-01-01").hash == written.hash


@pytest.mark.parametrize("unit", ["person", "mn 1", "bn USD/year"])
def test_a_unit_that_cannot_be_that_of_the_card_is_an_error(tmp_path: Path, unit: str) -> None:
    (tmp_path / "cards.yaml").write_text(CARD)
    with pytest.raises(LedgerError, match=r"claims\[c0\]\.unit.*\n.*cannot be converted to `mn tonne/year`") as caught:
        in_true_units(made("crude_imports", unit), tmp_path)
    assert caught.value.problems[0].allowed and caught.value.problems[0].fix


def test_a_case_that_is_loaded_has_the_units_of_its_cards() -> None:
    ledger = catalog.load("china-russia").ledger
    own = [claim for claim in ledger if claim.quantity == "crude_imports_from_rus" and claim.numbers]
    assert own and {claim.unit_of().dims for claim in own} == {units.parse("tonne/year").dims}
    assert "mn 1/year" in ledger.text and "mn tonne/year" not in ledger.text
