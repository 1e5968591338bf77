"""Markdown (CommonMark with tables); pictures are embedded as data URLs."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from standoff.report import document, no_break
from standoff.report.charts.vegalite import standalone
from standoff.report.document import (
    Bar,
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
    SignedBar,
    Strong,
    TableBlock,
)

SUFFIX = ".md"
SPECIAL = re.compile(r"[\\`*_\[\]<>#|~]")


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as a Markdown file in UTF-8."""
    return no_break.text("\n\n".join(filter(None, map(_block, document.flat(blocks)))) + "\n").encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {text(block.text)}"
    if isinstance(block, Paragraph):
        words = text(block.text)
        return f"*{words}*" if block.soft and words else f"**{words}**" if block.strong else words
    if isinstance(block, Notice):
        return f"> **{text(block.text)}**"
    if isinstance(block, BulletList):
        return "\n".join(f"- {text(point)}" for point in block.points)
    if isinstance(block, TableBlock):
        rows = [
            _row(map(text, block.heads)),
            _row("---:" if number else "---" for number in block.numbers),
            *(_row(map(text, row)) for row in block.rows),
        ]
        return "\n".join([*([f"**{text(block.caption)}**", ""] if block.caption else []), *rows])
    assert isinstance(block, Picture)
    data = base64.b64encode(standalone(block.svg).encode()).decode()
    return f"![{text(block.title).rstrip('.')}. {text(block.finding)}](data:image/svg+xml;base64,{data})"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def text(content: Content) -> str:
    """A text with its nodes and special characters escaped, on one line."""
    return " ".join("".join(map(_node, document.inlines(content))).split())


def _node(node: Inline) -> str:
    if isinstance(node, Code) and "|" not in node.text:  # code cannot have the `|` of a table
        return f"`{node.text}`"
    if isinstance(node, Code):
        return escaped(f"`{node.text}`")
    if isinstance(node, Bar | SignedBar):
        return ""
    if isinstance(node, Note):
        return f" (`{node.text}`)"
    words = escaped(node if isinstance(node, str) else node.text)
    if isinstance(node, Strong):
        return f"**{words}**"
    return f"[{words}]({node.target})" if isinstance(node, Link) and node.target.startswith("http") else words


def escaped(words: str) -> str:
    """Words with Markdown's special characters escaped."""
    return SPECIAL.sub(lambda match: f"\\{match[0]}", words)
