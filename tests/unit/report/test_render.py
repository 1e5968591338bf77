"""Documents as files: texts from files that anybody may have written cannot hide, reorder or break anything."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from standoff.hidden_characters import HIDDEN
from standoff.report import no_break, render
from standoff.report.document import (
    Block,
    BulletList,
    Heading,
    LegendItem,
    Note,
    Notice,
    Paragraph,
    Picture,
    noted,
    readable,
    table,
)

TITLE = "War\x07 of \u202eeht\u202c\x1b[31m north\x00"
SEEN = "War\\x07 of \\u202eeht\\u202c\\x1b[31m north\\x00"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
BLOCKS: list[Block] = [
    Heading(TITLE, 1),
    Paragraph(TITLE),
    Notice(TITLE),
    BulletList((TITLE, noted(TITLE, TITLE))),
    table("a", TITLE, rows=[[TITLE, noted(TITLE, "path")]], caption=TITLE),
    Picture("p", TITLE, SVG, TITLE, (LegendItem(TITLE, "red"),)),
]


def text_of(path: Path) -> str:
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8").replace("\\\\", "\\").replace("\\[", "[")
    import docx

    document = docx.Document(io.BytesIO(path.read_bytes()))
    cells = [cell.text for each in document.tables for row in each.rows for cell in row.cells]
    return "\n".join([*(item.text for item in document.paragraphs), *cells])


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx"])
def test_no_text_of_a_file_has_a_character_that_is_not_seen(tmp_path: Path, suffix: str) -> None:
    text = text_of(render.write(BLOCKS, tmp_path / f"brief{suffix}"))
    assert not HIDDEN.search(text) and text.count(SEEN) >= 8


def test_texts_of_a_document_keep_their_kind_and_what_can_be_seen() -> None:
    ordinary = (Paragraph("± 3 %\tand\nso on", soft=True), BulletList((noted("a", "b"),)))
    assert readable(ordinary) == ordinary and ordinary[1].points[0] == ("a", Note("b"))


def test_the_page_of_a_run_has_none_either() -> None:
    assert not HIDDEN.search(no_break.html(f"<p>{TITLE}</p>"))
