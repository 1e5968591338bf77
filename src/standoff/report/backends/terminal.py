"""The terminal, as rich renderables; pictures are left out.

Colour only repeats information that words or signs give, so that output in a file is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.containers import Lines
from rich.measure import Measurement
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from standoff.report import document, no_break
from standoff.report.document import (
    Bar,
    Block,
    BulletList,
    Content,
    Facts,
    Fold,
    Heading,
    Note,
    Notice,
    Paragraph,
    SignedBar,
    Strong,
    TableBlock,
)

MANY = 3  # assumption: up to this many columns of numbers are never wrapped
MIN_WIDTH = 20  # characters of a column of text beside more columns of numbers; assumption
BAR, SIGNED = 20, 13  # characters of a bar; that of a part of a sum is odd, so that there is a middle
EIGHTHS = " ▏▎▍▌▋▊▉"
STYLES: dict[type, str] = {Note: "dim", Strong: "bold"}
TIED = "\ue000"  #: for a space that no line may break at, while rich wraps: it breaks at no-break spaces, too
PARTS = re.compile(r"[^-._/]*[-._/]+|[^-._/]+")


def render(blocks: Sequence[Block], is_cut: bool = False) -> RenderableType:
    """Render a document; `is_cut` cuts lines at the width of the terminal."""
    return Group(*(item for block in blocks for item in _block(block, is_cut)))


def _block(block: Block, is_cut: bool) -> Iterator[RenderableType]:
    match block:
        case Heading():
            text = styled(block.text, "bold")
            is_bare = block.level != 2 or is_cut
            yield text if is_bare else Padding(Rule(text, align="left", style="dim"), (1, 0, 1, 0))
        case Paragraph():
            yield _cut(styled(block.text, "dim" if block.soft else "bold" if block.strong else ""), is_cut)
        case Notice():
            yield styled(block.text, "bold yellow")
        case BulletList(points):
            for point in points:
                yield _cut(WrappedText("  " if is_cut else "- ").append_text(styled(point)), is_cut)
        case Facts():
            yield _cut(styled(document.sentence(block)), is_cut)
        case TableBlock():
            yield from _lines(block) if is_cut else _table(block)
        case Fold():
            yield render((Heading(block.title, block.level), *block.blocks), is_cut)
        case document.OnPage():
            yield render(block.instead, is_cut)
        case document.Group():
            inside = render(block.blocks, is_cut)
            yield Padding(inside, (0, 0, 1, 2)) if block.kind == "card" else inside


def _cut(text: Text, is_cut: bool) -> Text:
    if is_cut:
        text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _table(block: TableBlock) -> Iterator[RenderableType]:
    if block.caption:
        yield styled(block.caption, "bold")
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    grid.show_header = any(block.heads)
    is_many = sum(block.numbers) > MANY
    for name, is_number in zip(block.heads, block.numbers, strict=True):
        if is_number:
            grid.add_column(name, justify="right", no_wrap=not is_many, overflow="fold")
        else:
            grid.add_column(name, min_width=MIN_WIDTH if is_many and name else None, overflow="fold")
    for number, row in enumerate(block.rows):
        if block.totals and number == len(block.rows) - block.totals:
            grid.add_section()
        grid.add_row(*(_DrawnBar(cell) if isinstance(cell, Bar | SignedBar) else styled(cell) for cell in row))
    yield from (grid, Text())


def _lines(block: TableBlock) -> Iterator[RenderableType]:
    """A table of values and what they are of, a line each, which is cut at its end."""
    width = min(max(len(document.plain(row[0])) for row in block.rows), 44)  # assumption: half of a narrow terminal
    for value, *rest in block.rows:
        yield _cut(Text(f"  {document.plain(value):{width}}  {'  '.join(map(document.plain, rest))}"), True)


def styled(content: Content, style: str = "") -> WrappedText:
    """A text with its notes dim."""
    out = WrappedText("", style)
    for node in content if isinstance(content, tuple) else (content,):
        if isinstance(node, Bar | SignedBar):
            out.append(bar(node), "cyan")
        else:
            out.append(document.words(node), STYLES.get(type(node)))
    return out


def bar(node: Bar | SignedBar, ascii_only: bool = False) -> str:
    """A bar of block characters, which needs no colour; with `#` on ASCII consoles."""
    if isinstance(node, SignedBar):
        half = SIGNED // 2
        length = min(half, round(half * abs(node.part) / node.largest)) if node.largest > 0 else 0
        mark = "#" if ascii_only else "█"
        left = (mark * length if node.part < 0 else "").rjust(half)
        right = (mark * length if node.part > 0 else "").ljust(half)
        return f"{left}|{right}" if ascii_only else f"{left}│{right}"
    filled = min(max(node.share, 0.0), 1.0) * BAR
    if ascii_only:
        return ("#" * round(filled)).ljust(BAR, ".")
    whole, rest = int(filled), int((filled % 1) * 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(BAR, "·")


@dataclass(frozen=True)
class _DrawnBar:
    """A bar in a cell."""

    node: Bar | SignedBar

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        text = bar(self.node, options.ascii_only)
        if isinstance(self.node, SignedBar):
            yield Segment(text, Style.parse("red" if self.node.part < 0 else "green"))
        else:
            full = len(text.rstrip("·."))
            yield Segment(text[:full], Style.parse("cyan"))
            yield Segment(text[full:], Style.parse("dim"))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width = SIGNED if isinstance(self.node, SignedBar) else BAR
        return Measurement(width, width)


class WrappedText(Text):
    """Text that folds long words after their parts and keeps numbers with their signs."""

    def wrap(self, console: Console, width: int, **more: Any) -> Lines:
        """Wrap the text to a width."""
        tied = self.copy()
        tied.plain = no_break.text(self.plain).replace(no_break.SPACE, TIED)
        at = [
            match.start() + index
            for match in re.finditer(rf"\S{{{width + 1},}}", tied.plain)
            for index in _cuts(match[0], width)
        ]
        whole = Text("\n", end="").join(tied.divide(at)) if at else Text.assemble(tied, end=self.end)
        whole.justify, whole.overflow, whole.no_wrap = self.justify, self.overflow, self.no_wrap
        lines = whole.wrap(console, width, **more)
        for line in lines:
            line.plain = line.plain.replace(TIED, " ")
        return lines


def _cuts(word: str, width: int) -> list[int]:
    """Cut positions of a word, as late as its parts allow."""
    out: list[int] = []
    start = 0
    for part in PARTS.finditer(word):
        if part.end() - start > width and part.start() > start:
            out.append(part.start())
            start = part.start()
    return out
