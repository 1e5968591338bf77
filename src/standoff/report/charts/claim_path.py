"""Claims by side against the reconciled path, as an SVG text."""

from __future__ import annotations

import math

from standoff.inference.reconcile.records import ReconciledQuantity
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.vegalite import COLOUR, texts

WIDTH, HEIGHT = 760, 420  # pixels, for a page across
LEGEND, LEFT = 22, 60  # pixels of the line with the sides, of labels of six digits


def figure(estimate: ReconciledQuantity) -> str:
    """SVG element: median, central 50 % and 90 %, and a mark for each claim."""
    form = formatting.number_format([estimate.at.high], None, estimate.unit)
    claims = [claim for claim in estimate.claims if claim.quantity == estimate.quantity]
    marks = stocks.marks(claim.side for claim in claims)
    stamps = [stocks.stamp(p.day) for p in estimate.path]
    # a claim without an upper end has an arrow, an exact one has no range
    ends = [(c.low, math.nan if c.high is None or c.high <= 1.02 * c.low else c.high) for c in claims]
    rows = {
        "path": stocks.quantile_rows(
            stamps, ((p.low, p.quarter, p.median, p.three_quarters, p.high) for p in estimate.path), form.scale
        ),
        **stocks.claim_rows(
            ((marks[c.side], c.day, c.truth * c.factor, *own, True) for c, own in zip(claims, ends, strict=True)),
            form.scale,
        ),
        "open": [
            {"t": stocks.stamp(c.day), "low": c.truth * c.factor / form.scale, "c": marks[c.side].colour}
            for c in claims
            if c.high is None
        ],
        **stocks.heading(f"{formatting.humanise(estimate.quantity)} of {estimate.subject},{form.suffix}"),
        "legend": [
            {"x": 110 * i, "s": mark.shape, "c": mark.colour, "n": side} for i, (side, mark) in enumerate(marks.items())
        ],
    }
    x, y = stocks.time_axis(stamps, WIDTH - LEFT - vegalite.RIGHT), vegalite.value_axis()
    place: vegalite.Spec = {
        "x": vegalite.number("x", scale=None, axis=None),
        "y": HEIGHT - vegalite.TOP - LEGEND - vegalite.BOTTOM + 40,
    }
    layers = [
        *stocks.band_layers("path", x, y),
        stocks.HEADING,
        texts("open", "", 16, "bottom", -3, text="↑", align="center", x=x, y=y("low"), color=COLOUR),
        *stocks.claim_layers(x, y),
        stocks.mark_layer("legend", fill=COLOUR, **place),
        texts("legend", "n", dx=10, **place),
    ]
    label = f"{len(claims)} claims of {formatting.humanise(estimate.quantity)} by side, and the reconciled path"
    return vegalite.chart(layers, rows, label, "claimed", WIDTH, HEIGHT, left=LEFT, bottom=vegalite.BOTTOM + LEGEND)


def picture(estimate: ReconciledQuantity) -> str:
    """Standalone SVG file in the light colours of the page."""
    return vegalite.standalone(figure(estimate)) + "\n"
