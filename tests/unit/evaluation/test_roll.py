"""A roll takes claims, moves the date, says what changed by what, and records once."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from standoff import catalog
from standoff.analysis.answer import answer
from standoff.engine.build import build
from standoff.engine.simulate import simulate
from standoff.errors import LedgerError, RunError, ScenarioError
from standoff.evaluation import forecast_record
from standoff.evaluation.hindcast.reports import Report
from standoff.evaluation.roll import STEPS, roll
from standoff.evaluation.score import score_record
from standoff.ledger import Ledger
from standoff.report.sections.roll import blocks
from tests.unit.evaluation.hindcast.conftest import ASKED as HINDCAST
from tests.unit.evaluation.hindcast.conftest import claim, write  # noqa: F401
from tests.unit.report.plain import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("statsmodels")
ASKED = """
questions:
  low: {text: Will the mood be low?, event: mood < 0.48, within: 6 months, resolution: polls}
  mood: {text: The mood?, quantity: mood, within: 6 months, unit: "%", resolution: polls}
"""
CHOICE = """
choices:
  AAA:
    actor: AAA
    options: {wait: {}, act: {}}
    status_quo: wait
    every: 3 months
    rationality: 2 @assumption
    half_life: 0 month @assumption
    history: [{since: 2023-02, option: act, sources: [aaa-mood-2023-03-31]}]
    reasons:
      urge: {use: expression, value: {act: "4 * (mood - 0.52)"}, weight: 1, sources: assumption}
"""
MOOD = "  mood: {claims: {subject: AAA, quantity: mood}, scale: 0.99 to 1.01 @assumption}\n"


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:  # noqa: F811
    """The toy as of March 2023, with questions within a time."""
    home = write(asked=HINDCAST.partition("events:")[0])
    file = home / "scenario.yaml"
    text = (
        file.read_text().replace("as_of: 2023-06-30", "as_of: 2023-03-31").replace("@aaa-rate-2023-05", "@assumption")
    )
    file.write_text(text + MOOD + ASKED)
    lines = (home / "claims.jsonl").read_text().splitlines(keepends=True)
    (home / "claims.jsonl").write_text("".join(line for line in lines if json.loads(line)["published"] <= "2023-03-31"))
    return home


def news(tmp_path: Path, *claims: dict[str, Any]) -> Path:
    place = tmp_path / "new"
    place.mkdir(exist_ok=True)
    (place / "april.jsonl").write_text("".join(json.dumps(each) + "\n" for each in claims))
    return place


def test_a_roll_records_settles_and_says_what_changed_by_what(folder: Path, tmp_path: Path) -> None:
    first = roll(str(folder), "2023-03-31", draws=64)
    assert (first.recorded, first.before, first.changes) == (4, "", ())
    fresh = [
        claim("aaa-losses-2023-06-30", "2023-06-30", "losses", 20_500, "person"),
        claim("aaa-mood-2023-06-30", "2023-06-30", "mood", 30, "%"),
    ]
    second = roll(str(folder), "2023-06-30", new=news(tmp_path, *fresh), draws=64)
    assert (
        second.before == "2023-03-31" and second.taken == 2 and set(second.new_claims) == {each["id"] for each in fresh}
    )
    assert second.recorded == 4 and second.settled == 2  # count and mood of June
    loaded, ledger = catalog.load(folder)
    assert loaded.scenario.as_of == "2023-06-30" and {each["id"] for each in fresh} <= {one.id for one in ledger}
    changes = {change.question: change for change in second.changes}
    assert changes["mood"].dates == ("2023-09", "2023-12")
    for change in changes.values():
        assert sum(change.parts[name].change for name in STEPS) == pytest.approx(change.whole.change)
    assert changes["mood"].parts["claims"].change < -2  # a poll of 30 % lowers it
    assert changes["mood"].parts["outcomes"].change == 0  # nothing was imposed
    held = forecast_record.read(folder / forecast_record.FILE)
    outcomes = [line.report for line in held.settlements.values()]
    assert all(isinstance(one, Report) and one.day == dt.date(2023, 6, 30) for one in outcomes)
    moved = folder.rename(tmp_path / "moved")  # the same case under another name
    again = roll(str(moved), "2023-06-30", draws=64)
    assert len(score_record(moved / forecast_record.FILE).settled) == 2
    assert (again.recorded, again.settled, again.taken) == (0, 0, 0)
    text = written(blocks(second))
    assert text.index("What changed") < text.index("The mood? (2023-09 then 2023-12)")


def test_nothing_is_settled_before_its_day(folder: Path, tmp_path: Path) -> None:
    """A report some weeks before the day of a forecast settles it once no nearer one can come."""
    roll(str(folder), "2023-03-31", draws=64)
    fresh = claim("aaa-losses-2023-05-31", "2023-05-31", "losses", 20_200, "person")
    early = roll(str(folder), "2023-05-31", new=news(tmp_path, fresh), draws=64)
    assert early.taken == 1 and early.settled == 0
    assert roll(str(folder), "2023-07-31", draws=64).settled == 0
    assert roll(str(folder), "2023-08-31", draws=64).settled == 1


def test_what_is_still_in_force_is_proposed_with_its_claims(folder: Path, tmp_path: Path) -> None:
    (folder / "scenario.yaml").write_text((folder / "scenario.yaml").read_text() + CHOICE)
    fresh = claim("aaa-mood-2023-06-30", "2023-06-30", "mood", 30, "%")
    found = roll(str(folder), "2023-06-30", new=news(tmp_path, fresh), draws=64)
    (choice,) = found.in_force
    assert (choice.option, choice.since) == ("act", "2023-02") and fresh["id"] in choice.claims
    assert "since: 2023-06, option: act" in choice.entry
    (sign,) = found.signs  # the mood fell below the level at which it acts
    assert (sign.choice, sign.reason, sign.option) == ("AAA", "urge", "act") and fresh["id"] in sign.claims
    assert sign.after < sign.level < sign.before


def test_mistakes_of_new_claims_are_told_and_change_nothing(folder: Path, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    other = claim("aaa-mood-2023-03-31", "2023-03-31", "mood", 99, "%")
    with pytest.raises(LedgerError, match="aaa-mood-2023-03-31"):
        roll(str(folder), "2023-06-30", new=news(tmp_path, other))
    with pytest.raises(LedgerError, match=r"april\.jsonl"):
        roll(str(folder), "2023-06-30", new=news(tmp_path, {"id": "x"}))
    with pytest.raises(RunError, match="no files of claims"):
        roll(str(folder), "2023-06-30", new=tmp_path / "nothing")
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}
    shutil.rmtree(tmp_path / "new")
    fresh = claim("new", "2023-06-30", "mood", 99, "%")
    with pytest.raises(RunError, match="package"):
        roll("china-russia", "2025-12-31", new=news(tmp_path, fresh | {"subject": "RUS"}))


WEEKLY = """
title: a toy of weeks
as_of: 2023-03-31
start: 2023-01-02
end: 2023-12-25
step: week
actors: {AAA: {name: A}}
stocks: {mood: {unit: share, initial: 0.4 to 0.6, sources: assumption}}
mechanisms:
  drift: {use: mean_reversion, stock: mood, mean: 0.5, speed: 0.1 1/month, volatility: 0.05, sources: assumption}
