"""A brief: what it collects, and its pages as a document, a PDF and a Word file."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest

from standoff import build, load, simulate
from standoff.analysis.brief import CLAIMS, Brief, brief
from standoff.analysis.verdict import verdict
from standoff.engine.run import Run
from standoff.report import claim_labels, formatting, no_break, outputs, render
from standoff.report.backends import markdown
from standoff.report.document import Heading, Paragraph, Picture, TableBlock, flat, plain
from standoff.report.sections.main_answer import brief_blocks as blocks
from standoff.report.sections.main_answer import quote
from tests.unit.report.plain import page

DRAWS = 600


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(*load("closed-form")), draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> Brief:
    return brief(run, verdict(run, changes=True))


def test_it_has_levers_and_the_claims_of_the_largest_reasons(run: Run, found: Brief) -> None:
    assert found.main.id == "acts" and [item.lever for item in found.levers] == ["restraint"]
    assert 0 < len(found.claims) <= CLAIMS and all(name in run.model.ledger for name in found.claims)
    assert found.verdict.attribution is not None
    first = next(item for item in found.verdict.attribution.reasons if item.claims)
    assert found.claims[0] == first.claims[0]
    data = found.to_data()
    assert data["levers"][0]["ends"][0]["value"] == 0 and data["main"] == "acts"


def test_the_document_has_the_answer_first_and_every_part(run: Run, found: Brief) -> None:
    document = blocks(run, found, outputs.brief_pictures(run, found))
    strong = next(block for block in document if isinstance(block, Paragraph) and block.strong)
    assert plain(strong.text).startswith(found.main.text)
    assert sum(isinstance(block, Heading) and block.level == 2 for block in document) == 7
    (picture,) = (block for block in document if isinstance(block, Picture))
    assert picture.title and picture.finding != picture.title
    (levers,) = (block for block in document if isinstance(block, TableBlock) and block.heads[0] == "lever")
    assert levers.rows[0][1] == "1 to 3"


def test_every_difference_is_added_to_the_one_answer_of_the_brief(run: Run, found: Brief) -> None:
    """Variants and levers have futures of their own, in which the answer is another: it is printed nowhere."""
    one, main = found.verdict.variant_effects[0], found.verdict.main
    effect = replace(one, question=main, kind="event", unit="", before=0.123, after=0.4, change=0.277, mc_error=0.004)
    end = replace(found.levers[0].ends[0], answer=0.5, change=-0.0666, mc_error=0.001)
    lever = replace(found.levers[0], before=0.234, ends=(end, end))
    other = replace(found, verdict=replace(found.verdict, variant_effects=(effect,)), levers=(lever,))
    text = markdown.render(blocks(run, other)).decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "12.3 %" not in text and "23.4 %" not in text
    for change, error in ((effect.change, effect.mc_error), (end.change, end.mc_error)):
        assert formatting.percent(found.main.moved(change), error) in text


def test_a_pdf_has_two_pages_at_most(run: Run, found: Brief, tmp_path: Path) -> None:
    path = render.write(blocks(run, found, outputs.brief_pictures(run, found)), tmp_path / "brief.pdf")
    assert len(pypdf.PdfReader(path).pages) <= 2


def test_a_word_file_has_all_of_it(run: Run, found: Brief, tmp_path: Path) -> None:
    document = blocks(run, found, outputs.brief_pictures(run, found))
    word = docx.Document(io.BytesIO(render.write(document, tmp_path / "brief.docx").read_bytes()))
    texts = [paragraph.text for paragraph in word.paragraphs]
    own = [
        plain(block.text).replace("`", "") for block in flat(document) if isinstance(block, Heading | Paragraph)
    ]  # code has no marks
    assert all(no_break.text(text) in texts for text in own)
    tables = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    shown = [row for block in document if isinstance(block, TableBlock) for row in (block.heads, *block.rows)]
    assert all([no_break.text(plain(cell)) for cell in row] in tables for row in shown)
    assert len(word.inline_shapes) == 1


def test_a_claim_with_a_number_says_of_what(run: Run) -> None:
    number = next(claim for claim in run.model.ledger if claim.numbers and not claim.quote)
    said = quote(run, number.id)
    assert said.startswith(f"{number.speaker}, {number.published}: ")
    assert claim_labels.quantity(run.model.plan, number.quantity) in said and said.endswith(claim_labels.value(number))


def test_the_page_opens_with_it_and_says_it_once(run: Run, found: Brief) -> None:
    whole = page(run, found.verdict, brief=found)
    front = whole[whole.index('id="lead"') : whole.index('id="sanity"')]
    for name in found.claims:
        assert f'href="#claim-{name}"' in front
    assert found.levers[0].text in html.unescape(front) and found.main.text in whole[: whole.index('id="sanity"')]
    assert front.count("<svg") == 2, "the chart of the question, for a page and for a phone"
    (title,) = re.findall(r'<figure class="claim">\s*<h3>([^<]+)</h3>', front)
    assert html.unescape(title).startswith(f"{run.model.scenario.actors['BLU'].name} in {found.main.date}: “")
    ids = re.findall(r' id="([^"]+)"', whole)
    assert len(ids) == len(set(ids))
    assert "What could be done" not in page(run, found.verdict), "without a brief there is no guess of one"
