"""The size of a change, the level before it, and the direction in which a level was reached."""

from __future__ import annotations

import pytest

from standoff.addons.reading import trends


@pytest.mark.parametrize(
    ("text", "change", "former", "trend"),
    [
        ("The bank raised its rate by ", True, False, ""),
        ("The bank cut its rate to ", False, False, "down"),
        ("The bank raised its rate to ", False, False, "up"),
        ("The bank took its rate down from ", False, True, ""),
        ("Trade grew by nearly ", True, False, ""),
        ("The army withdrew from ", False, False, ""),
        ("Trade reached ", False, False, ""),
    ],
)
def test_words_before_a_number_tell_a_change_from_a_level(text: str, change: bool, former: bool, trend: str) -> None:
    end = len(text)
    assert trends.is_change(text, 0, end) is change
    assert trends.is_former(text, 0, end) is former
    assert trends.trend(text, 0, end) == trend
