"""Forecasts of one quantity beside what came."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from standoff.evaluation.hindcast.scored_forecasts import ForecasterScore, ScoredForecast
from standoff.report.charts import hindcast
from tests.unit.report.plain import figure


def forecast(day: str, months: int, inside: float = 1.0, **changes: Any) -> ScoredForecast:
    model = ForecasterScore(median=1000.0, low=800.0, high=1300.0, inside={"0.9": inside})
    fields: dict[str, Any] = {
        "origin": "2024-01",
        "id": "losses",
        "group": "",
        "text": "Losses",
        "kind": "quantity",
        "unit": "person",
        "outcome": 1100.0,
        "came_low": None,
        "came_high": None,
        "claims": (),
        "speaker": "Staff",
        "unresolved": "",
        "given": {"model": model},
    }
    return ScoredForecast(day=day, months=months, **fields | changes)


CASES = (
    forecast("2024-04-30", 3),
    forecast("2024-07-31", 6),
    forecast("2024-10-31", 6, inside=0.0),
    forecast("2025-01-31", 12),
    forecast("2024-07-31", 6, kind="event"),
    forecast("2025-04-30", 12, unresolved="no report"),
)


def test_the_longest_horizon_with_two_forecasts_is_drawn() -> None:
    (picture,) = hindcast.pictures(SimpleNamespace(cases=CASES))
    assert picture.name == "hindcast-losses" and picture.finding.startswith("6 months ahead")
    assert "by Staff; 1 of 2 inside" in picture.finding
    figure(picture.svg)


def test_single_forecasts_have_no_picture() -> None:
    assert list(hindcast.pictures(SimpleNamespace(cases=CASES[:2]))) == []
