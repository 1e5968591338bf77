"""Charts of hindcasts: forecasts of one quantity at one horizon, and the outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from standoff.evaluation.hindcast.scored_forecasts import ScoredForecast
from standoff.evaluation.hindcast.summary import Hindcast
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.tornado import alone
from standoff.report.document import Picture

WIDTH, HEIGHT = 380, 220  # pixels; a phone shows 360 to 430


def pictures(hindcast: Hindcast) -> Iterator[Picture]:
    """One picture per quantity, at the longest horizon with at least two forecasts."""
    numbers = [case for case in hindcast.cases if case.kind == "quantity" and not case.unresolved]
    for name in dict.fromkeys(case.id for case in numbers):
        cases = [case for case in numbers if case.id == name]
        horizons = [
            months for months in sorted({case.months for case in cases}) if sum(c.months == months for c in cases) > 1
        ]
        if horizons:
            shown = sorted((case for case in cases if case.months == horizons[-1]), key=lambda case: case.day)
            inside = sum(case.given["model"].inside["0.9"] for case in shown)
            text = (
                f"{horizons[-1]} months ahead, one bar per origin: central 90 % and median of the model; dot: outcome, "
                f"by {shown[0].speaker}; {inside:.0f} of {len(shown)} inside."
            )
            yield Picture(f"hindcast-{name}", shown[0].text, alone([chart(shown)], shown[0].text), text)


def chart(shown: Sequence[ScoredForecast]) -> str:
    """Forecasts of one quantity at one horizon with the outcomes, by target date."""
    form = formatting.number_format([max(case.given["model"].high or 0.0 for case in shown)], None, shown[0].unit)
    rows: dict[str, list[dict[str, Any]]] = {
        "said": [
            {
                "t": _stamp(case.day),
                "low": (case.given["model"].low or 0.0) / form.scale,
                "median": (case.given["model"].median or 0.0) / form.scale,
                "high": (case.given["model"].high or 0.0) / form.scale,
            }
            for case in shown
        ],
        "came": [{"t": _stamp(case.day), "v": (case.outcome or 0.0) / form.scale} for case in shown],
        **stocks.heading(form.suffix.strip()),
    }
    x, y = stocks.time_axis(rows["said"], WIDTH - vegalite.LEFT - vegalite.RIGHT), stocks.value_axis()
    layers = [
        vegalite.layer(
            "said",
            {"type": "rule", "color": "var(--band)", "strokeWidth": 7, "opacity": 0.45},
            x=x,
            y=vegalite.number("low", **y),
            y2={"field": "high"},
        ),
        vegalite.layer(
            "said",
            {"type": "tick", "color": "var(--ink)", "thickness": 2, "size": 12, "orient": "horizontal"},
            x=x,
            y=vegalite.number("median", **y),
        ),
        stocks.HEADING,
        vegalite.layer(
            "came",
            {"type": "point", "size": 34, "opacity": 1, "fill": "var(--side-0)", "stroke": "var(--side-0)"},
            x=x,
            y=vegalite.number("v", **y),
        ),
    ]
    label = f"{shown[0].text}: forecasts {shown[0].months} months ahead, and outcomes"
    return vegalite.chart(layers, rows, label, f"hindcast-{shown[0].id}", WIDTH, HEIGHT)


def _stamp(day: str) -> int:
    return stocks.stamp(dt.date.fromisoformat(day))
