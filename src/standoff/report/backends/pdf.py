"""PDF, typeset by Typst with its own fonts; the layout is in `paper.typ`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from standoff.errors import RunError
from standoff.report import assets
from standoff.report.charts.vegalite import standalone
from standoff.report.document import Block, BulletList, Heading, Notice, Paragraph, Picture, TableBlock, flat, plain
from standoff.versions import install_command

SUFFIX = ".pdf"
WIDE, TALL = 600, 1.3  # pixels, and height over width: larger pictures have a line of their own
SHORT = 16  # letters: a column of no longer cells, such as dates, is as wide as they are
NARROW, BROAD = 20, 40  # letters: any other column is made no narrower and no broader against others
SIZE = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')


def render(blocks: Sequence[Block]) -> bytes:
    """Typeset a document as a PDF file; raises `RunError` where Typst is not installed."""
    try:
        import typst
    except ImportError:
        raise RunError(
            "a PDF needs the library `typst`, which is not installed",
            fix=f"write .docx or .html; for a PDF {install_command('pdf')}",
        ) from None
    data = json.dumps([_plain(block) for block in flat(blocks)], ensure_ascii=False)
    return typst.compile(assets.read("paper.typ").encode(), sys_inputs={"blocks": data})


def _plain(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text, level):
            return {"kind": "heading", "text": plain(text), "level": level}
        case Paragraph(text, soft, strong):
            return {"kind": "text", "text": plain(text), "soft": soft, "strong": strong}
        case Notice(text):
            return _plain(Paragraph(text, strong=True))
        case BulletList(points):
            return {"kind": "list", "points": [*map(plain, points)]}
        case TableBlock():
            rows = [[*map(plain, row)] for row in block.rows]
            table = {"heads": block.heads, "numbers": block.numbers, "rows": rows, "caption": block.caption}
            return {"kind": "table", **table, "shares": _shares(block)}
    assert isinstance(block, Picture)
    svg = standalone(block.svg)
    width, height = map(float, SIZE.findall(svg)[0])
    size = {"wide": width > WIDE, "tall": height > TALL * width}
    return {"kind": "picture", "title": block.title, "svg": svg, "finding": block.finding, **size}


def _shares(block: TableBlock) -> list[int]:
    """Relative column widths by the longest cell, within bounds; 0 fits the cells.

    A date does not wrap: in a column that is narrower it would be printed over the next one.
    """
    longest = [max(len(plain(cell)) for cell in cells) for cells in zip(block.heads, *block.rows, strict=True)]
    if all(number or letters <= SHORT for number, letters in zip(block.numbers, longest, strict=True)):
        return [max(letters, 1) for letters in longest]  # the table is as wide as the page all the same
    return [0 if letters <= SHORT else min(max(letters, NARROW), BROAD) for letters in longest]
