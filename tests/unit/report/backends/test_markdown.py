"""What is code stays code, and everything else of a text is shown as it is."""

import pytest

from standoff.report.backends.markdown import render
from standoff.report.backends.markdown import text as plain
from standoff.report.document import Picture, table

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("run `standoff run CASE_1 --set a*b`, a*b", r"run `standoff run CASE_1 --set a*b`, a\*b"),
        ("one ` alone", r"one \` alone"),
        ("`a|b`", r"\`a\|b\`"),
        ("<b> `<b>`", r"\<b\> `<b>`"),
    ],
)
def test_code_is_kept_and_the_rest_is_escaped(text: str, written: str) -> None:
    assert plain(text) == written


def test_a_title_that_is_a_sentence_has_one_full_stop() -> None:
    text = render([Picture("a", "It falls.", SVG, "Shares"), Picture("b", "Stocks", SVG, "Shares")]).decode()
    assert "![It falls. Shares]" in text and "![Stocks. Shares]" in text


def test_a_row_of_a_table_is_one_line() -> None:
    """A head of two lines in the terminal would end the table."""
    lines = render([table("a", "answer\nwithout it:", rows=[("x\ny", "1")])]).decode().splitlines()
    assert lines == ["| a | answer without it |", "| --- | ---: |", "| x y | 1 |"]
