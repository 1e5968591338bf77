"""`standoff record` and `standoff score` of a record: one description on paper, page and screen; other forecasters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Command

from standoff import load
from standoff.addons.explorer.workshop import Workshop
from standoff.engine.build import planned
from standoff.evaluation import forecast_record
from standoff.evaluation.score import score_record
from standoff.report.charts.forecast_record import pictures
from standoff.report.sections.forecast_record import TITLES, over_time, sentence
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
    """A record that is longer has other pictures; the same one comes from the cache."""
    folder = write()
    workshop = Workshop("toy", planned(load(folder)))
    assert workshop.forecasts() == {"written": ""}
    recorded(folder)
    path = folder / forecast_record.FILE
    shown, scores = workshop.forecasts()["written"], score_record(path)
    drawn = [*pictures(scores)]
    assert shown.count("<figure") == len(drawn) == 3 and "17" in shown
    assert all(f"<h3>{item.title}</h3>" in shown and item.svg in shown for item in drawn)
    assert over_time(path) == over_time(path) and over_time(path)[0] == sentence(scores)
    assert workshop.forecasts()["written"] == shown
    forecast_record.append(path, [made.event(as_of="2023-04-30", made_at="2023-04-30", case=str(folder), p=0.3)], "")
    assert workshop.forecasts()["written"] != shown


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
