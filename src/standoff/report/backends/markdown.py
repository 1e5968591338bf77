"""Markdown (CommonMark with tables); pictures are embedded as data URLs."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from standoff.report import document, no_break
from standoff.report.charts.vegalite import standalone
from standoff.report.document import (
    Block,
    BulletList,
    Code,
    Content,
    Heading,
    Inline,
    Link,
    Note,
    Notice,
    Paragraph,
    Picture,
    Strong,
    TableBlock,
)

SUFFIX = ".md"
SPECIAL = re.compile(r"[\\`*_\[\]<>#|~]")


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as a Markdown file in UTF-8."""
    return no_break.text("\n\n".join(filter(None, map(_block, document.flat(blocks)))) + "\n").encode()


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {text(block.text)}"
        case Paragraph():
            mark = "*" if block.soft and text(block.text) else "**" if block.strong else ""
            return f"{mark}{text(block.text)}{mark}"
        case Notice():
            return f"> **{text(block.text)}**"
        case BulletList(points):
            return "\n".join(f"- {text(point)}" for point in points)
        case TableBlock():
            marks = ["---:" if number else "---" for number in block.numbers]
            rows = [map(text, block.heads), marks, *(map(text, row) for row in block.rows)]
            caption = [f"**{text(block.caption)}**", ""] if block.caption else []
            return "\n".join([*caption, *(f"| {' | '.join(row)} |" for row in rows)])
    assert isinstance(block, Picture)
    data = base64.b64encode(standalone(block.svg).encode()).decode()
    return f"![{text(block.title).rstrip('.')}. {text(block.finding)}](data:image/svg+xml;base64,{data})"


def text(content: Content) -> str:
    """A text with its nodes and special characters escaped, on one line."""
    return " ".join("".join(map(_node, document.inlines(content))).split())


def _node(node: Inline) -> str:
    match node:
        case Code(words) if "|" not in words:  # code cannot have the `|` of a table
            return f"`{words}`"
        case Note(words):
            return f" (`{words}`)"
        case Strong(words):
            return f"**{escaped(words)}**"
        case Link(words, target) if target.startswith("http"):
            return f"[{escaped(words)}]({target})"
    return escaped(document.words(node))


def escaped(words: str) -> str:
    """Words with Markdown's special characters escaped."""
    return SPECIAL.sub(lambda match: f"\\{match[0]}", words)
