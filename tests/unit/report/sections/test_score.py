"""Scores of settled questions as blocks."""

from __future__ import annotations

import math
from typing import Any

from standoff.evaluation.records import CalibrationBin, CaseSkill, Coverage, Scored, Scores
from standoff.report.sections import score
from tests.unit.report.plain import row, written


def scored(name: str, **changes: Any) -> Scored:
    fields: dict[str, Any] = {
        "case": "north",
        "variant": "",
        "as_of": "2024-03",
        "id": name,
        "kind": "event",
        "text": "?",
        "date": "2024-12",
        "unit": "",
        "outcome": "yes",
        "claims": (),
        "forecast": 0.25,
        "smoothed": 0.25,
        "base_rate": 0.1,
        "happened": 1.0,
        "interval": None,
        "below": None,
        "inside": {},
        "mc_error": 0.01,
        "scores": {"model": {"brier": 0.5625, "log": 1.386}, "base_rate": {"brier": 0.81, "log": math.inf}},
    }
    return Scored(**fields | changes)


NUMBER = scored(
    "men",
    kind="quantity",
    unit="person",
    smoothed=None,
    forecast=12345.6,
    outcome="9000",
    below=0.2,
    interval=(1000.4, None),
    scores={"model": {"crps": 3.25}},
)
SKILL = CaseSkill(
    score="log",
    against="base_rate",
    questions=3,
    cases=2,
    model=1.1,
    other=1.6,
    skill=0.5,
    interval=(-0.25, math.inf),
    better=2,
    resampled="cases",
)
SCORES = Scores(
    (),
    (scored("war"), NUMBER),
    (
        SKILL,
        CaseSkill(
            score="brier",
            against="even",
            questions=3,
            cases=1,
            model=0.5,
            other=0.25,
            skill=-1.0,
            interval=None,
            better=0,
            resampled="",
        ),
    ),
    (CalibrationBin(0.0, 0.2, 5, 0.11, 0.4, (0.1, 0.7)),),
    (Coverage(level=0.9, questions=20, inside=0.75, interval=(0.5, 0.9)),),
    "the verdict",
    ("the first note", "another note"),
)
TEXT = written(score.blocks(SCORES))


def test_the_verdict_is_the_title_and_the_first_note_is_beside_it() -> None:
    head, _, rest = TEXT.partition("## ")
    assert head.startswith("# the verdict") and "the first note" in head and "another note" in rest


def test_probabilities_have_percents_and_scores() -> None:
    lines = [line for line in TEXT.splitlines() if "war" in line]
    assert len(lines) == 1
    cells = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert cells == ["north", "war", "25.0 %", "10.0 %", "yes", "0.562", "0.810", "1.386", "infinite"]


def test_numbers_have_their_interval_open_where_it_is() -> None:
    cells = next(line for line in TEXT.splitlines() if "men, person" in line).strip("|").split("|")
    assert [cell.strip() for cell in cells[2:]] == [
        "12,346",
        "1,000 to never",
        "9000",
        "20.0 %",
        "3.25",
        "never",
        "never",
    ]


def test_skill_is_nats_for_the_log_score_and_a_share_for_others() -> None:
    assert row(TEXT, "log")[6:] == ["+0.50", "-0.25 to +inf", "2"]
    assert row(TEXT, "Brier")[1:2] == ["equal chances"] and row(TEXT, "Brier")[6:8] == ["−100 %", "too few"]


def test_calibration_and_coverage_have_their_intervals() -> None:
    assert row(TEXT, "0 to 20 %")[1:] == ["5", "11 %", "40 %", "10 to 70 %"]
    assert "75 % of 20 outcomes" in TEXT and "50 to 90 %" in TEXT
