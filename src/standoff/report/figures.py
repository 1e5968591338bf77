"""Charts as SVG texts: stocks with their claims, and what all charts share. Colours are CSS variables of the page.

One function a figure. Each is drawn for the width of a phone's screen, so that its text can be read there.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert

from standoff import units
from standoff.scenario import times

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from standoff.engine.plan import PlannedObservation
    from standoff.engine.run import Run
    from standoff.ledger import Claim
    from standoff.report.words import Form

WIDTH, HEIGHT = 380, 250  # a phone shows 360 to 430 CSS pixels
FAULT = 3.0  # assumption: no source is off by more; a scale beyond it turns one quantity into another
POINTS = 190  # assumption: a chart of this width shows no more points in time than these
SHAPES = ("square", "circle", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left", "triangle-right")
OUTLINES = {
    "square": "M-5,-5h10v10h-10Z",
    "circle": "M5.5,0A5.5,5.5,0,1,1,-5.5,0A5.5,5.5,0,1,1,5.5,0Z",
    "triangle-up": "M0,-6L6,5H-6Z",
    "diamond": "M0,-6.5L5,0L0,6.5L-5,0Z",
    "cross": "M-6,-2H-2V-6H2V-2H6V2H2V6H-2V2H-6Z",
    "triangle-down": "M0,6L6,-5H-6Z",
    "triangle-left": "M-6,0L5,-6V6Z",
    "triangle-right": "M6,0L-5,-6V6Z",
}  #: the same shapes as Vega's, for legends
LETTERS = dict(zip(SHAPES, "■●▲◆✚▼◀▶", strict=True))
KNOWN_SIDES = ("russia", "ukraine", "west", "china", "neutral", "author")  #: sides that always look the same
STYLE: dict[str, Any] = {
    "font": "system-ui, sans-serif",
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12,
        "tickColor": "var(--line)", "gridColor": "var(--line)", "domainColor": "var(--line)",
        "titleFontWeight": "normal",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """How claims of a side are drawn: a shape and a colour."""

    shape: str
    colour: str


@dataclass(frozen=True)
class Point:
    """A claim as a point of a chart, in the stock's unit."""

    claim: Claim
    day: dt.date
    value: float
    low: float
    high: float
    used: bool  #: the run rests on it; others only score


def marks(sides: Iterable[str]) -> dict[str, Mark]:
    """A mark for every side; sides of other wars take what the known ones leave."""
    found = sorted(set(sides))
    free = [i for i in range(len(SHAPES)) if i >= len(KNOWN_SIDES) or KNOWN_SIDES[i] not in found]
    rest = [side for side in found if side not in KNOWN_SIDES]
    places = {side: KNOWN_SIDES.index(side) for side in found if side in KNOWN_SIDES}
    places |= {side: (free or [len(SHAPES) - 1])[i % max(len(free), 1)] for i, side in enumerate(rest)}
    return {side: Mark(SHAPES[places[side]], f"var(--side-{places[side]})") for side in found}


def points(run: Run, observation: PlannedObservation) -> list[Point]:
    """The claims about an observed stock that have a number, whenever they were published."""
    scenario = run.model.scenario
    unit, times_by = run.model.plan.stock_units[observation.cell], conversion(run, observation)
    out = []
    for claim in run.model.ledger.active().where(**scenario.observations[observation.cell].claims):
        day = times.last_day(str(claim.as_of))
        if not claim.numbers or not scenario.calendar.start <= day <= scenario.calendar.end:
            continue
        written = units.parse(claim.unit, scenario.units)
        if written.same_kind(unit):
            numbers = [number * times_by * written.factor / unit.factor for number in claim.numbers]
            middle = sum(numbers) / len(numbers)
            out.append(Point(claim, day, middle, numbers[0], numbers[-1], claim.id in observation.claims))
    return out


def conversion(run: Run, observation: PlannedObservation) -> float:
    """What claims are multiplied by to be seen beside the stock: 1, unless their scale converts what they count."""
    middle = run.model.plan.parameters[observation.scale].quantile(0.5)
    return 1.0 if 1 / FAULT <= middle <= FAULT else middle


