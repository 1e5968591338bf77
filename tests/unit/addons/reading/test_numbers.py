"""Fractions in words are shares, and dates and ordinals are none."""

from __future__ import annotations

import pytest

from standoff.addons.reading import numbers
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.sentences import Span


@pytest.mark.parametrize(
    ("text", "percents"),
    [
        ("A third of the shells arrived.", [33.33]),
        ("Two fifths of the shells arrived.", [40.0]),
        ("Half the fleet and a quarter of the crews were lost.", [50.0, 25.0]),
        ("Nine in ten experts agree.", [90.0]),
        ("One out of every five houses was hit.", [20.0]),
        ("The first half of the year was quiet.", []),
        ("Half a million men enlisted.", []),
        ("A quarter of a century has passed.", []),
        ("The third of the ships sank.", []),
        ("Ten in nine experts agree.", []),
    ],
)
def test_a_fraction_in_words_is_a_share(text: str, percents: list[float]) -> None:
    found = numbers.find(text, Span(0, len(text)), [])
    assert [one.value for one in found if one.unit == "%"] == percents


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("A third of Iran's tanks were lost.", "about"),
        ("Almost a third of Iran's tanks were lost.", "nearly"),
        ("More than half the tanks of Iran were lost.", "over"),
    ],
)
def test_a_fraction_is_about_so_much(text: str, comparator: str) -> None:
    row = next(row for row in read(text) if row.comparator)
    assert (row.unit, row.comparator) == ("%", comparator)
