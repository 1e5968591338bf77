"""`standoff roll` on a toy case: claims taken, changes told, forecasts recorded; a page of two commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command

from tests.unit.evaluation.hindcast.conftest import claim, write  # noqa: F401
from tests.unit.evaluation.test_roll import folder, news  # noqa: F401

pytest.importorskip("statsmodels")


def test_two_commands_lead_from_new_claims_to_the_page(standoff: Command, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    fresh = claim("aaa-losses-2023-06-30", "2023-06-30", "losses", 20_500, "person")
    new = news(tmp_path, fresh)
    data = json.loads(
        standoff("roll", str(folder), "--until", "2023-06-30", "--from", str(new), "--draws", "64", "--json").stdout
    )
    assert (data["before"], data["taken"], data["recorded"]) == ("2023-03-31", 1, 4)
    assert {change["question"] for change in data["changes"]} == {"low", "mood"}
    standoff("record", str(folder), "-o", "record.html")
    page = (tmp_path / "record.html").read_text()
    assert "2023-12-31" in page and page.count(">open<") == 4


def test_what_is_wrong_is_told(standoff: Command, folder: Path) -> None:  # noqa: F811
    assert "is not a date" in standoff("roll", str(folder), "--until", "soon", code=1).stderr
    assert "no files of claims" in standoff("roll", str(folder), "--until", "2023-06-30", "--from", "x", code=1).stderr
    assert "hindcast.yaml" in standoff("roll", "korea-1950", "--until", "1950-12", code=1).stderr
