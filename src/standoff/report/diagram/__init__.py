"""Causal diagram of a scenario as SVG: stocks, processes, choices and loops.

`scene` chooses boxes and arrows, and merges boxes until the diagram is readable; `layout` places them, and `svg` draws
them with a legend.
"""

from standoff.report.diagram.svg import draw, file, write

__all__ = ["draw", "file", "write"]