def fan(
    run: Run, cell: str, claims: Sequence[Point], shown: Mapping[str, Mark], form: Form, label: str,
    size: tuple[int, int] = (WIDTH, HEIGHT), domain: tuple[float, float] | None = None, stepped: bool = False,
) -> str:  # fmt: skip
    """A stock over time: median, central 50 % and 90 %, the claims about it, and a rule at as_of."""
    quantiles = run.fan(cell) / form.scale
    rows = [
        {"t": stamp(run.model.scenario.calendar.date(k)), **{f"q{i}": float(q[k]) for i, q in enumerate(quantiles)}}
        for k in states(run)
    ]
    data = Data()
    base, unit = data.chart(rows), form.suffix.strip()
    x = time_axis(rows, 5 if size[0] >= WIDTH else 3)
    how: dict[str, Any] = {"interpolate": "step-after"} if stepped else {}

    def y(field: str) -> alt.Y:
        return value_axis(field, unit, domain=domain)

    layers: list[Any] = [
        base.mark_area(color="var(--band)", opacity=0.28, **how).encode(x=x, y=y("q0:Q"), y2="q4:Q"),
        base.mark_area(color="var(--band)", opacity=0.5, **how).encode(x=x, y=y("q1:Q"), y2="q3:Q"),
        base.mark_line(color="var(--ink)", strokeWidth=1.6, **how).encode(x=x, y=y("q2:Q")),
        data.as_of(run),
    ]
    for side, mark in shown.items():
        mine = [point for point in claims if point.claim.side == side]
        points = [
            {"t": stamp(p.day), "v": p.value / form.scale, "fill": mark.colour if p.used else "var(--paper)"}
            for p in mine
        ]
        drawn = data.chart(points).mark_point(shape=mark.shape, size=36, stroke=mark.colour, strokeWidth=1.4, opacity=1)
        layers.append(drawn.encode(x=x, y=y("v:Q"), fill=alt.Fill("fill:N", scale=None)))
        ranges = [
            {"t": stamp(p.day), "low": p.low / form.scale, "high": p.high / form.scale} for p in mine if p.high > p.low
        ]
        if ranges:
            bars = data.chart(ranges).mark_rule(strokeWidth=1.2, color=mark.colour)
            layers.append(bars.encode(x=x, y=y("low:Q"), y2="high:Q"))
    return svg(alt.layer(*layers), data, label, cell, *size)


def states(run: Run, first: int = 0) -> list[int]:
    """States from `first` on, `first` and the last among them, no more than a chart can show."""
    last = run.model.scenario.calendar.steps
    stride = -(-(last - first) // POINTS) or 1
    return [*range(first, last, stride), last]


class Data:
    """The rows of a figure. Altair knows them by name only: it would look into each of them, which takes its time."""

    def __init__(self) -> None:
        self.sets: dict[str, list[Mapping[str, Any]]] = {}

    def chart(self, rows: Iterable[Mapping[str, Any]]) -> Any:
        """A chart without marks over rows."""
        name = f"rows{len(self.sets)}"
        self.sets[name] = list(rows)
        return alt.Chart(alt.NamedData(name=name))

    def as_of(self, run: Run) -> Any:
        """The dashed line between history and futures."""
        rule = self.chart([{"t": stamp(run.model.scenario.as_of_day)}])
        return rule.mark_rule(color="var(--ink)", strokeDash=[4, 3]).encode(x=alt.X("t:T"))


def time_axis(rows: Sequence[Mapping[str, Any]], ticks: int = 5) -> alt.X:
    """The horizontal axis over the time that the rows span."""
    years = (rows[-1]["t"] - rows[0]["t"]) / (365.25 * 86_400_000)
    form = "%Y" if years > 3 else "%b %Y"
    domain = [rows[0]["t"], rows[-1]["t"]]
    return alt.X(
        "t:T", title=None, scale=alt.Scale(type="utc", domain=domain, nice=False),
        axis=alt.Axis(format=form, grid=False, tickCount=ticks, labelOverlap=True),
    )  # fmt: skip


def value_axis(field: str, title: str, format: str = ",~f", domain: tuple[float, float] | None = None) -> alt.Y:
    """The vertical axis, its title lying above it."""
    scale = alt.Scale(zero=True) if domain is None else alt.Scale(domain=list(domain))
    lying: dict[str, Any] = {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": -30,
        "titleY": -8,
    }
    return alt.Y(field, title=title or None, scale=scale, axis=alt.Axis(format=format, tickCount=5, **lying))


def stamp(day: dt.date) -> int:
    """A day as Vega counts time."""
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)


def svg(chart: Any, data: Data, label: str, name: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The chart as an SVG element for a page: it scales, has a label, and its ids are its own."""
    spec = {
        **chart.to_dict(validate=False), "datasets": data.sets, "config": STYLE, "background": None,
        "width": width, "height": height,
        "autosize": {"type": "fit", "contains": "padding"}, "padding": 2,
    }  # fmt: skip
    text = vl_convert.vegalite_to_svg(spec)
    head, _, body = text.partition(">")
    box = re.search(r'viewBox="([^"]+)"', head)
    if box is None:
        raise ValueError("the chart has no viewBox")
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    body = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d)\d+", r"\1", tag[0]), body)  # a tenth of a pixel is enough
    own = re.sub(r"[^A-Za-z0-9]+", "-", name)
    body = re.sub(r'(id="|url\(#)', rf"\g<1>{own}-", body)
    return f'<svg role="img" aria-label="{_escaped(label)}" viewBox="{box.group(1)}">{body}'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def symbol(mark: Mark, used: bool = True) -> str:
    """A mark by itself, for a legend or a table."""
    fill = mark.colour if used else "none"
    path = OUTLINES[mark.shape]
    return (
        f'<svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true"><path d="{path}" fill="{fill}" '
        f'stroke="{mark.colour}" stroke-width="2"/></svg>'
    )


def glyph(mark: Mark) -> str:
    """A mark as a letter, for long tables."""
    return f'<span class="{mark.colour[6:-1]}" aria-hidden="true">{LETTERS[mark.shape]}</span>'
