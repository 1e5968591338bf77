"""PDF, typeset by Typst with its own fonts; the layout is in `paper.typ`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from standoff.errors import Problem, RunError
from standoff.report import assets
from standoff.report.charts.vegalite import standalone
from standoff.report.document import BulletList, Heading, Notice, Paragraph, Picture, TableBlock, flat, plain
from standoff.versions import install_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.report.document import Block

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
            Problem(
                "a PDF needs the library `typst`, which is not installed",
                fix=f"write .docx or .html; for a PDF {install_command('pdf')}",
            )
        ) from None
    data = json.dumps([_plain(block) for block in flat(blocks)], ensure_ascii=False)
    return typst.compile(assets.read("paper.typ").encode(), sys_inputs={"blocks": data})


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": plain(block.text), "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "text", "text": plain(block.text), "soft": block.soft, "strong": block.strong}
    if isinstance(block, Notice):
        return {"kind": "text", "text": plain(block.text), "soft": False, "strong": True}
    if isinstance(block, BulletList):
        return {"kind": "list", "points": [plain(point) for point in block.points]}
    if isinstance(block, TableBlock):
        rows = [[plain(cell) for cell in row] for row in block.rows]
        table = {"heads": block.heads, "numbers": block.numbers, "rows": rows, "caption": block.caption}
        return {"kind": "table", **table, "shares": _shares(block)}
    assert isinstance(block, Picture)
    svg = standalone(block.svg)
    width, height = (float(number) for number in SIZE.findall(svg)[0])
    return {
        "kind": "picture",
        "title": block.title,
        "svg": svg,
        "finding": block.finding,
        "wide": width > WIDE,
        "tall": height > TALL * width,
    }


def _shares(block: TableBlock) -> list[int]:
    """Relative column widths by the longest cell, within bounds; 0 fits the cells.

    A date does not wrap: in a column that is narrower it would be printed over the next one.
    """
    longest = [max(len(plain(cell)) for cell in cells) for cells in zip(block.heads, *block.rows, strict=True)]
    if all(number or letters <= SHORT for number, letters in zip(block.numbers, longest, strict=True)):
        return [max(letters, 1) for letters in longest]  # the table is as wide as the page all the same
    return [0 if letters <= SHORT else min(max(letters, NARROW), BROAD) for letters in longest]
