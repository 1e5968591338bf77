"""Each number of a sentence has the date that stands with it."""

from __future__ import annotations

import pytest

from standoff.addons.reading.pipeline import read

PUBLISHED = "2025-06-30"


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Inflation fell to 9.4 percent in May 2025 from 9.9 percent in April 2025.", ["2025-05", "2025-04"]),
        ("In May 2025 the bank lowered its rate to 20 percent, down from 21 percent.", ["2025-05", None]),
        ("Spending will rise to 3 percent by 2035 from 2 percent today.", ["2035", "2025-06-30"]),
        ("Ann Lee, who took over in February 2024, said that Iran had lost 120 men.", [None]),
        ("Trade, which in 2001 was worth $10.7 billion, reached $240 billion in 2023.", ["2001", "2023"]),
        ("Trade rose in 2021. That year Iran lost 30 tanks.", ["2021"]),
        ("Iran lost 30 tanks in 2021 and, the same year, 40 drones.", ["2021", "2021"]),
        ("Output rose from 40 planes in January to 110 planes in June 1940.", [None, "1940-06"]),
        ("Last year 1,900 soldiers of Iran were sent abroad.", ["2024"]),
    ],
)
def test_a_number_has_its_own_date(text: str, dates: list[str | None]) -> None:
    assert [row.as_of for row in read(text, PUBLISHED) if row.comparator] == dates
