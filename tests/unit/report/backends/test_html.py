"""A document as a page of HTML: its style sheet works, and its text is no markup."""

from __future__ import annotations

from standoff.report import assets
from standoff.report.backends import html
from standoff.report.document import Heading, Paragraph


def test_the_style_sheet_stands_as_it_is_and_texts_are_escaped() -> None:
    page = html.render([Heading("A & B", 1), Paragraph("<b>bold</b>")]).decode()
    assert assets.read("page.css") in page, "an escaped quote breaks the rules that have one"
    assert "A &amp; B" in page and "<b>bold</b>" not in page
