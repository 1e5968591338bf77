"""Numbers that count no people, and nouns that stand before their number."""

from __future__ import annotations

import pytest

from standoff import units
from standoff.addons.reading.pipeline import read


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Finland guards a 2,200-mile border with Russia and has guarded it since.", []),
        ("Iranian tank losses stood at 3,200.", [(3200, "item", "tanks_lost")]),
        ("About 2,500 Iranian soldiers train; 8,800 more have left.", [(2500, "person", ""), (8800, "person", "")]),
        ("About 75,000 Chinese were in Korea.", [(75_000, "person", "")]),
        ("Some 75,000 Chinese books were in Korea.", [(75_000, "item", "")]),
        ("Iran lost tanks in the '90s.", []),
        ("Iran sent 40 tanks that were later destroyed.", [(40, "item", "tanks_delivered")]),
        ("Of 25 drones fired at Iran, 22 were shot down.", [(25, "item", "drones_fired"), (22, "item", "drones_lost")]),
        ("Iran's gas would last for 41 days, a small stock.", [(41, "day", "stock")]),
        ("Iran has a reserve of 11 days of gas.", [(11, "day", "stock")]),
        ("Iran fought for 41 days.", []),
        ("Iran sent Turkey 177 cubic kilometres of gas.", [(177, "km^3", "gas")]),
        ("Iran lost 30 F-16s.", [(30, "item", "aircraft_lost")]),
        ("Not a single Iranian tank was lost.", [(0, "item", "tanks_lost")]),
        ("Iranian imports fell by 8 percent to 72 million tonnes.", [(8, "%", ""), (72e6, "tonne", "")]),
        ("Iran imports 98 percent of its oil.", [(98, "%", "share")]),
        ("Sixty-odd Iranian soldiers train.", [(60, "person", "")]),
        ("Iran may have up to about 700 missiles.", [(700, "item", "missiles")]),
    ],
)
def test_what_a_number_counts(text: str, numbers: list[tuple[float, str, str]]) -> None:
    found = [(row.value, row.unit, row.quantity) for row in read(text) if row.comparator]
    assert len(found) == len(numbers)
    for one, other in zip(found, numbers, strict=True):
        assert one[:2] == other[:2] and (not other[2] or one[2] == other[2])


def test_up_to_about_is_an_upper_bound() -> None:
    assert read("Iran may have up to about 700 missiles.")[0].comparator == "at_most"


def test_a_standoff_between_two_is_no_pressure_of_one() -> None:
    rows = read("The long standoff between Iran and Iraq worries Turkey, and Iran lost 40 tanks.")
    assert not any(relation["kind"] == "pressure" for row in rows for relation in row.relations)


def test_a_denial_of_one_manner_is_hedged() -> None:
    (row,) = read("Iran has not directly provided arms to Iraq.")
    assert "restriction" in {hedge["kind"] for hedge in row.hedges}


@pytest.mark.parametrize("word", units.MAGNITUDES)
def test_a_word_of_size_is_read_as_in_units(word: str) -> None:
    (row,) = read(f"Iran lost 1.5 {word} tanks.")
    assert row.value == units.parse(f"{word} item").factor * 1.5 and row.unit == "item"


@pytest.mark.parametrize(
    "number", ["1,5 million", "3,20", "1,23,456", "12,34", "1,234,56", "1'000", "1\u2019000", "1.234.567"]
)
def test_a_comma_that_marks_no_thousands_gives_no_number(number: str) -> None:
    assert [row.value for row in read(f"Iran lost {number} tanks.") if row.comparator] == []


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1,234,567", 1_234_567),
        ("12,345.5", 12_345.5),
        ("1 000", 1000),
        ("5 thousand million", 5e9),
        ("5 hundred thousand", 5e5),
    ],
)
def test_commas_of_thousands_and_words_of_size_that_multiply(number: str, value: float) -> None:
    assert [row.value for row in read(f"Iran lost {number} tanks.")] == [value]


def test_a_decimal_comma_gives_no_share_and_no_money() -> None:
    text = "Inflation in Iran was 4,5 percent in 2023. Iran spent $3,5 bn. Iran spent 3,5 billion dollars."
    assert [row.value for row in read(text) if row.comparator] == []
