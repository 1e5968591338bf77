"""Sensitivity charts: tornado, Sobol indices, thresholds and PRIM box."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from standoff.report import belief_text, formatting
from standoff.report.charts import vegalite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from standoff.analysis.sensitivity.sensitivity import Sensitivity
    from standoff.analysis.threshold import ThresholdAnalysis

WIDTH, ROW, EDGE = 380, 34, 46  #: a phone's width; height of a row; below and above the rows
LETTERS = 54  # that fit into that width
MOST = 12  # assumption: rows that a reader takes in


def tornado(sensitivity: Sensitivity) -> str:
    """Tornado chart: first-order change of the answer by one step of each parameter."""
    rows = [
        {
            "name": _name(item),
            "low": sensitivity.answer - item.slope,
            "high": sensitivity.answer + item.slope,
            "c": "var(--for)" if item.slope > 0 else "var(--against)",
        }
        for item in sensitivity.steepest[:MOST]
    ]
    label = f"{sensitivity.text} The answer with one parameter a step lower or higher: {_caption(sensitivity, rows)}"
    return _bars(sensitivity, rows, label, "tornado", "answer, one step below to one step above", sensitivity.answer)


def threshold_chart(analysis: ThresholdAnalysis) -> str:
    """Answer at the switching value (green) or plausible end of each parameter."""
    rows = [
        {
            "name": _name(item),
            "low": analysis.answer,
            "high": item.answer,
            "c": "var(--for)" if item.flips else "var(--band)",
        }
        for item in analysis.flips[:MOST]
    ]
    label = f"{analysis.text} The answer as one parameter varies: {_caption(analysis, rows)}"
    return _bars(analysis, rows, label, "flips", "answer as one parameter varies", analysis.answer, analysis.to)


def shares(sensitivity: Sensitivity) -> str:
    """First and total Sobol index of each group, as a filled bar in a pale one."""
    rows = [
        {
            "name": _name(item),
            "low": 0.0,
            "high": max(item.first, 0.0),
            "total": max(item.total, 0.0),
            "c": "var(--band)",
        }
        for item in sensitivity.indices[:MOST]
        if item.total
    ]
    message = ", ".join(f"{item.label} {formatting.percent(max(item.total, 0.0))}" for item in sensitivity.indices[:3])
    return _bars(
        sensitivity,
        rows,
        f"Shares of the variance of the answer: {message}",
        "shares",
        "share of the variance: first-order (dark), total (light)",
        None,
    )


def prim_chart(sensitivity: Sensitivity) -> str:
    """Ranges of the PRIM box, in quantiles of the priors."""
    assert sensitivity.box is not None
    rows = []
    for item in sensitivity.box.ranges:
        low = 0.0 if item.low is None else 1 - item.share if item.high is None else (1 - item.share) / 2
        limits = belief_text.limits(item.low, item.high, item.unit)
        name = _name(item, LETTERS - len(limits) - 2)
        rows.append({"name": f"{name}: {limits}", "low": low, "high": low + item.share, "c": "var(--band)"})
    label = f"PRIM box of the futures in which {sensitivity.inside}: {'; '.join(str(row['name']) for row in rows)}"
    return _bars(sensitivity, rows, label, "box", "quantiles of the prior, lowest to highest", None)


def picture(sensitivity: Sensitivity) -> str:
    """All charts of the finding in one standalone SVG file."""
    parts = [
        made(sensitivity)
        for made, there in (
            (tornado, sensitivity.steepest),
            (shares, sensitivity.indices),
            (prim_chart, sensitivity.box),
        )
        if there
    ]
    return alone(parts, sensitivity.text)


def alone(parts: Sequence[str], label: str) -> str:
    """Stack SVG elements in one standalone file, in the light colours of the page."""
    height, wide, body = 0.0, float(WIDTH), ""
    for part in parts:
        _, _, width, high = vegalite.view_box(part)
        body += part.replace("<svg ", f'<svg x="0" y="{height:g}" width="{width:g}" height="{high:g}" ', 1)
        height, wide = height + high, max(wide, width)
    box = f'viewBox="0 0 {wide:g} {height:g}"'
    return vegalite.standalone(f'<svg role="img" aria-label="{vegalite.escaped(label)}" {box}>{body}</svg>') + "\n"


def _name(item: belief_text.Named, most: int = LETTERS) -> str:
    """Name of a parameter, as long as a row is."""
    return textwrap.shorten(formatting.capital(item.label), most, placeholder="…")


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
    share = middle is None or belief_text.is_share(result)
    ends_of = [value for row in rows for value in (row["low"], row["high"], row.get("total", row["high"]))]
    ends_of += [value for value in (middle, mark) if value is not None]
    low, high = min(ends_of), max(ends_of)
    domain = [0.0, 1.0] if middle is None else [low - 0.03 * (high - low), high + 0.03 * (high - low)]
    for i, row in enumerate(rows):
        row |= {"head": i + 0.3, "top": i + 0.5, "bottom": i + 0.85, "total": row.get("total", row["high"])}
    height = ROW * len(rows) + EDGE
    across = {
        "scale": {"domain": domain, "nice": False},
        "title": None,
        "axis": {"tickCount": 5, "format": "%" if share else ",~f", "grid": False},
    }
    down = {"title": None, "axis": None, "scale": {"domain": [0, len(rows)], "reverse": True, "nice": False}}
    x, y = vegalite.number("low", **across), vegalite.number("top", **down)
    box = {"y": y, "y2": {"field": "bottom"}}
    head = {"x": vegalite.at(0), "y": vegalite.number("head", **down), "text": vegalite.word("name")}
    halo = {"color": "var(--paper)", "stroke": "var(--paper)", "strokeWidth": 5}
    layers = [
        vegalite.layer("middle", {"type": "rule", "color": "var(--ink)"}, x=vegalite.number("v", **across)),
        vegalite.layer(
            "mark", {"type": "rule", "color": "var(--ink)", "strokeDash": [4, 3]}, x=vegalite.number("v", **across)
        ),
        vegalite.layer("rows", {**vegalite.text(), **halo}, **head),
        vegalite.layer(
            "rows", {"type": "rect", "color": "var(--band)", "opacity": 0.3}, x=x, x2={"field": "total"}, **box
        ),
        vegalite.layer("rows", {"type": "rect"}, x=x, x2={"field": "high"}, **box, color=vegalite.same("c")),
        vegalite.layer("rows", vegalite.text(color="var(--ink)"), **head),
        vegalite.layer(
            "heading",
            vegalite.text(baseline="bottom", color="var(--soft)"),
            x=vegalite.at(0),
            y=vegalite.at(-6),
            text=vegalite.word("u"),
        ),
    ]
    data = {
        "rows": list(rows),
        "middle": [] if middle is None else [{"v": middle}],
        "mark": [] if mark is None else [{"v": mark}],
        "heading": [{"u": title}],
    }
    numbers = tuple((str(row["name"]), float(f"{row['low']:.4g}"), float(f"{row['high']:.4g}")) for row in rows)
    table = vegalite.ChartData(("parameter", "from", "to"), numbers, over_time=False)
    return vegalite.chart(layers, data, label, name, WIDTH, height, table, left=8, right=12, top=22, bottom=24)
