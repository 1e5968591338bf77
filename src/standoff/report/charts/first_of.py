"""Small multiples of competing events: cumulative share of futures by condition.

Labels of the form `Russia, shells` give a panel for each constraint and a line for each side; others share one panel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standoff.analysis.answer import Answer
from standoff.analysis.exhaustion import side_shares, split_label
from standoff.analysis.path_summary import occurrence_shares
from standoff.engine.run import Run
from standoff.questions import NONE
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.choices import label_margin, separate_labels

WIDTH, HEIGHT = 300, 150
GAP = 0.12  # of the height: a line of text


@dataclass(frozen=True)
class FirstOfChart:
    """One chart of a `first_of` question and its finding."""

    title: str
    svg: str
    finding: str


def panels(run: Run, answer: Answer) -> list[FirstOfChart]:
    """A chart for every constraint, or a single one."""
    labels = [label for label in answer.detail["first"] if label != NONE]
    by_side = bool(side_shares(answer))
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault(split_label(label)[1] if by_side else "", []).append(label)
    order = list(dict.fromkeys(split_label(label)[0] for label in labels))
    marks = stocks.marks(side.lower() for side in order)
    calendar, start = run.model.scenario.calendar, run.model.plan.first_future_step
    shown = [state for state in stocks.states(run, start) if calendar.label(state) <= answer.date[:7]] or [start]
    out = []
    for title, members in groups.items():
        curves = {
            split_label(label)[0] if by_side else label: occurrence_shares(run, f"{answer.id}/{label}", shown)
            for label in members
        }
        best = max(curves, key=lambda name: curves[name][-1])
        finding = "; ".join(
            f"{name} {formatting.percent(float(curve[-1]), answer.mc_error)}" for name, curve in curves.items()
        )
        finding = f"By {answer.date}: {finding}."
        if title and len({formatting.percent(float(curve[-1]), answer.mc_error) for curve in curves.values()}) > 1:
            finding = f"Most often {best}. {finding}"
        stamps = [stocks.stamp(calendar.date(state)) for state in shown]
        colours = (
            {name: marks[name.lower()].colour for name in curves}
            if by_side
            else {name: f"var(--side-{i % len(stocks.SHAPES)})" for i, name in enumerate(curves)}
        )
        label = f"{title or answer.text}: {finding}"
        svg = _curves(curves, stamps, colours, label, f"race-{answer.id}-{title or 'all'}")
        out.append(FirstOfChart(formatting.capital(title) or answer.text, svg, finding))
    return out


def _curves(curves: Mapping[str, Any], stamps: list[int], colours: Mapping[str, str], label: str, name: str) -> str:
    rows = [
        {"t": t, "v": float(value), "side": side, "c": colours[side], "n": i}
        for i, (side, curve) in enumerate(curves.items())
        for t, value in zip(stamps, curve, strict=True)
    ]
    ends = sorted(((float(curve[-1]), side) for side, curve in curves.items()))
    places = separate_labels([end for end, _ in ends], [GAP] * len(ends))
    names = [{"t": stamps[-1], "v": height, "side": side} for height, (_, side) in zip(places, ends, strict=True)]
    right = label_margin(curves)
    x, y = stocks.time_axis(rows, WIDTH - vegalite.LEFT - right), vegalite.number("v", **stocks.value_axis("%", (0, 1)))
    layers = [
        vegalite.layer(
            "rows",
            {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            x=x,
            y=y,
            color=vegalite.same("c"),
            detail=vegalite.word("side"),
            strokeDash={"field": "n", "type": "ordinal", "legend": None},
        ),
        vegalite.layer("names", vegalite.text(dx=6, color="var(--ink)"), x=x, y=y, text=vegalite.word("side")),
        stocks.HEADING,
    ]
    data = {"rows": rows, "names": names, **stocks.heading("share of futures")}
    numbers: tuple[tuple[str | float, ...], ...] = tuple(
        (day_of(stamp), *(round(100 * float(curve[n]), 1) for curve in curves.values()))
        for n, stamp in enumerate(stamps)
    )
    table = vegalite.ChartData(("date", *curves), numbers, "%")
    return vegalite.chart(layers, data, label, name, WIDTH, HEIGHT, table, right=right)


def day_of(stamp: int) -> str:
    """The day of a timestamp in milliseconds."""
    return dt.datetime.fromtimestamp(stamp / 1000, dt.UTC).date().isoformat()
