"""`standoff hindcast` on a toy case: first lines, JSON, page, a ledger of forecasts, and `standoff score` of that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Command

from standoff.report.sections.score import TITLES
from tests.unit.evaluation.hindcast.conftest import write  # noqa: F401

FEW = ("--draws", "64", "--no-reconcile")


@pytest.mark.usefixtures("standoff")
def test_a_roll_is_scored_recorded_and_resolved(standoff: Command, write: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    folder = str(write())
    first = standoff("hindcast", folder, *FEW, "--folder", "kept", "-o", "page.html", "--record", "forecasts.jsonl")
    text = first.stdout
    assert text.index("Forecasts of numbers") < text.index("Skill") < text.index("Coverage")
    assert "not test foresight: 1 parameter" in text and "12 forecasts added" in text
    page = (tmp_path / "page.html").read_text()
    assert page.index("Forecasts of numbers") < page.index("<h2>Skill</h2>")
    assert "<svg" in page and "aaa-" not in page.partition("</style>")[0]
    again = standoff("hindcast", folder, *FEW, "--folder", "kept", "--record", "forecasts.jsonl", "--json")
    data = json.loads(again.stdout)
    assert data["made"]["origins"][0]["late_paths"] == ["mechanisms.grind.mean"]
    assert {case["origin"] for case in data["cases"]} == {"2022-12-31", "2023-03-31"}
    assert data == json.loads((tmp_path / "kept" / "hindcast.json").read_text())
    told = standoff("score", "forecasts.jsonl", "-o", "record.md").stdout
    assert "of 12 recorded forecasts" in told and "happened by 2023-09-30" in told
    assert TITLES["seen"] in (tmp_path / "record.md").read_text()
    one = json.loads(standoff("score", "forecasts.jsonl", "--json").stdout)[0]["lines"][0]
    assert one["id"].startswith("toy-2022-12-31-count-3m-") and one["given"]["model"]["crps"] > 0


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
    assert "either cases, or files" in standoff("score", "korea-1950", "forecasts.jsonl", code=1).stderr
    assert "only forecasts" in standoff("score", "korea-1950", "--claims", "c.jsonl", code=1).stderr
