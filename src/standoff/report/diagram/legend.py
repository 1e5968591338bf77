"""Legend of a diagram: marks, loops, and omitted nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.report.charts import vegalite
from standoff.report.diagram.boxes import LINE, SMALL
from standoff.report.diagram.layout import MARGIN
from standoff.report.diagram.svg import CHANGES, COLOURS, INK, SOFT, label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.analysis.causal import CausalGraph
    from standoff.report.diagram.boxes import Scene
    from standoff.report.diagram.layout import Places
    from standoff.report.diagram.svg import Mark


def notes(structure: CausalGraph, scene: Scene, places: Places) -> Iterator[Mark]:
    """Draw the legend: marks, loops, and omitted nodes."""
    y = places.height + LINE
    kinds, idle = {arrow.kind for arrow in scene.arrows}, any(not arrow.acts for arrow in scene.arrows)
    says = [
        ("box: stock; rounded: process; hexagon: choice of an actor", INK),
        ("+ increases, − decreases, ? either", INK),
        *([("grey: enters a choice", SOFT)] if "weighs" in kinds else []),
        *([("dashed: expected choice of another actor", SOFT)] if "expects" in kinds else []),
        *([("dotted: input with zero derivative on the central path", SOFT)] if idle else []),
        *([("violet: changed by an option (◇ parameter)", CHANGES)] if "changes" in kinds else []),
    ]
    if scene.read:
        says.append(("‹stock›: input whose arrow is omitted", SOFT))
    if scene.terminal:
        says.append(("›process‹: uses this stock, without an effect shown", SOFT))
    if scene.merged_processes:
        says.append(("by: the only process that changes the stock, with no other effect shown", SOFT))
    if scene.shared:
        says.append(("two names: same inputs and same effects", SOFT))
    for text, colour in says:
        yield label(MARGIN, y, text, colour, 10.5, "left")
        y += LINE
    if structure.loops:
        y += LINE / 2
        yield label(MARGIN, y, "Loops, fastest first", INK, 12, "left")
    for loop in structure.loops:
        y += LINE
        yield label(MARGIN, y, f"{loop.polarity}: {loop.name}", COLOURS.get(loop.sign, SOFT), 10.5, "left")
    folded = [
        node.name
        for node in structure.nodes
        if node.kind != "parameter" and node.id not in scene.boxes and node.id not in scene.inside
    ]
    for n, line in enumerate(_wrapped_to(folded, max(places.width, 500) / (vegalite.LETTER * SMALL)) if folded else ()):
        y += LINE * (1.5 if n == 0 else 1)
        yield label(
            MARGIN, y, ("Not shown, without effect on another part: " if n == 0 else "") + line, SOFT, 10.5, "left"
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
