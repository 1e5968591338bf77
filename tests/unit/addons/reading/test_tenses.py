"""Tense of a date by the verbs of its clause."""

from __future__ import annotations

import pytest

from standoff.addons.reading.sentences import Span
from standoff.addons.reading.tenses import timing


@pytest.mark.parametrize(
    ("text", "tense", "near"),
    [
        ("Iran attacked on DAY.", "past", True),
        ("Iran will attack on DAY.", "future", True),
        ("Iran could attack on DAY.", "", True),
        ("On DAY, Iran attacked.", "past", True),
        ("Iran said that it will attack on DAY.", "future", True),
        ("Iran hoped to attack on DAY.", "", True),
        ("The vote will be held on DAY.", "future", True),
        ("Iran prepared a contested vote on DAY.", "past", True),
        ("Iran led a long war for the far islands near the southern coast on DAY.", "past", False),
        ("Iran will vote, a first on DAY.", "", False),
        ('Iran voted: "A vote on DAY.', "", False),
        ("A vote on DAY.", "", False),
    ],
)
def test_the_nearest_verb_of_the_clause_decides(text: str, tense: str, near: bool) -> None:
    at = text.index("DAY")
    assert tuple(timing(text, Span(0, len(text)), at, at + 3)) == (tense, near)
