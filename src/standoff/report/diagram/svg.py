"""A laid-out diagram as SVG: arrows with signs, boxes, and below them the legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from standoff.analysis.causal import CausalGraph, CausalNode
from standoff.files import write_text
from standoff.report.charts import vegalite
from standoff.report.diagram.layout import MARGIN, Line, Point, place
from standoff.report.diagram.scene import LINE, SIGNS, SMALL, Arrow, Scene, scene, wrapped

COLOURS = {"+": "var(--side-1)", "-": "var(--side-0)"}  #: blue and red, which the colour-blind tell apart
SOFT, INK, CHANGES = "var(--soft)", "var(--ink)", "var(--side-2)"
LITTLE = vegalite.SIZE * SMALL
SIGN = 13  #: size of a sign
HALO = ' stroke="var(--paper)" stroke-width="3.5" paint-order="stroke"'
LEAST = 500  #: pixels: lines of the legend are at least so long


def write(structure: CausalGraph, path: Path) -> None:
    """Write the diagram as a self-contained SVG file for light and dark mode."""
    write_text(path, file(structure))


def file(structure: CausalGraph) -> str:
    """Standalone SVG text of the diagram, with light and dark colours."""
    return vegalite.standalone(draw(structure), dark=True) + "\n"


def draw(structure: CausalGraph) -> str:
    """Draw the diagram as an SVG element in the colours of the page, at a readable size."""
    drawn = scene(structure)
    places = place(drawn)
    legend = list(_legend(structure, drawn, places.width))
    widest = max(len(words) for words, *_ in legend) * vegalite.LETTER * SMALL + MARGIN
    body = [text for line in places.lines for text in _line(drawn, line)]
    for name, box in drawn.boxes.items():
        body += _box(box.node, box.small, box.size, places.boxes[name])
    y = places.height
    for words, colour, size, gap in legend:
        y += LINE * gap
        body.append(_text(MARGIN, y, words, colour, size, anchor=""))
    body += _signs(places.lines)
    width, height = round(max(places.width, widest) + MARGIN), round(y + MARGIN)
    label = vegalite.escaped(f"Causal diagram of {structure.title}")
    size_of = f'font-size="{vegalite.SIZE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg role="img" aria-label="{label}" {size_of}>{"".join(body)}</svg>'


def _line(scene: Scene, line: Line) -> Iterator[str]:
    """An arrow and its tips."""
    arrow = line.arrow
    about = f"{scene.boxes[arrow.source].node.name} to {scene.boxes[arrow.target].node.name}"
    dash = "4,3" if arrow.kind == "expects" else "" if arrow.acts else "1.5,3"
    start, *rest = map(_at, line.points)
    width = 0.8 if arrow.kind in {"weighs", "expects"} else 1.3
    yield _path(f"M{start}C{' '.join(rest)}", "none", _colour(arrow, arrow.sign), width, about, dash)
    for tip, base, sign in line.heads:
        colour, side = _colour(arrow, sign), 0.45j * (tip - base)
        yield _path(f"M{_at(tip)}L{_at(base + side)}L{_at(base - side)}Z", colour, colour, 0.5, about)


def _at(point: complex) -> str:
    return f"{point.real:.1f},{point.imag:.1f}"


def _signs(lines: Sequence[Line]) -> Iterator[str]:
    """A sign at each head, where no other sign stands."""
    taken: list[complex] = []
    for line in lines:
        for side, (tip, base, sign) in zip((1, -1), line.heads, strict=False):
            if sign:
                spots = [_sign_position(tip, base, side, 4 + 10 * n) for n in range(5)]
                free = (z for z in spots if all(abs((z - t).real) > 8 or abs((z - t).imag) > 9 for t in taken))
                spot = next(free, spots[0])
                taken.append(spot)
                yield _text(spot.real, spot.imag, SIGNS[sign], _colour(line.arrow, sign), SIGN, HALO)


def _sign_position(tip: complex, base: complex, side: int, back: float) -> complex:
    """Position of a sign: beside the line before its head, on the side away from the target."""
    along = (tip - base) / max(abs(tip - base), 1e-9)
    away = side if abs(along.real) < 0.2 else 1 if along.real >= 0 else -1  # upright lines with two heads: either side
    right = away * (1 if along.imag >= 0 else -1)
    return base - (back + 8j * right) * along


def _box(node: CausalNode, small: Sequence[str], size: Point, middle: Point) -> Iterator[str]:
    """Outline and texts of a node: box of a stock, round process, hexagon of a choice."""
    (x, y), (width, height) = middle, size
    w, h = width / 2, height / 2
    r = min(h, 14)
    outline = {
        "stock": f"M{-w},{-h}H{w}V{h}H{-w}Z",
        "choice": f"M{-w},0L{14 - w},{-h}H{w - 14}L{w},0L{w - 14},{h}H{14 - w}Z",
        "process": f"M{r - w},{-h}H{w - r}Q{w},{-h} {w},{r - h}V{h - r}Q{w},{h} {w - r},{h}"
        f"H{r - w}Q{-w},{h} {-w},{h - r}V{r - h}Q{-w},{-h} {r - w},{-h}Z",
    }
    if node.kind in outline:
        about = ": ".join(filter(None, (node.name, node.text)))
        colour, shift = CHANGES if node.kind == "choice" else INK, f' transform="translate({x:.1f},{y:.1f})"'
        yield _path(outline[node.kind], "var(--card)", colour, 1.2, about, more=shift)
    top = y - LINE * len(small) / 2
    yield _text(x, top, node.name, CHANGES if node.kind in {"choice", "parameter"} else INK, vegalite.SIZE)
    for n, line in enumerate(small, 1):
        yield _text(x, top + LINE * n, line, SOFT, LITTLE)


def _legend(structure: CausalGraph, scene: Scene, width: float) -> Iterator[tuple[str, str, float, float]]:
    """Lines of the legend: words, colour, size, and lines from the one before."""
    kinds, idle = {arrow.kind for arrow in scene.arrows}, any(not arrow.acts for arrow in scene.arrows)
    for shown, words, colour in (
        (True, "box: stock; rounded: process; hexagon: choice of an actor", INK),
        (True, "+ increases, − decreases, ? either", INK),
        ("weighs" in kinds, "grey: enters a choice", SOFT),
        ("expects" in kinds, "dashed: expected choice of another actor", SOFT),
        (idle, "dotted: input with zero derivative on the central path", SOFT),
        ("changes" in kinds, "violet: changed by an option (◇ parameter)", CHANGES),
        (scene.read, "‹stock›: input whose arrow is omitted", SOFT),
        (scene.terminal, "›process‹: uses this stock, without an effect shown", SOFT),
        (scene.merged_processes, "by: the only process that changes the stock, with no other effect shown", SOFT),
        (scene.shared, "two names: same inputs and same effects", SOFT),
    ):
        if shown:
            yield words, colour, LITTLE, 1
    if structure.loops:
        yield "Loops, fastest first", INK, vegalite.SIZE, 1.5
    for loop in structure.loops:
        yield f"{loop.polarity}: {loop.name}", COLOURS.get(loop.sign, SOFT), LITTLE, 1
    left_out = [
        node.name
        for node in structure.nodes
        if node.kind != "parameter" and node.id not in scene.boxes and node.id not in scene.inside
    ]
    names = [*(f"{name}," for name in left_out[:-1]), *left_out[-1:]]
    for n, line in enumerate(wrapped(names, max(width, LEAST) / (vegalite.LETTER * SMALL) - 48)):
        yield ("" if n else "Not shown, without effect on another part: ") + line, SOFT, LITTLE, 1 if n else 1.5


def _colour(arrow: Arrow, sign: str) -> str:
    return CHANGES if arrow.kind in {"changes", "enters"} else COLOURS.get(sign, SOFT)


def _path(d: str, fill: str, stroke: str, width: float, about: str, dash: str = "", more: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path{more} d="{d}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dashes}>'
        f"<title>{vegalite.escaped(about)}</title></path>"
    )


def _text(
    x: float, y: float, words: str, fill: str, size: float, halo: str = "", anchor: str = ' text-anchor="middle"'
) -> str:
    baseline = y + vegalite.BASELINES["middle"] * size
    place = f'x="{x:.1f}" y="{baseline:.1f}" font-size="{size:g}"'
    return f'<text {place}{anchor} fill="{fill}"{halo}>{vegalite.escaped(words)}</text>'
