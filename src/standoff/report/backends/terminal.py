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
    Code,
    Content,
    Facts,
    Fold,
    Heading,
    Inline,
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
TIED = "\ue000"  #: for a space that no line may break at, while rich wraps: it breaks at no-break spaces, too
PARTS = re.compile(r"[^-._/]*[-._/]+|[^-._/]+")


def render(blocks: Sequence[Block], is_cut: bool = False) -> RenderableType:
    """Render a document; `is_cut` cuts lines at the width of the terminal."""
    return Group(*(item for block in blocks for item in _block(block, is_cut)))


def _block(block: Block, is_cut: bool) -> Iterator[RenderableType]:
    if isinstance(block, Heading):
        text = styled(block.text, "bold")
        yield text if block.level != 2 or is_cut else Padding(Rule(text, align="left", style="dim"), (1, 0, 1, 0))
    elif isinstance(block, Paragraph):
        yield _cut(styled(block.text, "dim" if block.soft else "bold" if block.strong else ""), is_cut)
    elif isinstance(block, Notice):
        yield styled(block.text, "bold yellow")
    elif isinstance(block, BulletList):
        for point in block.points:
            yield _cut(WrappedText("  " if is_cut else "- ").append_text(styled(point)), is_cut)
    elif isinstance(block, Facts):
        yield _cut(styled(document.sentence(block)), is_cut)
    elif isinstance(block, TableBlock):
        yield from _lines(block) if is_cut else _table(block)
    elif isinstance(block, Fold):
        yield from _block(Heading(block.title, block.level), is_cut)
        for inner in block.blocks:
            yield from _block(inner, is_cut)
    elif isinstance(block, document.OnPage):
        for inner in block.instead:
            yield from _block(inner, is_cut)
    elif isinstance(block, document.Group):
        inside = Group(*(item for inner in block.blocks for item in _block(inner, is_cut)))
        yield Padding(inside, (0, 0, 1, 2)) if block.kind == "card" else inside


def _cut(text: Text, is_cut: bool) -> Text:
    if is_cut:
        text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _table(block: TableBlock) -> Iterator[RenderableType]:
    if block.caption:
        yield styled(block.caption, "bold")
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    numbers = sum(block.numbers)
    for name, is_number in zip(block.heads, block.numbers, strict=True):
        if is_number:
            grid.add_column(name, justify="right", no_wrap=numbers <= MANY, overflow="fold")
        else:
            grid.add_column(name, min_width=MIN_WIDTH if numbers > MANY and name else None, overflow="fold")
    for number, row in enumerate(block.rows):
        if block.totals and number == len(block.rows) - block.totals:
            grid.add_section()
        grid.add_row(*map(_cell, row))
    yield from (grid, Text())


def _lines(block: TableBlock) -> Iterator[RenderableType]:
    """A table of values and what they are of, a line each, which is cut at its end."""
    width = min(max(len(document.plain(row[0])) for row in block.rows), 44)  # assumption: half of a narrow terminal
    for value, *rest in block.rows:
        text = f"  {document.plain(value):{width}}  {'  '.join(map(document.plain, rest))}"
        yield _cut(Text(text), True)


def _cell(content: Content) -> RenderableType:
    if isinstance(content, Bar | SignedBar):
        return _DrawnBar(content)
    return styled(content)


def styled(content: Content, style: str = "") -> WrappedText:
    """A text with its notes dim."""
    out = WrappedText("", style)
    for node in content if isinstance(content, tuple) else (content,):
        words, own = _words(node)
        out.append(words, own or None)
    return out


def _words(node: Inline) -> tuple[str, str]:
    """Words of a node and their style."""
    if isinstance(node, Note):
        return f" ({node.text})", "dim"
    if isinstance(node, Bar | SignedBar):
        return bar(node), "cyan"
    if isinstance(node, Strong):
        return node.text, "bold"
    return node if isinstance(node, str) else f"`{node.text}`" if isinstance(node, Code) else node.text, ""


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

    @classmethod
    def noted(cls, text: Content) -> WrappedText:
        """A text with its notes dim."""
        return styled(text)

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
