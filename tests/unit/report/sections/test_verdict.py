"""The verdict described once: on a screen, in a terminal, and as a report with pictures."""

from __future__ import annotations

import builtins
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest

from standoff.analysis.stored_bands import MISSING
from standoff.analysis.verdict import Verdict
from standoff.analysis.verdict import verdict as verdict_of
from standoff.engine.run import Run
from standoff.errors import RunError
from standoff.questions import AnswerText, BaseRate, MonteCarlo
from standoff.report import answer_text, document, render
from standoff.report.backends import markdown, pdf
from standoff.report.backends.markdown import escaped
from standoff.report.charts import export, vegalite
from standoff.report.document import Block, Heading, Paragraph, Picture, TableBlock, plain
from standoff.report.sections import reason_attribution, verdict
from tests.unit.report.plain import joined, shown

MOST = 23  # lines: with those of the command at the end, 25


@pytest.fixture(scope="module")
def made(run: Run, found: Verdict) -> list[Block]:
    return verdict.blocks(run, found)


@pytest.fixture(scope="module")
def drawn(made: list[Block]) -> list[Picture]:
    return list(document.pictures(made))


def screen(run: Run, found: Verdict, width: int) -> str:
    return shown(verdict.blocks(run, found, "screen"), width, is_cut=True)


def test_every_answer_and_every_reason_is_in_it(found: Verdict, made: list[Block]) -> None:
    cells = {
        plain(cell)
        for block in document.flat(made)
        if isinstance(block, TableBlock)
        for row in block.rows
        for cell in row
    }
    for item in found.answers:
        assert f"{item.text} ({answer_text.dated(item)})" in cells
        assert answer_text.answer(item, found.origin.as_of).with_band in cells
    for choice in found.choices:
        for reason in choice.reasons:
            assert any((reason.text or reason.reason.replace("_", " ")) in cell for cell in cells)
    assert isinstance(made[0], Heading) and made[0].level == 1


