"""Charts of stocks with their claims, and elements shared by all charts.

One function a figure. Each is drawn for the width of a phone's screen, so that its text can be read there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from standoff import units
from standoff.analysis.path_summary import PathShape, chart_start, level_shares, path_shape
from standoff.dates import first_of_month, month_count
from standoff.engine.run import Run
from standoff.ledger import Claim
from standoff.ledger.vocabulary import package
from standoff.plan import Plan, PlannedObservation
from standoff.report import claim_labels
from standoff.report.charts import vegalite
from standoff.report.document import LegendItem
from standoff.report.formatting import NumberFormat
from standoff.scenario import calendar

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
SWATCH, DASHED = OUTLINES["square"], "M-6,0h4M-1,0h4M4,0h3"  #: of a colour, and of the line at as_of
UNUSED = "hollow: published after as_of, or a duplicate; not used"
LETTERS = dict(zip(SHAPES, "■●▲◆✚▼◀▶", strict=True))
QUANTILES = ("5 %", "25 %", "median", "75 %", "95 %")
HALF = 0.42  # of the distance of two whole numbers: half the height of their shading
SHADE = 0.05  # assumption: an eye tells twenty shades
POINT = {"type": "point", "size": 36, "strokeWidth": 1.4, "opacity": 1}
STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)  #: months between labels of time


@dataclass(frozen=True)
class ClaimMark:
    """Shape and colour of the claims of a side."""

    shape: str
    colour: str


@dataclass(frozen=True)
class ChartPoint:
    """A claim as a point of a chart, in the stock's unit."""

    claim: Claim
    day: dt.date
    value: float
    low: float
    high: float
    used: bool  #: the run rests on it; others only score


def marks(sides: Iterable[str]) -> dict[str, ClaimMark]:
    """Assign a mark to every side: from `ledger/sides.yaml`, else the next free one."""
    result = sorted(set(sides))
    own = {name: side.mark for name, side in package().sides.items() if side.mark is not None}
    places = {side: own[side] for side in result if side in own}
    free = [i for i in range(len(SHAPES)) if i not in places.values()]
    rest = [side for side in result if side not in own]
    places |= {side: (free or [len(SHAPES) - 1])[i % max(len(free), 1)] for i, side in enumerate(rest)}
    return {side: ClaimMark(SHAPES[places[side]], f"var(--side-{places[side]})") for side in result}


def points(plan: Plan, observation: PlannedObservation) -> list[ChartPoint]:
    """Numeric claims about an observed stock, regardless of their date of publication."""
    scenario = plan.scenario
    unit, times_by = plan.stock_units[observation.cell], conversion(plan, observation)
    out = []
    for claim in plan.ledger.not_retracted().filter(**scenario.observations[observation.cell].claims):
        day = calendar.last_day(str(claim.as_of))
        if not claim.numbers or not scenario.calendar.start <= day <= scenario.calendar.end:
            continue
        written = units.parse(claim.unit, scenario.units)
        if written.same_kind(unit):
            numbers = [number * times_by * written.factor / unit.factor for number in claim.numbers]
            middle = sum(numbers) / len(numbers)
            out.append(ChartPoint(claim, day, middle, numbers[0], numbers[-1], claim.id in observation.claims))
    return out


def conversion(plan: Plan, observation: PlannedObservation) -> float:
    """Factor from claims to the stock: 1, unless the observation scale converts the quantity."""
    middle = plan.parameters[observation.scale].quantile(0.5)
    return 1.0 if 1 / FAULT <= middle <= FAULT else middle


def fan(
    run: Run,
    cell: str,
    claims: Sequence[ChartPoint],
    shown: Mapping[str, ClaimMark],
    form: NumberFormat,
    label: str,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    domain: tuple[float, float] | None = None,
) -> str:
    """Chart of a stock over time with its claims and a rule at as_of, from `first_state` on.

    Median, central 50 % and 90 %; of a stock of 0 and 1 the share of futures with it, as steps; of one of few whole
    numbers the median as steps and, as shading, the share of futures at each number.
    """
    shape, calendar = path_shape(run, cell), run.model.scenario.calendar
    shown_states = states(run, first_state(run, cell, claims))
    days_of, stamps = days(calendar), all_stamps(calendar)
    columns, values = _values(run, cell, shape, shown_states)
    scaled = (values / form.scale).tolist()
    rows = {
        "fan": [
            {"t": stamps[k], **{f"q{i}": row[n] for i, row in enumerate(scaled)}} for n, k in enumerate(shown_states)
        ],
        "levels": _levels(run, cell, shown_states, form.scale) if shape == PathShape.level else [],
        "ranges": [
            {"t": stamp(p.day), "low": p.low / form.scale, "high": p.high / form.scale, "c": shown[p.claim.side].colour}
            for p in claims
            if p.high > p.low
        ],
        "claims": [
            {
                "t": stamp(p.day),
                "v": p.value / form.scale,
                "s": shown[p.claim.side].shape,
                "c": shown[p.claim.side].colour,
                "fill": shown[p.claim.side].colour if p.used else "var(--paper)",
            }
            for p in claims
        ],
        **as_of(run),
        **heading("share of futures" if shape == PathShape.flag else form.suffix.strip()),
    }
    if shape == PathShape.flag:
        domain = (0.0, 1.0 / form.scale)
    elif shape == PathShape.level and domain is not None:
        domain = (domain[0] - HALF / form.scale, domain[1] + HALF / form.scale)
    x, y = time_axis(rows["fan"], size[0] - vegalite.LEFT - vegalite.RIGHT), value_axis(domain=domain)
    layers = [
        *_paths(shape, x, y),
        AS_OF,
        HEADING,
        *claim_layers(x, y),
    ]
    numbers = (
        (days_of[k].isoformat(), *(round(row[n], max(form.decimals, 0)) for row in scaled))
        for n, k in enumerate(shown_states)
    )
    data = vegalite.ChartData(("date", *columns), tuple(numbers), form.suffix)
    return vegalite.chart(layers, rows, label, cell, *size, data)


