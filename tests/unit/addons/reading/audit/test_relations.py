"""Relations that others deny."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading.audit import audit
from standoff.ledger import Ledger
from tests.unit.addons.reading.conftest import claim

if TYPE_CHECKING:
    from standoff.addons.reading.audit.records import AuditVerdict

GROUP = {"conflict": "arms", "status": "disputed"}
LEDGER = Ledger(
    (
        claim(
            "gives",
            "TUR",
            "arms",
            "Turkey supplies Iran with drones.",
            "2021-04-02",
            "A Greek minister",
            "greece",
            **GROUP,
        ),
        claim(
            "never",
            "TUR",
            "pledge",
            "Turkey will not give weapons to either party.",
            "2021-04-03",
            "A pilot",
            "iraq",
            **GROUP,
        ),
        claim(
            "denial", "TUR", "denial", "Turkey has given Iran no weapons.", "2021-04-04", "A poet", "turkey", **GROUP
        ),
        claim(
            "factory", "TUR", "factory", "A factory of Izmir makes drones.", "2021-04-05", "A painter", "iraq", **GROUP
        ),
    )
)


def disputed(text: str) -> AuditVerdict:
    (verdict,) = audit(text, LEDGER, published="2021-05-01").verdicts
    assert verdict.kind == "disputed", verdict
    return verdict


def ids(verdict: AuditVerdict, role: str) -> set[str]:
    return {one.id for one in verdict.claims if one.role == role}


def test_only_claims_of_the_opposite_dispute() -> None:
    verdict = disputed("Turkey gave weapons to Iran.")
    assert ids(verdict, "differs") == {"never", "denial"} and ids(verdict, "agrees") == {"gives"}
    verdict = disputed("Turkey never gave weapons to Iran.")
    assert ids(verdict, "differs") == {"gives"} and ids(verdict, "agrees") == {"never", "denial"}


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Turkey gave weapons to Iran.", "Stated as a fact; "),
        ('"Turkey gave weapons to Iran," Ann Lee said.', "Said by Ann Lee; "),
    ],
)
def test_a_named_speaker_is_named(text: str, start: str) -> None:
    assert disputed(text).text.startswith(start)


def test_a_relation_agrees_only_where_a_claim_has_all_its_words() -> None:
    (row,) = (claim("helps", "TUR", "arms", "Turkey supplies Iran with drones.", "2021-04-02", "A minister", "greece"),)
    kinds = {
        text: {one.kind for one in audit(text, Ledger((row,)), published="2021-05-01").verdicts} - {"not matched"}
        for text in (
            "Turkey supplied Iran with drones.",
            "Turkey supplied Iran with drones on Mars.",
            "Turkey was about to supply Iran with drones.",
        )
    }
    assert list(kinds.values()) == [{"consistent"}, set(), set()]


def test_a_denial_of_all_denies_each_way() -> None:
    (verdict,) = audit(
        "A poet said that Turkey has not directly given Iran weapons.", LEDGER, published="2021-05-01"
    ).verdicts
    assert verdict.kind != "contradicted"


def test_a_doubtful_question_without_a_claim_of_the_opposite_is_not_matched() -> None:
    rows = Ledger(tuple(one for one in LEDGER if one.id != "gives"))
    (verdict,) = audit("Turkey never gave weapons to Iran.", rows, published="2021-05-01").verdicts
    assert verdict.kind == "not matched" and ids(verdict, "agrees") == {"never", "denial"}