@pytest.mark.parametrize("width", [80, 100])
def test_a_terminal_cuts_no_number_and_has_no_line_too_long(run: Run, found: Verdict, width: int) -> None:
    text = shown(verdict.blocks(run, found, "full"), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text and "\x1b" not in text, "no colour codes in a file"
    for item in found.answers:
        told = answer_text.answer(item, found.origin.as_of)
        assert told.with_band in joined(text) and told.futures in joined(text)
        assert not told.error or f"Monte Carlo error: {told.error}" in joined(text)


def test_a_terminal_has_all_but_pictures_and_sources(run: Run, found: Verdict) -> None:
    text = joined(shown(verdict.blocks(run, found, "full"), 100))
    for part in (
        "as of 2024-03",
        "300 draws",
        "seed 1",
        "variant base",
        "Will A go?",
        "lines 3, 4",
        "no-change baseline: no",
        "base rate: 20 %",
        "aaa-men-2024-01-staff, aaa-men-2024-02-staff, aaa-men-2024-03-enemy",
        "Why go rather than stay",
        "sum of reasons",
        "log odds of go",
        "What comes first?",
        "none by then",
        "on assumption",
        "choices.AAA.rationality",
        "reasons cite: aaa-vows-2024-01-king",
        "uncertainty of the model",
        MISSING,
    ):
        assert part in text, part
    assert "parameters cite: aaa-vows" not in text


@pytest.mark.parametrize("width", [80, 120])
def test_it_has_the_main_answer_and_fits_a_screen(run: Run, found: Verdict, width: int) -> None:
    main = found.answers[0]
    text = screen(run, replace(found, main=main.id), width)
    assert answer_text.answer(main, found.origin.as_of).with_band in joined(text) and main.text in joined(text)
    assert len(text.splitlines()) <= MOST and "--full" in text


def test_other_answers_are_the_first_and_the_rest_is_counted(run: Run, found: Verdict) -> None:
    first = replace(found.answers[0], id="main")
    many = replace(
        found, main="main", answers=(first, *(replace(first, id=f"q{n}", text=f"Is it {n}?") for n in range(9)))
    )
    text = joined(screen(run, many, 120))
    assert f"Is it {verdict.OTHERS - 1}?" in text and f"Is it {verdict.OTHERS}?" not in text
    assert f"{9 - verdict.OTHERS} more answers" in text


def test_texts_are_cut_and_warnings_counted_however_long_they_are(run: Run, found: Verdict) -> None:
    long = replace(found.answers[0], id="main", text="Is it long? " * 40)
    many = tuple(replace(long, id=f"q{n}") for n in range(verdict.OTHERS))
    text = screen(run, replace(found, main="", answers=many, warnings=("beware " * 40,) * 3), 80)
    assert "3 warnings" in text and text.count("…") >= verdict.OTHERS
    assert len(text.splitlines()) <= MOST


def test_a_base_rate_has_a_time_a_line_and_all_its_words(run: Run, found: Verdict) -> None:
    """A list of cases without a time is on the page, and not on the screen."""
    listed = BaseRate(kind="list", rate=0.34, of=41, text="famous cases")
    data = BaseRate(
        kind="data",
        rate=0.122,
        interval=(0.099, 0.148),
        count=57,
        of=798,
        per="year",
        months=21.0,
        since=1975,
        until=2017,
        data="UCDP",
        text="a state that gave neither arms nor troops " * 4,
    )
    main = replace(found.answers[0], base_rates=(listed, data))
    text = screen(run, replace(found, main=main.id, answers=(main,), attribution=None), 80)
    (line,) = [line for line in text.splitlines() if line.startswith("base rate")]
    assert line.rstrip().endswith("12.2 %") and data.place in line and "34 %" not in text
    full = answer_text.answer(main, found.origin.as_of).baselines
    assert "no horizon stated" in full[-1][1]


def test_a_number_has_three_digits(run: Run, found: Verdict) -> None:
    number = next(item for item in found.answers if item.kind == "quantity")
    exact = replace(
        number, answer=3.2543, futures=(2.2802, 4.3301), monte_carlo=MonteCarlo(error=3e-4), unit="bn USD/month"
    )
    text = joined(screen(run, replace(found, main="", answers=(exact,)), 120))
    assert "3.25 bn" in text and "3.254" not in text


def test_reasons_and_variants_are_answers_and_no_differences(run: Run, found: Verdict) -> None:
    full = verdict_of(run, changes=True)
    result = full.attribution
    assert result is not None and result.point == next(x for x in full.answers if x.id == full.main).point
    text = joined(screen(run, full, 120))
    told = reason_attribution.largest(result)
    assert told and all(reason_attribution.without(result, item.effect) in text for item in told)
    assert "points" not in text.partition("Other answers")[0]


@pytest.mark.parametrize(
    ("main", "futures", "shown"),
    [
        (
            "696 thousand people",
            "90 % of futures: 500 to 979 thousand people",
            "696 thousand people (90 %: 500 to 979)",
        ),
        (
            "after 2030-12",
            "90 % of futures: 2027-04 to after 2030-12",
            "after 2030-12 (90 %: 2027-04 to after 2030-12)",
        ),
        ("102 %", "", "102 %"),
    ],
)
def test_a_quantity_has_its_range_with_the_unit_once(main: str, futures: str, shown: str) -> None:
    assert verdict.with_range(AnswerText(main, futures)) == shown


def test_markdown_is_escaped_and_its_tables_are_whole(made: list[Block]) -> None:
    text = markdown.render(made).decode()
    assert text.startswith("# ") and "data:image/svg+xml;base64," in text
    for lines in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        rows = lines.strip().split("\n")
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
        assert len(counts) == 1 and set(rows[1]) <= set("|-: ")
    assert escaped("a|b *c* <d> _e_") == r"a\|b \*c\* \<d\> \_e\_"


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

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

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
