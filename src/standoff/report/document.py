"""The document model: what a finding says, as blocks that every face renders.

A finding is described once, by a function that returns blocks (`sections/*.py: blocks(finding)`), and rendered by the
backends: `backends.terminal`, `backends.html` (pages, documents, notebooks), `backends.markdown`, `backends.pdf`,
`backends.docx`. A section never writes rich, HTML or Markdown.

**Sentences.** Whatever is text (`Content`) is a plain string, in which words between backticks are code, or one inline
node, or a tuple of strings and inline nodes:

    Paragraph(("The answer is ", ShownNumber("31 %", "answer-goes"), ", see ", Link("claim-1", "#claim-claim-1"), "."))

Inline nodes: `ShownNumber` (a number and the key of the evidence behind it), `Code`, `Link`, `Strong`, `Note` (small, behind a
name, such as its path), and where bars are drawn `Bar`, `SignedBar` and `Strip` (a share, a part of a sum, a line). What a format cannot
show it leaves out: a bar in Markdown, evidence on paper.

**Blocks.** `Heading`, `Paragraph`, `Notice`, `BulletList`, `TableBlock` (by `table(...)`), `Facts` (labelled numbers),
`Picture`, and three that hold blocks: `Fold` (a part with a heading that a page can close), `Group` (blocks that a page
lays out beside one another; elsewhere they follow one another) and `OnPage` (what only a page has). Sections that print
for a terminal use the same blocks: a grid is a `table`, a line a `Paragraph`, a dim line a `remark`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import compress
from typing import Any, TypeAlias

from standoff.hidden_characters import visible

CODE = re.compile(r"`([^`]+)`")  #: words between backticks of a string, which are code


@dataclass(frozen=True)
class ShownNumber:
    """A number in words, and the key of the panel with the claims behind it (`evidence_panels`)."""

    text: str
    evidence: str = ""


@dataclass(frozen=True)
class Code:
    """A command or a name of the language."""

    text: str


@dataclass(frozen=True)
class Link:
    """A link: `#claim-ID` and `#NAME` within the page, else an address of the web."""

    text: str
    target: str


@dataclass(frozen=True)
class Strong:
    """Words in bold."""

    text: str


@dataclass(frozen=True)
class Note:
    """A small note behind a name, such as its path; as plain text ` (note)`."""

    text: str


@dataclass(frozen=True)
class Bar:
    """A share from 0 to 1 as a bar; only where bars are drawn."""

    share: float


@dataclass(frozen=True)
class SignedBar:
    """A part of a sum as a bar to the right or the left; only where bars are drawn."""

    part: float
    largest: float  #: size of the largest part


@dataclass(frozen=True)
class Mark:
    """A place on a strip, which may be opened.

    place: how far along, from 0 to 1; row: from the bottom
    """

    place: float
    row: int
    target: str  #: of a link within the page; empty for none
    text: str


@dataclass(frozen=True)
class Strip:
    """A line from 0 to 1, only where bars are drawn.

    parts: from, to and how dark
    """

    parts: Sequence[tuple[float, float, float]] = ()
    marks: Sequence[Mark] = ()
    colour: int = 4  #: place among the colours of actors
    tick: float | None = None


Inline: TypeAlias = str | ShownNumber | Code | Link | Strong | Note | Bar | SignedBar | Strip
Content: TypeAlias = Inline | tuple[Inline, ...]
BARS = (Bar, SignedBar, Strip)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: Content
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a soft one is a note."""

    text: Content
    soft: bool = False
    strong: bool = False
    kind: str = ""  #: class of the element on a page


@dataclass(frozen=True)
class Notice:
    """A line that a reader must not miss; it stays in sight on a web page."""

    text: Content


@dataclass(frozen=True)
class BulletList:
    """Points, one below the other."""

    points: Sequence[Content]


