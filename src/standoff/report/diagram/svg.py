"""SVG elements of a diagram: outlines and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standoff.report.diagram.boxes import LINE, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standoff.report.diagram.boxes import Arrow, Scene
    from standoff.report.diagram.layout import Places, Point

COLOURS = {"+": "var(--side-1)", "-": "var(--side-0)"}  #: blue and red, which the colour-blind tell apart
SOFT, INK, CHANGES = "var(--soft)", "var(--ink)", "var(--side-2)"
SIGN = 13  #: size of a sign
Mark = dict[str, Any]


def marks(scene: Scene, places: Places) -> tuple[list[Mark], list[Mark]]:
    """Outlines and texts: lines first, so that boxes lie on them."""
    paths: list[Mark] = []
    texts: list[Mark] = []
    for placed in places.lines:
        arrow, line, head, tail = placed.arrow, placed.points, placed.head, placed.tail
        colour = _colour(arrow, arrow.sign)
        weak = arrow.kind in {"weighs", "expects"}
        about = f"{scene.boxes[arrow.source].node.name} to {scene.boxes[arrow.target].node.name}"
        dash = [4, 3] if arrow.kind == "expects" else [1.5, 3] if not arrow.acts else [1, 0]
        curve = "".join(f"{'MC'[n > 0] if n < 2 else ' '}{x:.1f},{y:.1f}" for n, (x, y) in enumerate(line))
        paths.append(path(0, 0, curve, "transparent", colour, 0.8 if weak else 1.3, about, dash))
        for tip, base, sign, side in ((head, line[-1], arrow.sign, 1), (tail, line[0], arrow.back, -1)):
            if tip is not None:
                paths.append(path(0, 0, _tip(tip, base), _colour(arrow, sign), _colour(arrow, sign), 0.5, about))
                if sign:
                    spots = [_sign_position(tip, base, side, 4 + 10 * n) for n in range(5)]
                    spot = next((spot for spot in spots if _free(spot, texts)), spots[0])
                    texts.append(label(*spot, SIGNS[sign], _colour(arrow, sign), SIGN, "sign"))
    for name, box in scene.boxes.items():
        (x, y), (width, height) = places.boxes[name], box.size
        node = box.node
        about = ": ".join(word for word in (node.name, node.text) if word)
        if node.kind != "parameter":
            stroke = CHANGES if node.kind == "choice" else INK
            paths.append(path(x, y, _outline(node.kind, width, height), "var(--card)", stroke, 1.2, about))
        top = y - LINE * len(box.small) / 2
        colour = CHANGES if node.kind in {"choice", "parameter"} else INK
        texts.append(label(x, top, node.name, colour, 12))
        texts += [label(x, top + LINE * n, line, SOFT, 10.5) for n, line in enumerate(box.small, 1)]
    return paths, texts


def _outline(kind: str, width: float, height: float) -> str:
    """A stock's box, a process with round ends, a choice as a long hexagon; around the origin."""
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


def _tip(tip: Point, base: Point) -> str:
    (x, y), (a, b) = tip, base
    across, along = (b - y) * 0.45, (x - a) * 0.45
    return f"M{x:.1f},{y:.1f}L{a + across:.1f},{b + along:.1f}L{a - across:.1f},{b - along:.1f}Z"


def _free(at: Point, signs: Iterable[Mark]) -> bool:
    """Whether a position has no other sign."""
    return all(abs(at[0] - sign["x"]) > 8 or abs(at[1] - sign["y"]) > 9 for sign in signs)


def _sign_position(tip: Point, base: Point, side: int, back: float) -> Point:
    """Position of a sign: beside the line before its head, on the side away from the target."""
    (x, y), (a, b) = tip, base
    length = max(((x - a) ** 2 + (y - b) ** 2) ** 0.5, 1e-9)
    dx, dy = (x - a) / length, (y - b) / length
    away = side if abs(dx) < 0.2 else 1 if dx >= 0 else -1  # upright lines with two heads: one on either side
    right = away * (1 if dy >= 0 else -1)
    return a - back * dx + 8 * right * dy, b - back * dy - 8 * right * dx


def _colour(arrow: Arrow, sign: str | None) -> str:
    return CHANGES if arrow.kind in {"changes", "enters"} else COLOURS.get(sign or "", SOFT)


def path(
    x: float, y: float, d: str, fill: str, stroke: str, wide: float, about: str, dash: Sequence[float] = (1, 0)
) -> Mark:
    return {"x": x, "y": y, "d": d, "fill": fill, "stroke": stroke, "wide": wide, "about": about, "dash": list(dash)}


def label(x: float, y: float, text: str, fill: str, size: float, align: str = "center") -> Mark:
    return {"x": round(x, 1), "y": round(y, 1), "text": text, "fill": fill, "size": size, "align": align}
