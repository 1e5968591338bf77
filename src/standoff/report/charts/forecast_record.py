"""Charts of a record: forecasts as they moved, reliability of probabilities, PIT histogram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from standoff.evaluation.forecast_scores import (
    BEST,
    MODEL,
    CalibrationBin,
    ForecasterScore,
    ForecastScores,
    ScoredForecast,
)
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.vegalite import layer, number
from standoff.report.document import Picture

WIDTH, HEIGHT = 380, 220  # pixels; a phone shows 360 to 430
BINS = 10  #: of the PIT histogram; assumption: as many as some fifty outcomes fill
ROOM = WIDTH - vegalite.LEFT - vegalite.RIGHT


def pictures(scores: ForecastScores) -> Iterator[Picture]:
    """One per question with at least two forecasts of one date or horizon, then of all outcomes."""
    for name in dict.fromkeys(line.forecast.question for line in scores.lines):
        own = [line for line in scores.lines if line.forecast.question == name]
        found = _moved(own)
        if found is not None:
            yield found
    yield from _pit([line for line in scores.settled if line.score == "crps"])
    yield from _reliability(max(scores.reliability.values(), key=lambda bins: sum(one.questions for one in bins)))


class Moved(NamedTuple):
    """Forecasts of one question that can stand side by side."""

    lines: Sequence[ScoredForecast]  #: by `at`
    at: Callable[[ScoredForecast], str]  #: the day beside which each stands
    text: str  #: what they have in common, and which day it is


def moved(lines: Sequence[ScoredForecast]) -> Moved | None:
    """Forecasts for the date asked about most often, by origin; else of one horizon, by date.

    None where there is a single one.
    """
    ways: tuple[tuple[Callable[[ScoredForecast], object], Callable[[ScoredForecast], str], str], ...] = (
        (
            lambda line: line.forecast.rule.date,
            lambda line: line.forecast.as_of,
            "For {}, by the day on which it was said",
        ),
        (lambda line: line.forecast.months, lambda line: line.forecast.rule.date, "{} months ahead, by date"),
    )
    found = [(Counter(map(key, lines)), key, at, told) for key, at, told in ways]
    counts, key, at, told = max(found, key=lambda way: max(way[0].values()))
    most = max(counts.values())
    if most == 1:
        return None
    came = {key(line) for line in lines if line.outcome is not None}
    which = max(
        (value for value, count in counts.items() if count == most), key=lambda value: (value in came, str(value))
    )
    return Moved(sorted((line for line in lines if key(line) == which), key=at), at, told.format(which))


def _moved(lines: Sequence[ScoredForecast]) -> Picture | None:
    """The picture of a question."""
    if (found := moved(lines)) is None:
        return None
    item, settled = found.lines[0].forecast, [line for line in found.lines if line.outcome is not None]
    dot = f" Outcome by {settled[0].outcome.speaker}." if settled and settled[0].outcome else ""
    return Picture(f"record-{item.question}", item.text, chart(found.lines, found.at), f"{found.text}.{dot}")


def chart(shown: Sequence[ScoredForecast], at: Callable[[ScoredForecast], str]) -> str:
    """Forecasts of one question with the best rival's and the outcomes, by a date of each."""
    item = shown[0].forecast
    form = formatting.number_format([ends(line.given[MODEL])[2] for line in shown], None, item.unit)
    stamps = [stocks.stamp(at(line)) for line in shown]
    numbers = [ends(line.given[MODEL]) for line in shown]
    best = [(when, line.given[BEST]) for when, line in zip(stamps, shown, strict=True) if BEST in line.given]
    came = [(when, line.outcome.value) for when, line in zip(stamps, shown, strict=True) if line.outcome is not None]
    scale = 0.01 if item.form == "event" else form.scale
    rows = {
        "said": stocks.quantile_rows(stamps, numbers, scale),
        "best": stocks.quantile_rows([when for when, _ in best], ([ends(one)[1]] for _, one in best), scale),
        "came": stocks.quantile_rows([when for when, _ in came], ([value] for _, value in came), scale),
        **stocks.heading("%" if item.form == "event" else form.suffix.strip()),
    }
    drawn = [
        value for part in ("said", "best", "came") for row in rows[part] for key, value in row.items() if key != "t"
    ]
    low, high = min(drawn), max(drawn)
    room = (high - low) / 10  # assumption: a tenth above and below
    domain = (0, 100) if item.form == "event" else (low - room, high + room) if 0 < 2 * low > high else None
    x, y = stocks.time_axis(stamps, ROOM), vegalite.value_axis(domain=domain)
    dot = {"size": 34, "opacity": 1, "fill": "var(--ink)", "stroke": "var(--ink)"}
    ring = {"size": 34, "opacity": 1, "fill": "var(--paper)", "stroke": "var(--side-1)"}
    layers = [
        layer("said", "rule", color="var(--band)", strokeWidth=7, opacity=0.45, x=x, y=y("q0"), y2="q2"),
        layer("said", "tick", color="var(--ink)", thickness=2, size=12, orient="horizontal", x=x, y=y("q1")),
        stocks.HEADING,
        layer("best", "point", **ring, x=x, y=y("q0")),
        layer("came", "point", **dot, x=x, y=y("q0")),
    ]
    return vegalite.chart(
        layers, rows, f"{item.text}: forecasts and outcomes", f"record-{item.question}", WIDTH, HEIGHT
    )


