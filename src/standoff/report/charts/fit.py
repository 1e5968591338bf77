"""Charts of a fit: prior, posterior and claims of a quantity over time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from standoff.report import formatting
from standoff.report.charts import stocks, vegalite

if TYPE_CHECKING:
    from standoff.inference.fit.records import FitResult, PredictiveCheck, Triple

WIDTH, HEIGHT, LEGEND = 460, 300, 22
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 34, 46


def pictures(fit: FitResult) -> dict[str, str]:
    """SVG files by the names of the entries that have a claim."""
    return {item.name: picture(item) for item in fit.compared if item.claims}


def picture(item: PredictiveCheck) -> str:
    """SVG file of one entry: prior (outline), posterior (band), claims by side."""
    marks = stocks.marks(statement.side for statement in item.claims)
    rows: dict[str, list[dict[str, Any]]] = {
        "before": [_row(day, three) for day, three in zip(item.times, item.before, strict=True)],
        "after": [_row(day, three) for day, three in zip(item.times, item.after, strict=True)],
        "claims": [
            {
                "t": _stamp(statement.day),
                "v": statement.value,
                "c": marks[statement.side].colour,
                "s": marks[statement.side].shape,
            }
            for statement in item.claims
        ],
        "heading": [{"u": f"{formatting.capital(formatting.humanise(item.name))}, {item.unit}"}],
        "legend": _legend(item, marks),
    }
    top = max(max(row["q2"] for row in rows["after"]), max(row["v"] for row in rows["claims"])) * 1.15
    room = WIDTH - LEFT - RIGHT
    x = stocks.time_axis(rows["after"], room)
    y = vegalite.number("q0", **stocks.value_axis(domain=(0.0, top)))
    y["scale"] = {"domain": [0.0, top], "clamp": True}
    line = {"type": "line", "color": "var(--soft)", "strokeWidth": 1.2, "strokeDash": [3, 3], "clip": True}
    layers = [
        vegalite.layer(
            "after",
            {"type": "area", "color": "var(--band)", "opacity": 0.5, "clip": True},
            x=x,
            y=y,
            y2={"field": "q2"},
        ),
        vegalite.layer("before", line, x=x, y={**y, "field": "q0"}),
        vegalite.layer("before", line, x=x, y={**y, "field": "q2"}),
        vegalite.layer(
            "after", {"type": "line", "color": "var(--ink)", "strokeWidth": 1.6}, x=x, y={**y, "field": "q1"}
        ),
        vegalite.layer(
            "claims",
            {"type": "point", "size": 36, "strokeWidth": 1.4, "opacity": 1, "filled": True},
            x=x,
            y={**y, "field": "v"},
            color=vegalite.same("c"),
            shape=vegalite.same("s"),
        ),
        stocks.HEADING,
        vegalite.layer(
            "legend",
            vegalite.text(color="var(--soft)"),
            x=vegalite.number("x", scale=None),
            y=vegalite.number("y", scale=None),
            text=vegalite.word("u"),
            color=vegalite.same("c"),
        ),
    ]
    label = f"{formatting.humanise(item.name)}: prior, posterior and claims"
    chart = vegalite.chart(
        layers, rows, label, f"fit-{item.name}", WIDTH, HEIGHT, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM
    )
    return vegalite.standalone(chart, dark=True) + "\n"


def _row(day: str, three: Triple) -> dict[str, Any]:
    return {"t": _stamp(day), "q0": three[0], "q1": three[1], "q2": three[2]}


def _stamp(day: str) -> int:
    return stocks.stamp(dt.date.fromisoformat(day))


def _legend(item: PredictiveCheck, marks: dict[str, stocks.ClaimMark]) -> list[dict[str, Any]]:
    """Legend in one line below the axis."""
    y = HEIGHT - TOP - BOTTOM + BOTTOM - 12
    texts = [("band: posterior 90 %", "var(--ink)"), ("dashes: prior 90 %", "var(--soft)")]
    texts += [(f"{stocks.LETTERS[mark.shape]} {side}", mark.colour) for side, mark in marks.items()]
    out, x = [], -float(LEFT) + 8
    for text, colour in texts:
        out.append({"x": x, "y": y, "u": text, "c": colour})
        x += (len(text) + 2) * vegalite.LETTER * 0.92
    return out
