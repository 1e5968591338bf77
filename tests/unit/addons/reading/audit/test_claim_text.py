"""Claims in short: what is counted instead of the unit 1."""

from __future__ import annotations

from standoff.addons.reading.audit import claim_text
from tests.unit.addons.reading.conftest import claim

TALKS = claim("talks", "TUR.public", "talks_with_irq", 7, "2020-05-01", "general record", "neutral", "1")
TANKS = claim("tanks", "TUR", "tanks_lost", 40, "2020-05-01", "general record", "neutral", "item")


def test_numbers_without_a_unit_say_what_they_are() -> None:
    assert claim_text.content(TALKS) == "7 (talks with Iraq)"
    assert claim_text.content(TANKS) == TANKS.statement
