"""Sentences without a verdict, and why."""

from __future__ import annotations

import pytest

from standoff.addons.reading.audit import REASONS, audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

LEDGER = Ledger((claim("c", "IRN", "tanks_lost", 400, "2020-04-28", "Iraqi staff", "iraq", "item"),))
LATER = {
    "question": "Did Iran rest?",
    "not understood": "The rain fell.",
    "unconfirmed": "Iraq has not confirmed the strike on Iran.",
    "denied number": "Iran did not lose 900 tanks.",
    "possibility": "Iran could attack Turkey.",
    "other actors": "Chile supports Peru.",
    "too short": "Iran is it.",
    "no claim": "Iran keeps the old songs of its rivers.",
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_given(reason: str) -> None:
    found = audit(f"By 1 May 2020, Iran had lost 400 tanks. {LATER[reason]}", LEDGER)
    assert [(one.reason, one.quote) for one in found.uncompared] == [(reason, LATER[reason])]
    assert found.reasons == found.to_data()["reasons"] == {reason: 1}


def test_each_sentence_has_verdicts_or_a_reason() -> None:
    text = " ".join(LATER.values()) + " By 1 May 2020, Iran had lost 100 tanks. Iran lost 40 ships in May 2020."
    found = audit(text, LEDGER)
    spans = {(one.start, one.end) for one in found.uncompared}
    judged = {verdict.quote for verdict in found.verdicts}
    assert len(spans) + len(judged) == found.sentences and all(text[a:b] not in judged for a, b in spans)
