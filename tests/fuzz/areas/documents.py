"""Documents of hostile texts in every format: each can be read again, and holds no character that hides or reorders others."""

from __future__ import annotations

import html
import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli._output import HIDDEN
from standoff.report import render
from standoff.report.document import Block, BulletList, Heading, Notice, Paragraph, TableBlock, noted
from tests.fuzz import changes
from tests.fuzz.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

TEXTS = (
    "War comes first",
    "| a | b |",
    "`code` of a *claim*",
    "1. a list",
    "# no heading",
    "<b>bold</b> & so",
    "[a](javascript:b)",
    "$x$ @ref #let",
    "a\nb",
    "- a\n\n- b",
    "5 % to 9 %",
    "~~~",
    "```",
    "﷽" * 20,
    "x" * 3000,
)
PLAIN = [{"texts": ["A title", "a paragraph", "a point", "head", "a cell", "a caption", "a note"]}]


def blocks(texts: Sequence[str]) -> list[Block]:
    """A document of every kind of text."""
    title, paragraph, point, head, cell, caption, note = texts
    return [
        Heading(title, 1),
        Paragraph(paragraph),
        Paragraph(note, soft=True),
        Notice(note),
        BulletList((point, noted(point, note))),
        Heading(head),
        TableBlock((head, "number:"), ((cell, note), (noted(cell, note), "1")), caption),
    ]


def change(rng: Random, corpus: Sequence[bytes]) -> bytes:
    """Some of the seven texts replaced or changed."""
    texts = json.loads(rng.choice(corpus))["texts"]
    for _ in range(1 + int(rng.expovariate(0.5))):
        at = rng.randrange(len(texts))
        texts[at] = rng.choice(
            (
                rng.choice(TEXTS),
                changes.piece(rng),
                texts[at] + rng.choice(changes.SIGNS) + rng.choice(TEXTS)[:50],
                changes.text(rng, [texts[at].encode("utf-8", "surrogatepass")]).decode("utf-8", "replace"),
            )
        )[:5000]
    return json.dumps({"texts": texts}).encode()


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp())


def enter(raw: bytes) -> None:
    document = blocks(json.loads(raw)["texts"])
    files = {suffix: render.write(document, folder() / f"x{suffix}").read_bytes() for suffix in render.formats()}
    import docx

    read = docx.Document(io.BytesIO(files[".docx"]))
    words = "\n".join(
        [
            *(each.text for each in read.paragraphs),
            *(cell.text for table in read.tables for row in table.rows for cell in row.cells),
        ]
    )
    page = files[".html"].decode()
    shown = {".docx": words, ".md": files[".md"].decode(), ".html": page, ".html as shown": html.unescape(page)}
    for name, text in shown.items():
        found = HIDDEN.search(text)
        assert found is None, f"{name} holds U+{ord(found[0]):04X}"
    assert files[".pdf"].startswith(b"%PDF")


DOORS = (
    Door(
        name="documents",
        enter=enter,
        seeds=lambda: [json.dumps(each).encode() for each in PLAIN],
        change=change,
        share=1.5,
        seconds=10.0,
        slice=10,
    ),
)
