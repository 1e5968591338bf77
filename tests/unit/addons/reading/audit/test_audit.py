"""An audit of a text with accounting rules, as the command does it."""

from __future__ import annotations

from standoff.addons.reading import audit as text_audit
from standoff.addons.reading.pipeline import read
from tests.unit.addons.reading.conftest import ONE_CLAIM

TEXT = "By 31 December 2023, the General Staff of Ukraine said, Russia had lost 500,000 soldiers."


def test_a_number_is_compared_with_one_claim() -> None:
    (verdict,) = text_audit.audit(TEXT, ONE_CLAIM, name="a.txt", case="north", published="2024-01-05").verdicts
    assert (verdict.kind, verdict.slot, [one.id for one in verdict.claims]) == (
        "contradicted",
        "number",
        ["ukr-losses"],
    )


def test_statements_that_were_read_before_are_judged() -> None:
    found = text_audit.audit(TEXT, ONE_CLAIM, published="2024-01-05", rows=read(TEXT, "2024-01-05")[:0])
    assert found.verdicts == () and found.rows == 0
