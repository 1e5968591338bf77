"""Means of scores are those of the questions, and of those with a base rate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks.past_scores import scores_of_cases, scores_of_hindcast, scores_of_record

from standoff.evaluation.forecast_scores import score_forecasts
from tests.unit.evaluation import made

if TYPE_CHECKING:
    from standoff.evaluation.forecast_record import Forecast
    from standoff.evaluation.hindcast.reports import Report


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
    late = {"kind": "after_not_blind", "made_at": "2024-01-01"}
    forecasts = [
        made.event("a", p=0.2, as_of="2022-06-30", **late),
        made.event("b", p=0.4, as_of="2025-03-31", **late),
        made.event("open", p=0.9, **late),
        made.number("n", middle=18.0, **late),
    ]
    outcomes = {"a": 0.0, "b": 1.0, "n": 18.5}

    def outcome(item: Forecast) -> Report | str:
        return made.came(outcomes[item.question]) if item.question in outcomes else "not yet"

    hindcast: Any = SimpleNamespace(scores=score_forecasts(forecasts, outcome), made=SimpleNamespace(draws=768, seed=1))
    found = scores_of_hindcast(hindcast, "closed-form")
    assert (found.questions, found.compared, found.since, found.until) == (2, 2, "2022-06-30", "2025-03-31")
    assert found.brier == {"model": pytest.approx(0.2), "persistence": 0.5}
    assert found.numbers == 1 and found.skill.keys() == {"best", "persistence", "mean"}
    assert found.compared_brier == {"model": pytest.approx(0.2), "base_rate": pytest.approx(0.29)}


def test_recorded_forecasts_give_the_blind_ones_where_none_was_made_before() -> None:
    blind = {"kind": "after_blind", "made_at": "2024-01-01"}
    seen = {"kind": "after_not_blind", "made_at": "2024-01-01"}
    forecasts = [made.number("a", **blind), made.event("b", **blind), made.number("c", **seen)]
    found = scores_of_record(score_forecasts(forecasts, lambda item: made.came(float(item.form == "event"))))
    assert found is not None and (found.kind, found.numbers, found.events) == ("after_blind", 1, 1)
    assert found.brier == {"model": 0.64, "best": 0.49} and found.interval is None and found.skill is not None
    assert scores_of_record(score_forecasts(forecasts[2:], lambda _: made.came(18.0))) is None
