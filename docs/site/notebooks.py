"""Pages of the site from executed notebooks: cells as code, stored outputs as they are."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

HTML, SVG = "text/html", "image/svg+xml"


def page(file: Path) -> str:
    """A notebook as Markdown: code with its stored outputs; a link to the notebook itself stands at the end."""
    notebook = nbformat.read(file, as_version=4)
    parts = [part for cell in notebook.cells for part in _cell(cell)]
    return "\n\n".join([*parts, f"{{download}}`This page as a notebook <{file.name}>`"]) + "\n"


def _cell(cell: NotebookNode) -> list[str]:
    if cell.cell_type != "code":
        return [str(cell.source)]
    return [_fenced("python", cell.source), *(_output(output) for output in cell.outputs)]


def _output(output: NotebookNode) -> str:
    """An output: HTML and SVG as they are, anything else as text."""
    data = output.get("data", {})
    for kind in (HTML, SVG):
        if kind in data:
            return _fenced("{raw} html", data[kind])
    return _fenced("text", output.get("text", data.get("text/plain", "")))


def _fenced(kind: str, text: str) -> str:
    """A fenced block; its fence is longer than any in the text."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`{3,}", text)), default=2))
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}"
