"""Causal diagram of a scenario as SVG: stocks, processes, choices and loops.

`scene` chooses boxes and arrows, `simplify` merges boxes until the diagram is readable, `layout` places them, and `svg`
and `legend` draw them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.files import write_text
from standoff.report import assets
from standoff.report.charts import vegalite as drawing
from standoff.report.diagram.boxes import SMALL
from standoff.report.diagram.layout import MARGIN, place
from standoff.report.diagram.legend import notes
from standoff.report.diagram.scene import scene
from standoff.report.diagram.svg import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.analysis.causal import CausalGraph
    from standoff.report.diagram.svg import Mark

SHAPE = {"type": "point", "opacity": 1, "size": 4}  #: paths are given at the size that they have
AT = {end: drawing.number(end, scale=None, axis=None) for end in "xy"}
OUTLINE = {
    "shape": drawing.same("d"),
    "fill": drawing.same("fill"),
    "stroke": drawing.same("stroke"),
    "strokeWidth": drawing.number("wide", scale=None),
    "strokeDash": drawing.same("dash"),
    "description": drawing.word("about"),
}
KINDS: tuple[tuple[str, str, drawing.Spec], ...] = (
    ("sign", "center", {"stroke": "var(--paper)", "strokeWidth": 3.5}),
    ("center", "center", {}),
    ("sign", "center", {}),
    ("left", "left", {}),
)


def write(structure: CausalGraph, path: Path | str) -> Path:
    """Write the diagram as a self-contained SVG file for light and dark mode."""
    where = Path(path)
    write_text(where, file(structure))
    return where


def file(structure: CausalGraph) -> str:
    """Standalone SVG text of the diagram, with light and dark colours."""
    light, dark = themes()
    (width, height), body = _picture(structure)
    used = sorted(set(drawing.VARIABLE.findall(body)))
    rules = "".join(
        f'[{what}="{light[name]}"]{{{what}:{dark[name]}}}'
        for name in used
        if name in light
        for what in ("fill", "stroke")
    )
    body = drawing.coloured(body, light)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_label(structure)}" {drawing.FONT} width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">'
        f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>{body}\n"
    )


def draw(structure: CausalGraph) -> str:
    """Draw the diagram as an SVG element in the colours of the page, at a readable size."""
    (width, height), body = _picture(structure)
    return (
        f'<svg role="img" aria-label="{_label(structure)}" font-size="{drawing.SIZE}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{body}'
    )


def _label(structure: CausalGraph) -> str:
    return drawing.escaped(f"Causal diagram of {structure.title}")


def themes() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the page, light and dark."""
    css = assets.read("page.css")
    blocks = [
        dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]+)", block)) for block in re.findall(r":root\s*{([^}]*)}", css)
    ]
    return blocks[0], {**blocks[0], **blocks[1]}


def _picture(structure: CausalGraph) -> tuple[tuple[int, int], str]:
    """Width, height and content of the SVG element, with its end tag."""
    samples = scene(structure)
    places = place(samples)
    below = list(notes(structure, samples, places))
    bottom = round(max(note["y"] for note in below) + MARGIN)
    widest = max(note["x"] + len(note["text"]) * drawing.LETTER * SMALL for note in below)
    right = round(max(places.width, widest) + MARGIN)
    paths, texts = marks(samples, places)
    paper = {"x": 0, "y": 0, "d": f"M0,0H{right}V{bottom}H0Z", "fill": "var(--paper)"}
    rows: dict[str, Sequence[Mark]] = {"paper": [paper], "paths": paths}
    layers = [
        drawing.layer(
            "paper",
            {**SHAPE, "strokeWidth": 0, "stroke": "transparent"},
            **AT,
            shape=drawing.same("d"),
            fill=drawing.same("fill"),
        ),
        drawing.layer("paths", SHAPE, **AT, **OUTLINE),
    ]
    for kind, align, halo in KINDS:
        for size in sorted({text["size"] for text in [*texts, *below] if text["align"] == kind}):
            name = f"{kind} {size}"
            rows[name] = [text for text in [*texts, *below] if (text["align"], text["size"]) == (kind, size)]
            mark = drawing.text(size, align=align, **halo)
            layers.append(drawing.layer(name, mark, **AT, text=drawing.word("text"), color=drawing.same("fill")))
    return (right, bottom), drawing.inside(layers, rows, right, bottom, described=True)
