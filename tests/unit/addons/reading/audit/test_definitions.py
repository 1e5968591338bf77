"""Quantities that a sentence is about, whatever words it uses."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.addons.reading.audit import audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

TODAY = "2024-12-31"


def kinds(text: str, *rows: tuple[str, str, float, str], day: str = TODAY, **more: Any) -> set[str]:
    claims = [
        claim(f"c{i}", subject, quantity, value, day, "An institute", "neutral", unit)
        for i, (subject, quantity, value, unit) in enumerate(rows)
    ]
    return {verdict.kind for verdict in audit(text, Ledger(tuple(claims)), **more).verdicts}


OIL = ("IND", "crude_imports_from_irn", 40.0, "mn 1/year")
TRADE = ("IRN", "trade_with_ind", 20.0, "bn USD/year")
GROWTH = ("IRN", "gdp_growth", 4.0, "%/year")
AID = ("IRN", "aid_total", 90, "bn USD")
RATE = ("IRN", "personnel_losses_per_day", 900, "person/day")


@pytest.mark.parametrize(
    ("text", "row", "kind"),
    [
        ("India's imports of Iranian crude came to 40 million tonnes in 2024.", OIL, "consistent"),
        ("India bought 10 million tonnes of Iranian oil in 2024.", OIL, "low"),
        ("India's imports of Saudi crude came to 10 million tonnes in 2024.", OIL, "not matched"),
        ("Trade between Iran and India reached 20 billion dollars in 2024.", TRADE, "consistent"),
        ("Trade between Iran and India reached 60 billion dollars in 2024.", TRADE, "high"),
        ("Trade between Iran and India reached 60 billion dollars in 2021.", TRADE, "not matched"),
        ("Iran's economy grew by 4 percent in 2024.", GROWTH, "consistent"),
        ("Iran's economy shrank by 4 percent in 2024.", GROWTH, "low"),
        ("By the end of December 2024 Iran had lost 2,000 soldiers.", RATE, "not matched"),
        (
            "In December 2024 Iran announced a new package of 3 billion dollars of aid.",
            ("IRN", "aid_total", 90, "bn USD"),
            "not matched",
        ),
    ],
)
def test_a_number_is_compared_with_the_quantity_that_it_means(text: str, row: Any, kind: str) -> None:
    assert kinds(text, row) == {kind}


POWER = (("IRN", "gas_share_of_electricity", 42.4, "%"), ("IRN", "coal_share_of_electricity", 39.3, "%"))
EXPORTS = (("IRN", "exports_in_year", 475, "bn USD"), ("IRN", "share_of_exports_to_china", 31.7, "%"))
TANKS = (("IRN", "tanks_in_service", 300, "item"), *((("IRN", f"tanks_{i}", 1.0, "item")) for i in range(20)))
PEOPLE = (("IRN", "refugees", 4_013_000, "person"),)


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        ("Gas made 42.4 percent of Iran's electricity in 2024, and coal 39.3 percent.", POWER, {"consistent"}),
        ("Coal made 42.4 percent of Iran's electricity in 2024, and gas 39.3 percent.", POWER, {"high", "low"}),
        ("Gas and coal made 42.4 percent of Iran's electricity in 2024.", POWER, {"high"}),
        ("Iran's exports came to 475 billion dollars in 2024.", EXPORTS, {"consistent"}),
        ("Iran's exports to China came to 475 billion dollars in 2024.", EXPORTS, {"not matched"}),
        ("Iran's share of exports going to China rose to 57 percent in 2024.", EXPORTS, {"high"}),
        ("Iran had 300 tanks in service in 2024.", TANKS, {"consistent"}),
        ("Iran had 300 tanks in service in Oman in 2024.", TANKS, {"not matched"}),
        ("By 31 December 2024 more than four million Iranians had fled.", PEOPLE, {"consistent"}),
        ("By 31 December 2024 some 40,000 refugees had left Iran.", PEOPLE, {"low"}),
    ],
)
def test_a_number_is_of_the_thing_partner_and_place_in_its_words(text: str, rows: Any, expected: set[str]) -> None:
    assert kinds(text, *rows) == expected


def test_an_undated_count_is_compared_with_the_last_of_its_speaker() -> None:
    rows = (
        claim("a", "IRN", "personnel_losses", 4000, "2024-03-27", "Indian military", "neutral"),
        claim("b", "IRN", "personnel_losses", 6500, "2024-06-15", "A ministry", "neutral"),
    )
    for text, kind in (
        ("The Indian military has counted 4,000 Iranian casualties.", "consistent"),
        ("Iran has 4,000 casualties.", "stale"),
    ):
        found = audit(text, Ledger(rows), published="2024-07-30").verdicts
        assert {one.kind for one in found} == {kind}


def test_several_actors_together_are_compared_with_their_sum() -> None:
    rows = (("USA", "aid_commitments", 60, "bn USD"), ("GBR", "aid_commitments", 20, "bn USD"))
    text = "The United States and Britain together had committed {} billion dollars in aid by the end of December 2024."
    assert kinds(text.format(80), *rows) == {"consistent"} and kinds(text.format(30), *rows) == {"low"}


def test_claims_of_after_the_day_of_the_text_are_not_used_unless_asked_for() -> None:
    text = "Iran's economy grew by 9 percent in 2024."
    assert kinds(text, GROWTH, published="2024-12-01") == {"not matched"}
    assert kinds(text, GROWTH, published="2024-12-01", as_of="2025-06-01") == {"high"}


def test_a_number_that_no_claim_has_is_not_matched_between_two() -> None:
    rows = [
        claim(f"c{i}", "IRN", "tanks", value, TODAY, speaker, "neutral", "item")
        for i, (value, speaker) in enumerate(((100, "An institute"), (900, "A ministry")))
    ]
    found = audit("On 31 December 2024 Iran had 400 tanks.", Ledger(tuple(rows)))
    assert {verdict.kind for verdict in found.verdicts} == {"not matched"} and found.checked == 0


SENT = (("IRN", "troops_sent_to_tur", 1000, "person"),)
BANK = (("IRN", "key_rate", 21, "%"),)


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        ("By 31 December 2024 Turkey had sent 5,000 soldiers to Iran.", SENT, {"not matched"}),
        ("By 31 December 2024 Iran had sent 5,000 soldiers to Turkey.", SENT, {"high"}),
        ("The key rate was 9 percent on 31 December 2024.", BANK, {"not matched"}),
        ("Iran's key rate was 9 percent on 31 December 2024.", BANK, {"low"}),
        ("By 31 December 2024 the army had 900 tanks.", TANKS, {"not matched"}),
        ("By 31 December 2024 Iran had 900 tanks.", TANKS, {"high"}),
        ("By 31 December 2024 the opponents of Iran had 900 tanks.", TANKS, {"not matched"}),
    ],
)
def test_a_statement_is_not_compared_with_a_claim_about_somebody_else(text: str, rows: Any, expected: set[str]) -> None:
    assert kinds(text, *rows) == expected
