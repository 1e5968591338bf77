"""Claims by side against the reconciled path, as an SVG text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.report import draw, figures, words

if TYPE_CHECKING:
    from standoff.calibrate.found import ReconciledQuantity

WIDTH, HEIGHT = 760, 420  # pixels, for a page across
LEGEND, LEFT = 22, 60  # pixels of the line with the sides, of labels of six digits


def figure(found: ReconciledQuantity, size: tuple[int, int] = (WIDTH, HEIGHT)) -> str:
    """An SVG element for a page: median and central 50 % and 90 %, and a mark for each claim of the quantity itself."""
    form = words.number_format([found.at.high], None, found.unit)
    claims = [claim for claim in found.claims if claim.quantity == found.quantity]
    shown = figures.marks(claim.side for claim in claims)
    rows: dict[str, list[dict[str, Any]]] = {
        "path": [
            {"t": _stamp(p.day), "q0": p.low / form.scale, "q1": p.quarter / form.scale, "q2": p.median / form.scale,
             "q3": p.three_quarters / form.scale, "q4": p.high / form.scale}
            for p in found.path
        ],
        "claims": [
            {"t": _stamp(c.day), "v": c.truth * c.factor / form.scale, "s": shown[c.side].shape, "c": shown[c.side].colour}
            for c in claims
        ],
        "ranges": [
            {"t": _stamp(c.day), "low": c.low / form.scale, "high": c.high / form.scale, "c": shown[c.side].colour}
            for c in claims if c.high is not None and c.high > 1.02 * c.low
        ],
        "open": [
            {"t": _stamp(c.day), "low": c.truth * c.factor / form.scale, "c": shown[c.side].colour}
            for c in claims if c.high is None
        ],
        **figures.heading(f"{words.humanise(found.quantity)} of {found.subject},{form.suffix}"),
        "legend": [
            {"x": 110 * i, "s": mark.shape, "c": mark.colour, "n": side} for i, (side, mark) in enumerate(shown.items())
        ],
    }  # fmt: skip
    x, y = figures.time_axis(rows["path"], size[0] - LEFT - draw.RIGHT), figures.value_axis()
    band = {"type": "area", "color": "var(--band)"}
    pixel = {"scale": None, "axis": None}
    below = size[1] - draw.TOP - LEGEND - draw.BOTTOM + 40
    layers = [
        draw.layer("path", {**band, "opacity": 0.28}, x=x, y=draw.number("q0", **y), y2={"field": "q4"}),
        draw.layer("path", {**band, "opacity": 0.5}, x=x, y=draw.number("q1", **y), y2={"field": "q3"}),
        draw.layer("path", {"type": "line", "color": "var(--ink)", "strokeWidth": 1.6}, x=x, y=draw.number("q2", **y)),
        figures.HEADING,
        draw.layer("ranges", {"type": "rule", "strokeWidth": 1.2}, x=x, y=draw.number("low", **y), y2={"field": "high"},
                   color=draw.same("c")),
        draw.layer("open", draw.text(16, "bottom", align="center", dy=-3), x=x, y=draw.number("low", **y), text={"value": "↑"},
                   color=draw.same("c")),
        draw.layer("claims", {"type": "point", "size": 40, "strokeWidth": 1.4, "opacity": 1}, x=x, y=draw.number("v", **y),
                   fill=draw.same("c"), stroke=draw.same("c"), shape=draw.same("s")),
        draw.layer("legend", {"type": "point", "size": 40, "strokeWidth": 1.4, "opacity": 1}, x=draw.number("x", **pixel),
                   y=draw.at(below), fill=draw.same("c"), stroke=draw.same("c"), shape=draw.same("s")),
        draw.layer("legend", draw.text(dx=10), x=draw.number("x", **pixel), y=draw.at(below), text=draw.word("n")),
    ]  # fmt: skip
    label = f"{len(claims)} claims of {words.humanise(found.quantity)} by side, and the path that they give together"
    return draw.chart(layers, rows, label, "claimed", *size, left=LEFT, bottom=draw.BOTTOM + LEGEND)


def picture(found: ReconciledQuantity) -> str:
    """The same as a file that stands by itself: colours written out, as the page has them by day."""
    day = (Path(__file__).parent / "page.css").read_text(encoding="utf-8").partition("}")[0]
    colours = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+)", day))
    body = draw.coloured(figure(found), colours).replace(f' font-size="{draw.SIZE}"', "", 1)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {draw.FONT} style="background:{colours["--paper"]}" '
    return body.replace("<svg ", head, 1) + "\n"


def _stamp(day: str) -> int:
    return figures.stamp(dt.date.fromisoformat(day))
