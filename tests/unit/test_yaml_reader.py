"""YAML as plain data with lines; every mistake is listed with its place, and the rest is read all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import standoff
from standoff import yaml_reader
from standoff.yaml_reader import dots

HOME = Path(standoff.__file__).parent
SHIPPED = sorted(HOME.rglob("*.y*ml"))


@pytest.mark.parametrize("path", SHIPPED, ids=[str(path.relative_to(HOME)) for path in SHIPPED])
def test_what_is_shipped_means_the_same_to_a_reader_in_python(path: Path) -> None:
    """PyYAML's reader in Python refuses a `?` in braces that the one in C, where it is built, takes for text."""
    text = path.read_text(encoding="utf-8")
    assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml_reader.SafeLoader)


def test_data_and_lines_come_together() -> None:
    found = yaml_reader.read("a:\n  - b: 2024-02-29\n    c: yes\n", "x.yaml")
    assert found.data == {"a": [{"b": "2024-02-29", "c": True}]}
    assert found.lines["a", 0, "c"] == "x.yaml:3"
    assert not found.problems


def test_an_empty_text_is_no_mistake() -> None:
    assert yaml_reader.read("", "x").data is None
    assert not yaml_reader.read("", "x").problems


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    found = yaml_reader.read("- {a: 1, a: 2}\n- {b: 0x1f}\n- {c: 3}\n", "x")
    assert [(path, problem.where) for path, problem in found.problems] == [((0,), "x:1"), ((1, "b"), "x:2")]
    assert found.data[2] == {"c": 3}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: [1", "not valid YAML"),
        ("- &a [*a]", "nested deeper than 40 levels"),
        ("a: !!python/name:os.abort x", "is not allowed"),
        ("{a: &a {b: 1}, <<: *a}", "the key `<<` is not allowed"),
    ],
)
def test_mistakes_are_problems(text: str, what: str) -> None:
    ((_, problem),) = yaml_reader.read(text, "x").problems
    assert what in problem.what


def test_paths_are_written_with_dots() -> None:
    assert dots(("choices", "CHN", 0, "x")) == "choices.CHN[0].x"
