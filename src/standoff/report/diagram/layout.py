"""Layout of boxes and arrows in layers, by Graphviz `dot`.

Graphviz measures no text here, so that no font is needed. Sizes are in CSS pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.report.diagram.boxes import Arrow, Scene

MARGIN = 16
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """An arrow with Bezier points, and the tips at its head and at its other head."""

    arrow: Arrow
    points: tuple[Point, ...]
    head: Point | None
    tail: Point | None


@dataclass(frozen=True)
class Places:
    """Positions of boxes and arrows."""

    width: float
    height: float
    boxes: dict[str, Point]  #: their middles
    lines: tuple[Line, ...]


def place(scene: Scene) -> Places:
    """Lay the scene out."""
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="TB", nodesep="0.25", ranksep="0.5", splines="true", remincross="true")
    graph.node_attr.update(shape="box", label="", fixedsize="true")
    graph.edge_attr.update(arrowsize="0.6")
    for name, box in scene.boxes.items():
        width, height = box.size
        graph.add_node(name, width=f"{width / 72:.3f}", height=f"{height / 72:.3f}")
    for n, arrow in enumerate(scene.arrows):
        both = "both" if arrow.back is not None else "forward"
        thin = arrow.kind in {"weighs", "expects"}
        free = "false" if thin and scene.detached else "true"
        graph.add_edge(arrow.source, arrow.target, key=str(n), dir=both, weight="1" if thin else "3", constraint=free)
    graph.layout(prog="dot")
    left, low, right, top = (float(word) for word in graph.graph_attr["bb"].split(","))

    def point(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return float(x) - left + MARGIN, top - float(y) + MARGIN

    lines = []
    for n, arrow in enumerate(scene.arrows):
        words = graph.get_edge(arrow.source, arrow.target, key=str(n)).attr["pos"].split()
        tips = {word[0]: point(word) for word in words if word[0] in "es"}
        points = tuple(point(word) for word in words if word[0] not in "es")
        lines.append(Line(arrow, points, tips.get("e"), tips.get("s")))
    boxes = {name: point(graph.get_node(name).attr["pos"]) for name in scene.boxes}
    return Places(right - left + 2 * MARGIN, top - low + 2 * MARGIN, boxes, tuple(lines))
