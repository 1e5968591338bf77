"""`standoff record` and `standoff score` of a record: one description on paper, page and screen; other forecasters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Command

from standoff import load
from standoff.addons.explorer.forecasts import forecasts, record_of
from standoff.engine.build import planned
from standoff.evaluation import forecast_record
from standoff.evaluation.score import score_record
from standoff.report.charts.forecast_record import pictures
from standoff.report.sections.forecast_record import TITLES, sentence
from tests.unit.evaluation import made
from tests.unit.evaluation.hindcast.conftest import write  # noqa: F401


def recorded(folder: Path) -> None:
    """Six forecasts of two dates and an event, of which the claims of the toy settle some."""
    days = ("2023-01-31", "2023-02-28", "2023-03-31")
    forecasts = [made.number(as_of=day, made_at=day, case=str(folder), middle=17 + n) for n, day in enumerate(days)]
    forecasts += [made.event(as_of=day, made_at=day, case=str(folder), id=f"e{day}", p=0.3) for day in days]
    forecast_record.append(folder / forecast_record.FILE, forecasts, str(folder))


def test_page_paper_and_screen_show_the_same(standoff: Command, write: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    folder = write()
    recorded(folder)
    told = standoff("record", str(folder), "-o", "record.html").stdout
    page = (tmp_path / "record.html").read_text()
    assert page.count("<figure") == 3 and TITLES["before"] in page  # a count, an event, and where outcomes lay
    assert TITLES["before"] in told and "6 of 6 forecasts" in told
    paper = standoff("score", str(folder / forecast_record.FILE), "-o", "record.md").stdout
    assert "6 of 6 forecasts" in paper and "| for 2023-06-30 | " in (tmp_path / "record.md").read_text()


def test_the_explorer_and_a_page_show_forecasts_as_they_moved(write: Callable[..., Path]) -> None:  # noqa: F811
    folder = write()
    model = planned(load(folder))
    assert forecasts(model) == {"sentence": "", "questions": []} and record_of(model) is None
    recorded(folder)
    said = forecasts(model)
    number, event = said["questions"]
    assert [point["at"] for point in number["points"]] == ["2023-01-31", "2023-02-28", "2023-03-31"]
    assert (
        [point["said"][1] for point in number["points"]] == [17, 18, 19] and number["unit"] and not number["is_event"]
    )
    assert event["is_event"] and {point["said"][1] for point in event["points"]} == {0.3}
    scores = score_record(folder / forecast_record.FILE)
    assert said["sentence"] == sentence(scores)
    names = {f"record-{item['question']}" for item in said["questions"]}
    assert names <= {picture.name for picture in pictures(scores)}


def test_others_are_scored_and_pooled(standoff: Command, write: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    folder = write()
    recorded(folder)
    (tmp_path / "crowd.csv").write_text("question,date,source,probability\ngloom,2023-06-30,a crowd,0.1\n")
    data = json.loads(standoff("record", str(folder), "--others", "crowd.csv", "--json").stdout)
    (whole,) = [part for part in data["cuts"]["before"] if (part["cut"], part["score"]) == ("all", "brier")]
    assert whole["means"].keys() >= {"model", "a crowd", "pool", "best"}


def test_what_is_not_there_is_said(standoff: Command, write: Callable[..., Path]) -> None:  # noqa: F811
    folder = write()
    assert "standoff roll" in standoff("record", str(folder), code=1).stderr
    recorded(folder)
    file = folder / forecast_record.FILE
    file.write_text(file.read_text().replace('"draws": 100', '"draws": 101', 1))
    assert "record.jsonl:2" in standoff("record", str(folder), code=1).stderr