def legend(run: Run, cell: str) -> tuple[LegendItem, ...]:
    """Legend of the chart of a stock: bands, and sides of the claims."""
    plan, shape = run.model.plan, path_shape(run, cell)
    band, line = "var(--band)", "share of futures" if shape == PathShape.flag else "median"
    out = [LegendItem(line, "var(--ink)", "M-6,0h12")]
    if shape == PathShape.flow:
        out += [LegendItem("central 50 %", band, SWATCH, 0.65), LegendItem("central 90 %", band, SWATCH, 0.28)]
    elif shape == PathShape.level:
        out.append(LegendItem("share of futures, darker for more", band, SWATCH, 0.5))
    observations = [item for item in plan.observations if item.cell == cell]
    out.append(since_item(run, "history is imposed from claims" if observations else "history"))
    shown = marks(claim.side for claim in run.model.ledger)
    claims = [point for item in observations for point in points(plan, item)]
    for side in sorted({point.claim.side for point in claims}):
        name, mark = claim_labels.side(plan, side), shown[side]
        out.append(LegendItem(f"claim, {name}", mark.colour, OUTLINES[mark.shape]))
    if any(not point.used for point in claims):
        out.append(LegendItem(UNUSED, "var(--soft)", OUTLINES["circle"], hollow=True))
    return tuple(out)


def since_item(run: Run, before: str) -> LegendItem:
    """The dashed line at as_of in a legend."""
    return LegendItem(f"{run.model.scenario.as_of_day}, before it {before}", "var(--ink)", DASHED)


def first_state(run: Run, cell: str, claims: Sequence[ChartPoint] = ()) -> int:
    """The state at which the chart of a stock begins: `chart_start`, or before the first claim."""
    calendar = run.model.scenario.calendar
    return min([chart_start(run, cell), *(max(calendar.index(p.day) - 1, 0) for p in claims)])


