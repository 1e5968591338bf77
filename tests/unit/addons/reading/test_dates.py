"""Dates that the day of publication resolves."""

from __future__ import annotations

import pytest

from standoff.addons.reading import dates, spacy_parser
from standoff.addons.reading.sentences import Span


def dated(text: str) -> list[dates.DateMention]:
    """The dates of a sentence that was published on 2 May 2024, with its dependency tree."""
    whole = Span(0, len(text))
    return dates.find(text, whole, "2024-05-02", tree=spacy_parser.load().doc(text, whole))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They met Tuesday.", "2024-04-30"),
        ("They met on Tuesday.", "2024-04-30"),
        ("Attacks fell in June.", "2023-06"),
        ("They met last month.", "2024-04"),
        ("They met last week.", ""),
        ("They met two weeks ago.", ""),
        ("They met two months ago.", "2024-03"),
        ("They are to be back by 8 June.", "2024-06-08"),
        ("They will meet on Tuesday.", "2024-05-07"),
        ("They could meet on Tuesday.", ""),
        ("They plan a meeting, which opens on 8 May.", "2024-05-08"),
        ("They met on 8 September.", "2023-09-08"),
        ("They prepared for the 8 May vote.", "2024-05-08"),
        ("They hope to win in November.", ""),
        ("They won in November of that year.", ""),
        ("They won in November of last year.", "2023-11"),
        ("They spoke of the September 11 attacks.", ""),
        ("They spoke to USA TODAY.", None),
        ("They went so far as to march.", None),
        ("They asked to date her.", None),
        ("They kept it up to date.", None),
        ("They marched over the last year.", ""),
        ("They spent their Friday nights there.", ""),
        ("Today, they marched.", "2024-05-02"),
        ("Bloody Sunday was long ago.", None),
        ("It will march in march.", None),
    ],
)
def test_a_date_is_resolved_by_the_day_of_publication(text: str, value: str | None) -> None:
    found = [date.value for date in dated(text)]
    assert found == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("In 2022 they won the vote of 4 March.", ["2022", ""]),
        ("In 2008 they won the vote of 4 March.", ["2008", "2008-03-04"]),
        (
            "They came on 4 December 1939, left on 12 January, and met on the twenty-second.",
            ["1939-12-04", "1940-01-12", "1940-01-22"],
        ),
        (
            "They met on the third of May 1950, voted ten days later, and left the next day.",
            ["1950-05-03", "1950-05-13", "1950-05-14"],
        ),
        ("They met in May 1950, and left that day; that month they voted.", ["1950-05", "1950-05"]),
        ("They left on the second day, and some ten days later.", []),
    ],
)
def test_a_date_goes_on_from_the_one_before(text: str, values: list[str]) -> None:
    assert [date.value for date in dated(text)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It began on Sunday 25 June 1950.", ["1950-06-25"]),
        ("It began on Sunday, 25 June 1950.", ["1950-06-25"]),
        ("It began on 25 June 1950, a Sunday.", ["1950-06-25", ""]),
        ("In 1950 they marched on Sunday.", ["1950", ""]),
        ("It began on 25 June, in 1950.", ["1950-06-25"]),
        ("It began on June 25, in the year 1950.", ["1950-06-25"]),
        ("It began on 25 June 1450.", [""]),
        ("It will begin on June 25, 2150.", [""]),
        ("It began in June '50.", []),
    ],
)
def test_a_year_that_is_named_is_never_that_of_publication(text: str, values: list[str]) -> None:
    assert [date.value for date in dated(text)] == values


def test_a_day_of_the_week_gives_its_role_to_the_date_behind_it() -> None:
    (date,) = dated("It has lost 40 tanks since Sunday, 25 June 1950.")
    assert date.role == "since"


def test_without_a_tree_a_month_is_the_nearest() -> None:
    text = "They won in April."
    assert [date.value for date in dates.find(text, Span(0, len(text)), "2024-05-02")] == ["2024-04"]
