"""Rules settle forecasts from claims with speakers and dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.settlement import Rule, has_come, settle
from standoff.ledger import Ledger
from standoff.ledger.claim import Claim
from tests.unit.evaluation.hindcast.conftest import claim
from tests.unit.evaluation.made import COUNT, GLOOM

ORIGIN = dt.date(2023, 3, 31)


def ledger(*claims: dict[str, Any]) -> Ledger:
    return Ledger(tuple(Claim.parse(each) for each in claims))


def count(day: str, value: float, speaker: str = "an office", published: str = "") -> dict[str, Any]:
    name = f"aaa-{day}-{speaker.replace(' ', '-')}"
    return claim(name, day, "losses", value, "person", published) | {"speaker": speaker}


def gloom(day: str, value: float) -> dict[str, Any]:
    return claim(f"aaa-gloom-{day}", day, "gloom", value, "1")


def complete(day: str, speaker: str = "a registry") -> dict[str, Any]:
    return claim(f"aaa-complete-{day}", day, "ledger_complete", 1, "1") | {"speaker": speaker}


def settled(rule: dict[str, Any], *claims: dict[str, Any]) -> Report | str:
    return settle(Rule(**{"date": "2023-06-30"} | rule), ORIGIN, ledger(*claims), {})


def test_the_report_of_the_day_settles_in_the_unit_of_the_rule() -> None:
    found = settled(COUNT, count("2023-06-30", 18_000), count("2023-07-10", 19_000))
    assert isinstance(found, Report) and found.value == 18 and found.speaker == "an office"


def test_a_count_between_two_reports_lies_on_the_line_and_is_known_with_the_later_one() -> None:
    claims = (count("2023-06-20", 10_000), count("2023-07-10", 20_000, published="2023-08-01"))
    found = settled(COUNT, *claims)
    assert isinstance(found, Report) and found.value == pytest.approx(15) and found.published == dt.date(2023, 8, 1)
    assert len(found.claims) == 2
    near = settled(COUNT | {"interpolated": False}, *claims)
    assert isinstance(near, Report) and near.value in (10, 20)


def test_no_report_near_the_day_leaves_it_open_and_one_before_the_origin_does_not_count() -> None:
    assert "1.5 months of 2023-06-30" in str(settled(COUNT, count("2023-09-30", 18_000)))
    assert "1.5 months" in str(settled(COUNT | {"date": "2023-04-30"}, count("2023-03-31", 18_000)))


def test_speakers_count_in_their_order_else_who_published_first() -> None:
    claims = (
        count("2023-06-30", 18_000, "second", "2023-07-01"),
        count("2023-06-30", 19_000, "first", "2023-07-09"),
        count("2023-06-30", 20_000, "third", "2023-06-30"),
    )
    for speakers, value in ((("first", "second"), 19), (("nobody", "second"), 18), ((), 20)):
        found = settled(COUNT | {"speakers": speakers}, *claims)
        assert isinstance(found, Report) and found.value == value


@pytest.mark.parametrize(
    ("change", "claims", "value"),
    [
        ({}, (gloom("2023-05-31", 1), gloom("2023-08-31", 0)), 1),
        ({}, (gloom("2023-05-31", 0), gloom("2023-07-31", 1)), 0),  # it came, and later
        ({}, (gloom("2023-05-31", 0),), None),
        ({}, (), None),
        ({"threshold": 5}, (gloom("2023-05-31", 4), gloom("2023-06-30", 4)), 0),
        ({"threshold": 5, "comparator": "at_most"}, (gloom("2023-05-31", 4),), 1),
        ({}, (gloom("2021-12-31", 1), gloom("2023-08-31", 0)), 0),  # before the period began
        ({"claims": {}, "occurrence": "aaa-gloom-2023-05-31"}, (gloom("2023-05-31", 0),), 1),
        ({"claims": {}, "occurrence": "aaa-gloom-2023-07-31"}, (gloom("2023-07-31", 0),), 0),
        ({"claims": {}, "not_by": "aaa-gloom-2023-07-31"}, (gloom("2023-07-31", 0),), 0),
        ({"claims": {}, "not_by": "aaa-gloom-2023-05-31"}, (gloom("2023-05-31", 0),), None),
    ],
)
def test_an_event_is_settled_by_threshold_date_and_last_word(
    change: dict[str, Any], claims: tuple[dict[str, Any], ...], value: float | None
) -> None:
    found = settled(GLOOM | change, *claims)
    assert found.value == value if isinstance(found, Report) else value is None


def test_a_ledger_declared_complete_settles_what_did_not_come() -> None:
    rule = GLOOM | {"complete": {"quantity": "ledger_complete", "speaker": "a registry"}}
    none = settled(rule, complete("2023-07-31"))
    assert isinstance(none, Report) and none.value == 0 and none.speaker == "a registry"
    assert isinstance(settled(rule, complete("2023-05-31")), str)  # complete to a day before the date
    assert isinstance(settled(rule, complete("2023-07-31", "somebody")), str)
    came = settled(rule, complete("2023-07-31"), gloom("2023-06-15", 1))
    assert isinstance(came, Report) and came.value == 1
    late = settled(rule, complete("2023-07-31"), gloom("2023-07-15", 1))
    assert isinstance(late, Report) and late.value == 0


def test_what_had_come_is_known_from_its_publication_on() -> None:
    rule = Rule(**GLOOM, date="2023-06-30")
    said = claim("aaa-gloom-x", "2023-02-28", "gloom", 1, "1", published="2023-03-15")
    assert not has_come(rule, dt.date(2023, 3, 1), ledger(said)) and has_come(rule, ORIGIN, ledger(said))


def test_a_rule_that_cannot_be_read_says_so() -> None:
    assert "cannot be read" in str(settled(COUNT | {"claims": {"quantty": "losses"}}, count("2023-06-30", 1)))
    assert "reconciled" in str(settled({"reconciled": ("losses", "AAA")}))
