"""The causal diagram of a scenario as SVG: stocks, processes, choices, the parameters that options change, and loops.

Whole, it shows the stocks that link one part to another, and folds away the others. A stock that more arrows leave than
an eye can follow is written into what reads it, as a shadow of itself, as modellers do. Of some processes it shows
everything that they touch. Graphviz, within the package that calls it, decides where things lie, in layers along the
arrows; Altair draws, as it does every figure. Sizes are in CSS pixels.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert

from standoff.report.figures import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from standoff.analysis.structure import Edge, Node, Structure

ARROWS = 5  # assumption: of one stock more than these are not followed; it is then written into its readers
READABLE = 60  # nodes; assumption: with more of them a process that moves one stock alone is drawn in its box
LETTER = 6.9  # width of a letter at 12 pixels in the wider of the usual fonts, measured
SMALL = 0.86  # 10.5 pixels to 12
LINE = 15  # from one line of text to the next
WRAP = 24  # letters of a small line
MARGIN = 16
COLOURS = {"+": "var(--side-1)", "-": "var(--side-0)"}  #: blue and red, which the colour-blind tell apart
SOFT, INK, CHANGES = "var(--soft)", "var(--ink)", "var(--side-2)"
SIGNS = {"+": "+", "-": "−", "?": "?"}


@dataclass(frozen=True)
class Box:
    """A node with its texts: the name, and small lines below it."""

    node: Node
    small: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        wide = max([len(self.node.name) * LETTER, *(len(line) * LETTER * SMALL for line in self.small)])
        side = {"stock": 16, "process": 24, "choice": 44, "parameter": 12}[self.node.kind]
        return round(wide + side), LINE * (1 + len(self.small)) + (12 if self.node.kind != "parameter" else 6)


@dataclass(frozen=True)
class Arrow:
    """A line between two nodes, with the sign at its head; drawn with two heads where both act on each other."""

    source: str
    target: str
    kind: str
    sign: str = ""
    back: str | None = None  #: sign at the other head, None for no other head
    acts: bool = True


@dataclass
class Scene:
    """What is drawn, before and after it has its places."""

    boxes: dict[str, Box]
    arrows: list[Arrow]
    loose: bool = False  #: what choices weigh does not order the layers: choices lie above what they change
    size: tuple[float, float] = (0.0, 0.0)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    lines: list[tuple[Arrow, list[tuple[float, float]], tuple[float, float] | None, tuple[float, float] | None]] = (
        field(default_factory=list)
    )  #: with Bezier points, and the tips at the head and at the other head


def write(structure: Structure, path: Path | str) -> Path:
    """Write the diagram, one SVG file that needs nothing else and follows the reader's light or dark."""
    where = Path(path)
    where.write_text(file(structure), encoding="utf-8")
    return where


def file(structure: Structure) -> str:
    """The diagram as a file by itself: its colours written out, with those for a dark page beside them."""
    light, dark = themes()
    (width, height), body = _picture(structure)
    used = sorted(set(re.findall(r"var\((--[a-z0-9-]+)\)", body)))
    rules = "".join(f'[{what}="{light[name]}"]{{{what}:{dark[name]}}}' for name in used for what in ("fill", "stroke"))
    body = re.sub(r"var\((--[a-z0-9-]+)\)", lambda found: light[found[1]], body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_label(structure)}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">'
        f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>{body}\n"
    )


def draw(structure: Structure) -> str:
    """The diagram as an SVG element for a page, in the page's colours."""
    (width, height), body = _picture(structure)
    return f'<svg role="img" aria-label="{_label(structure)}" viewBox="0 0 {width} {height}">{body}'


def _label(structure: Structure) -> str:
    return html.escape(f"Causal diagram of {structure.title}")


