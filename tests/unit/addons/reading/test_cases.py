"""Words and what they must come to, case by case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.reading import actors
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.sentences import Span, sentences
from standoff.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.addons.reading.statement import Statement

One = "Callable[..., Row]"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Beijing and the Kremlin met.", ["CHN", "RUS"]),
        ("It helps us and the US.", ["USA"]),
        ("The West and Europe are not named by members.", ["WEST", "EUR"]),
        ("They went west.", []),
        ("Niger is not Nigeria.", ["NER", "NGA"]),
        ("Michael Jordan and Chad Smith met in Jordan and Chad.", ["JOR", "TCD"]),
        ("Atlanta, Georgia, is not Georgia.", ["GEO"]),
        ("Turkey ate a turkey sandwich.", ["TUR"]),
        ("South Korean and North Korean officials", ["KOR", "PRK"]),
        ("Korea and Kashmir", []),
        ("Chinese netizens and the Russian public", ["CHN.public", "RUS.public"]),
        ("Ukrainians fled.", ["UKR.public"]),
        ("Taiwan, Crimea and Abkhazia", ["TWN", "UKR", "GEO"]),
        ("The South China Sea and the Gulf of Mexico", []),
        ("the U.S. and U.K. governments", ["USA", "GBR"]),
        ("Guinea-Bissau, Papua New Guinea, Equatorial Guinea, Guinea", ["GNB", "PNG", "GNQ", "GIN"]),
    ],
)
def test_actors(text: str, codes: list[str]) -> None:
    assert actors.codes(actors.mentions(text)) == codes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Russia lost over 5,000 soldiers.", (5000, "over", "person")),
        ("Russia lost 1.5 million men.", (1.5e6, "exact", "person")),
        ("Russia has no fewer than three hundred thousand troops.", (3e5, "at_least", "person")),
        ("Ukraine got over a hundred billion dollars.", (1e11, "over", "USD")),
        ("Ukraine got $3.5bn.", (3.5e9, "exact", "USD")),
        ("Ukraine got up to €20 million.", (2e7, "at_most", "EUR")),
        ("Prices in Iran rose by about 40 per cent.", (40, "about", "%")),
        ("Syria holds 12,000 or more prisoners.", (12000, "at_least", "person")),
        ("Syria holds an estimated 900 prisoners.", (900, "about", "person")),
        ("France sent half a dozen tanks.", (6, "exact", "item")),
        ("France sent almost 2000 tanks.", (2000, "nearly", "item")),
        ("Kenya controls 3 square kilometres.", (3, "exact", "km2")),
        ("Poland fired 25 000 shells.", (25000, "exact", "shell")),
    ],
)
def test_numbers(one: Callable[..., Statement], text: str, said: tuple[Any, ...]) -> None:
    row = one(text)
    assert (row.value, row.comparator, row.unit) == said


@pytest.mark.parametrize(
    "text", ["Iran has between 10 and 20 tanks.", "Iran has 10 to 20 tanks.", "Iran has 10-20 tanks."]
)
def test_ranges(one: Callable[..., Statement], text: str) -> None:
    row = one(text)
    assert (row.low, row.high, row.value, row.comparator) == (10, 20, None, "range")


def test_a_range_shares_its_magnitude(one: Callable[..., Statement]) -> None:
    row = one("Egypt owes 10 to 15 billion dollars.")
    assert (row.low, row.high) == (1e10, 1.5e10)


@pytest.mark.parametrize(
    "text",
    [
        "Iran named Article 5 and Resolution 2231.",
        "Poland flew the F-16 and the T-72.",
        "Poland has 155 mm guns.",
        "How many tanks has Russia lost?",
        "The 24-year-old from Peru sang.",
        "For two reasons, Iran waits.",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert not [row for row in read(text) if row.comparator]


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("On June 5, 2019, Iran lost 40 soldiers.", "2019-06-05"),
        ("On the 4th of July of 1995, Iran lost 40 soldiers.", "1995-07-04"),
        ("On 1/1/2016, Iran lost 40 soldiers.", "2016-01-01"),
        ("On 31/12/2016, Iran lost 40 soldiers.", "2016-12-31"),
        ("As of the end of February 2024, Iran had lost 40 soldiers.", "2024-02-29"),
        ("By late 2016, Iran had lost 40 soldiers.", "2016"),
        ("By the end of 2016, Iran had lost 40 soldiers.", "2016-12-31"),
        ("In the first quarter of 2016, Iran lost 40 soldiers.", "2016-03-31"),
        ("Since 2016, Iran has lost 40 soldiers.", None),
        ("Iran lost 40 soldiers.", None),
        ("Iran lost 40 soldiers yesterday.", None),
        ("On 5 June, Iran lost 40 soldiers.", None),
        ("After the 2014 Crimean Crisis Iran lost 40 soldiers.", None),
    ],
)
def test_dates_are_as_precise_as_they_were_given(text: str, as_of: str | None) -> None:
    rows = [row for row in read(text) if row.comparator]
    assert [row.as_of for row in rows] == [as_of]


def test_an_ambiguous_date_is_told_and_not_guessed(one: Callable[..., Statement]) -> None:
    row = one("On 05/06/2019, Iran lost 40 soldiers.")
    assert (row.as_of, row.doubts) == (None, ("as_of",))


@pytest.mark.parametrize(
    ("when", "as_of"),
    [
        ("yesterday", "2024-03-31"),
        ("last month", "2024-03"),
        ("two months ago", "2024-02"),
        ("last year", "2023"),
        ("on Friday", "2024-03-29"),
        ("on 5 May", "2023-05-05"),
    ],
)
def test_relative_dates_need_the_day_of_publication(one: Callable[..., Statement], when: str, as_of: str) -> None:
    text = f"Iran lost 40 soldiers {when}."
    assert one(text).as_of is None and one(text, "2024-04-01").as_of == as_of


@pytest.mark.parametrize(
    ("text", "speaker", "codes", "polarity"),
    [
        ("According to Russian sources, Iran lost 40 soldiers.", "Russian sources", ("RUS",), "positive"),
        ("Some analysts believe that Iran is weak.", "Some analysts", (), "positive"),
        (
            "Both Russia and Ukraine reported losses of 40 soldiers.",
            "Both Russia and Ukraine",
            ("RUS", "UKR"),
            "positive",
        ),
        ("Iran lost 40 soldiers, the Kremlin said.", "the Kremlin", ("RUS",), "positive"),
        ("China denied that it had sent 40 tanks to Iran.", "China", ("CHN",), "negative"),
        ("China has not confirmed the loss of 40 tanks.", "author", (), "unconfirmed"),
        ("China has yet to confirm the loss of 40 tanks.", "author", (), "unconfirmed"),
        ("Western states lost 40 tanks.", "author", (), "positive"),
        ("It is believed that Iran lost 40 tanks.", "author", (), "positive"),
    ],
)
def test_speakers(
    one: Callable[..., Statement], text: str, speaker: str, codes: tuple[str, ...], polarity: str
) -> None:
    row = one(text)
    assert (row.speaker, row.speaker_codes, row.polarity) == (speaker, codes, polarity)


def test_what_follows_from_a_belief_is_the_authors() -> None:
    rows = read("China believes that the island is its own, so Japan sent 40 soldiers.")
    assert [(row.speaker, row.value) for row in rows] == [("author", 40), ("China", None)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Li met Gen. Wu at 5 p.m. in the U.S. embassy. He left.", 2),
        ("It cost 3.5 billion. So be it!", 2),
        ("A heading\n\nA line that goes on\nin the next. End", 3),
        ("1. First item.\n2. Second item.", 2),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


def test_a_long_text_without_a_stop_is_cut() -> None:
    found = list(sentences("word " * 4000))
    assert len(found) > 10 and max(end - start for start, end in found) <= 1200 and isinstance(found[0], Span)


def test_a_condition_is_told(one: Callable[..., Statement]) -> None:
    row = one("If Iran attacks, Iraq may reportedly lose 400 soldiers.")
    assert row.modality == "planned"


@pytest.mark.parametrize("printed", ["0001-01-01", "0001-01-31", "0009-03-01"])
@pytest.mark.parametrize(
    "words",
    [
        "Yesterday",
        "Today",
        "Last month",
        "Last year",
        "Ten years ago",
        "Ten months ago",
        "Last week",
        "Last Monday",
        "On 31 December",
    ],
)
def test_relative_dates_end_where_the_calendar_begins(printed: str, words: str) -> None:
    for row in read(f"{words}, Iran lost 40 soldiers.", printed):
        assert not row.as_of or PartialDate.parse(row.as_of).last <= PartialDate.parse(printed).last


@pytest.mark.parametrize("digits", ["9" * 400, "9" * 5000, "9" * 31])
def test_a_number_out_of_all_proportion_is_no_statement(digits: str) -> None:
    for words in ("{} soldiers", "between 4 and {} million soldiers", "${} trillion"):
        rows = read(f"Iran lost {words.format(digits)}.")
        json.dumps([row.to_data() for row in rows], allow_nan=False)
        numbers = [number for row in rows for number in (row.value, row.low, row.high) if number is not None]
        assert all(abs(number) <= 1e30 for number in numbers)
