"""The track record: stored by the benchmarks, read by every run, and no longer current where a case has changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.past_scores import store_record, store_scores

from standoff import catalog
from standoff.analysis import track_record as module
from standoff.analysis.track_record import (
    CRISES,
    BlindScores,
    PastScores,
    case_digest,
    track_record,
)
from tests.unit.history.conftest import history

__all__ = ["history"]
CASE = "closed-form"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue with one case, and no scores yet."""
    shutil.copytree(catalog.HOME / CASE, tmp_path / CASE)
    monkeypatch.setattr(catalog, "HOME", tmp_path)
    monkeypatch.setattr(module, "FILE", tmp_path / "track_record.json")
    return tmp_path


def scores() -> PastScores:
    return PastScores(
        date="2026-11-27",
        version="0.1.0",
        draws=2000,
        seed=1,
        cases=(CASE,),
        digest=case_digest((CASE,)),
        questions=3,
        brier={"model": 0.123456, "even": 0.25},
        compared=2,
        compared_brier={"model": 0.1, "base_rate": 0.2},
    )


def test_what_is_stored_is_read_with_the_case(home: Path) -> None:
    assert track_record() == module.TrackRecord()
    store_scores(scores())
    store_scores(replace(scores(), since="2022-06-30"), CASE)
    found = track_record(home / CASE)
    assert found.crises == replace(scores(), brier={"model": 0.1235, "even": 0.25})
    assert found.hindcasts is not None and found.hindcasts.since == "2022-06-30"
    for other in (None, home.parent / CASE):  # no file, or a folder of the same name elsewhere
        assert track_record(other).hindcasts is None
        assert track_record(other).crises == found.crises


def test_the_record_of_a_case_is_stored_beside_the_scores_of_others(home: Path) -> None:
    store_scores(scores())
    blind = BlindScores(
        date="2026-11-29",
        kind="after_blind",
        numbers=54,
        number_outcomes=19,
        skill=0.2,
        interval=(-0.1, 0.5),
        events=0,
        event_outcomes=0,
        brier={},
    )
    store_record(blind, CASE)
    assert track_record(home / CASE).record == blind and track_record().record is None
    assert track_record().crises is not None


@pytest.mark.parametrize("taken", [False, True])
def test_other_coefficients_of_history_are_another_version_of_cases_that_use_them(
    home: Path, history: Path, taken: bool
) -> None:
    if taken:
        text = (home / CASE / "scenario.yaml").read_text(encoding="utf-8")
        (home / CASE / "scenario.yaml").write_text(
            text.replace("rationality: 1", "rationality: history"), encoding="utf-8"
        )
    store_scores(scores())
    before = track_record().crises
    with (history / "coefficients.json").open("a", encoding="utf-8") as end:
        end.write("\n")
    found = track_record().crises
    assert before is not None and found is not None
    assert before.is_current and found.is_current != taken


@pytest.mark.parametrize(("file", "current"), [("scenario.yaml", False), ("claims.jsonl", False), ("README.md", True)])
def test_a_case_that_has_changed_is_an_earlier_version(home: Path, file: str, current: bool) -> None:
    store_scores(scores())
    with (home / CASE / file).open("a", encoding="utf-8") as end:
        end.write("\n# more\n")
    found = track_record().crises
    assert found is not None and found.is_current == current


def test_the_state_of_the_cases_is_not_stored(home: Path) -> None:
    store_scores(scores())
    assert "is_current" not in json.loads(module.FILE.read_text())[CRISES]


def test_the_package_has_scores_of_all_its_crises() -> None:
    from benchmarks.crisis_runs import crises

    found = track_record().crises
    assert found is not None and set(found.cases) == set(crises())
    assert found.questions >= found.compared > 0
    assert 0 < found.brier["model"] < 1 and found.brier["even"] == 0.25
