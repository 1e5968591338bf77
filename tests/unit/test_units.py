"""Units: what can be written, what it is worth, and what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest

from standoff import units
from standoff.errors import UnitError
from tests.time_limit import time_limit

DAYS = 30.4375  # of a month: 365.25 / 12


@pytest.mark.parametrize(
    ("text", "factor", "dims"),
    [
        ("person", 1.0, (("person", 1),)),
        ("", 1.0, ()),
        ("1", 1.0, ()),
        ("%", 0.01, ()),
        ("thousand person", 1e3, (("person", 1),)),
        ("bn USD/month", 1e9, (("USD", 1), ("month", -1))),
        ("shells/day", DAYS, (("month", -1), ("shell", 1))),
        ("1/year", 1 / 12, (("month", -1),)),
        ("%/year", 0.01 / 12, (("month", -1),)),
        ("USD/person/month", 1.0, (("USD", 1), ("month", -1), ("person", -1))),
        ("thousand USD/month person", 1e3, (("USD", 1), ("month", -1), ("person", 1))),  # a slash takes one word
        ("km^2", 1.0, (("km", 2),)),
        ("person/km^2", 1.0, (("km", -2), ("person", 1))),
        ("quarter", 3.0, (("month", 1),)),
        ("week", 7 / DAYS, (("month", 1),)),
        ("vehicles", 1.0, (("item", 1),)),
        ("person*month/month", 1.0, (("person", 1),)),
        ("person/1 month", 1.0, (("month", -1), ("person", 1))),  # `1` and magnitudes belong to the word after them
        ("person/1/month", 1.0, (("month", -1), ("person", 1))),
        ("USD/thousand person", 1e-3, (("USD", 1), ("person", -1))),
        ("% / 1 %", 1.0, ()),
        ("thousand / 1 million", 1e-3, ()),
        ("mn barrel/day", 1e6 * DAYS, (("barrel", 1), ("month", -1))),
        ("thousand tonnes", 1e3, (("tonne", 1),)),
        ("bn kWh/year", 1e9 / 12, (("kWh", 1), ("month", -1))),
        ("km2", 1.0, (("km", 2),)),
        ("hectares", 0.01, (("km", 2),)),
        ("ships", 1.0, (("item", 1),)),
        ("aircraft", 1.0, (("item", 1),)),
    ],
)
def test_a_unit_is_a_factor_and_its_dimensions(text, factor, dims):
    unit = units.parse(text)
    assert unit.factor == pytest.approx(factor, rel=1e-15)
    assert unit.dims == dims


def test_conversion_there_and_back():
    assert units.convert(36.525, "1/year", "1/day") == pytest.approx(0.1)
    assert units.convert(
        units.convert(7.3, "bn USD/month", "thousand USD/day"), "thousand USD/day", "bn USD/month"
    ) == (pytest.approx(7.3, rel=1e-14))
    with pytest.raises(UnitError, match="`person` is not a kind of `USD`"):
        units.convert(1.0, "person", "USD")


def test_currencies_need_a_rate_that_somebody_wrote():
    assert not units.parse("EUR").same_kind(units.parse("USD"))
    declared = {"EUR": "1.08 USD", "sum": "2 bn EUR"}
    assert units.convert(1.0, "sum", "mn USD", declared) == pytest.approx(2160.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("persn", "unknown unit `persn` in `persn`\n  did you mean `person`"),
        ("USD/", "ends in a slash"),
        ("USD/$", "unknown unit `\\$`"),
        ("person " * 20, "at most 60 are allowed"),
        ("trn^9", "unknown unit `\\^9`"),  # of a word with dimensions only: `50 %^2` is 0.25 in an expression
        ("person/2 month", "unknown unit `2 month`"),
        ("person/1.5 month", "unknown unit `1.5 month`"),
    ],
)
def test_what_is_not_a_unit_is_refused(text, said):
    with pytest.raises(UnitError, match=said):
        units.parse(text)


@pytest.mark.parametrize("text", ["x USD", "0 USD", "-1 USD", "inf USD", "nan USD", "1.08", "1 mark", "1e999 USD"])
def test_a_declared_unit_is_a_number_above_zero_and_a_unit(text):
    with pytest.raises(UnitError):
        units.parse("mark", {"mark": text})


def test_declared_units_that_go_in_a_circle_or_explode_end_quickly():
    with pytest.raises(UnitError, match="unknown unit"):
        units.parse("a", {"a": "1 b", "b": "1 a"})
    words = [f"w{chr(97 + i)}" for i in range(20)]
    chain = {a: "1 " + "*".join([b] * 14) for a, b in pairwise(words)}
    with time_limit(20), pytest.raises(UnitError):
        units.parse(words[0], chain)
    for text in ("big^9", "1/big^9"):
        with pytest.raises(UnitError, match="too large or too small"):
            units.parse(text, {"big": "1e200 USD"})


def test_dimensions_are_shown_as_they_are_written():
    assert units.show(units.parse("km^2*USD/month/person").dims) == "USD*km^2/month/person"
    assert units.show(()) == "1"
    assert units.parse(units.show((("km", -2),))).dims == (("km", -2),)
