"""Execute the notebooks of this folder and store their outputs: `python -m docs.notebooks.execute [NAME ...]`; tests compare.

Outputs stay small: a record that shows itself as HTML is stored as that alone, no picture is stored that is not SVG, and
nothing that goes to standard error, such as remarks of the compiler.
"""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HOME = Path(__file__).parent
LARGEST = 100_000  # bytes of a stored notebook; assumption: as much as a page of the site with its charts
TIMEOUT = 1800  # seconds of a cell; assumption: compiling on a busy machine takes a tenth
HTML, PLAIN = "text/html", "text/plain"


def files() -> dict[str, Path]:
    """Notebooks by name."""
    return {file.stem: file for file in sorted(HOME.glob("*.ipynb"))}


def read(file: Path) -> NotebookNode:
    """A stored notebook; raises `nbformat.ValidationError` for what is none."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    return notebook


def executed(notebook: NotebookNode) -> NotebookNode:
    """The notebook with new outputs, from a kernel of this Python; raises `CellExecutionError`."""
    out = nbformat.from_dict(notebook)
    NotebookClient(out, timeout=TIMEOUT, kernel_name="python3", record_timing=False, coalesce_streams=True).execute()
    for cell in code_cells(out):
        cell.metadata = {}
        cell.outputs = [slim(output) for output in cell.outputs if output.get("name") != "stderr"]
    out.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return out


def slim(output: NotebookNode) -> NotebookNode:
    """An output without the second form of what has HTML; raises `ValueError` for a picture of pixels."""
    data = output.get("data", {})
    if any(kind.startswith("image/") and kind != "image/svg+xml" for kind in data):
        raise ValueError(f"a picture of pixels: {', '.join(data)}")
    if HTML in data:
        output["data"] = {HTML: data[HTML]}
    return output


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(notebook: NotebookNode) -> list[str]:
    """What each code cell prints, as text: markup and styles of HTML are left out."""
    return ["\n".join(map(text_of, cell.outputs)) for cell in code_cells(notebook)]


def text_of(output: NotebookNode) -> str:
    """The text of an output."""
    if output.output_type == "stream":
        return str(output.text)
    data = output.get("data", {})
    if HTML in data:
        return unescape(re.sub(r"\s+", " ", re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>|<[^>]*>", " ", data[HTML])))
    return str(data.get(PLAIN, ""))


def main(names: list[str]) -> None:
    """Execute notebooks (default: all) and store them."""
    for name in names or files():
        file = files()[name]
        text = nbformat.writes(executed(read(file)), indent=1)
        if len(text.encode()) > LARGEST:
            raise ValueError(f"{file.name} would have {len(text.encode()):,} bytes, more than {LARGEST:,}")
        file.write_text(text + "\n", encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main(sys.argv[1:])