def themes() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the page, light and dark."""
    css = resources.files("standoff.report").joinpath("page.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]+)", block)) for block in re.findall(r":root\s*{([^}]*)}", css)
    ]
    return blocks[0], {**blocks[0], **blocks[1]}


def _picture(structure: Structure) -> tuple[tuple[int, int], str]:
    """Width and height, and what is inside the SVG element, with its end."""
    drawn = scene(structure)
    place(drawn)
    width = drawn.size[0]
    notes = list(_notes(structure, drawn, width))
    bottom = round(max(note["y"] for note in notes) + MARGIN)
    right = round(max([width, *(note["x"] + len(note["text"]) * LETTER * SMALL for note in notes)]) + MARGIN)
    paths, texts = _marks(drawn)
    layers = [
        _chart([{"x": 0, "y": 0, "d": f"M0,0H{right}V{bottom}H0Z", "fill": "var(--paper)"}])
        .mark_point(opacity=1, strokeWidth=0, stroke="transparent").encode(fill=alt.Fill("fill:N", scale=None), **_at()),
        _chart(paths).mark_point(opacity=1).encode(
            fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("stroke:N", scale=None),
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None), strokeDash=alt.StrokeDash("dash:N", scale=None),
            description=alt.Description("about:N"), **_at(),
        ),
        *(
            _chart([text for text in [*texts, *notes] if text["align"] in kinds])
            .mark_text(align=align, baseline="middle", **halo)
            .encode(
                x=alt.X("x:Q", scale=None, axis=None), y=alt.Y("y:Q", scale=None, axis=None), text="text:N",
                color=alt.Color("fill:N", scale=None), size=alt.Size("size:Q", scale=None),
            )
            for kinds, align, halo in (
                (("sign",), "center", {"stroke": "var(--paper)", "strokeWidth": 3.5}),
                (("center", "sign"), "center", {}),
                (("left",), "left", {}),
            )
        ),
    ]  # fmt: skip
    spec = {
        **alt.layer(*layers).to_dict(validate=False), "config": {**STYLE, "aria": True}, "background": None,
        "width": right, "height": bottom, "padding": 0,
        "autosize": "none",
    }  # fmt: skip
    _, _, body = vl_convert.vegalite_to_svg(spec).partition(">")
    body = re.sub(r'<path aria-label="([^"]+)"([^>]*)/?></path>', r"<path\2><title>\1</title></path>", body)
    body = re.sub(r'<path aria-label="([^"]+)"([^>]*)/>', r"<path\2><title>\1</title></path>", body)
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    return (right, bottom), body


# ---- what is drawn -----------------------------------------------------------------------------------------------


def scene(structure: Structure) -> Scene:
    """The boxes and arrows of a structure: whole with what is inside a process folded away, or with everything."""
    whole = not structure.processes
    nodes = {node.id: node for node in structure.nodes}
    hidden = {node.id for node in structure.nodes if whole and (node.kind == "parameter" or not node.links)}
    edges = [edge for edge in structure.edges if not whole or (edge.acts and (edge.text != "when" or edge.sign))]
    shadows = {node.id for node in structure.of_kind("stock") if whole and _leaving(node, edges) > ARROWS}
    small: dict[str, list[str]] = {}
    arrows: dict[tuple[str, str], Arrow] = {}
    for edge in edges:
        source, target = edge.source, edge.target
        if whole and edge.kind == "enters":
            small.setdefault(target, []).append(f"◇{nodes[source].name.partition('.')[2]}")
        elif whole and edge.kind == "changes":
            target = f"process:{nodes[target].owner}"
        if source in hidden or target in hidden:
            continue
        if source in shadows:
            small.setdefault(target, []).append(f"‹{nodes[source].name}›{SIGNS.get(edge.sign, '')}")
            continue
        other = arrows.get((target, source))
        if other is not None and {other.kind, edge.kind} in ({"reads", "writes"}, {"expects"}):
            arrows[target, source] = Arrow(target, source, other.kind, other.sign, edge.sign, other.acts or edge.acts)
        else:
            arrows.setdefault((source, target), Arrow(source, target, edge.kind, edge.sign, None, edge.acts))
    drawn = Scene({}, list(arrows.values()), loose=not whole)
    for node in structure.nodes:
        if node.id not in hidden:
            drawn.boxes[node.id] = Box(
                node, tuple(_wrapped([*_about(node, structure), *sorted(small.get(node.id, []))]))
            )
    if whole:
        _drop_unlinked(drawn, shadows)
        if len(drawn.boxes) > READABLE:
            _merge(drawn)
    return drawn


def _drop_unlinked(drawn: Scene, shadows: set[str]) -> None:
    linked = {end for arrow in drawn.arrows for end in (arrow.source, arrow.target)} | shadows
    drawn.boxes = {name: box for name, box in drawn.boxes.items() if name in linked}


def _merge(drawn: Scene) -> None:
    """Draw a stock and the only process that moves it as one box where that process moves nothing else."""
    for name in [name for name, box in drawn.boxes.items() if box.node.kind == "stock"]:
        writing = [arrow for arrow in drawn.arrows if _moves(arrow, name)]
        if len(writing) != 1:
            continue
        arrow = writing[0]
        process = arrow.source if arrow.kind == "writes" else arrow.target
        if sum(process in (other.source, other.target) and _moved_by(other, process) for other in drawn.arrows) != 1:
            continue
        factor = (arrow.sign if arrow.kind == "writes" else arrow.back) or ""
        drawn.arrows = [
            replace(other, target=name, sign=_product(other.sign, factor)) if other.target == process else other
            for other in drawn.arrows if other is not arrow
        ]  # fmt: skip
        old = drawn.boxes.pop(process)
        drawn.boxes[name] = Box(drawn.boxes[name].node, (f"by {old.node.name}", *old.small))


def _moves(arrow: Arrow, stock: str) -> bool:
    """Whether an arrow is, or has at its other head, a process that writes the stock."""
    return (arrow.kind == "writes" and arrow.target == stock) or (
        arrow.kind == "reads" and arrow.back is not None and arrow.source == stock
    )


def _moved_by(arrow: Arrow, process: str) -> bool:
    return (arrow.kind == "writes" and arrow.source == process) or (
        arrow.kind == "reads" and arrow.back is not None and arrow.target == process
    )


def _product(sign: str, factor: str) -> str:
    if "?" in (sign, factor):
        return "?"
    return "" if not sign or not factor else "+" if sign == factor else "-"


def _leaving(node: Node, edges: Iterable[Edge]) -> int:
    return sum(edge.source == node.id for edge in edges)


def _about(node: Node, structure: Structure) -> list[str]:
    """What is said of a node below its name, where there is room for it."""
    if not structure.processes:
        return []
    if node.kind == "parameter":
        return [node.unit] if node.unit != "1" else []
    return list(node.holders if node.kind == "stock" else node.options)


def _wrapped(words: Sequence[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) + 1 > WRAP:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


# ---- where it lies -----------------------------------------------------------------------------------------------


def place(drawn: Scene) -> None:
    """Lay the scene out in layers (Graphviz, `dot`); no text is measured there, so no font is needed."""
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="TB", nodesep="0.25", ranksep="0.5", splines="true", remincross="true")
    graph.node_attr.update(shape="box", label="", fixedsize="true")
    graph.edge_attr.update(arrowsize="0.6")
    for name, box in drawn.boxes.items():
        width, height = box.size
        graph.add_node(name, width=f"{width / 72:.3f}", height=f"{height / 72:.3f}")
    for n, arrow in enumerate(drawn.arrows):
        both = "both" if arrow.back is not None else "forward"
        thin = arrow.kind in {"weighs", "expects"}
        free = "false" if thin and drawn.loose else "true"
        graph.add_edge(arrow.source, arrow.target, key=str(n), dir=both, weight="1" if thin else "3", constraint=free)
    graph.layout(prog="dot")
    left, low, right, top = (float(word) for word in graph.graph_attr["bb"].split(","))
    drawn.size = (right - left + 2 * MARGIN, top - low + 2 * MARGIN)

    def point(text: str) -> tuple[float, float]:
        x, y = text.split(",")[-2:]
        return float(x) - left + MARGIN, top - float(y) + MARGIN

    drawn.places = {name: point(graph.get_node(name).attr["pos"]) for name in drawn.boxes}
    for n, arrow in enumerate(drawn.arrows):
        words = graph.get_edge(arrow.source, arrow.target, key=str(n)).attr["pos"].split()
        tips = {word[0]: point(word) for word in words if word[0] in "es"}
        line = [point(word) for word in words if word[0] not in "es"]
        drawn.lines.append((arrow, line, tips.get("e"), tips.get("s")))


# ---- marks -------------------------------------------------------------------------------------------------------

Mark = dict[str, Any]


def _marks(drawn: Scene) -> tuple[list[Mark], list[Mark]]:
    """Outlines and texts: lines first, so that boxes lie on them."""
    paths: list[Mark] = []
    texts: list[Mark] = []
    for arrow, line, head, tail in drawn.lines:
        colour = _colour(arrow, arrow.sign)
        weak = arrow.kind in {"weighs", "expects"}
        about = f"{drawn.boxes[arrow.source].node.name} to {drawn.boxes[arrow.target].node.name}"
        dash = [4, 3] if arrow.kind == "expects" else [1.5, 3] if not arrow.acts else [1, 0]
        curve = "".join(f"{'MC'[n > 0] if n < 2 else ' '}{x:.1f},{y:.1f}" for n, (x, y) in enumerate(line))
        paths.append(_path(0, 0, curve, "transparent", colour, 0.8 if weak else 1.3, about, dash))
        for tip, base, sign, side in ((head, line[-1], arrow.sign, 1), (tail, line[0], arrow.back, -1)):
            if tip is not None:
                paths.append(_path(0, 0, _tip(tip, base), _colour(arrow, sign), _colour(arrow, sign), 0.5, about))
                if sign:
                    spots = [_beside(tip, base, side, 4 + 10 * n) for n in range(5)]
                    spot = next((spot for spot in spots if _free(spot, texts)), spots[0])
                    texts.append(_text(*spot, SIGNS[sign], _colour(arrow, sign), 13, "sign"))
    for name, box in drawn.boxes.items():
        (x, y), (width, height) = drawn.places[name], box.size
        node = box.node
        about = ": ".join(word for word in (node.name, node.text) if word)
        if node.kind != "parameter":
            stroke = CHANGES if node.kind == "choice" else INK
            paths.append(_path(x, y, _outline(node.kind, width, height), "var(--card)", stroke, 1.2, about))
        top = y - LINE * len(box.small) / 2
        colour = CHANGES if node.kind in {"choice", "parameter"} else INK
        texts.append(_text(x, top, node.name, colour, 12))
        texts += [_text(x, top + LINE * n, line, SOFT, 10.5) for n, line in enumerate(box.small, 1)]
    return paths, texts


def _outline(kind: str, width: float, height: float) -> str:
    """A stock's box, a process with round ends, a choice as a long diamond; around the origin."""
    w, h = width / 2, height / 2
    if kind == "stock":
        return f"M{-w},{-h}H{w}V{h}H{-w}Z"
    if kind == "choice":
        return f"M{-w},0L{14 - w},{-h}H{w - 14}L{w},0L{w - 14},{h}H{14 - w}Z"
    r = min(h, 14)
    return (
        f"M{r - w},{-h}H{w - r}Q{w},{-h} {w},{r - h}V{h - r}Q{w},{h} {w - r},{h}"
        f"H{r - w}Q{-w},{h} {-w},{h - r}V{r - h}Q{-w},{-h} {r - w},{-h}Z"
    )


