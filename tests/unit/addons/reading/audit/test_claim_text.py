"""Claims in short: yes or no instead of 1 and 0, and what is counted instead of the unit 1."""

from __future__ import annotations

from standoff.addons.reading.audit import audit, claim_text
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

ARMS = claim("arms", "TUR", "arms_for_irq", 0, "2020-05-01", "general record", "neutral", "1")
RANK = claim("rank", "TUR", "army_rank", 1, "2020-05-01", "general record", "neutral", "1")
TALKS = claim("talks", "TUR.public", "talks_held", 7, "2020-05-01", "general record", "neutral", "1")
TANKS = claim("tanks", "TUR", "tanks_lost", 40, "2020-05-01", "general record", "neutral", "item")


def test_numbers_without_a_unit_say_what_they_are() -> None:
    assert claim_text.content(ARMS, yes_or_no=True).split(": ") == ["Turkey, arms for Iraq", "no"]
    assert claim_text.content(TALKS) == "7 (talks held)"
    assert claim_text.content(TANKS) == TANKS.statement


def test_only_zeros_and_ones_of_a_fact_are_yes_or_no() -> None:
    assert claim_text.facts((ARMS, RANK, TALKS, TANKS)) == {ARMS}
    other = claim("more", "TUR", "arms_for_irq", 3, "2020-06-01", "general record", "neutral", "1")
    assert claim_text.facts((ARMS, other)) == frozenset()


def test_a_verdict_says_yes_or_no() -> None:
    war = claim("war", "TUR", "full_scale_war_with_irq", 0, "2020-05-01", "general record", "neutral", "1")
    (verdict,) = audit("Turkey fought a full scale war with Iraq on 1 May 2020.", Ledger((war,))).verdicts
    assert verdict.kind == "contradicted" and "war with Iraq: no" in verdict.text
    assert [one.statement.rpartition(", ")[0] for one in verdict.claims] == ["Turkey"]
