"""YAML to plain data: what comes out, and hostile input."""

from __future__ import annotations

import pytest

from standoff.errors import ScenarioError
from standoff.scenario.document import Document, overlay, read_text
from tests.time_limit import time_limit


def test_only_plain_data_comes_out():
    text = "a: 1\nb: 2.5\nc: yes\nd: 2024-03-31\ne: null\nf: [x, 2]\n1: one\ng: !!str 5\nh: !!int 7\n"
    assert read_text(text, "x").data == {
        "a": 1,
        "b": 2.5,
        "c": True,
        "d": "2024-03-31",
        "e": None,
        "f": ["x", 2],
        "1": "one",
        "g": "5",
        "h": 7,
    }
    assert read_text("", "x").data is None


def test_every_entry_knows_its_line():
    doc = read_text("a:\n  b: 1\n  c:\n    - 2\n    - d: 3\n", "x.yaml")
    assert doc.where(("a", "b")) == "x.yaml:2"
    assert doc.where(("a", "c", 1, "d")) == "x.yaml:5"
    assert doc.where(("a", "c", 1, "z")) == "x.yaml:5"  # the nearest parent
    assert doc.where(("z",)) == "x.yaml:1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "`a` is written twice"),
        ("a: !!python/object/apply:os.system [touch /tmp/owned]", "tag .* is not allowed"),
        ("a: !!python/name:os.system", "tag .* is not allowed"),
        ("a: !mine x", "tag `!mine` is not allowed"),
        ("a: !my:str x", "tag `!my:str` is not allowed"),
        ("a: !!set {x, y}", "tag .*set` is not allowed"),
        ("a: !!omap [x: 1]", "tag .*omap` is not allowed"),
        ("a: !!binary aGVsbG8=", "tag .*binary` is not allowed"),
        ("? [a, b]\n: 1", "a key must be a word"),
        ("a: [1, 2", "not valid YAML"),
        ("a: *nobody", "not valid YAML"),
        ("--- a\n--- b", "not valid YAML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("a: \ud800", "not UTF-8"),
        (b"a: \x00", "not valid YAML"),
        ("a: &a [*a]", "nested deeper than 40"),
        ("a: " + "[" * 60 + "]" * 60, "nested deeper than 40"),
        ("[" * 100_000, "not valid YAML"),
        ("- " * 100_000, "not valid YAML"),
        ("? " * 100_000, "not valid YAML"),
        ("x" * 5_000_000, "larger than"),
    ],
)
def test_hostile_input_is_refused_quickly(text, said):
    with time_limit(20), pytest.raises(ScenarioError, match=said):
        read_text(text, "x")


@pytest.mark.parametrize(
    "value",
    [
        "!!int x",
        '!!int ""',
        '!!float ""',
        "!!bool x",
        "!!float abc",
        "1" * 6000,
        "0x" + "f" * 5000,
        "0xff",
        "1:30",
        "010",
        "0b1",
        ":".join(["59"] * 3000),
        "1:1:1.5",
        "-0x_",
        "9" * 401,
    ],
    ids=lambda value: value[:12],
)
def test_a_number_that_is_not_decimal_or_too_long_is_refused_with_its_line(value):
    """YAML 1.1 reads `1:30` as ninety and `010` as eight; nobody means that."""
    with pytest.raises(ScenarioError, match="x:2") as caught:
        read_text(f"b: 1\na: {value}", "x")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-1_000", -1000),
        ("+5", 5),
        ("1.5e+3", 1500.0),
        ("1e3", "1e3"),
        (".5", 0.5),
        ("0", 0),
        ("9" * 400, int("9" * 400)),
        ("5.", 5.0),
    ],
)
def test_decimal_numbers_are_read(text, value):
    assert read_text(f"a: {text}", "x").data["a"] == value


def test_an_alias_bomb_is_refused_quickly():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with time_limit(30), pytest.raises(ScenarioError, match="too many entries"):
        read_text("\n".join(lines), "x")


def test_overlay_merges_replaces_and_takes_away():
    base = read_text("a: {b: 1, c: {d: 2}}\nl: [1, 2]\n", "base")
    top = read_text("\na: {b: 3, c: null, e: 4}\nl: [5]\n", "top")
    doc = overlay(base, top)
    assert doc.data == {"a": {"b": 3, "e": 4}, "l": [5]}
    assert doc.where(("a", "b")) == "top:2" and doc.where(("l",)) == "top:3"
    assert base.data == {"a": {"b": 1, "c": {"d": 2}}, "l": [1, 2]}  # what it was laid over stays


def test_an_entry_of_another_kind_replaces_the_whole_entry():
    base = Document({"war": {"use": "attrition", "kill": 1}, "aid": {"delay": 2}})
    assert overlay(base, Document({"war": {"use": "turchin", "rate": 3}})).data["war"] == {"use": "turchin", "rate": 3}
    assert overlay(base, Document({"war": {"use": "attrition", "rate": 3}})).data["war"]["kill"] == 1
    assert overlay(base, Document({"aid": {"use": "aid", "x": 3}})).data["aid"] == {"delay": 2, "use": "aid", "x": 3}
