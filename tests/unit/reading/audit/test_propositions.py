"""Sentences against claims in words: by who, what, when and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.ledger import Ledger
from standoff.reading.audit import audit
from tests.unit.reading.conftest import claim

if TYPE_CHECKING:
    from standoff.ledger import Claim

STAFF = "Iraqi general staff"


def said(name: str, subject: str, quantity: str, text: str, day: str, speaker: str = STAFF, **more: str) -> Claim:
    return claim(name, subject, quantity, text, day, speaker, "iraq", **more)


LEDGER = Ledger((
    said("crossing", "IRN", "crosses_shatt", "Iranian brigades cross the Shatt into Basra.", "1986-02-10"),
    said("no-arms", "TUR", "did_not_arm_iraq", "Turkey did not send weapons to Iraq during the war.", "1988-08-20"),
    said("missiles", "IRQ", "missiles_hit_iran", "Iraqi missiles hit Tehran and wound Iran.", "1988-03-01"),
    said("nations", "KWT", "convoy", "Tankers of 11 nations sail in the convoy of Kuwait.", "1987-07-22"),
    said("pledge", "SYR", "pledge", "Syria will keep the pipeline closed.", "1982-04-10", "President Assad"),
    claim("calm", "JOR", "troops_in_iraq_at_war", 0, "1988-08-20", STAFF, "iraq", "1"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Iranian brigades crossed the Shatt on 10 February 1986.", "consistent"),
        ("Iranian brigades crossed the Shatt on 10 March 1986.", "misdated"),
        ("Iranian brigades did not cross the Shatt on 10 February 1986.", "contradicted"),
        ("Jordanian brigades crossed the Shatt on 10 February 1986.", ""),
        ("Iranian poets crossed the Shatt on 10 February 1986.", ""),
        ("Turkey sent weapons to Iraq in June 1988.", "disputed"),
        ("Turkey sent weapons to Iraq in June 1970.", ""),
        ("Turkey never sent munitions to Iraq.", "consistent"),
        ("Iranian missiles hit Iraq on 1 March 1988.", ""),
        ("Tankers of 11 nations sailed in Kuwait's convoy on 22 July 1987.", "consistent"),
        ("Tankers of 30 nations sailed in Kuwait's convoy on 22 July 1987.", "contradicted"),
        ("Did Iranian brigades cross the Shatt on 10 February 1986?", ""),
        ("Iranian brigades might have crossed the Shatt on 10 March 1986.", ""),
    ],
)
def test_a_sentence_against_claims_in_words(text: str, kind: str) -> None:
    kinds = {verdict.kind for verdict in audit(text, LEDGER).verdicts} - {"not matched"}
    assert kinds == ({kind} if kind else set())


def test_another_date_is_named_with_its_claim() -> None:
    (verdict,) = audit("Iranian brigades crossed the Shatt on 10 March 1986.", LEDGER).verdicts
    assert verdict.right_on == "1986-02-10" and [one.id for one in verdict.claims] == ["crossing"]


def test_an_event_that_the_ledger_has_twice_is_not_misdated() -> None:
    again = said("again", "IRN", "crosses_shatt", "Iranian brigades cross the Shatt into Basra.", "1987-01-09")
    found = audit("Iranian brigades crossed the Shatt on 10 March 1985.", Ledger((*LEDGER, again)))
    assert found.wrong == ()


def test_a_speaker_is_compared_with_what_he_says_himself() -> None:
    other = said("other", "SYR", "pledge", "Syria will not keep the pipeline closed.", "1982-04-10", "King Hussein")
    rows = Ledger((*LEDGER, other))
    text = "President Assad said on 10 April 1982 that Syria would keep the pipeline closed."
    assert {verdict.kind for verdict in audit(text, rows).verdicts} == {"consistent"}


def test_what_is_not_understood_is_counted() -> None:
    found = audit("Rain.\n\nIranian brigades crossed the Shatt on 10 February 1986. Poets sang all night long.", LEDGER)
    assert (found.sentences, found.checked) == (3, 1) and found.unread == 2
