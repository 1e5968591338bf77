"""Markdown (CommonMark with tables); pictures are embedded as data URLs."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from standoff.report import no_break
from standoff.report.document import BulletList, Heading, NotedText, Notice, Paragraph, Picture, TableBlock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.report.document import Block

SUFFIX = ".md"
CODE = re.compile(
    r"(`[^`|]+`)|([\\`*_\[\]<>#|~])"
)  #: code, which cannot have the `|` of a table, or a special character


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as a Markdown file in UTF-8."""
    return no_break.text("\n\n".join(filter(None, map(_block, blocks))) + "\n").encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {plain(block.text)}"
    if isinstance(block, Paragraph):
        text = plain(block.text)
        return f"*{text}*" if block.soft and text else f"**{text}**" if block.strong else text
    if isinstance(block, Notice):
        return f"> **{plain(block.text)}**"
    if isinstance(block, BulletList):
        return "\n".join(f"- {_noted(point)}" for point in block.points)
    if isinstance(block, TableBlock):
        rows = [
            _row(map(plain, block.heads)),
            _row("---:" if number else "---" for number in block.numbers),
            *map(_row, _plain(block)),
        ]
        return "\n".join([*([f"**{plain(block.caption)}**", ""] if block.caption else []), *rows])
    return _picture(block)


def _plain(block: TableBlock) -> list[list[str]]:
    return [[_noted(cell) for cell in row] for row in block.rows]


def _row(cells: Sequence[str] | object) -> str:
    return f"| {' | '.join(cells)} |"  # type: ignore[arg-type]


def _noted(text: str) -> str:
    """A text, its note as code."""
    return f"{plain(text.text)} (`{text.note}`)" if isinstance(text, NotedText) and text.note else plain(text)


def _picture(block: Picture) -> str:
    data = base64.b64encode(block.svg.encode()).decode()
    return f"![{plain(block.title).rstrip('.')}. {plain(block.finding)}](data:image/svg+xml;base64,{data})"


def plain(text: str) -> str:
    """Escape Markdown's special characters outside code, and join the lines of a text."""
    return CODE.sub(lambda found: found[1] or rf"\{found[2]}", " ".join(text.split()))
