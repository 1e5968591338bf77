"""Chart of contradictions: a row per contested quantity, a mark with its range per claim.

The scale of a row is the ratio to the middle between its lowest and its highest number, so that rows of people, money
and shares can be compared: the same distance means the same factor in every row. A bar shows the interval that a claim
implies (`standoff.ledger.conflicts.implied_interval`); an arrow marks an open end. Conflicts of statements, and numbers
with a zero or of both signs, have no such scale and are counted, not drawn.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from standoff.ledger.conflicts import implied_interval
from standoff.report import formatting
from standoff.report.charts import stocks, vegalite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.ledger import Claim, Conflict, Ledger

MOST = 25  #: rows that can be read in one picture
OPEN = 1.3  # assumption: length of an open bar: the 95 % point of "over" as a belief
LEFT, WIDTH, RIGHT, TOP, BOTTOM = 270, 560, 150, 108, 34  # pixels, for a screen or a page across
LANE, GAP, LEAST = 15, 14, 34  # pixels: a claim, between rows, the two lines of a row's name
LETTER = 5.6  # pixels, about the width of a letter of the labels
LONGEST = 34  # letters of a speaker's name


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
        if conflict.kind == "propositions":
            continue
        by_kind: dict[Any, set[str]] = defaultdict(set)
        for name in conflict.claims:
            if ledger[name].unit:
                by_kind[ledger[name].unit_of().dims].add(name)
        for dims, names in by_kind.items():
            near = groups[conflict.subject, conflict.quantity, dims]
            joined = names.union(*(other for other in near if other & names))
            near[:] = [other for other in near if not other & names] + [joined]
    out = []
    for (subject, quantity, _), sets in groups.items():
        for names in sets:
            row = _row(f"{subject} {quantity.replace('_', ' ')}", [claim for claim in ledger if claim.id in names])
            if row is not None:
                out.append(row)
    return tuple(sorted(out, key=lambda row: (-row.spread, row.name, row.when)))


def _row(name: str, claims: Sequence[Claim]) -> ConflictRow | None:
    numbers = [number for claim in claims for number in claim.numbers]
    if len(claims) < 2 or min(map(abs, numbers)) == 0 or min(numbers) * max(numbers) < 0:
        return None
    unit, negative = claims[0].unit, numbers[0] < 0
    lanes = []
    for claim in claims:
        ratio = claim.unit_of().factor / claim.unit_of(unit).factor
        value = math.sqrt(math.prod(abs(n) for n in claim.numbers) ** (2 / len(claim.numbers))) * ratio
        low, high = sorted(abs(end) * ratio for end in implied_interval(claim))
        if claim.comparator == "at_most":
            low, high = 0.0, value
        lanes.append(ClaimBar(claim, value, low, high))
    lanes.sort(key=lambda lane: (lane.value, lane.claim.id))
    dates = sorted(str(claim.as_of) for claim in claims)
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return ConflictRow(name, when, unit, negative, tuple(lanes))


def picture(ledger: Ledger, most: int = MOST) -> str:
    """SVG file of the widest `most` rows; raises `ValueError` if there are none."""
    result = ledger.conflicts()
    every = rows(ledger, result)
    if not every:
        raise ValueError("no numeric claims contradict one another")
    shown = every[:most]
    missing = sum(conflict.kind == "propositions" for conflict in result)
    title = f"{len(shown)} contested quantit{'y' if len(shown) == 1 else 'ies'}"
    if len(every) > len(shown):
        title += f", the widest of {len(every)}"
    note = f"{formatting.counted(missing, 'conflict')} without numbers not drawn" if missing else ""
    return _draw(shown, title, note)


def _draw(shown: Sequence[ConflictRow], title: str, note: str) -> str:
    marks = stocks.marks(lane.claim.side for row in shown for lane in row.lanes)
    reach = max(max(_ends(row, lane)[1], 1 / _ends(row, lane)[0]) for row in shown for lane in row.lanes)
    domain = (1 / (1.08 * reach), 1.08 * reach)
    bars: list[dict[str, Any]] = []
    arrows: list[dict[str, Any]] = []
    dots: dict[str, list[dict[str, Any]]] = defaultdict(list)
    labels: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    y = 0.0
    for row in shown:
        height = max(LANE * len(row.lanes), LEAST)
        form = _form(row)
        names.append({"y": y + 10, "name": row.name, "soft": f"{row.when}, factor {row.spread:.3g}", "y2": y + 25})
        start = y + (height - LANE * len(row.lanes)) / 2 + LANE / 2
        for n, lane in enumerate(row.lanes):
            index, colour = start + n * LANE, marks[lane.claim.side].colour
            low, high = _ends(row, lane)
            bars.append({"y": index, "low": low, "high": high, "c": colour})
            if math.isinf(lane.high):
                arrows.append({"y": index, "x": high, "c": colour, "s": "triangle-right"})
            if lane.low <= 0:
                arrows.append({"y": index, "x": low, "c": colour, "s": "triangle-left"})
            dots[lane.claim.side].append({"y": index, "x": lane.value / row.middle, "c": colour})
            labels.append(_label(row, lane, form, index, low, high, domain))
        y += height + GAP
        lines.append({"y": y - GAP / 2})
    height = int(y - GAP / 2)
    scale = {"domain": [0, height], "range": [0, height], "nice": False, "zero": False}
    down, across = {"scale": scale, "axis": None}, _across(domain)
    x, y_at = vegalite.number("x", **across), vegalite.number("y", **down)
    hue = vegalite.same("c")
    rows: dict[str, Sequence[Mapping[str, Any]]] = {
        "lines": lines,
        "middle": [{"x": 1}],
        "bars": bars,
        "arrows": arrows,
        "names": names,
    }
    layers = [
        vegalite.layer(
            "lines",
            {"type": "rule", "color": "var(--line)"},
            y=y_at,
            x=vegalite.at(8 - LEFT),
            x2=vegalite.at(WIDTH + RIGHT),
        ),
        vegalite.layer("middle", {"type": "rule", "color": "var(--soft)", "strokeDash": [2, 3]}, x=x),
        vegalite.layer(
            "bars",
            {"type": "rule", "strokeWidth": 3, "opacity": 0.45},
            x=vegalite.number("low", **across),
            x2={"field": "high"},
            y=y_at,
            color=hue,
        ),
        vegalite.layer(
            "arrows",
            {"type": "point", "filled": True, "size": 46, "opacity": 0.9},
            x=x,
            y=y_at,
            color=hue,
            shape=vegalite.same("s"),
        ),
    ]
    point = {"type": "point", "filled": True, "opacity": 1}
    for side, mark in marks.items():
        rows[f"dots {side}"] = dots[side]
        layers.append(
            vegalite.layer(
                f"dots {side}", {**point, "size": 44, "shape": mark.shape, "color": mark.colour}, x=x, y=y_at
            )
        )
    for align, dx in (("left", 9), ("right", -9)):
        rows[align] = [label for label in labels if label["align"] == align]
        for paint in ({"stroke": "var(--paper)", "strokeWidth": 4}, {"color": "var(--ink)"}):  # no line through it
            text = vegalite.text(10.5, align=align, dx=dx, **paint)
            layers.append(vegalite.layer(align, text, x=x, y=y_at, text=vegalite.word("text")))
    for field, at, text in (
        ("name", "y", vegalite.text(12, align="right", dx=-16, fontWeight=600, color="var(--ink)")),
        ("soft", "y2", vegalite.text(11, align="right", dx=-16, color="var(--soft)")),
    ):
        layers.append(
            vegalite.layer("names", text, x=vegalite.at(0), y=vegalite.number(at, **down), text=vegalite.word(field))
        )
    for n, (head, where) in enumerate(_head(marks, title, note, height)):
        rows[f"head {n}"] = [{}]
        layers.append(vegalite.layer(f"head {n}", head, **where))
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
    """ShownNumber format of a row: its own decimals, up to a limit."""
    numbers = [number for lane in row.lanes for number in _stated(lane)]
    form = formatting.number_format(numbers, unit=row.unit)
    sizes = [number / form.scale for number in numbers]
    exact = (k for k in range(form.decimals) if all(math.isclose(round(size, k), size) for size in sizes))
    return replace(form, decimals=next(exact, form.decimals))


def _stated(lane: ClaimBar) -> tuple[float, ...]:
    return (lane.low, lane.high) if lane.claim.comparator == "range" else (lane.value,)


def _label(
    row: ConflictRow,
    lane: ClaimBar,
    form: formatting.NumberFormat,
    y: float,
    low: float,
    high: float,
    domain: tuple[float, float],
) -> dict[str, Any]:
    """Label of a claim, on the side of the bar with more space."""
    speaker = lane.claim.speaker
    if len(speaker) > LONGEST:
        speaker = speaker[: LONGEST - 1].rstrip(" (,:") + "\u2026"
    sign = formatting.MINUS if row.negative else ""
    if lane.claim.comparator == "range":
        first, last = (lane.high, lane.low) if row.negative else (lane.low, lane.high)
        statement = f"{sign}{form.bare(first)} to {sign}{form.full(last)}"
    else:
        word = "" if lane.claim.comparator == "exact" else f"{lane.claim.comparator} ".replace("_", " ")
        statement = f"{word}{sign}{form.full(lane.value)}"
    text = f"{speaker}: {statement}"
    width = math.log(domain[1] / domain[0])
    left = WIDTH * math.log(low / domain[0]) / width
    right = WIDTH + RIGHT - WIDTH * math.log(high / domain[0]) / width
    after = right >= LETTER * len(text) + 12 or right > left
    return {"y": y, "x": high if after else low, "align": "left" if after else "right", "text": text}


def _across(domain: tuple[float, float]) -> vegalite.Spec:
    top = math.floor(math.log2(domain[1]))
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
    return {"scale": {"type": "log", "base": 2, "domain": list(domain), "nice": False}, "axis": axis}


def _head(
    marks: Mapping[str, stocks.ClaimMark], title: str, note: str, height: int
) -> Iterator[tuple[vegalite.Spec, dict[str, vegalite.Spec]]]:
    """Title, scale, sides, and a note on omitted conflicts."""
    scale = "ratio to the midpoint of the lowest and the highest claim of the row"
    yield _text_layer(title, 8 - LEFT, 20 - TOP, 15, "var(--ink)", 600)
    yield _text_layer(scale, 0, -38, 11, "var(--soft)")
    yield _text_layer(note, 8 - LEFT, height + 20, 11, "var(--soft)")
    x = 14 - LEFT
    for side, mark in marks.items():
        point = {"type": "point", "filled": True, "opacity": 1, "size": 50, "shape": mark.shape, "color": mark.colour}
        yield point, {"x": vegalite.at(x), "y": vegalite.at(44 - TOP)}
        yield _text_layer(side, x + 10, 44 - TOP, 12, "var(--ink)")
        x += 36 + round(7 * len(side))


def _text_layer(
    text: str, x: float, y: float, size: float, colour: str, weight: int = 400
) -> tuple[vegalite.Spec, dict[str, vegalite.Spec]]:
    return vegalite.text(size, text=text, color=colour, fontWeight=weight), {"x": vegalite.at(x), "y": vegalite.at(y)}
