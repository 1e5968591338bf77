"""Charts of a fit: prior, posterior and claims of a quantity over time."""

from __future__ import annotations

from functools import partial

from standoff.inference.fit.records import FitResult, PredictiveCheck
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.vegalite import COLOUR, layer, number, texts

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 34, 46


def pictures(fit: FitResult) -> dict[str, str]:
    """SVG files by the names of the entries that have a claim."""
    return {item.name: picture(item) for item in fit.compared if item.claims}


def picture(item: PredictiveCheck) -> str:
    """SVG file of one entry: prior (outline), posterior (band), claims by side."""
    marks = stocks.marks(statement.side for statement in item.claims)
    stamps = [stocks.stamp(day) for day in item.times]
    rows = {
        "before": stocks.quantile_rows(stamps, item.before),
        "after": stocks.quantile_rows(stamps, item.after),
        **stocks.claim_rows(
            ((marks[one.side], one.day, one.value, one.value, one.value, True) for one in item.claims), 1.0
        ),
        **stocks.heading(f"{formatting.capital(formatting.humanise(item.name))}, {item.unit}"),
        "legend": [],
    }
    texts_below = [("band: posterior 90 %", "var(--ink)"), ("dashes: prior 90 %", "var(--soft)")]
    texts_below += [(f"{stocks.LETTERS[mark.shape]} {side}", mark.colour) for side, mark in marks.items()]
    across = -float(LEFT) + 8
    for text, colour in texts_below:
        rows["legend"].append({"x": across, "u": text, "c": colour})
        across += (len(text) + 2) * vegalite.LETTER * 0.92
    top = max(*(after for _, _, after in item.after), *(one.value for one in item.claims)) * 1.15
    x = stocks.time_axis(stamps, WIDTH - LEFT - RIGHT)
    y = partial(vegalite.value_axis(), scale={"domain": [0.0, top], "clamp": True})
    prior = {"color": "var(--soft)", "strokeWidth": 1.2, "strokeDash": [3, 3], "clip": True, "x": x}
    layers = [
        layer("after", "area", color="var(--band)", opacity=0.5, clip=True, x=x, y=y("q0"), y2="q2"),
        layer("before", "line", **prior, y=y("q0")),
        layer("before", "line", **prior, y=y("q2")),
        layer("after", "line", **stocks.MEDIAN, x=x, y=y("q1")),
        layer("claims", "point", size=36, opacity=1, filled=True, color=COLOUR, shape=vegalite.SHAPE, x=x, y=y("v")),
        stocks.HEADING,
        texts("legend", "u", x=number("x", scale=None), y=HEIGHT - TOP - 12, color=COLOUR),
    ]
    label = f"{formatting.humanise(item.name)}: prior, posterior and claims"
    chart = vegalite.chart(
        layers, rows, label, f"fit-{item.name}", WIDTH, HEIGHT, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM
    )
    return vegalite.standalone(chart, dark=True) + "\n"