@dataclass(frozen=True)
class TableBlock:
    """A table; a column whose name ends in a colon holds numbers, set flush right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Content]]  #: each as long as the columns
    caption: str = ""
    totals: int = 0  #: the last rows, which sum up the others
    kind: str = ""  #: class of the element on a page

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(name.rstrip(":") for name in self.columns)

    @property
    def numbers(self) -> tuple[bool, ...]:
        """Which columns hold numbers."""
        return tuple(name.endswith(":") for name in self.columns)


@dataclass(frozen=True)
class Facts:
    """Labelled numbers that belong to what stands above; an empty label goes without a colon."""

    facts: Sequence[tuple[str, Content]]


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
    """Picture: file name, SVG, finding in a sentence, legend of its file, and evidence.

    The SVG is a standalone file, or in the colours and with the data of a page (`charts.vegalite.standalone`).
    """

    name: str
    title: str
    svg: str
    finding: str
    legend: Sequence[LegendItem] = ()
    evidence: str = ""  #: key of the panel with the claims behind it
    narrow: str = ""  #: the same for a phone, if it differs
    kind: str = ""  #: class of the element on a page


@dataclass(frozen=True)
class Group:
    """Blocks that a page lays out together, by a class of its style sheet."""

    blocks: Sequence[Block]
    kind: str
    name: str = ""  #: id of the element, for links


@dataclass(frozen=True)
class Fold:
    """A part under a heading that a page shows closed, with its finding beside the heading."""

    title: str
    blocks: Sequence[Block]
    finding: Content = ""
    name: str = ""  #: id of the element, for links
    level: int = 2
    is_open: bool = False
    is_printed: bool = True  #: whether a page that is printed has it


@dataclass(frozen=True)
class Html:
    """Markup of a page that its script works with; stands within `OnPage`."""

    markup: str


@dataclass(frozen=True)
class OnPage:
    """Blocks that only a page has, since it shows them when asked; others have `instead`."""

    blocks: Sequence[Block]
    instead: Sequence[Block] = ()


Block: TypeAlias = (
    Heading | Paragraph | Notice | BulletList | TableBlock | Facts | Picture | Group | Fold | Html | OnPage
)


def inlines(content: Content) -> Iterator[Inline]:
    """The nodes of a text, its words between backticks as `Code`."""
    for node in content if isinstance(content, tuple) else (content,):
        if isinstance(node, str):
            parts = enumerate(CODE.split(node))
            yield from (Code(part) if number % 2 else part for number, part in parts if part)
        else:
            yield node


def plain(content: Content) -> str:
    """A text without its nodes: notes in brackets, code between backticks, no bars."""
    return "".join(map(words, content)) if isinstance(content, tuple) else words(content)


def words(node: Inline) -> str:
    """A node as plain text."""
    match node:
        case Bar() | SignedBar() | Strip():
            return ""
        case Note(text):
            return f" ({text})"
        case Code(text):
            return f"`{text}`"
        case _:
            return node if isinstance(node, str) else node.text


def noted(text: str, note: str) -> Content:
    """A text with a small note behind it, if there is one."""
    return (text, Note(note)) if note else text


def joined(between: str, parts: Iterable[Content]) -> tuple[Inline, ...]:
    """Texts with words between them."""
    out: list[Inline] = []
    for part in parts:
        out += [*given(out, between), *(part if isinstance(part, tuple) else (part,))]
    return tuple(out)


def remark(text: Content) -> Paragraph:
    """A soft paragraph."""
    return Paragraph(text, soft=True)


def given(condition: object, *parts: Any) -> tuple[Any, ...]:
    """Some parts if a condition holds, else none."""
    return parts if condition else ()


def table(
    *columns: str, rows: Iterable[Sequence[Any]], caption: str = "", totals: int = 0, kind: str = ""
) -> TableBlock:
    """A table from rows; a whole number in them is written as it is."""
    texts = [[str(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    return TableBlock(columns, texts, caption, totals, kind)


def table_part(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *notes: str, level: int = 2
) -> list[Block]:
    """A table under its heading with notes below it; nothing without rows."""
    return [Heading(title, level), table(*columns, rows=rows), *map(remark, notes)] if rows else []


def has_bars(block: TableBlock, kinds: tuple[type, ...] = BARS) -> list[bool]:
    """Which columns of a table are bars of some kinds."""
    cells = zip(*block.rows, strict=False) if block.rows else block.columns
    return [any(isinstance(cell, kinds) for cell in column) for column in cells]


def without_bars(block: TableBlock, kinds: tuple[type, ...] = BARS) -> TableBlock:
    """The table without its columns of bars, for formats that draw none."""
    shown = [not is_bar for is_bar in has_bars(block, kinds)]
    rows = [[*compress(row, shown)] for row in block.rows]
    return replace(block, columns=[*compress(block.columns, shown)], rows=rows)


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks for a format without folds: a fold is a heading and its blocks."""
    for block in blocks:
        match block:
            case Fold():
                yield Heading(block.title, block.level)
                yield from flat(block.blocks)
            case Group():
                yield from flat(block.blocks)
            case OnPage():
                yield from flat(block.instead)
            case Facts():
                yield Paragraph(sentence(block))
            case TableBlock():
                yield without_bars(block)
            case Html():
                pass
            case _:
                yield block


def sentence(block: Facts) -> Content:
    """Labelled numbers on one line: `base rate: 20 % · no-change baseline: no`."""
    return joined(" · ", (joined(": ", (label, fact)) if label else fact for label, fact in block.facts))


def pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    """All pictures of a document."""
    return (block for block in flat(blocks) if isinstance(block, Picture))


def readable(part: Any) -> Any:
    """A part of a document with the hidden characters of its texts as escapes."""
    if isinstance(part, str):
        return visible(part)
    if isinstance(part, tuple | list):
        return tuple(map(readable, part))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: readable(getattr(part, field.name)) for field in fields(part)})
    return part
