"""Claims that lack a group: what counts as a gap, and that the ledger of the flagship has none but those listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standoff import catalog
from standoff.analysis import grouping_checks
from standoff.ledger import Claim
from tests.unit.ledger.conftest import claim, data

__all__ = ["claim", "data"]  # fixtures

Make = Callable[..., Claim]

TWO_COUNT_ALIKE = {
    (
        "rus.public-public-supporting-army-actions-2022-11-levada",
        "rus.public-public-supporting-army-actions-2022-12-31-levada-ccd",
    ): "a month of one pollster, and a quotation that names no month and may be of another",
    (
        "prk-third-party-decision-2024-10-18-south-korean-nis",
        "prk-third-party-decision-2024-10-01-russia-ukraine-war",
    ): "one decision, told by a service at once and by the press later, and coded alike",
    (
        "chn-share-of-payments-returned-2024-04-17-izvestia",
        "chn-share-of-payments-returned-2024-03-31-finance-mail-ru",
    ): "the later page names no source, and a month before the first",
    (
        "rus-personnel-killed-2025-06-03-csis",
        "rus-personnel-killed-2025-06-12-uk-mod",
    ): "an upper bound of one and an estimate of the other; the ministry names no source",
    (
        "rus-personnel-losses-2024-05-03-french-foreign-minister",
        "rus-personnel-losses-2024-05-31-uk-mod",
    ): "two governments, a round number four weeks apart",
    (
        "rus-personnel-losses-2024-11-19-uk-mod",
        "rus-personnel-losses-2024-12-07-austin",
    ): "two governments, a round number and more",
    (
        "rus-personnel-losses-2024-11-19-uk-mod",
        "rus-personnel-losses-2024-12-07-austin-economist-table",
    ): "the same two, the second by way of a table",
    (
        "rus-personnel-losses-2024-12-07-austin",
        "rus-personnel-losses-2024-12-rutte",
    ): "the Secretary General names no source; his number for both sides is none of the minister's",
    (
        "rus-personnel-losses-2024-12-07-austin-economist-table",
        "rus-personnel-losses-2024-12-rutte",
    ): "the same two, the first by way of a table",
    (
        "rus-personnel-losses-2025-05-03-uk-mod",
        "rus-personnel-losses-2025-06-03-csis",
    ): "the report of the centre was read by way of a newspaper, which names no source of its number",
    (
        "rus-personnel-losses-2025-12-01-csis",
        "rus-personnel-losses-2025-12-31-mivd",
    ): "a centre and a service, a round number a month apart",
}


def found(*claims: Claim) -> list[tuple[str, tuple[str, str]]]:
    return [(gap.kind, gap.claims) for gap in grouping_checks.find_missing_groups(claims)]


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({}, True),
        ({"conflict": "k"}, False),  # a group of both
        ({"conflict": "other"}, False),  # each in its own
        ({"as_of": "2024-04-15", "published": "2024-04-15"}, False),  # another time
        ({"quantity": "personnel_killed"}, False),
        ({"subject": "UKR"}, False),
        ({"comparator": "at_least", "value": 400000}, False),  # which 413,760 is
    ],
)
def test_numbers_that_differ_want_a_group(claim: Make, changes: dict[str, Any], gap: bool) -> None:
    a = claim(id="a", value=413760, comparator="exact", conflict="k")
    b = claim(**{"id": "b", "value": 150000, "comparator": "exact", "speaker": "Meduza", **changes})
    assert found(a, b) == ([("conflict", ("a", "b"))] if gap else [])


def test_a_group_in_which_the_voice_of_the_other_answers_covers_its_series(claim: Make) -> None:
    a = claim(id="a", value=413760, conflict="k")
    series = [
        claim(id=f"m{day}", value=150000 + day, speaker="Meduza", as_of=f"2024-02-{day}", published="2024-03")
        for day in (12, 19, 26)
    ]
    assert len(found(a, *series)) == 3
    grouped = [one if one.id != "m26" else one.model_copy(update={"conflict": "k"}) for one in series]
    assert found(a, *grouped) == []
    relayed = claim(id="r", value=150019, speaker="Agency", as_of="2024-02-19", published="2024-03", origin="meduza")
    assert ("conflict", ("a", "r")) in found(a, *grouped, relayed)
    counted = [one.model_copy(update={"origin": "meduza"}) if one.id == "m26" else one for one in grouped]
    assert ("conflict", ("a", "r")) not in found(a, *counted, relayed)


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({}, True),
        ({"unit": "thousand person", "value": 413.76}, True),
        ({"origin": "staff"}, False),
        ({"published": "2024-02-29"}, False),  # nobody was first
        ({"speaker": "General Staff of Ukraine"}, False),
        ({"basis": "computed"}, False),
        ({"value": 413761}, False),
        ({"as_of": "2024-04-15"}, False),
    ],
)
def test_the_same_number_said_later_looks_like_a_relay(claim: Make, changes: dict[str, Any], gap: bool) -> None:
    a = claim(id="z", value=413760, origin="staff")
    b = claim(**{"id": "b", "value": 413760, "speaker": "Agency", "published": "2024-04-20", **changes})
    assert found(a, b) == ([("origin", ("z", "b"))] if gap else [])


def test_yes_and_no_are_no_relays(claim: Make) -> None:
    assert found(claim(id="a", value=1), claim(id="b", value=1, speaker="Agency", published="2024-04-20")) == []


def test_the_ledger_of_the_flagship_has_no_gap_but_these() -> None:
    ledger = catalog.load_claims(catalog.find("china-russia")).not_retracted()
    left = grouping_checks.find_missing_groups(ledger)
    assert {gap.claims for gap in left if gap.kind == "origin"} == set(TWO_COUNT_ALIKE)
    assert [gap.text for gap in left if gap.kind == "conflict"] == []
