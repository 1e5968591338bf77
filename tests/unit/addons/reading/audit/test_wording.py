"""Words around a number that keep it from a quantity of the ledger."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit import audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

BANK = "The Bank of Iran"
CLAIMS = (
    claim("rate-1", "IRN", "key_rate", 16, "2023-12-18", BANK, "iran", "%"),
    claim("rate-2", "IRN", "key_rate", 21, "2024-10-28", BANK, "iran", "%"),
    claim("trade", "IRN", "trade_with_ind", 245, "2024-12-31", "Customs", "iran", "bn USD/year"),
    claim("prices", "IRN", "inflation", 9.5, "2024-12-31", "Statistics", "iran", "%/year"),
    claim("zone", "IRN", "troops_in_war_zone", 617_000, "2023-12-14", "Raisi", "iran"),
    claim("tariff", "IND", "tariff_by_usa", 20.8, "2025-01-20", "An institute", "neutral", "%"),
    claim("train", "USA", "trains_few", 60, "2024-07-07", "Secretary Carter", "west", comparator="about"),
)
SENTENCES = [
    ("In October 2024 the Bank of Iran raised its key rate to 21 percent.", "consistent"),
    ("In October 2024 the Bank of Iran cut its key rate to 21 percent.", "contradicted"),
    ("In October 2024 the Bank of Iran raised its key rate by 21 percent.", "not matched"),
    ("In October 2024 the Bank of Iran cut its key rate from 21 percent.", "not matched"),
    ("Trade between Iran and India reached 245 billion dollars in 2024.", "consistent"),
    ("Trade between Iran and India grew by 245 billion dollars in 2024.", "not matched"),
    ("Prices in Iran rose by 9.5 percent in 2024.", "consistent"),
    ("Prices in Iran fell by 9.5 percent in 2024.", "low"),
    ("Inflation in Iran fell by 9.5 percent in 2024.", "not matched"),
    ("In December 2023 Iran had 617,000 soldiers in the war zone.", "consistent"),
    ("In December 2023 617,000 soldiers of Iran had left the war zone.", "not matched"),
    ("In December 2023 Iran had 617,000 Iraqi soldiers in the war zone.", "not matched"),
    ("The American tariff on Indian goods was 20.8 percent in January 2025.", "consistent"),
    ("India put a tariff of 20.8 percent on American goods in January 2025.", "not matched"),
]


@pytest.mark.parametrize(("text", "kind"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_a_change_a_former_level_and_others_numbers_are_no_level(text: str, kind: str) -> None:
    assert {one.kind for one in audit(text, Ledger(CLAIMS), published="2025-06-30").verdicts} == {kind}
