"""A document as a page of HTML: its style sheet works, and its text is no markup."""

from __future__ import annotations

from standoff.report import assets
from standoff.report.backends import html
from standoff.report.document import BulletList, Heading, Paragraph, table


def test_the_style_sheet_stands_as_it_is_and_texts_are_escaped() -> None:
    page = html.render([Heading("A & B", 1), Paragraph("<b>bold</b>")]).decode()
    assert assets.style() in page, "an escaped quote breaks the rules that have one"
    assert "A &amp; B" in page and "<b>bold</b>" not in page


def test_words_between_backticks_are_code_and_one_backtick_stays() -> None:
    page = html.render([Paragraph("run `a --b <c>` or d"), BulletList(("`e`", "one ` alone"))]).decode()
    assert "<code>a --b &lt;c&gt;</code>" in page
    assert "<li><code>e</code></li>" in page and "<li>one ` alone</li>" in page


def test_a_row_of_a_name_alone_heads_the_rows_below_it() -> None:
    page = html.render([table("", "number:", rows=[("Losses", ""), ("2025", "3")])]).decode()
    assert '<th scope="rowgroup" colspan="2"><span>Losses</span></th>' in page and page.count('scope="row"') == 1