questions:
  low:
    text: Will the mood fall below 0.4?
    event: mood < 0.4
    by: 2023-07-15
    resolution: polls
    data_rate: {count: 1, of: 4, since: 1990, until: 2020, data: polls, text: years with a low mood, sources: assumption}
"""


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    """A case by weeks with a question of its own and no `hindcast.yaml`."""
    home = tmp_path / "weekly"
    home.mkdir()
    (home / "scenario.yaml").write_text(WEEKLY)
    (home / "claims.yaml").write_text("[]\n")
    return home


def test_a_case_without_a_file_records_its_own_questions(weekly: Path) -> None:
    """The forecast is the answer of a run as of the day; a claim about the quantity of its name settles it."""
    first = roll(str(weekly), "2023-04-30", draws=2000)
    (item,) = forecast_record.read(weekly / forecast_record.FILE).forecasts
    moved = catalog.load(weekly)[0].over({"as_of": "2023-04-30", "end": "2023-12-25"})
    run = simulate(build(moved, Ledger()), draws=2000, seed=1)
    assert (first.recorded, item.rule.date, item.months) == (1, "2023-07-15", 3)
    assert item.forecast == pytest.approx(answer(run)["low"].number, abs=1e-3)
    assert item.rivals["base_rate"] == pytest.approx(1 - 0.75**0.25)
    came = claim("aaa-low-2023-05-05", "2023-05-05", "low", 1, "1")
    assert roll(str(weekly), "2023-05-31", new=news(weekly.parent, came), draws=64).settled == 1


def test_without_questions_there_is_nothing_to_record(weekly: Path) -> None:
    with pytest.raises(ScenarioError, match=r"hindcast\.yaml") as caught:
        roll(str(weekly), "2023-11-30")
    assert caught.value.problems[0].allowed.startswith("a question with `event:`")
