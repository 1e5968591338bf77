"""Quantities that a sentence is about, whatever words it uses."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.ledger import Ledger
from standoff.reading.audit import audit
from tests.unit.reading.conftest import claim

TODAY = "2024-12-31"


def kinds(text: str, *rows: tuple[str, str, float, str], day: str = TODAY, **more: Any) -> set[str]:
    claims = [claim(f"c{i}", subject, quantity, value, day, "An institute", "neutral", unit)
              for i, (subject, quantity, value, unit) in enumerate(rows)]  # fmt: skip
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


def test_several_actors_together_are_compared_with_their_sum() -> None:
    rows = (("USA", "aid_commitments", 60, "bn USD"), ("GBR", "aid_commitments", 20, "bn USD"))
    text = "The United States and Britain together had committed {} billion dollars in aid by the end of December 2024."
    assert kinds(text.format(80), *rows) == {"consistent"} and kinds(text.format(30), *rows) == {"low"}


def test_claims_of_after_the_day_of_the_text_are_not_used_unless_asked_for() -> None:
    text = "Iran's economy grew by 9 percent in 2024."
    assert kinds(text, GROWTH, published="2024-12-01") == {"not matched"}
    assert kinds(text, GROWTH, published="2024-12-01", as_of="2025-06-01") == {"high"}


def test_a_number_that_no_claim_has_is_not_matched_between_two() -> None:
    rows = [claim(f"c{i}", "IRN", "tanks", value, TODAY, speaker, "neutral", "item") for i, (value, speaker) in
            enumerate(((100, "An institute"), (900, "A ministry")))]  # fmt: skip
    found = audit("On 31 December 2024 Iran had 400 tanks.", Ledger(tuple(rows)))
    assert {verdict.kind for verdict in found.verdicts} == {"not matched"} and found.checked == 0
