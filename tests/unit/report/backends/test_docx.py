"""A document as a Word file: code has its own letters."""

from __future__ import annotations

import io

from standoff.report.backends import docx as backend
from standoff.report.document import BulletList, Paragraph


def test_words_between_backticks_are_code_and_the_rest_is_not() -> None:
    import docx

    data = backend.render([Paragraph("run `a b` now", strong=True), BulletList(("`c`", "one ` alone"))])
    paragraphs = docx.Document(io.BytesIO(data)).paragraphs
    assert [item.text for item in paragraphs] == ["run a b now", "c", "one ` alone"]
    assert [[run.font.name for run in item.runs] for item in paragraphs] == [
        [None, backend.MONOSPACED, None],
        [backend.MONOSPACED],
        [None],
    ]
    assert all(run.bold for run in paragraphs[0].runs)
