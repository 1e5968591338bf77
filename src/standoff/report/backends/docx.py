"""Word documents, for whoever has to edit a brief; pictures are embedded as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
import vl_convert
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from standoff.report import no_break
from standoff.report.charts.vegalite import standalone
from standoff.report.document import (
    Block,
    BulletList,
    Code,
    Content,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Strong,
    TableBlock,
    flat,
    inlines,
    plain,
    words,
)

SUFFIX = ".docx"
WIDTH, SCALE = 16.0, 2.0  #: width of a picture in centimetres, that of a page's text; its pixels for each of the SVG
MONOSPACED = "Courier New"  # assumption: on every machine that opens Word files
SMALL = 9  # points of notes and tables; assumption


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as a Word file."""
    document = docx.Document()
    for block in flat(blocks):
        _add(document, block)
    for part in document.element.body.iter(qn("w:t")):
        part.text = no_break.text(part.text or "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(plain(text), level=level)
        case Notice(text):
            _add(document, Paragraph(text, strong=True))
        case Paragraph(text, soft, strong):
            for run in _runs(document.add_paragraph(), text, soft):
                run.bold = strong or run.bold
        case BulletList(points):
            for point in points:
                _runs(document.add_paragraph(style="List Bullet"), point)
        case TableBlock():
            _table(document, block)
        case Picture():
            document.add_paragraph().add_run(block.title).bold = True
            drawn = vl_convert.svg_to_png(standalone(block.svg), scale=SCALE)
            document.add_picture(io.BytesIO(drawn), width=Cm(WIDTH))
            marks = ", ".join(item.text for item in block.legend)
            _runs(document.add_paragraph(), ". ".join(filter(None, [block.finding, marks])), True)


def _runs(paragraph: Any, content: Content, is_small: bool = False) -> list[Any]:
    """A text as runs of a paragraph."""
    out = []
    for node in inlines(content):
        if text := node.text if isinstance(node, Code) else words(node):
            run = paragraph.add_run(text)
            run.bold = isinstance(node, Strong) or None
            if isinstance(node, Code):
                run.font.name = MONOSPACED
            if is_small:
                run.font.size = Pt(SMALL)
            out.append(run)
    return out


def _table(document: Any, block: TableBlock) -> None:
    if block.caption:
        document.add_paragraph().add_run(block.caption).bold = True
    table = document.add_table(rows=0, cols=len(block.heads), style="Light List Accent 1")
    for row in (block.heads, *block.rows):
        for cell, text, is_number in zip(table.add_row().cells, row, block.numbers, strict=True):
            _runs(cell.paragraphs[0], text, True)
            if is_number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
