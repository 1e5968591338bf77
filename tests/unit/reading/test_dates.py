"""Dates that the day of publication resolves."""

from __future__ import annotations

import pytest

from standoff.reading import dates
from standoff.reading.sentences import Span


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They met Tuesday.", "2024-04-30"),
        ("They met on Tuesday.", "2024-04-30"),
        ("Attacks fell in June.", "2023-06"),
        ("They met last month.", "2024-04"),
        ("They met last week.", ""),
        ("Bloody Sunday was long ago.", None),
        ("It will march in march.", None),
    ],
)
def test_a_date_is_resolved_by_the_day_of_publication(text: str, value: str | None) -> None:
    found = [date.value for date in dates.find(text, Span(0, len(text)), "2024-05-02")]
    assert found == ([] if value is None else [value])
