from __future__ import annotations

from datetime import date, datetime

import pytest

from standoff.dates import PartialDate, add_months, first_of_month, last_of_month, month_count, month_label


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        (2024, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
        ("0987", date(987, 1, 1), date(987, 12, 31)),
    ],
)
def test_spans_the_days_that_it_can_mean(raw: object, first: date, last: date) -> None:
    found = PartialDate.parse(raw)
    assert (found.first, found.last) == (first, last)
    assert PartialDate.parse(str(found)) == found


def test_keeps_its_precision() -> None:
    assert [str(PartialDate.parse(text)) for text in ("2024", "2024-02", "2024-02-01")] == [
        "2024",
        "2024-02",
        "2024-02-01",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "24",
        "2024-2",
        "2024-13",
        "2024-00",
        "2023-02-29",
        "2024-02-00",
        "0000",
        "2024-02-29T10:00",
        "2024\n",
        "٢٠٢٤",
        True,
        2024.0,
        None,
        20240229,
        -2024,
        datetime(2024, 2, 29),
    ],
)
def test_refuses_what_is_not_a_date(raw: object) -> None:
    with pytest.raises(ValueError, match=r"is not a (date|day)"):
        PartialDate.parse(raw)


def test_months_are_counted_and_read_back() -> None:
    leap = month_count(date(2024, 2, 10))
    assert last_of_month(leap) == date(2024, 2, 29)
    assert first_of_month(leap) == date(2024, 2, 1)
    assert month_label(leap - 2) == "2023-12"


def test_months_are_added_from_the_end_of_a_month() -> None:
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 1), 0) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 15), -1) == date(2023, 12, 31)
