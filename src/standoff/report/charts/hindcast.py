"""Charts of hindcasts: forecasts of one quantity at one horizon, and the outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from standoff.evaluation.hindcast.scored_forecasts import ScoredForecast
from standoff.evaluation.hindcast.summary import Hindcast
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.tornado import alone
from standoff.report.charts.vegalite import layer
from standoff.report.document import Picture

WIDTH, HEIGHT = 380, 220  # pixels; a phone shows 360 to 430


def pictures(hindcast: Hindcast) -> Iterator[Picture]:
    """One picture per quantity, at the longest horizon with at least two forecasts."""
    numbers = [case for case in hindcast.cases if case.kind == "quantity" and not case.unresolved]
    for name in dict.fromkeys(case.id for case in numbers):
        horizons = Counter(case.months for case in numbers if case.id == name)
        longest = max((months for months, count in horizons.items() if count > 1), default=None)
        shown = sorted(
            (case for case in numbers if (case.id, case.months) == (name, longest)), key=lambda case: case.day
        )
        if shown:
            inside = sum(case.given["model"].inside["0.9"] for case in shown)
            text = (
                f"{longest} months ahead, one bar per origin: central 90 % and median of the model; dot: outcome, "
                f"by {shown[0].speaker}; {inside:.0f} of {len(shown)} inside."
            )
            yield Picture(f"hindcast-{name}", shown[0].text, alone([chart(shown)], shown[0].text), text)


def chart(shown: Sequence[ScoredForecast]) -> str:
    """Forecasts of one quantity at one horizon with the outcomes, by target date."""
    form = formatting.number_format([max(case.given["model"].high or 0.0 for case in shown)], None, shown[0].unit)
    stamps = [stocks.stamp(case.day) for case in shown]
    numbers = ((one.low, one.median, one.high, case.outcome) for case in shown for one in [case.given["model"]])
    rows = {
        "said": stocks.quantile_rows(stamps, ([value or 0.0 for value in own] for own in numbers), form.scale),
        **stocks.heading(form.suffix.strip()),
    }
    x, y = stocks.time_axis(stamps, WIDTH - vegalite.LEFT - vegalite.RIGHT), vegalite.value_axis()
    dot = {"size": 34, "opacity": 1, "fill": "var(--side-0)", "stroke": "var(--side-0)"}
    layers = [
        layer("said", "rule", color="var(--band)", strokeWidth=7, opacity=0.45, x=x, y=y("q0"), y2="q2"),
        layer("said", "tick", color="var(--ink)", thickness=2, size=12, orient="horizontal", x=x, y=y("q1")),
        stocks.HEADING,
        layer("said", "point", **dot, x=x, y=y("q3")),
    ]
    label = f"{shown[0].text}: forecasts {shown[0].months} months ahead, and outcomes"
    return vegalite.chart(layers, rows, label, f"hindcast-{shown[0].id}", WIDTH, HEIGHT)
