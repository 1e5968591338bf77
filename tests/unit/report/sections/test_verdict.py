"""The report as Markdown, PDF and pictures: whole, safe, and the same numbers as the verdict."""

from __future__ import annotations

import builtins
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest

from standoff.analysis.verdict import Verdict
from standoff.engine.run import Run
from standoff.errors import RunError
from standoff.report import answer_text, render
from standoff.report.backends import markdown, pdf
from standoff.report.backends.markdown import text as plain
from standoff.report.charts import export, vegalite
from standoff.report.document import Block, Heading, Paragraph, Picture, TableBlock
from standoff.report.sections import verdict


@pytest.fixture(scope="module")
def drawn(run: Run, found: Verdict) -> list[Picture]:
    return list(export.pictures(run, found))


@pytest.fixture(scope="module")
def made(run: Run, found: Verdict, drawn: list[Picture]) -> list[Block]:
    return verdict.blocks(run, found, drawn)


def test_a_sentence_of_the_page_loses_its_tags_and_what_makes_sense_there_alone() -> None:
    marked = "5 &lt; 6<span class='onpage'> <a href='#why'>All of them</a>.</span> <b>Run</b> <code>a b</code>"
    assert verdict.bare(marked) == "5 < 6 Run `a b`"


def test_every_answer_and_every_reason_is_in_it(found: Verdict, made: list[Block]) -> None:
    cells = {cell for block in made if isinstance(block, TableBlock) for row in block.rows for cell in row}
    for item in found.answers:
        assert (
            f"{item.text} ({answer_text.dated(item)})" in cells
            and answer_text.answer(item, found.origin.as_of).main in cells
        )
    for choice in found.choices:
        assert {reason.text or reason.reason.replace("_", " ") for reason in choice.reasons} <= cells
    assert isinstance(made[0], Heading) and made[0].level == 1
    assert not any("<" in block.text for block in made if isinstance(block, Paragraph) and "popover" in block.text)


def test_markdown_is_escaped_and_its_tables_are_whole(made: list[Block]) -> None:
    text = markdown.render(made).decode()
    assert text.startswith("# ") and "data:image/svg+xml;base64," in text
    for lines in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        rows = lines.strip().split("\n")
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
        assert len(counts) == 1 and set(rows[1]) <= set("|-: ")
    assert plain("a|b *c* <d>\n_e_") == r"a\|b \*c\* \<d\> \_e\_"


def test_pdf_takes_any_text_as_text(made: list[Block]) -> None:
    hostile = [
        Heading('#panic("no") $x$ *b*', 1),
        Paragraph("#eval(1) \\ // [x] <y> @z"),
        TableBlock(("#a", "n:"), (("#read('x')", "1"),)),
    ]
    for page in (pdf.render(made), pdf.render([*hostile])):
        assert page.startswith(b"%PDF-") and page.rstrip().endswith(b"%%EOF")


def test_words_between_backticks_are_code_on_paper() -> None:
    page = pypdf.PdfReader(io.BytesIO(pdf.render([Paragraph("run `standoff list` now"), Paragraph("one ` alone")])))
    assert page.pages[0].extract_text().splitlines()[:2] == ["run standoff list now", "one ` alone"]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(RunError, match=r'\.docx or \.html.*pip install "typst>='):
        render.write([Paragraph("x")], tmp_path / "x.pdf")
    assert not list(tmp_path.iterdir())


def test_pictures_stand_by_themselves(drawn: list[Picture], tmp_path: Path) -> None:
    assert len(drawn) == len({picture.name for picture in drawn}) and drawn
    for picture in drawn:
        file = vegalite.standalone(picture.svg)
        root = ElementTree.fromstring(file)
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and "var(" not in file
        assert float(root.attrib["width"]) > 100 and re.fullmatch(r"[a-z0-9.-]+", picture.name)
        assert picture.finding and picture.title
    svg, png = export.write(drawn[0], tmp_path / "deep" / "er")
    assert svg.read_text(encoding="utf-8").startswith("<svg ") and png.read_bytes().startswith(b"\x89PNG")
    width = int.from_bytes(png.read_bytes()[16:20], "big")
    assert width == pytest.approx(export.SCALE * float(ElementTree.parse(svg).getroot().attrib["width"]), abs=2)


def test_a_file_says_what_it_shows_and_what_its_marks_mean(drawn: list[Picture]) -> None:
    for picture in drawn:
        root = ElementTree.fromstring(export.titled(picture))
        texts = [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
        everything = " ".join(" ".join(texts).split())
        for said_of_it in (picture.title, picture.finding, *(key.text for key in picture.legend)):
            assert " ".join(said_of_it.split()) in everything
        assert float(root.attrib["width"]) >= export.LEAST
        if picture.name.startswith(("choice-", "reasons-", "stock-")):
            assert picture.legend


def test_a_column_of_dates_is_as_wide_as_dates_and_a_table_as_wide_as_the_page() -> None:
    long, short = "chn-a-claim-about-something-2024-03-31", "2023-02-26"
    assert pdf._shares(TableBlock(("claim", "about", "speaker"), ((long, short, "CIA Director Burns"),))) == [38, 0, 20]
    assert pdf._shares(TableBlock(("a", "b:"), (("x", "1"),))) == [1, 1]


def test_a_file_of_another_form_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"does not end in a known format"):
        render.write([Paragraph("x")], tmp_path / "x.odt")
    assert not list(tmp_path.iterdir())
    render.write([Paragraph("x")], tmp_path / "new" / "x.md")
    assert (tmp_path / "new" / "x.md").read_text(encoding="utf-8") == "x\n"