def _tip(tip: tuple[float, float], base: tuple[float, float]) -> str:
    (x, y), (a, b) = tip, base
    across, along = (b - y) * 0.45, (x - a) * 0.45
    return f"M{x:.1f},{y:.1f}L{a + across:.1f},{b + along:.1f}L{a - across:.1f},{b - along:.1f}Z"


def _free(at: tuple[float, float], signs: Iterable[Mark]) -> bool:
    """Whether no other sign stands there."""
    return all(abs(at[0] - sign["x"]) > 8 or abs(at[1] - sign["y"]) > 9 for sign in signs)


def _beside(tip: tuple[float, float], base: tuple[float, float], side: int, back: float) -> tuple[float, float]:
    """Where a sign stands: beside the line just before its head, on the side that is away from what it points at."""
    (x, y), (a, b) = tip, base
    length = max(((x - a) ** 2 + (y - b) ** 2) ** 0.5, 1e-9)
    dx, dy = (x - a) / length, (y - b) / length
    away = side if abs(dx) < 0.2 else 1 if dx >= 0 else -1  # upright lines with two heads: one on either side
    right = away * (1 if dy >= 0 else -1)
    return a - back * dx + 8 * right * dy, b - back * dy - 8 * right * dx


def _colour(arrow: Arrow, sign: str | None) -> str:
    return CHANGES if arrow.kind in {"changes", "enters"} else COLOURS.get(sign or "", SOFT)


