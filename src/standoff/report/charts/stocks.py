"""Charts of stocks with their claims, and elements shared by all charts.

One function a figure. Each is drawn for the width of a phone's screen, so that its text can be read there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

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
from standoff.report.charts.vegalite import COLOUR, layer
from standoff.report.document import LegendItem
from standoff.report.formatting import NumberFormat
from standoff.scenario import calendar

Rows: TypeAlias = list[dict[str, Any]]
Axis: TypeAlias = Callable[..., vegalite.Spec]
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
    form: NumberFormat,
    label: str,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    domain: tuple[float, float] | None = None,
) -> str:
    """Chart of a stock over time with its claims and a rule at as_of, from `first_state` on.

    Median, central 50 % and 90 %; of a stock of 0 and 1 the share of futures with it, as steps; of one of few whole
    numbers the median as steps and, as shading, the share of futures at each number.
    """
    shape, scale = path_shape(run, cell), form.scale
    states_shown = states(run, first_state(run, cell, claims))
    stamps = state_stamps(run.model.scenario.calendar, states_shown)
    shown = marks(claim.side for claim in run.model.ledger)
    values = run.quantile_fan(cell)[:, states_shown]
    columns: tuple[str, ...] = QUANTILES
    if shape == PathShape.flag:
        columns, values = ("share of futures",), run.path(cell)[:, states_shown].mean(axis=0)[None]
    elif shape == PathShape.level:
        columns, values = ("median",), values[2:3]
    scaled = (values / scale).T.tolist()
    rows = {
        "fan": quantile_rows(stamps, scaled),
        "levels": _levels(run, cell, states_shown, stamps, scale) if shape == PathShape.level else [],
        **claim_rows(((shown[p.claim.side], p.day, p.value, p.low, p.high, p.used) for p in claims), scale),
        **as_of(run),
        **heading("share of futures" if shape == PathShape.flag else form.suffix.strip()),
    }
    if shape == PathShape.flag:
        domain = (0.0, 1.0 / scale)
    elif shape == PathShape.level and domain is not None:
        domain = (domain[0] - HALF / scale, domain[1] + HALF / scale)
    x, y = time_axis(stamps, size[0] - vegalite.LEFT - vegalite.RIGHT), vegalite.value_axis(domain=domain)
    steps = layer("fan", "line", **MEDIAN, interpolate="step-after", x=x, y=y("q0"))
    paths = {
        PathShape.flow: band_layers("fan", x, y),
        PathShape.level: [
            layer(
                "levels",
                "rect",
                color="var(--band)",
                x=x,
                x2="t2",
                y=y("low"),
                y2="high",
                opacity=vegalite.number("o", scale=None),
            ),
            steps,
        ],
        PathShape.flag: [steps],
    }
    decimals = max(form.decimals, 0)
    data = by_day(columns, stamps, [[round(value, decimals) for value in own] for own in scaled], form.suffix)
    return vegalite.chart([*paths[shape], AS_OF, HEADING, *claim_layers(x, y)], rows, label, cell, *size, data)


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


def _levels(run: Run, cell: str, shown: Sequence[int], stamps: Sequence[int], scale: float) -> Rows:
    """Rectangles with the share of futures at each whole number; equal neighbours are one."""
    out: Rows = []
    for level, shares in level_shares(run, cell, shown).items():
        steps = np.rint(shares / SHADE).astype(int)
        edges = [0, *(np.flatnonzero(np.diff(steps)) + 1), len(steps)]
        out += [
            {
                "t": stamps[a],
                "t2": stamps[min(b, len(stamps) - 1)],
                "low": (level - HALF) / scale,
                "high": (level + HALF) / scale,
                "o": float(steps[a] * SHADE),
            }
            for a, b in pairwise(edges)
            if steps[a]
        ]
    return out


MEDIAN: vegalite.Spec = {"color": "var(--ink)", "strokeWidth": 1.6}


def quantile_rows(stamps: Iterable[int], values: Iterable[Iterable[float]], scale: float = 1.0) -> Rows:
    """Rows of the times `t` with the values at each, `q0` and on."""
    return [
        {"t": t, **{f"q{n}": value / scale for n, value in enumerate(own)}}
        for t, own in zip(stamps, values, strict=True)
    ]


def band_layers(rows: str, x: vegalite.Spec, y: Axis) -> list[vegalite.Spec]:
    """Layers of the median `q2`, central 50 % `q1` to `q3`, central 90 % `q0` to `q4`."""
    return [
        layer(rows, "area", color="var(--band)", opacity=0.28, x=x, y=y("q0"), y2="q4"),
        layer(rows, "area", color="var(--band)", opacity=0.5, x=x, y=y("q1"), y2="q3"),
        layer(rows, "line", **MEDIAN, x=x, y=y("q2")),
    ]


def claim_rows(
    claims: Iterable[tuple[ClaimMark, dt.date | str, float, float, float, bool]], scale: float
) -> dict[str, Rows]:
    """Rows of `claim_layers`: of mark, day, number, low and high end, and whether it is used."""
    points: Rows = []
    ranges: Rows = []
    for mark, day, value, low, high, used in claims:
        own = {"t": stamp(day), "c": mark.colour}
        fill = mark.colour if used else "var(--paper)"
        points.append(own | {"v": value / scale, "s": mark.shape, "fill": fill})
        if high > low:
            ranges.append(own | {"low": low / scale, "high": high / scale})
    return {"claims": points, "ranges": ranges}


def claim_layers(x: vegalite.Spec, y: Axis) -> list[vegalite.Spec]:
    """Layers of the rows `ranges` and `claims`."""
    return [
        layer("ranges", "rule", strokeWidth=1.2, x=x, y=y("low"), y2="high", color=COLOUR),
        mark_layer("claims", fill=vegalite.FILL, x=x, y=y("v")),
    ]


def mark_layer(rows: str, **parts: Any) -> vegalite.Spec:
    """Marks of claims."""
    mark = {"size": 36, "strokeWidth": 1.4, "opacity": 1, "stroke": COLOUR, "shape": vegalite.SHAPE}
    return layer(rows, "point", **mark | parts)


def states(run: Run, first: int = 0, last: int | None = None) -> list[int]:
    """States from `first` to `last` (None: the end), thinned to the resolution of a chart."""
    last = run.model.scenario.calendar.steps if last is None else last
    stride = -(-(last - first) // POINTS) or 1
    return [*range(first, last, stride), last]


AS_OF = layer("as_of", "rule", color="var(--ink)", strokeDash=[4, 3], x=vegalite.time("t"))
HEADING = vegalite.texts("heading", "u", baseline="bottom", color="var(--soft)", x=-30, y=-8)


def as_of(run: Run) -> dict[str, Rows]:
    """Rows of the dashed line between history and futures, `AS_OF`."""
    return {"as_of": [{"t": stamp(run.model.scenario.as_of_day)}]}


def heading(unit: str) -> dict[str, Rows]:
    """Rows of the title above the vertical axis, `HEADING`."""
    return {"heading": [{"u": unit}]}


def time_axis(stamps: Sequence[int], room: float) -> vegalite.Spec:
    """Horizontal time axis over the span of the stamps, with as many labels as fit."""
    first, last = stamps[0], stamps[-1]
    years = (last - first) / (365.25 * 86_400_000)
    form = "%Y" if years > 3 else "%b %Y"
    most = room / (vegalite.LETTER * (6 if years > 3 else 10))  # letters of a label and two more
    start, end = map(_day, (first, last))
    months = range(month_count(start) + (start.day > 1), month_count(end) + 1)
    values = [first, last]
    for step in (step for step in STEPS if step >= 12 or years <= 3):  # a year is named once
        ticks = [month for month in months if month % step == 0]
        if 1 < len(ticks) <= most:
            values = [stamp(first_of_month(month)) for month in ticks]
            break
    scale = {"type": "utc", "domain": [first, last]}
    return vegalite.time("t", title=None, scale=scale, axis={"format": form, "grid": False, "values": values})


def by_day(
    names: Iterable[str], stamps: Iterable[int], values: Iterable[Iterable[float]], unit: str = "%"
) -> vegalite.ChartData:
    """The numbers of a chart over time: those at each date, by name."""
    rows = [(_day(t).isoformat(), *own) for t, own in zip(stamps, values, strict=True)]
    return vegalite.ChartData(("date", *names), rows, unit)


def state_stamps(calendar: calendar.Calendar, states: Iterable[int]) -> list[int]:
    """Timestamps of some states in milliseconds, as Vega expects."""
    return [stamp(calendar.date(state)) for state in states]


def stamp(day: dt.date | str) -> int:
    """Timestamp of a day in milliseconds, as Vega expects."""
    return int(dt.datetime.fromisoformat(f"{day}T00Z").timestamp() * 1000)


def _day(stamp: int) -> dt.date:
    return dt.datetime.fromtimestamp(stamp / 1000, dt.UTC).date()


def symbol(mark: ClaimMark) -> str:
    """A mark by itself, for a legend or a table."""
    return (
        f'<svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true"><path d="{OUTLINES[mark.shape]}" '
        f'fill="{mark.colour}" stroke="{mark.colour}" stroke-width="2"/></svg>'
    )


def glyph(mark: ClaimMark) -> str:
    """A mark as a letter, for long tables."""
    return f'<span class="{mark.colour[6:-1]}" aria-hidden="true">{LETTERS[mark.shape]}</span>'
