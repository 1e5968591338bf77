"""The page about the ledger says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from standoff.ledger import Claim
from standoff.ledger.claim_belief import SHAPES

PAGE = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    section = PAGE.split(f"\n## {heading}")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", section, re.M)]
    return rows[2:]


def words(cells: list[str]) -> list[str]:
    return re.findall(r"`([a-zA-Z_.]+)`", cells[0])


def test_the_example_line_is_a_claim_in_its_saved_form() -> None:
    (example,) = re.findall(r"```json\n(.*)\n```", PAGE)
    assert Claim.parse(json.loads(example)).line() == example


def test_every_field_is_listed_in_order() -> None:
    assert [word for row in table("One claim is one line") for word in words(row)] == list(Claim.model_fields)


def test_every_comparator_is_listed_with_its_belief() -> None:
    listed = {word: row[2] for row in table("What the comparators mean") for word in words(row)}
    assert set(listed) == {*SHAPES, "range"}
    for comparator, (shape, factors) in SHAPES.items():
        numbers = [float(number) for number in re.findall(r"(?<![p\d.])\d+(?:\.\d+)?", listed[comparator])]
        assert shape == "point" or numbers == list(factors)
