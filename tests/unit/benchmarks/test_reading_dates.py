"""Dates of articles for a person to judge, and the judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import reading, reading_dates

if TYPE_CHECKING:
    from pathlib import Path


def test_each_date_with_a_value_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "train" / "text").mkdir(parents=True)
    article = tmp_path / "train" / "text" / "paper_2024-05-02_boats.txt"
    article.write_text(
        "The boats sank on Tuesday,\nthe captain said. They rose last week. It was 1990.", encoding="utf-8"
    )
    lines = reading_dates.given(tmp_path)
    assert [line.split(" | ")[0] for line in lines] == ["2024-05-02 2024-04-30"]
    assert "sank <<on Tuesday>>, the" in lines[0]


def test_the_page_holds_the_judgements() -> None:
    page = reading.PAGE.read_text(encoding="utf-8")
    assert all(line in page for line in reading_dates.table())
    assert all(sum(one["wrong"].values()) < one["judged"] for one in reading_dates.rounds())
