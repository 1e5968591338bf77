"""`standoff score`: verdict and tables, JSON, an error where nothing is settled, the settled cases of the catalogue."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Command

FEW = ("--draws", "200")


@pytest.fixture
def settled(case: Path) -> Path:
    """The small case, with what happened to both of its questions."""
    file = case / "scenario.yaml"
    text = file.read_text()
    for resolution, outcome in {
        "reports of two news agencies of different countries": "no @nor-no-first-strike-2030-04-10-president",
        "the mean of three experts' ratings": "0.2 to 0.3 @nor-no-first-strike-2030-04-10-president",
    }.items():
        assert text.count(resolution) == 1
        text = text.replace(resolution, f"{resolution}\n    outcome: {outcome}")
    file.write_text(text)
    return case


def test_the_page_begins_with_the_verdict_and_shows_each_question(standoff: Command, settled: Path) -> None:
    page = standoff("score", str(settled), *FEW).stdout
    assert page.startswith("No skill") and "1 question of 1 case" in page
    assert re.search(r"strike +\d+\.\d % +10\.0 % +no +0\.\d{3} +0\.010 +\d\.\d{3} +0\.105", page)
    assert re.search(r"fighting_2031,.* 0\.2 to 0\.3 ", page)
    assert "the central 90 % of" in page


def test_as_json_it_is_data_that_adds_up(standoff: Command, settled: Path) -> None:
    result = standoff("score", str(settled), *FEW, "--json", "--seed", "3")
    data = json.loads(result.stdout)
    assert result.stderr == "" and data["origins"][0]["seed"] == 3 and data["origins"][0]["draws"] == 200
    strike, fighting = data["questions"]
    assert (strike["case"], strike["id"], strike["outcome"]) == (str(settled), "strike", "no")
    hits = round(strike["forecast"] * 200)
    assert strike["smoothed"] == pytest.approx((hits + 0.5) / 201)
    assert strike["scores"]["model"]["brier"] == pytest.approx(strike["smoothed"] ** 2)
    assert fighting["happened"] == 0.25 and set(fighting["scores"]) == {"model", "persistence"}
    (brier,) = [item for item in data["skills"] if item["score"] == "brier" and item["against"] == "base_rate"]
    assert brier["skill"] == pytest.approx(
        1 - strike["scores"]["model"]["brier"] / strike["scores"]["base_rate"]["brier"]
    )


def test_a_variant_is_scored_as_such(standoff: Command, settled: Path) -> None:
    data = json.loads(standoff("score", str(settled), *FEW, "--json", "--variant", "calm").stdout)
    assert {item["variant"] for item in data["questions"]} == {"calm"}


def test_where_nothing_is_settled_the_error_says_what_to_write(standoff: Command, case: Path) -> None:
    error = standoff("score", str(case), *FEW, code=1).stderr
    assert "is settled" in error and "a question with an outcome" in error
