"""Hindcasts as a document."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.evaluation.hindcast.scored_forecasts import ScoredForecast
from standoff.evaluation.hindcast.summary import Hindcast, HindcastCoverage, HindcastProvenance, HindcastSkill, ScoreRow
from standoff.report.sections import hindcast
from tests.unit.report.plain import row, written


def case(name: str, outcome: float | None, **changes: Any) -> ScoredForecast:
    fields: dict[str, Any] = {
        "origin": "2024-01",
        "months": 6,
        "group": "events",
        "text": "Will it?",
        "kind": "event",
        "day": "2024-07-31",
        "unit": "",
    }
    return ScoredForecast(id=name, outcome=outcome, **fields | changes)


def score_row(name: str, kind: str, **scores: float) -> ScoreRow:
    return ScoreRow(
        id=name,
        group="all",
        text="Will it?",
        months=6,
        unit="person",
        kind=kind,
        origins=4,
        speaker="Staff",
        scores=scores,
        inside={"0.5": 0.25, "0.9": 1.0},
    )


def skill(against: str, value: float, interval: tuple[float, float] | None, months: int = 0) -> HindcastSkill:
    return HindcastSkill(
        group="all",
        months=months,
        score="crps",
        against=against,
        questions=12,
        origins=4,
        reports=5,
        skill=value,
        interval=interval,
        better=8,
    )


MADE = HindcastProvenance(
    title="North",
    variant="",
    draws=1000,
    seed=2,
    wider=2.0,
    posterior=False,
    ledger="d" * 64,
    origins=({"as_of": "2024-01", "late": 3, "late_histories": ["a"], "ledger": "b" * 64},),
    versions={"standoff": "0.1"},
)
FOUND = Hindcast(
    made=MADE,
    verdict=("the verdict",),
    rows=(score_row("men", "quantity", model=1234.5, persistence=0.0004), score_row("war", "event", model=0.125)),
    skills=(skill("persistence", 0.25, (-0.1, 0.5)), skill("mean", -0.5, None, months=6)),
    coverage=(
        HindcastCoverage(group="all", months=0, level=0.5, questions=12, inside=0.25, interval=(0.1, 0.5)),
        HindcastCoverage(group="all", months=0, level=0.9, questions=12, inside=0.75, interval=(0.5, 0.9)),
    ),
    notes=("a note",),
    cases=(case("war", 1.0), case("war", 0.0), case("war", None)),
)
TEXT = written(hindcast.blocks(FOUND))


def test_skill_stands_under_its_rival_with_its_interval() -> None:
    assert row(TEXT, "numbers: all")[1:] == ["12", "5", "4", "+25 % (−10 to +50)", "", "", ""]
    assert row(TEXT, "numbers: all, 6 months")[-1] == "−50 %"


def test_scores_have_three_digits_and_shares_of_outcomes_inside() -> None:
    found = row(TEXT, "men")
    assert found[5] == "1,234" and found[6].endswith("< 0.001") and found[-2:] == ["25 %", "100 %"]


def test_yes_no_questions_count_what_happened_where_it_is_known() -> None:
    assert row(TEXT, "war")[2:6] == ["6", "4", "1 of 2", "0.125"]


def test_coverage_has_both_levels_in_one_row() -> None:
    assert row(TEXT, "all")[1:] == ["12", "25 % (10 to 50)", "75 % (50 to 90)"]


def test_origins_and_settings_are_named() -> None:
    assert row(TEXT, "2024-01")[1:] == ["3", "1", "b" * 12] and "1 origin, 1,000 draws" in TEXT and "a note" in TEXT


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0.0, "0"), (0.0005, "< 0.001"), (0.12345, "0.123"), (98765.4, "98,765")]
)
def test_figures(value: float | None, text: str) -> None:
    assert hindcast.figure(value) == text
