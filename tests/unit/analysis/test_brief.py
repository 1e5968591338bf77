"""A brief: what it collects, and its pages as a document, a PDF and a Word file.

What levers could do: the answers of runs with the lever set.

Signs to watch: one that is planted is found with its numbers, and chance gives none.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import numpy as np
import pypdf
import pytest

from standoff import answer, build, load, simulate
from standoff.analysis.brief import (
    CLAIMS,
    FRESH,
    LEAST,
    Brief,
    Indicator,
    brief,
    indicators,
)
from standoff.analysis.paired import outcome_values
from standoff.analysis.verdict import verdict
from standoff.engine.run import Run
from standoff.engine.session import Session
from standoff.engine.session import session as open_session
from standoff.ledger import Ledger
from standoff.report import claim_labels, formatting, no_break, outputs, render
from standoff.report.backends import markdown
from standoff.report.document import Heading, Paragraph, Picture, TableBlock, flat, plain
from standoff.report.sections.main_answer import brief_blocks as blocks
from standoff.report.sections.main_answer import quote
from standoff.scenario import load as load_scenario
from tests.unit.report.plain import page

DRAWS = 600


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(*load("closed-form")), draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def found(run: Run) -> Brief:
    return brief(run, verdict(run, changes=True))


def test_it_has_levers_and_the_claims_of_the_largest_reasons(run: Run, found: Brief) -> None:
    assert found.main.id == "acts" and [item.mover.name for item in found.levers] == ["restraint"]
    assert 0 < len(found.claims) <= CLAIMS and all(name in run.model.ledger for name in found.claims)
    assert found.verdict.attribution is not None
    first = next(item for item in found.verdict.attribution.reasons if item.claims)
    assert found.claims[0] == first.claims[0]
    data = found.to_data()
    assert data["levers"][0]["mover"]["ends"][0] == 0 and data["main"] == "acts"


def test_the_document_has_the_answer_first_and_every_part(run: Run, found: Brief) -> None:
    document = blocks(run, found, outputs.brief_pictures(run, found))
    strong = next(n for n, block in enumerate(document) if isinstance(block, Paragraph) and block.strong)
    asked = document[strong - 1]
    assert isinstance(asked, Heading) and plain(asked.text) == found.main.text
    assert sum(isinstance(block, Heading) and block.level == 2 for block in document) == 8
    (picture,) = (block for block in document if isinstance(block, Picture))
    assert picture.title and picture.finding != picture.title
    (levers,) = (block for block in document if isinstance(block, TableBlock) and block.heads[1] == "lever")
    assert [*levers.rows[0][2:4]] == ["1", "3"]


def test_every_difference_is_added_to_the_one_answer_of_the_brief(run: Run, found: Brief) -> None:
    """Variants and levers have futures of their own, in which the answer is another: it is printed nowhere."""
    one, main = found.verdict.variant_effects[0], found.verdict.main
    effect = replace(one, question=main, kind="event", unit="", before=0.123, after=0.4, change=0.277, mc_error=0.004)
    end = replace(found.levers[0].changes[main][0], before=0.234, after=0.5, change=-0.0666, mc_error=0.001)
    lever = replace(found.levers[0], changes={main: (end, end)})
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
    assert found.verdict.attribution is not None
    told = whole[: whole.index('id="lead"')]
    for name in {item.claims[0] for item in found.verdict.attribution.reasons if item.claims}:
        assert f'href="#claim-{name}"' in told, "each reason has its source at hand"
    assert (
        found.levers[0].mover.text.casefold() in html.unescape(whole).casefold()
        and found.main.text in whole[: whole.index('id="sanity"')]
    )
    ids = re.findall(r' id="([^"]+)"', whole)
    assert len(ids) == len(set(ids))
    assert "What could be done" not in page(run, found.verdict), "without a brief there is no guess of one"


@pytest.mark.parametrize(("at", "value"), [(0, 0), (1, 3)])
def test_both_ends_are_the_answers_of_runs(found: Brief, at: int, value: float) -> None:
    """Of the main question alone; the end that changes it more is the farther one."""
    (lever,), draws = found.levers, found.levers[0].futures
    assert (lever.mover.now, lever.mover.ends[at], [*lever.changes]) == (1, value, ["acts"]) and not lever.shares
    run, end = simulate(build(*load("closed-form", changes={"restraint": value})), draws=draws, seed=1), lever.changes
    assert end["acts"][at].after == pytest.approx(answer(run)["acts"].answer)
    assert 0 < end["acts"][at].mc_error < np.sqrt(0.25 / draws)  # pairs are surer than two answers
    assert lever.largest("acts") is end["acts"][1] and lever.is_clear("acts")


SIGN_DRAWS = 3000
TEXT = """
title: a border
as_of: 2030-01
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}, BOR: {name: Borland}}
stocks:
  tension: {unit: share, initial: 0.2 to 0.4, cap: 1, sources: assumption}
  rain: {unit: share, initial: 0.5, cap: 1, sources: assumption}
