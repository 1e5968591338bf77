"""A document in a terminal: bars without colour, long names folded, lines cut where a screen is short."""

from __future__ import annotations

import io

from rich.console import Console, Group

from standoff.report.backends import terminal
from standoff.report.backends.terminal import WrappedText
from standoff.report.document import (
    Bar,
    BulletList,
    Fold,
    Heading,
    Note,
    OnPage,
    Paragraph,
    ShownNumber,
    SignedBar,
    table,
)
from tests.unit.report.plain import shown


def test_numbers_notes_and_folds_are_text_and_what_only_a_page_has_is_not_there() -> None:
    fold = Fold("Part", (Paragraph(("It is ", ShownNumber("5 %", "key"), Note("a.b"))),), "finding", level=3)
    text = shown([Heading("Title", 1), fold, OnPage((Paragraph("page"),), (Paragraph("terminal"),))])
    assert "It is 5 % (a.b)" in text and "Part" in text and "terminal" in text and "page" not in text


def test_a_screen_is_cut_and_not_folded() -> None:
    blocks = [Paragraph("long " * 40), BulletList(("long " * 40,)), table("a", "b", rows=[("1", "long " * 40)])]
    lines = shown(blocks, 60, is_cut=True).splitlines()
    assert len(lines) == 3 and all(line.rstrip().endswith("…") for line in lines)


def test_a_line_does_not_break_before_a_percent_sign() -> None:
    out = io.StringIO()
    Console(file=out, width=20).print(Group(WrappedText("takes away it is 8.1 % of it")))
    assert [line.rstrip() for line in out.getvalue().splitlines()] == ["takes away it is", "8.1 % of it"]


def test_bars_have_the_length_of_what_they_show() -> None:
    assert terminal.bar(Bar(0.5)).count("█") == 10
    assert terminal.bar(Bar(0.5), ascii_only=True) == "#" * 10 + "." * 10
    assert terminal.bar(Bar(1.4)) == "█" * 20
    assert terminal.bar(Bar(0.0)) == "·" * 20
    assert terminal.bar(SignedBar(-1.0, 2.0)) == "   ███│      "
    assert terminal.bar(SignedBar(2.0, 2.0), ascii_only=True) == "      |######"
    assert terminal.bar(SignedBar(0.0, 0.0)) == "      │      "


def test_a_long_name_folds_between_its_parts() -> None:
    console = Console(width=24, file=io.StringIO(), color_system=None)
    name = "chn-no-direct-aid-2024-03-article-author"
    lines = [str(line).rstrip() for line in WrappedText(name).wrap(console, 16)]
    assert lines == ["chn-no-direct-", "aid-2024-03-", "article-author"]
    assert [str(line).rstrip() for line in WrappedText("a short text, 2.5 of it").wrap(console, 12)] == [
        "a short",
        "text, 2.5 of",
        "it",
    ]
    assert len(WrappedText("x" * 30).wrap(console, 16)) == 2, "what has no parts is folded all the same"
