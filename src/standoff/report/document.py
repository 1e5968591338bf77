"""Records of a document: headings, paragraphs, lists, tables and pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from standoff.hidden_characters import visible

CODE = re.compile(r"`([^`]+)`")  #: words between backticks of a text, which are code


class NotedText(str):
    """A text with a small note behind it, such as a path; as plain text `text (note)`."""

    text: str
    note: str

    def __new__(cls, text: str, note: str) -> NotedText:
        out = super().__new__(cls, f"{text} ({note})" if note else text)
        out.text, out.note = text, note
        return out


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
class Notice:
    """A line that a reader must not miss; it stays in sight on a web page."""

    text: str


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
    """Line of a legend: text, colour, outline (none for text alone) and opacity of a mark."""

    text: str
    colour: str
    outline: str = ""
    opacity: float = 1.0
    hollow: bool = False


@dataclass(frozen=True)
class Picture:
    """Picture: file name, standalone SVG, finding in a sentence, and legend."""

    name: str
    title: str
    svg: str
    finding: str
    legend: tuple[LegendItem, ...] = ()


Block: TypeAlias = Heading | Paragraph | Notice | BulletList | TableBlock | Picture


def readable(part: Any) -> Any:
    """A part of a document with the hidden characters of its texts as escapes."""
    if isinstance(part, NotedText):
        return NotedText(visible(part.text), visible(part.note))
    if isinstance(part, str):
        return type(part)(visible(part))
    if isinstance(part, tuple | list):
        return tuple(map(readable, part))
    return (
        replace(part, **{name: readable(value) for name, value in vars(part).items()})
        if hasattr(part, "__dict__")
        else part
    )


def table(*columns: str, rows: Sequence[Sequence[str]], caption: str = "") -> TableBlock:
    """A table from rows of any sequence."""
    return TableBlock(columns, tuple(tuple(row) for row in rows), caption)