def _values(run: Run, cell: str, shape: PathShape, shown: Sequence[int]) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the lines of a chart, and their values (line, state) in the unit of the stock."""
    if shape == PathShape.flag:
        return ("share of futures",), run.path(cell)[:, list(shown)].mean(axis=0)[None]
    fan_ = run.quantile_fan(cell)[:, list(shown)]
    return (("median",), fan_[2:3]) if shape == PathShape.level else (QUANTILES, fan_)


def _levels(run: Run, cell: str, shown: Sequence[int], scale: float) -> list[dict[str, Any]]:
    """Rectangles with the share of futures at each whole number; equal neighbours are one."""
    stamps, out = all_stamps(run.model.scenario.calendar), list[dict[str, Any]]()
    for level, shares in level_shares(run, cell, shown).items():
        steps = np.rint(shares / SHADE).astype(int)
        edges = [0, *(np.flatnonzero(np.diff(steps)) + 1), len(steps)]
        out += [
            {
                "t": stamps[shown[a]],
                "t2": stamps[shown[min(b, len(shown) - 1)]],
                "low": (level - HALF) / scale,
                "high": (level + HALF) / scale,
                "o": float(steps[a] * SHADE),
            }
            for a, b in pairwise(edges)
            if steps[a]
        ]
    return out


def _paths(shape: PathShape, x: vegalite.Spec, y: vegalite.Spec) -> list[vegalite.Spec]:
    """Layers of the futures of a stock."""
    if shape == PathShape.flow:
        return band_layers("fan", x, y)
    shading = vegalite.layer(
        "levels",
        {"type": "rect", "color": "var(--band)"},
        x=x,
        x2={"field": "t2"},
        y=vegalite.number("low", **y),
        y2={"field": "high"},
        opacity={"field": "o", "type": "quantitative", "scale": None},
    )
    steps = vegalite.layer("fan", {**MEDIAN, "interpolate": "step-after"}, x=x, y=vegalite.number("q0", **y))
    return [*([shading] if shape == PathShape.level else []), steps]


MEDIAN = {"type": "line", "color": "var(--ink)", "strokeWidth": 1.6}


def band_layers(rows: str, x: vegalite.Spec, y: vegalite.Spec) -> list[vegalite.Spec]:
    """Layers of the median `q2`, central 50 % `q1` to `q3`, central 90 % `q0` to `q4`."""
    band = {"type": "area", "color": "var(--band)"}
    return [
        vegalite.layer(rows, {**band, "opacity": 0.28}, x=x, y=vegalite.number("q0", **y), y2={"field": "q4"}),
        vegalite.layer(rows, {**band, "opacity": 0.5}, x=x, y=vegalite.number("q1", **y), y2={"field": "q3"}),
        vegalite.layer(rows, MEDIAN, x=x, y=vegalite.number("q2", **y)),
    ]


def claim_layers(x: vegalite.Spec, y: vegalite.Spec) -> list[vegalite.Spec]:
    """Layers of the rows `ranges` and `claims`."""
    rule = {"type": "rule", "strokeWidth": 1.2}
    colour, shape = vegalite.same("c"), vegalite.same("s")
    low, middle = vegalite.number("low", **y), vegalite.number("v", **y)
    return [
        vegalite.layer("ranges", rule, x=x, y=low, y2={"field": "high"}, color=colour),
        vegalite.layer("claims", POINT, x=x, y=middle, fill=vegalite.same("fill"), stroke=colour, shape=shape),
    ]


def states(run: Run, first: int = 0, last: int | None = None) -> list[int]:
    """States from `first` to `last` (None: the end), thinned to the resolution of a chart."""
    last = run.model.scenario.calendar.steps if last is None else last
    stride = -(-(last - first) // POINTS) or 1
    return [*range(first, last, stride), last]


AS_OF = vegalite.layer("as_of", {"type": "rule", "color": "var(--ink)", "strokeDash": [4, 3]}, x=vegalite.time("t"))
HEADING = vegalite.layer(
    "heading",
    vegalite.text(baseline="bottom", color="var(--soft)"),
    x=vegalite.at(-30),
    y=vegalite.at(-8),
    text=vegalite.word("u"),
)


def as_of(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Rows of the dashed line between history and futures, `AS_OF`."""
    return {"as_of": [{"t": stamp(run.model.scenario.as_of_day)}]}


def heading(unit: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of the title above the vertical axis, `HEADING`."""
    return {"heading": [{"u": unit}]}


def time_axis(rows: Sequence[Mapping[str, Any]], room: float) -> dict[str, Any]:
    """Horizontal time axis over the span of the rows, with as many labels as fit."""
    first, last = rows[0]["t"], rows[-1]["t"]
    years = (last - first) / (365.25 * 86_400_000)
    form = "%Y" if years > 3 else "%b %Y"
    most = room / (vegalite.LETTER * (6 if years > 3 else 10))  # letters of a label and two more
    start, end = (dt.datetime.fromtimestamp(edge / 1000, dt.UTC) for edge in (first, last))
    months = range(month_count(start) + (start.day > 1), month_count(end) + 1)
    values = [first, last]
    for step in (step for step in STEPS if step >= 12 or years <= 3):  # a year is named once
        ticks = [month for month in months if month % step == 0]
        if 1 < len(ticks) <= most:
            values = [stamp(first_of_month(month)) for month in ticks]
            break
    scale = {"type": "utc", "domain": [first, last], "nice": False}
    return vegalite.time("t", title=None, scale=scale, axis={"format": form, "grid": False, "values": values})


def value_axis(format: str = ",~f", domain: tuple[float, float] | None = None) -> dict[str, Any]:
    """Vertical axis; its title stands above it (`HEADING`)."""
    scale = {"zero": True} if domain is None else {"domain": list(domain)}
    return {"title": None, "scale": scale, "axis": {"format": format, "tickCount": 5}}


@lru_cache(maxsize=16)
def days(calendar: calendar.Calendar) -> tuple[dt.date, ...]:
    """Date of every state."""
    return tuple(calendar.date(k) for k in range(calendar.steps + 1))


@lru_cache(maxsize=16)
def all_stamps(calendar: calendar.Calendar) -> tuple[int, ...]:
    """Timestamps of all states in milliseconds, as Vega expects."""
    return tuple(map(stamp, days(calendar)))


def stamp(day: dt.date) -> int:
    """Timestamp of a day in milliseconds, as Vega expects."""
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)


def symbol(mark: ClaimMark, used: bool = True) -> str:
    """A mark by itself, for a legend or a table."""
    fill = mark.colour if used else "none"
    path = OUTLINES[mark.shape]
    return (
        f'<svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true"><path d="{path}" fill="{fill}" '
        f'stroke="{mark.colour}" stroke-width="2"/></svg>'
    )


def glyph(mark: ClaimMark) -> str:
    """A mark as a letter, for long tables."""
    return f'<span class="{mark.colour[6:-1]}" aria-hidden="true">{LETTERS[mark.shape]}</span>'
