"""A finding as headings, texts, tables and pictures: written once, shown on the terminal, as Markdown and as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from standoff.errors import Problem, RunError
from standoff.files import write_atomic

if TYPE_CHECKING:
    from rich.console import RenderableType

FORMS = (".md", ".pdf")


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a soft one is a note."""

    text: str
    soft: bool = False
    strong: bool = False


@dataclass(frozen=True)
class BulletList:
    """Points, one below the other."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table; a column whose name ends in a colon holds numbers, set flush right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(name.rstrip(":") for name in self.columns)

    @property
    def numbers(self) -> tuple[bool, ...]:
        """Which columns hold numbers."""
        return tuple(name.endswith(":") for name in self.columns)


@dataclass(frozen=True)
class LegendItem:
    """A line of a legend: what a mark or an area means, its colour, its outline (none for words alone), its opacity."""

    text: str
    colour: str
    outline: str = ""
    opacity: float = 1.0
    hollow: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture: a name for its file, the SVG as a file by itself, what it shows in a sentence, and its legend."""

    name: str
    title: str
    svg: str
    finding: str
    legend: tuple[LegendItem, ...] = ()


Block: TypeAlias = Heading | Paragraph | BulletList | TableBlock | Picture


def table(*columns: str, rows: Sequence[Sequence[str]], caption: str = "") -> TableBlock:
    """A table from rows of any sequence."""
    return TableBlock(columns, tuple(tuple(row) for row in rows), caption)


def terminal(blocks: Sequence[Block]) -> RenderableType:
    """Blocks for the terminal; pictures are left out."""
    from rich.console import Group
    from rich.text import Text as Line

    from standoff.report.backends.terminal import grid, heading
    from standoff.report.text_wrap import WrappedText

    out: list[RenderableType] = []
    for block in blocks:
        if isinstance(block, Heading):
            out.append(heading(block.text) if block.level > 1 else Line(block.text, "bold"))
        elif isinstance(block, Paragraph):
            out.append(Line(block.text, "dim" if block.soft else "bold" if block.strong else ""))
        elif isinstance(block, BulletList):
            out += [Line(f"- {point}") for point in block.points]
        elif isinstance(block, TableBlock):
            shown = grid(*block.columns)
            for row in block.rows:
                shown.add_row(*map(WrappedText, row))
            out += [*([Line(block.caption, "bold")] if block.caption else []), shown, Line()]
    return Group(*out)


def write(blocks: Sequence[Block], path: Path) -> Path:
    """Write blocks as the file's ending says, whole or not at all; raises `RunError` for another ending."""
    form = path.suffix.lower()
    if form not in FORMS:
        raise RunError(
            Problem(f"`{path}` has no form that can be written", allowed="a file that ends in .md or .pdf",
                    fix="name it so, such as report.md")
        )  # fmt: skip
    if form == ".pdf":
        from standoff.report.backends.pdf import pdf

        made = pdf(blocks)
    else:
        from standoff.report.backends.markdown import markdown

        made = markdown(blocks).encode()
    write_atomic(path, made)
    return path