mechanisms:
  mood: {use: mean_reversion, stock: tension, mean: 0.3, speed: 0.05 1/month, volatility: 0.03, sources: assumption}
  sky: {use: mean_reversion, stock: rain, mean: 0.5, speed: 0.05 1/month, volatility: 0.03, sources: assumption}
choices:
  ALA:
    actor: ALA
    options: {hold: , strike: }
    status_quo: hold
    every: 3 months
    rationality: 2
    half_life: 2 month
    sources: assumption
    reasons:
      prize: {use: expression, weight: 3, value: {strike: tension - 0.6}}
  BOR:
    actor: BOR
    options: {sit: , act: }
    status_quo: sit
    every: 3 months
    rationality: 1
    half_life: 2 month
    sources: assumption
    reasons:
      calm: {use: expression, weight: 1, value: {act: -1}}
questions:
  acted: {text: Will it act?, event: "BOR in [act]", by: 2031-12, resolution: papers}
  tense: {text: How tense?, quantity: tension, at: 2031-06, resolution: papers}
  wet: {text: How wet?, quantity: rain, at: 2031-06, resolution: papers}
  alarmed: {text: Will it be tense?, event: tension > 0.42, by: 2031-12, resolution: papers}
  struck: {text: Will it strike?, event: "ALA in [strike]", by: 2031-12, resolution: papers}
"""


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session(build(load_scenario.load_text(TEXT), Ledger()))


def signs_of(session: Session, question: str) -> tuple[Indicator, ...]:
    return indicators(session, session.model.plan.question(question), draws=SIGN_DRAWS)


def test_the_stock_that_carries_the_answer_is_the_sign(session: Session) -> None:
    first = signs_of(session, "tense")[0]
    assert (first.subject, first.kind, first.date) == ("tension", "stock", "2031-01")  # the later date tells more
    run = session.move(draws=SIGN_DRAWS, stocks=("tension",))
    values, outcome = run.paths["tension"][:, 11], outcome_values(run, session.model.plan.question("tense"))
    seen = values > first.threshold if first.above else values < first.threshold
    assert first.share == pytest.approx(seen.mean()) == pytest.approx(0.25, abs=0.001)
    assert (first.answer, first.without) == pytest.approx((outcome[seen].mean(), outcome[~seen].mean()))
    assert first.variance_share == pytest.approx(np.corrcoef(seen, outcome)[0, 1] ** 2)  # for two groups, the same


def test_a_stock_of_its_own_is_no_sign_of_another(session: Session) -> None:
    assert [item.subject for item in signs_of(session, "wet")] == ["rain"]


def test_what_has_happened_is_no_sign(session: Session) -> None:
    """Of a choice, only futures without the option that is asked for are compared."""
    signs = signs_of(session, "struck")
    assert all(item.option != "strike" for item in signs) and any(item.subject == "tension" for item in signs)
    run = session.move(draws=SIGN_DRAWS)
    for item in signs:
        step = run.times.index(item.date) + 1
        assert LEAST < item.futures == int((run.chosen[:, :step, 0] == 0).all(axis=1).sum()) < SIGN_DRAWS


def test_a_stock_past_the_threshold_of_the_question_is_no_sign(session: Session) -> None:
    """Of a condition on stocks, only futures in which it has not been true up to the date are compared."""
    signs = signs_of(session, "alarmed")
    assert signs and all(item.answer < 1 for item in signs)
    run = session.move(draws=SIGN_DRAWS, stocks=("tension",))
    for item in signs:
        step = run.times.index(item.date) + 1
        assert LEAST < item.futures == int((run.paths["tension"][:, :step] <= 0.42).all(axis=1).sum()) < SIGN_DRAWS


def test_where_nothing_tells_the_strongest_is_reported_as_uncertain_from_other_futures(session: Session) -> None:
    """Borland decides by chance alone: no stock and no option of another tells what it will do."""
    (sign,) = signs_of(session, "acted")
    assert not sign.is_sure and abs(sign.answer - sign.without) < 4 * sign.mc_error
    other = Session(session.model, session.seed + 1, session.simulator)
    run = other.move(draws=FRESH * SIGN_DRAWS, stocks=("tension", "rain"))
    step, names = run.times.index(sign.date) + 1, [choice.name for choice in run.model.plan.choices]
    waiting = (run.chosen[:, :step, names.index("BOR")] == 0).all(axis=1)
    if sign.kind == "stock":
        values = run.paths[sign.subject][:, step - 1]
        seen = values > sign.threshold if sign.above else values < sign.threshold
    else:
        index = names.index(sign.subject)
        seen = run.chosen[:, step - 1, index] == run.model.plan.choices[index].options.index(sign.option)
    outcome = outcome_values(run, session.model.plan.question("acted"))
    assert sign.futures == waiting.sum()
    assert (sign.answer, sign.without) == pytest.approx(
        (outcome[waiting & seen].mean(), outcome[waiting & ~seen].mean())
    )
