"""Claims by side against the reconciled path, as an SVG text."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from standoff.report import formatting
from standoff.report.charts import stocks, vegalite

if TYPE_CHECKING:
    from standoff.inference.reconcile.records import ReconciledQuantity

WIDTH, HEIGHT = 760, 420  # pixels, for a page across
LEGEND, LEFT = 22, 60  # pixels of the line with the sides, of labels of six digits


def figure(estimate: ReconciledQuantity, size: tuple[int, int] = (WIDTH, HEIGHT)) -> str:
    """SVG element: median, central 50 % and 90 %, and a mark for each claim."""
    form = formatting.number_format([estimate.at.high], None, estimate.unit)
    claims = [claim for claim in estimate.claims if claim.quantity == estimate.quantity]
    shown = stocks.marks(claim.side for claim in claims)
    rows: dict[str, list[dict[str, Any]]] = {
        "path": [
            {
                "t": _stamp(p.day),
                "q0": p.low / form.scale,
                "q1": p.quarter / form.scale,
                "q2": p.median / form.scale,
                "q3": p.three_quarters / form.scale,
                "q4": p.high / form.scale,
            }
            for p in estimate.path
        ],
        "claims": [
            {
                "t": _stamp(c.day),
                "v": c.truth * c.factor / form.scale,
                "s": shown[c.side].shape,
                "c": shown[c.side].colour,
            }
            for c in claims
        ],
        "ranges": [
            {"t": _stamp(c.day), "low": c.low / form.scale, "high": c.high / form.scale, "c": shown[c.side].colour}
            for c in claims
            if c.high is not None and c.high > 1.02 * c.low
        ],
        "open": [
            {"t": _stamp(c.day), "low": c.truth * c.factor / form.scale, "c": shown[c.side].colour}
            for c in claims
            if c.high is None
        ],
        **stocks.heading(f"{formatting.humanise(estimate.quantity)} of {estimate.subject},{form.suffix}"),
        "legend": [
            {"x": 110 * i, "s": mark.shape, "c": mark.colour, "n": side} for i, (side, mark) in enumerate(shown.items())
        ],
    }
    x, y = stocks.time_axis(rows["path"], size[0] - LEFT - vegalite.RIGHT), stocks.value_axis()
    band = {"type": "area", "color": "var(--band)"}
    pixel = {"scale": None, "axis": None}
    below = size[1] - vegalite.TOP - LEGEND - vegalite.BOTTOM + 40
    layers = [
        vegalite.layer("path", {**band, "opacity": 0.28}, x=x, y=vegalite.number("q0", **y), y2={"field": "q4"}),
        vegalite.layer("path", {**band, "opacity": 0.5}, x=x, y=vegalite.number("q1", **y), y2={"field": "q3"}),
        vegalite.layer(
            "path", {"type": "line", "color": "var(--ink)", "strokeWidth": 1.6}, x=x, y=vegalite.number("q2", **y)
        ),
        stocks.HEADING,
        vegalite.layer(
            "ranges",
            {"type": "rule", "strokeWidth": 1.2},
            x=x,
            y=vegalite.number("low", **y),
            y2={"field": "high"},
            color=vegalite.same("c"),
        ),
        vegalite.layer(
            "open",
            vegalite.text(16, "bottom", align="center", dy=-3),
            x=x,
            y=vegalite.number("low", **y),
            text={"value": "↑"},
            color=vegalite.same("c"),
        ),
        vegalite.layer(
            "claims",
            {"type": "point", "size": 40, "strokeWidth": 1.4, "opacity": 1},
            x=x,
            y=vegalite.number("v", **y),
            fill=vegalite.same("c"),
            stroke=vegalite.same("c"),
            shape=vegalite.same("s"),
        ),
        vegalite.layer(
            "legend",
            {"type": "point", "size": 40, "strokeWidth": 1.4, "opacity": 1},
            x=vegalite.number("x", **pixel),
            y=vegalite.at(below),
            fill=vegalite.same("c"),
            stroke=vegalite.same("c"),
            shape=vegalite.same("s"),
        ),
        vegalite.layer(
            "legend",
            vegalite.text(dx=10),
            x=vegalite.number("x", **pixel),
            y=vegalite.at(below),
            text=vegalite.word("n"),
        ),
    ]
    label = f"{len(claims)} claims of {formatting.humanise(estimate.quantity)} by side, and the reconciled path"
    return vegalite.chart(layers, rows, label, "claimed", *size, left=LEFT, bottom=vegalite.BOTTOM + LEGEND)


def picture(estimate: ReconciledQuantity) -> str:
    """Standalone SVG file in the light colours of the page."""
    return vegalite.standalone(figure(estimate)) + "\n"


def _stamp(day: str) -> int:
    return stocks.stamp(dt.date.fromisoformat(day))
