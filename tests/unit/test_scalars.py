"""Numbers and texts of files: what every reader takes, and what it refuses with a reason."""

from __future__ import annotations

import pytest

from standoff import scalars


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-7", -7), ("+1_000", 1000), ("9" * 400, int("9" * 400))])
def test_whole_numbers(text, value):
    assert scalars.integer(text) == value and isinstance(scalars.integer(text), int)


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1_0.5", 10.5)])
def test_numbers_with_a_fraction(text, value):
    assert scalars.real(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".nan",
        "-.inf",
        "1e999",
        "-",
        "_",
        "010",
        "0x1f",
        "0b1",
        "0o7",
        "1:30",
        "1:30.5",
        "٣",
        "x",
        "9" * 401,
        "0" * 2,
        "1 ",
    ],
)
def test_what_is_no_decimal_number_of_bounded_length_is_refused(text):
    for read in (scalars.integer, scalars.real):
        if read is scalars.real and text in {"010", "00"}:  # a fraction may have zeros in front
            continue
        with pytest.raises(ValueError, match=r"decimal number|finite number|at most 400"):
            read(text)


def test_json():
    assert scalars.from_json('{"a": [1, 2.5, "\\ud83d\\ude00", null]}') == {"a": [1, 2.5, "\U0001f600", None]}
    assert scalars.from_json("[NaN]", constant=lambda word: None) == [None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"\\ud800"', "incomplete character"),
        ('{"\\udfff\\ud800": 1}', "incomplete character"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 401, "at most 400"),
        ("[1,", "Expecting value"),
        ("[NaN]", "not a decimal"),
        ("1e999", "not a finite"),
    ],
    ids=lambda text: text[:10],
)
def test_json_that_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        scalars.from_json(text)
