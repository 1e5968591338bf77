"""Claims as lines and CSV, conflicts as a table."""

from __future__ import annotations

import csv
import io

import pytest

from standoff.analysis.grouping_checks import MissingGroup
from standoff.errors import RunError
from standoff.ledger import Ledger
from standoff.ledger.conflicts import Conflict
from standoff.report.sections import claims
from tests.unit.report.plain import claim, printed

LEDGER = Ledger((claim("one", lines=[3, 4]), claim("two", speaker="=HYPERLINK(1)", note="-5", value=-5)))


def test_each_claim_has_two_lines_with_its_value_and_its_id() -> None:
    first, second, *_, last = claims.lines(LEDGER)
    assert "1200" in first.replace(",", "") and first.startswith("2024-01-31  AAA men: ")
    assert second.endswith("  one") and "Staff (aland)" in second and last == "2 claims"


def test_a_claim_in_words_has_no_quantity_and_no_gap_in_its_place() -> None:
    words = claim("words", quantity=None, value=None, unit=None, comparator=None, proposition="no war")
    first, _, last = claims.lines(Ledger((words,)))
    assert first == "2024-01-31  AAA: no war" and last == "1 claim"


def test_csv_guards_formulas_and_leaves_numbers() -> None:
    one, two = csv.DictReader(io.StringIO(claims.csv(LEDGER)))
    assert one["lines"] == "3 4" and one["speaker"] == "Staff" and float(one["value"]) == 1200
    assert two["speaker"] == "'=HYPERLINK(1)" and two["note"] == "-5" and float(two["value"]) == -5


def test_no_claims_make_no_file() -> None:
    with pytest.raises(RunError):
        claims.csv(Ledger())


def test_conflicts_have_their_ratio_where_there_is_one() -> None:
    found = [
        Conflict("AAA", "men", ("one", "two"), "numbers", 1.5, "t"),
        Conflict("B", "vow", (), "propositions", None, "u"),
    ]
    text = printed(claims.conflicts(found))
    assert "x 1.50" in text and "2 conflicts" in text


def test_missing_groups_name_both_claims() -> None:
    assert claims.missing_groups([MissingGroup("conflict", ("one", "two"), "t")]) == [
        "t",
        "    one  two",
        "1 missing group",
    ]


def test_of_many_conflicts_the_largest_are_shown_in_short() -> None:
    found = [
        Conflict("AAA", "men", (), "numbers", float(n), f"AAA men: numbers differ, factor {n}: " + "word " * 80)
        for n in range(1, 60)
    ]
    short, whole = (printed(claims.conflicts(found, full)) for full in (False, True))
    assert "x 59.00" in short and "x 1.00" not in short and len(short.splitlines()) <= 3 * claims.SHOWN
    assert "59 conflicts" in short and "--full" in short
    assert "x 1.00" in whole and "--full" not in whole and whole.count("word") == 59 * 80
