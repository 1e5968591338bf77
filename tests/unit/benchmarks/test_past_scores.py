"""Means of scores are those of the questions, and of those with a base rate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from benchmarks.past_scores import scores_of_cases, scores_of_hindcast, scores_of_record


def row(case: str, **brier: float) -> Any:
    return SimpleNamespace(case=case, scores={who: {"brier": value} for who, value in brier.items()})


def test_settled_events_are_averaged_with_and_without_a_base_rate() -> None:
    number = SimpleNamespace(case="kuwait-1990", scores={"model": {"crps": 3.0}})
    rows = [
        row("kuwait-1990", model=0.1, even=0.25, persistence=1.0, base_rate=0.3),
        row("korea-1950", model=0.3, even=0.25, persistence=0.0),
        number,
    ]
    found = scores_of_cases(rows, 2000, 1)
    assert (found.questions, found.compared, found.cases) == (2, 1, ("kuwait-1990", "korea-1950"))
    assert found.brier == {"model": pytest.approx(0.2), "even": 0.25, "persistence": 0.5}
    assert found.compared_brier == {"model": 0.1, "base_rate": 0.3}
    assert len(found.digest) == 64 and found.is_current


def test_hindcasts_count_resolved_events_alone() -> None:
    def question(origin: str, unresolved: str = "", **brier: float | None) -> Any:
        given = {who: SimpleNamespace(brier=value) for who, value in brier.items()}
        return SimpleNamespace(origin=origin, unresolved=unresolved, given=given)

    questions = (
        question("2022-06-30", model=0.2, persistence=0.0, base_rate=0.1),
        question("2025-03-31", model=0.4, persistence=1.0, base_rate=0.3),
        question("2026-03-31", unresolved="not yet", model=0.9),
        question("2021-03-31", model=None),
    )
    rows = (("all", "model", 0.4), ("all", "stacked", 0.3), ("losses", "model", 0.2))
    skills = tuple(
        SimpleNamespace(group=group, months=0, score="crps", forecaster=who, against="trend", questions=7, skill=value)
        for group, who, value in rows
    )
    hindcast: Any = SimpleNamespace(cases=questions, made=SimpleNamespace(draws=768, seed=1), skills=skills)
    found = scores_of_hindcast(hindcast, "closed-form")
    assert (found.questions, found.compared, found.since, found.until) == (2, 2, "2022-06-30", "2025-03-31")
    assert found.brier == {"model": pytest.approx(0.3), "persistence": 0.5}
    assert (found.numbers, found.skill) == (7, {"trend": 0.4})
    assert found.compared_brier == {"model": pytest.approx(0.3), "base_rate": pytest.approx(0.2)}


def test_recorded_forecasts_give_the_blind_ones_where_none_was_made_before() -> None:
    def group(score: str, **fields: Any) -> Any:
        base = {
            "group": "all",
            "score": score,
            "forecasts": 5,
            "reports": 3,
            "skill": {"best": 0.12345678},
            "interval": None,
        }
        return SimpleNamespace(**base | {"brier": {"model": 0.2, "best": 0.1}} | fields)

    seen, blind = (
        (group("crps"),),
        (group("crps", interval=(0.1, 0.2)), group("brier", forecasts=7), group("crps", group="aid")),
    )
    found = scores_of_record(cast(Any, SimpleNamespace(groups={"before": (), "blind": blind, "seen": seen})))
    assert found is not None and (found.kind, found.numbers, found.events) == ("blind", 5, 7)
    assert found.skill == 0.1235 and found.interval == (0.1, 0.2) and found.brier["best"] == 0.1
    assert scores_of_record(cast(Any, SimpleNamespace(groups={"before": (), "blind": (), "seen": seen}))) is None