def _path(
    x: float, y: float, d: str, fill: str, stroke: str, wide: float, about: str, dash: Sequence[float] = (1, 0)
) -> Mark:
    return {"x": x, "y": y, "d": d, "fill": fill, "stroke": stroke, "wide": wide, "about": about, "dash": list(dash)}


def _text(x: float, y: float, text: str, fill: str, size: float, align: str = "center") -> Mark:
    return {"x": round(x, 1), "y": round(y, 1), "text": text, "fill": fill, "size": size, "align": align}


def _notes(structure: Structure, drawn: Scene, width: float) -> Iterator[Mark]:
    """Below the diagram: what the marks mean, the loops, and what is folded away."""
    y = drawn.size[1] + LINE
    kinds, idle = {arrow.kind for arrow in drawn.arrows}, any(not arrow.acts for arrow in drawn.arrows)
    says = [
        ("box: stock; rounded: process; diamond: choice of an actor", INK),
        ("+ drives or adds to, − slows or takes from, ? either", INK),
        *([("grey: is weighed by a choice", SOFT)] if "weighs" in kinds else []),
        *([("dashed: what another is expected to choose", SOFT)] if "expects" in kinds else []),
        *([("dotted: read, without a slope on the central path", SOFT)] if idle else []),
        *([("violet: an option changes it (◇ parameter)", CHANGES)] if "changes" in kinds else []),
    ]
    if any("‹" in line for box in drawn.boxes.values() for line in box.small):
        says.append(("‹stock›: read here, its arrow left out", SOFT))
    if any(line.startswith("by ") for box in drawn.boxes.values() for line in box.small):
        says.append(("by: the process that alone moves the stock, and moves no other that is shown", SOFT))
    for text, colour in says:
        yield _text(MARGIN, y, text, colour, 10.5, "left")
        y += LINE
    if structure.loops:
        y += LINE / 2
        yield _text(MARGIN, y, "Loops, the quickest first", INK, 12, "left")
    for loop in structure.loops:
        y += LINE
        yield _text(MARGIN, y, f"{loop.polarity}: {loop.name}", COLOURS.get(loop.sign, SOFT), 10.5, "left")
    drawn_inside = {line.removeprefix("by ") for box in drawn.boxes.values() for line in box.small}
    folded = [
        node.name for node in structure.nodes
        if node.id not in drawn.boxes and (node.kind == "stock" or (node.kind != "parameter" and node.name not in drawn_inside))
    ]  # fmt: skip
    for n, line in enumerate(_wrapped_to(folded, max(width, 500) / (LETTER * SMALL)) if folded else ()):
        y += LINE * (1.5 if n == 0 else 1)
        yield _text(
            MARGIN, y, ("Not shown, as no part hands them on to another: " if n == 0 else "") + line, SOFT, 10.5, "left"
        )


def _wrapped_to(words: Sequence[str], letters: float) -> Iterator[str]:
    line = ""
    for n, word in enumerate(words):
        word += "" if n == len(words) - 1 else ","
        if line and len(line) + len(word) > letters - 48:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def _at() -> dict[str, Any]:
    return {
        "x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None),
        "shape": alt.Shape("d:N", scale=None), "size": alt.value(4),
    }  # fmt: skip


def _chart(rows: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]
