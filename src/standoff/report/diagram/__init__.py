"""Causal diagram of a scenario as SVG: stocks, processes, choices and loops.

`scene` chooses boxes and arrows, and merges boxes until the diagram is readable; `layout` places them, and `svg` draws
them with a legend.
"""

from __future__ import annotations

from pathlib import Path

from standoff.analysis.causal import CausalGraph
from standoff.files import write_text
from standoff.report.charts import vegalite
from standoff.report.diagram.layout import place
from standoff.report.diagram.scene import scene
from standoff.report.diagram.svg import elements


def write(structure: CausalGraph, path: Path | str) -> Path:
    """Write the diagram as a self-contained SVG file for light and dark mode."""
    where = Path(path)
    write_text(where, file(structure))
    return where


def file(structure: CausalGraph) -> str:
    """Standalone SVG text of the diagram, with light and dark colours."""
    return vegalite.standalone(draw(structure), dark=True) + "\n"


def draw(structure: CausalGraph) -> str:
    """Draw the diagram as an SVG element in the colours of the page, at a readable size."""
    drawn = scene(structure)
    width, height, body = elements(structure, drawn, place(drawn))
    label = vegalite.escaped(f"Causal diagram of {structure.title}")
    size = f'font-size="{vegalite.SIZE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg role="img" aria-label="{label}" {size}>{body}</svg>'
