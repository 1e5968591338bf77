"""Word documents, for whoever has to edit a brief; pictures are embedded as PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from standoff.report import no_break
from standoff.report.charts.vegalite import standalone
from standoff.report.document import (
    Bar,
    BulletList,
    Code,
    Content,
    Heading,
    Note,
    Notice,
    Paragraph,
    Picture,
    SignedBar,
    Strong,
    TableBlock,
    flat,
    inlines,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.report.document import Block

SUFFIX = ".docx"
WIDTH, SCALE = (
    16.0,
    2.0,
)  #: width of a picture in centimetres, as wide as the text of a page; pixels for each of the SVG
MONOSPACED = "Courier New"  # assumption: on every machine that opens Word files
SMALL = 9  # points of notes and tables; assumption


def render(blocks: Sequence[Block]) -> bytes:
    """Encode a document as a Word file."""
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()
    for block in flat(blocks):
        _add(document, block)
    for part in document.element.body.iter(qn("w:t")):
        part.text = no_break.text(part.text or "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block) -> None:
    from docx.shared import Cm

    if isinstance(block, Heading):
        document.add_heading(plain(block.text), level=block.level)
    elif isinstance(block, Paragraph | Notice):
        for run in _runs(document.add_paragraph(), block.text):
            if isinstance(block, Notice) or block.strong:
                run.bold = True
            _small(run, isinstance(block, Paragraph) and block.soft)
    elif isinstance(block, BulletList):
        for point in block.points:
            _runs(document.add_paragraph(style="List Bullet"), point)
    elif isinstance(block, TableBlock):
        _table(document, block)
    elif isinstance(block, Picture):
        import vl_convert

        document.add_paragraph().add_run(block.title).bold = True
        document.add_picture(io.BytesIO(vl_convert.svg_to_png(standalone(block.svg), scale=SCALE)), width=Cm(WIDTH))
        _small(document.add_paragraph().add_run(_legend(block)), True)


def _runs(paragraph: Any, content: Content) -> list[Any]:
    """A text as runs of a paragraph."""
    out = []
    for node in inlines(content):
        if not isinstance(node, Bar | SignedBar):
            words = node if isinstance(node, str) else f" ({node.text})" if isinstance(node, Note) else node.text
            out.append(paragraph.add_run(words))
            if isinstance(node, Code):
                out[-1].font.name = MONOSPACED
            out[-1].bold = isinstance(node, Strong) or None
    return out


def _small(run: Any, is_small: bool) -> None:
    from docx.shared import Pt

    if is_small:
        run.font.size = Pt(SMALL)


def _legend(picture: Picture) -> str:
    return ". ".join(filter(None, [picture.finding, ", ".join(item.text for item in picture.legend)]))


def _table(document: Any, block: TableBlock) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if block.caption:
        document.add_paragraph().add_run(block.caption).bold = True
    table = document.add_table(rows=0, cols=len(block.heads), style="Light List Accent 1")
    for row in (block.heads, *block.rows):
        for cell, text, is_number in zip(table.add_row().cells, row, block.numbers, strict=True):
            paragraph = cell.paragraphs[0]
            for run in _runs(paragraph, text):
                _small(run, True)
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
