"""Statements of a text for the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.addons.reading.sections import statements
from standoff.addons.reading.statement import Statement
from standoff.report.render import terminal
from tests.unit.report.plain import printed


def statement(**changes: Any) -> Statement:
    fields: dict[str, Any] = {
        "id": "s1",
        "quote": "Aland lost 900 tanks",
        "start": 7,
        "end": 27,
        "sentence": "Aland lost 900 tanks.",
        "speaker": "Staff",
        "speaker_codes": ("AAA",),
        "subject": "AAA",
        "counterparts": (),
        "quantity": "tanks",
        "value": 900.0,
        "low": None,
        "high": None,
        "unit": "item",
        "comparator": "over",
        "as_of": "2024-01",
        "per": "",
        "change": "level",
        "polarity": "positive",
        "modality": "said",
        "slots": {},
    }
    return Statement(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "over 900 item"),
        ({"comparator": "exact"}, "900 item"),
        ({"comparator": "at_least", "unit": ""}, "at least 900"),
        ({"per": "month"}, "over 900 item/month"),
        ({"value": None, "low": 4.0, "high": 9.5, "comparator": "range"}, "4 to 9.5 item"),
        ({"comparator": "exact", "value": 2.5e9, "unit": "USD"}, "2.5 bn USD"),
        ({"comparator": "exact", "value": 9e8, "unit": "USD"}, "900 mn USD"),
    ],
)
def test_numbers_are_written_in_full(changes: dict[str, Any], text: str) -> None:
    assert statements.facts(statement(**changes))[1] == f"AAA tanks: {text} at 2024-01"


def test_each_fact_has_its_line() -> None:
    full = statement(
        polarity="negative",
        as_of=None,
        subject="",
        doubts=("subject",),
        reason={"number": 2, "of": 3, "actor": "AAA"},
    )
    assert statements.facts(full) == [
        "Staff (AAA), negative",
        "? tanks: over 900 item, undated",
        "to check: subject",
        "reason 2 of 3 of AAA",
    ]


def test_a_page_counts_statements_and_shows_where_they_begin() -> None:
    text = printed(terminal(statements.blocks([statement(), statement(start=80)], "text.txt")))
    assert text.startswith("text.txt") and "2 statements" in text and "7  Aland" in text and "80  Aland" in text
