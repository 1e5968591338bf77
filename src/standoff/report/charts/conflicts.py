"""Chart of contradictions: a row per contested quantity, a mark with its range per claim.

The scale of a row is the ratio to the middle between its lowest and its highest number, so that rows of people, money
and shares can be compared: the same distance means the same factor in every row. A bar shows the interval that a claim
implies (`standoff.ledger.conflicts.implied_interval`); an arrow marks an open end. Conflicts of labels, and numbers
with a zero or of both signs, have no such scale and are counted, not drawn.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from standoff.ledger import Claim, Conflict, Ledger
from standoff.ledger.conflicts import implied_interval
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite
from standoff.report.charts.vegalite import COLOUR, layer, number, texts

MOST = 25  #: rows that can be read in one picture
OPEN = 1.3  # assumption: length of an open bar: the 95 % point of "over" as a belief
LEFT, WIDTH, RIGHT, TOP, BOTTOM = 270, 560, 150, 108, 34  # pixels, for a screen or a page across
LANE, GAP, LEAST = 15, 14, 34  # pixels: a claim, between rows, the two lines of a row's name
LETTER = 5.6  # pixels, about the width of a letter of the labels
LONGEST = 34  # letters of a speaker's name
SCALE = "ratio to the midpoint of the lowest and the highest claim of the row"


@dataclass(frozen=True)
class ClaimBar:
    """A claim in a row: its number and range, in the unit of the row."""

    claim: Claim
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ConflictRow:
    """A contested quantity: claims that contradict one another, from low to high."""

    name: str
    when: str
    unit: str
    negative: bool
    lanes: tuple[ClaimBar, ...]

    @property
    def spread(self) -> float:
        """The largest number over the smallest."""
        return max(lane.value for lane in self.lanes) / min(lane.value for lane in self.lanes)

    @property
    def middle(self) -> float:
        """As many times the smallest as it is a part of the largest."""
        return math.sqrt(max(lane.value for lane in self.lanes) * min(lane.value for lane in self.lanes))


def rows(ledger: Ledger, conflicts: Iterable[Conflict]) -> tuple[ConflictRow, ...]:
    """Rows of contested quantities, widest first; conflicts that share a claim are merged."""
    groups: dict[tuple[str, str, Any], list[set[str]]] = defaultdict(list)
    for conflict in conflicts:
        by_kind: dict[Any, set[str]] = defaultdict(set)
        for name in conflict.claims if conflict.kind != "propositions" else ():
            if ledger[name].unit:
                by_kind[ledger[name].unit_of().dims].add(name)
        for dims, names in by_kind.items():
            near = groups[conflict.subject, conflict.quantity, dims]
            joined = names.union(*(other for other in near if other & names))
            near[:] = [other for other in near if not other & names] + [joined]
    out = [
        _row(f"{subject} {quantity.replace('_', ' ')}", [claim for claim in ledger if claim.id in names])
        for (subject, quantity, _), sets in groups.items()
        for names in sets
    ]
    return tuple(sorted(filter(None, out), key=lambda row: (-row.spread, row.name, row.when)))


def _row(name: str, claims: Sequence[Claim]) -> ConflictRow | None:
    numbers = [number for claim in claims for number in claim.numbers]
    if len(claims) < 2 or min(map(abs, numbers)) == 0 or min(numbers) * max(numbers) < 0:
        return None
    unit, lanes = claims[0].unit, []
    for claim in claims:
        ratio = claim.unit_of().factor / claim.unit_of(unit).factor
        value = math.sqrt(math.prod(abs(n) for n in claim.numbers) ** (2 / len(claim.numbers))) * ratio
        low, high = sorted(abs(end) * ratio for end in implied_interval(claim))
        if claim.comparator == "at_most":
            low, high = 0.0, value
        lanes.append(ClaimBar(claim, value, low, high))
    lanes.sort(key=lambda lane: (lane.value, lane.claim.id))
    dates = sorted(str(claim.as_of) for claim in claims)
    when = " to ".join(dict.fromkeys((dates[0], dates[-1])))
    return ConflictRow(name, when, unit, numbers[0] < 0, tuple(lanes))


def picture(ledger: Ledger, most: int = MOST) -> str:
    """SVG file of the widest `most` rows; raises `ValueError` if there are none."""
    contradictions = ledger.conflicts()
    every = rows(ledger, contradictions)
    if not every:
        raise ValueError("no numeric claims contradict one another")
    shown = every[:most]
    missing = sum(conflict.kind == "propositions" for conflict in contradictions)
    title = f"{len(shown)} contested quantit{'y' if len(shown) == 1 else 'ies'}"
    if len(every) > len(shown):
        title += f", the widest of {len(every)}"
    note = f"{formatting.counted(missing, 'conflict')} without numbers not drawn" if missing else ""
    return _draw(shown, title, note)


def _draw(shown: Sequence[ConflictRow], title: str, note: str) -> str:
    marks = stocks.marks(lane.claim.side for row in shown for lane in row.lanes)
    ends = [_ends(row, lane) for row in shown for lane in row.lanes]
    reach = 1.08 * max(max(high, 1 / low) for low, high in ends)
    bars: list[dict[str, Any]] = []
    arrows: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    labels: dict[str, list[dict[str, Any]]] = {"left": [], "right": []}
    y = 0.0
    for row in shown:
        height, form = max(LANE * len(row.lanes), LEAST), _form(row)
        about = f"{row.when}, factor {row.spread:.3g}"
        names.append({"y": y + 10, "name": row.name, "soft": about, "y2": y + 25, "line": y + height + GAP / 2})
        start = y + (height - LANE * len(row.lanes)) / 2 + LANE / 2
        for n, lane in enumerate(row.lanes):
            mark, (low, high) = marks[lane.claim.side], _ends(row, lane)
            own = {"y": start + n * LANE, "c": mark.colour}
            bars.append(own | {"low": low, "high": high, "x": lane.value / row.middle, "s": mark.shape})
            if math.isinf(lane.high):
                arrows.append(own | {"x": high, "s": "triangle-right"})
            if lane.low <= 0:
                arrows.append(own | {"x": low, "s": "triangle-left"})
            text = _label(row, lane, form)
            width = math.log(reach**2) / WIDTH  # of a pixel, on the logarithmic scale
            left = math.log(low * reach) / width
            right = WIDTH + RIGHT - math.log(high * reach) / width
            is_after = right >= LETTER * len(text) + 12 or right > left
            labels["left" if is_after else "right"].append(own | {"x": high if is_after else low, "text": text})
        y += height + GAP
    height, x, across = int(y - GAP / 2), _across(reach), 14 - LEFT
    sides = []
    for side, mark in marks.items():
        sides.append({"x": across, "s": mark.shape, "c": mark.colour, "n": side})
        across += 36 + round(7 * len(side))
    down = partial(number, scale={"domain": [0, height], "range": [0, height], "zero": False}, axis=None)
    hue = {"color": COLOUR, "y": down("y")}
    point = {"filled": True, "opacity": 1, "shape": vegalite.SHAPE, "color": COLOUR}
    beside: vegalite.Spec = {"align": "right", "dx": -16, "x": 0}
    legend: vegalite.Spec = {"x": number("x", scale=None, axis=None), "y": 44 - TOP}
    soft: vegalite.Spec = {"size": 11, "color": "var(--soft)"}
    layers = [
        layer("names", "rule", color="var(--line)", y=down("line"), x=8 - LEFT, x2=WIDTH + RIGHT),
        layer("middle", "rule", color="var(--soft)", strokeDash=[2, 3], x=x("x")),
        layer("bars", "rule", strokeWidth=3, opacity=0.45, x=x("low"), x2="high", **hue),
        layer("arrows", "point", **point | {"size": 46, "opacity": 0.9, "x": x("x"), "y": down("y")}),
        layer("bars", "point", **point, size=44, x=x("x"), y=down("y")),
        *(
            texts(align, "text", 10.5, align=align, dx=dx, x=x("x"), y=down("y"), **paint)
            for align, dx in (("left", 9), ("right", -9))
            for paint in (vegalite.HALO | {"strokeWidth": 4}, {"color": "var(--ink)"})  # no line through it
        ),
        texts("names", "name", fontWeight=600, color="var(--ink)", **beside, y=down("y")),
        texts("names", "soft", **soft, **beside, y=down("y2")),
        texts("middle", "", 15, text=title, color="var(--ink)", fontWeight=600, x=8 - LEFT, y=20 - TOP),
        texts("middle", "", text=SCALE, **soft, x=0, y=-38),
        texts("middle", "", text=note, **soft, x=8 - LEFT, y=height + 20),
        layer("sides", "point", **point, size=50, **legend),
        texts("sides", "n", dx=10, color="var(--ink)", **legend),
    ]
    rows = {"names": names, "middle": [{"x": 1}], "bars": bars, "arrows": arrows, "sides": sides, **labels}
    margins = {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM}
    box = f'viewBox="0 0 {LEFT + WIDTH + RIGHT} {TOP + height + BOTTOM}"'
    body = vegalite.inside(layers, rows, WIDTH, height, margins)
    return vegalite.standalone(f'<svg role="img" aria-label="{vegalite.escaped(title)}" {box}>{body}') + "\n"


def _ends(row: ConflictRow, lane: ClaimBar) -> tuple[float, float]:
    """The ends of a bar on the row's scale; open ones are cut."""
    low = lane.low if lane.low > 0 else lane.value / OPEN
    high = lane.high if math.isfinite(lane.high) else lane.value * OPEN
    return low / row.middle, high / row.middle


