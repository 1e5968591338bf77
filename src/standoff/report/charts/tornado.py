"""Sensitivity charts: Sobol indices and thresholds."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from standoff.analysis.sensitivity.sensitivity import Sensitivity
from standoff.analysis.threshold import ThresholdAnalysis
from standoff.report import belief_text, formatting
from standoff.report.charts import vegalite
from standoff.report.charts.vegalite import layer, texts

WIDTH, ROW, EDGE = 380, 34, 46  #: a phone's width; height of a row; below and above the rows
LETTERS = 54  # that fit into that width
MOST = 12  # assumption: rows that a reader takes in


def threshold_chart(analysis: ThresholdAnalysis) -> str:
    """Answer at the switching value (green) or plausible end of each parameter."""
    rows = [_row(item, analysis.answer, item.answer, "for" if item.flips else "band") for item in analysis.flips[:MOST]]
    label = f"{analysis.text} The answer as one parameter varies: {_caption(analysis, rows)}"
    return _bars(analysis, rows, label, "flips", "answer as one parameter varies", analysis.answer, analysis.to)


def shares(sensitivity: Sensitivity) -> str:
    """First and total Sobol index of each group, as a filled bar in a pale one."""
    rows = [
        _row(item, 0.0, max(item.first, 0.0)) | {"total": max(item.total, 0.0)}
        for item in sensitivity.indices[:MOST]
        if item.total
    ]
    message = ", ".join(f"{item.label} {formatting.percent(max(item.total, 0.0))}" for item in sensitivity.indices[:3])
    label = f"Shares of the variance of the answer: {message}"
    return _bars(sensitivity, rows, label, "shares", "share of the variance: first-order (dark), total (light)", None)


def alone(parts: Sequence[str], label: str) -> str:
    """Stack SVG elements in one standalone file, in the light colours of the page."""
    height, wide, body = 0.0, float(WIDTH), ""
    for part in parts:
        _, _, width, high = vegalite.view_box(part)
        body += part.replace("<svg ", f'<svg x="0" y="{height:g}" width="{width:g}" height="{high:g}" ', 1)
        height, wide = height + high, max(wide, width)
    box = f'viewBox="0 0 {wide:g} {height:g}"'
    return vegalite.standalone(f'<svg role="img" aria-label="{vegalite.escaped(label)}" {box}>{body}</svg>') + "\n"


def _row(item: belief_text.Named, low: float, high: float, colour: str = "band", end: str = "") -> dict[str, Any]:
    """A bar with the name of a parameter, which is as long as a row is."""
    name = textwrap.shorten(formatting.capital(item.label), LETTERS - len(end), placeholder="…")
    return {"name": name + end, "low": low, "high": high, "total": high, "c": f"var(--{colour})"}


def _caption(result: Sensitivity | ThresholdAnalysis, rows: Sequence[Mapping[str, Any]]) -> str:
    """The first rows in words."""
    return "; ".join(
        f"{row['name']} {belief_text.level(result, row['low'], 0.0)} to {belief_text.level(result, row['high'], 0.0)}"
        for row in rows[:3]
    )


def _bars(
    result: Sensitivity | ThresholdAnalysis,
    rows: Sequence[dict[str, Any]],
    label: str,
    name: str,
    title: str,
    middle: float | None,
    mark: float | None = None,
) -> str:
    """Horizontal bars with names above, a line at the middle and a dashed line at the mark."""
    rules = {"middle": middle, "mark": mark}
    drawn = {rule: [] if value is None else [{"v": value}] for rule, value in rules.items()}
    ends = [row[end] for row in rows for end in ("low", "high", "total")]
    ends += [value for value in rules.values() if value is not None]
    margin = 0.03 * (max(ends) - min(ends))
    domain = (0.0, 1.0) if middle is None else (min(ends) - margin, max(ends) + margin)
    is_share = middle is None or belief_text.is_share(result)
    x, y = vegalite.value_axis("%" if is_share else ",~f", domain, grid=False), vegalite.row_axis(len(rows))
    bar: vegalite.Spec = {"x": x("low"), "y": y("top"), "y2": "bottom"}
    head: vegalite.Spec = {"x": 0, "y": y("head")}
    layers = [
        layer("middle", "rule", color="var(--ink)", x=x("v")),
        layer("mark", "rule", color="var(--ink)", strokeDash=[4, 3], x=x("v")),
        texts("rows", "name", **vegalite.HALO, **head),
        layer("rows", "rect", color="var(--band)", opacity=0.3, **bar, x2="total"),
        layer("rows", "rect", color=vegalite.COLOUR, **bar, x2="high"),
        texts("rows", "name", color="var(--ink)", **head),
        texts("heading", "u", baseline="bottom", color="var(--soft)", x=0, y=-6),
    ]
    places = [row | {"head": i + 0.3, "top": i + 0.5, "bottom": i + 0.85} for i, row in enumerate(rows)]
    numbers = [(row["name"], float(f"{row['low']:.4g}"), float(f"{row['high']:.4g}")) for row in rows]
    table = vegalite.ChartData(("parameter", "from", "to"), numbers, over_time=False)
    return vegalite.chart(
        layers,
        {"rows": places, "heading": [{"u": title}], **drawn},
        label,
        name,
        WIDTH,
        ROW * len(rows) + EDGE,
        table,
        left=8,
        right=12,
        top=22,
        bottom=24,
    )
