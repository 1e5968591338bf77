"""`standoff score`: verdict and tables, JSON, an error where nothing is settled, the settled cases of the catalogue."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from standoff.report.sections.forecast_record import TITLES

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
    assert "2 of 2 forecasts are settled" in page and TITLES["after_not_blind"] in page
    assert re.search(r"by 20\d\d-\d\d-\d\d .* no +\d+ % +10 % +base rate +0\.\d+ +0\.01", page)
    assert "equal chances" in page


def test_as_json_it_is_data_that_adds_up(standoff: Command, settled: Path) -> None:
    result = standoff("score", str(settled), *FEW, "--json", "--seed", "3")
    strike, fighting = json.loads(result.stdout)["lines"]
    assert result.stderr == "" and strike["draws"] == 200
    assert (strike["case"], strike["id"], strike["outcome"]["value"]) == (str(settled), f"{settled}: strike", 0)
    assert strike["given"]["model"]["brier"] == pytest.approx(strike["given"]["model"]["p"] ** 2)
    assert fighting["outcome"]["value"] == 0.25 and set(fighting["given"]) == {"model", "persistence", "best"}


def test_a_variant_is_scored_as_such(standoff: Command, settled: Path) -> None:
    calm, plain = (
        json.loads(standoff("score", str(settled), *FEW, "--json", *more).stdout)["lines"][0]
        for more in (("--variant", "calm"), ())
    )
    assert calm["model"] != plain["model"]


def test_where_nothing_is_settled_the_error_says_what_to_write(standoff: Command, case: Path) -> None:
    error = standoff("score", str(case), *FEW, code=1).stderr
    assert "is settled" in error and "a question with an outcome" in error