def _form(row: ConflictRow) -> formatting.NumberFormat:
    """Format of the numbers of a row: its own decimals, up to a limit."""
    numbers = [number for lane in row.lanes for number in _stated(lane)]
    form = formatting.number_format(numbers, unit=row.unit)
    sizes = [number / form.scale for number in numbers]
    exact = (k for k in range(form.decimals) if all(math.isclose(round(size, k), size) for size in sizes))
    return replace(form, decimals=next(exact, form.decimals))


def _stated(lane: ClaimBar) -> tuple[float, ...]:
    return (lane.low, lane.high) if lane.claim.comparator == "range" else (lane.value,)


def _label(row: ConflictRow, lane: ClaimBar, form: formatting.NumberFormat) -> str:
    """Who claims what number."""
    speaker, how = lane.claim.speaker, lane.claim.comparator
    if len(speaker) > LONGEST:
        speaker = speaker[: LONGEST - 1].rstrip(" (,:") + "\u2026"
    sign = formatting.MINUS if row.negative else ""
    *first, last = _stated(lane)[:: -1 if row.negative else 1]
    word = f"{sign}{form.bare(first[0])} to " if first else "" if how == "exact" else f"{how} ".replace("_", " ")
    return f"{speaker}: {word}{sign}{form.full(last)}"


def _across(reach: float) -> Callable[..., vegalite.Spec]:
    """Encoding of a ratio up to `reach`, either way."""
    top = math.floor(math.log2(reach))
    ticks = [2.0**k for k in range(-top, top + 1)]
    step = max(1, round(len(ticks) / 9))
    axis = {
        "orient": "top",
        "values": [t for k, t in enumerate(ticks, -top) if k % step == 0],
        "title": None,
        "grid": True,
        "labelExpr": "datum.value < 1 ? '1/' + format(1 / datum.value, 'd') : format(datum.value, 'd')",
        "domain": False,
        "labelPadding": 4,
    }
    return partial(number, scale={"type": "log", "base": 2, "domain": [1 / reach, reach]}, axis=axis)
