"""Numbers that count no people, and nouns that stand before their number."""

from __future__ import annotations

import pytest

from standoff.reading import read


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
