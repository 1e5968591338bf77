"""`standoff hindcast` on a toy case: first lines, JSON, page, a record, and `standoff score` of that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Command

from standoff.report.sections.forecast_record import TITLES
from tests.unit.evaluation.hindcast.conftest import write  # noqa: F401

FEW = ("--draws", "64", "--no-reconcile")


@pytest.mark.usefixtures("standoff")
def test_a_roll_is_scored_recorded_and_resolved(standoff: Command, write: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    folder = str(write())
    first = standoff("hindcast", folder, *FEW, "--folder", "kept", "-o", "page.html", "--record", "record.jsonl")
    text = first.stdout
    assert text.index("forecasts are settled") < text.index(TITLES["after_not_blind"]) < text.index("Origins")
    assert "not test foresight: 1 parameter" in text and "12 forecasts added" in text
    page = (tmp_path / "page.html").read_text()
    assert "<svg" in page and "aaa-" not in page.partition("</style>")[0]
    again = standoff("hindcast", folder, *FEW, "--folder", "kept", "--record", "record.jsonl", "--json")
    data = json.loads(again.stdout)
    assert data["made"]["origins"][0]["late_paths"] == ["mechanisms.grind.mean"]
    assert [row["assumed"] for row in data["made"]["origins"]] == [3, 3] and "3 uncertain numbers" in text
    assert {line["as_of"] for line in data["scores"]["lines"]} == {"2022-12-31", "2023-03-31"}
    assert data == json.loads((tmp_path / "kept" / "hindcast.json").read_text())
    told = standoff("score", "record.jsonl", "-o", "record.md").stdout
    assert "of 12 forecasts" in told and "happened by 2023-09-30" in told
    assert TITLES["after_not_blind"] in (tmp_path / "record.md").read_text()
    one = json.loads(standoff("score", "record.jsonl", "--json").stdout)["lines"][0]
    assert one["id"].endswith("/count/2022-12-31/2023-03-31") and one["given"]["model"]["crps"] > 0


def test_what_cannot_be_asked_is_refused_with_what_to_do(standoff: Command, write: Callable[..., Path]) -> None:  # noqa: F811
    folder = str(write())
    for words, told in (
        (("-o", "page.svg"), "does not end in a known format"),
        (("--horizons", "3,x"), "months such as 3,6,12"),
        (("--every", "week"), "month, quarter"),
        (("--from", "2024-06", "--until", "2024-01"), "use an earlier --from"),
    ):
        assert told in standoff("hindcast", folder, *FEW, *words, code=1).stderr
    assert "hindcast" in standoff("hindcast", "korea-1950", code=1).stderr
    assert "one record" in standoff("score", "korea-1950", "record.jsonl", code=1).stderr
    assert "only a record" in standoff("score", "korea-1950", "--claims", "c.jsonl", code=1).stderr