def ends(one: ForecasterScore) -> list[float]:
    """Low end, middle and high end of a forecast; of a probability thrice itself."""
    return [one.p] * 3 if one.p is not None else [one.low or 0.0, one.median or 0.0, one.high or 0.0]


def _pit(lines: Sequence[ScoredForecast]) -> Iterator[Picture]:
    """How often outcomes lie in each tenth of the forecast."""
    if len(lines) < 2:
        return
    counts, _ = np.histogram([line.given[MODEL].below or 0.0 for line in lines], BINS, (0.0, 1.0))
    due, ends = len(lines) / BINS, np.arange(BINS) / BINS
    rows = {
        "part": [
            {"a": 100 * a, "b": 100 * (a + 1 / BINS), "n": int(n), "z": 0} for a, n in zip(ends, counts, strict=True)
        ],
        "due": [{"n": due}],
        **stocks.heading("outcomes"),
    }
    x = number("a", title=None, scale={"domain": [0, 100]}, axis={"grid": False, "format": ",~f"})
    y = vegalite.value_axis(domain=(0, max(int(counts.max()), due) * 1.1))
    layers = [
        layer("part", "rect", color="var(--band)", opacity=0.6, stroke="var(--paper)", x=x, x2="b", y=y("z"), y2="n"),
        layer("due", "rule", color="var(--ink)", strokeDash=[4, 3], y=y("n")),
        stocks.HEADING,
    ]
    label = "Outcomes by tenths of the forecast"
    text = (
        f"Share of the model's forecast below the outcome, in per cent, {len(lines)} outcomes of numbers; dashed: as many "
        "as are due. High at both ends: forecasts too narrow; at one end: too high or too low."
    )
    yield Picture("record-pit", label, vegalite.chart(layers, rows, label, "pit", WIDTH, HEIGHT), text)


def _reliability(bins: Sequence[CalibrationBin]) -> Iterator[Picture]:
    """How often events came, by what was said of them."""
    if len(bins) < 2:
        return
    rows: dict[str, stocks.Rows] = {
        "bin": [
            {
                "p": 100 * one.forecast,
                "y": 100 * one.happened,
                "low": 100 * one.interval[0],
                "high": 100 * one.interval[1],
            }
            for one in bins
        ],
        "equal": [{"p": 0, "y": 0}, {"p": 100, "y": 100}],
        **stocks.heading("came, %"),
    }
    x = number("p", title=None, scale={"domain": [0, 100]}, axis={"grid": False, "format": ",~f"})
    y = vegalite.value_axis(domain=(0, 100))
    dot = {"size": 34, "opacity": 1, "fill": "var(--ink)", "stroke": "var(--ink)"}
    layers = [
        layer("equal", "line", color="var(--soft)", strokeDash=[4, 3], x=x, y=y("y")),
        layer("bin", "rule", color="var(--band)", strokeWidth=7, opacity=0.45, x=x, y=y("low"), y2="high"),
        stocks.HEADING,
        layer("bin", "point", **dot, x=x, y=y("y")),
    ]
    label = "How often events came, by what was said"
    text = (
        f"Events by the probability that was said, in per cent, {sum(one.questions for one in bins)} forecasts: share that "
        "came, with its 90 % interval as if they were independent; dashed: as often as said."
    )
    chart_ = vegalite.chart(layers, rows, label, "reliability", WIDTH, HEIGHT)
    yield Picture("record-reliability", label, chart_, text)
