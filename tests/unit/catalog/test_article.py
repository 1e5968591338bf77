"""The article that the flagship was created from: each of its lines is asked about, answered, and rests on claims."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from standoff import build, expression, simulate
from standoff.analysis.answer import Answer, answer, claims_of
from standoff.catalog import load
from standoff.plan import Plan, plan

if TYPE_CHECKING:
    from standoff.engine.run import Run

DRAWS = 200
SEEDS = (folder / "shared" / "seed" / "article.txt" for folder in Path(__file__).parents)
ARTICLE = next((file for file in SEEDS if file.exists()), None)
SIDES = ("Russia", "Ukraine")
MEANS = ("people", "vehicles", "shells", "money", "consent")


@dataclass(frozen=True)
class Row:
    """One row: lines of the article, what it asks, in which forms, and which variants it needs to be answered."""

    lines: tuple[int, ...]
    asks: str
    forms: tuple[str, ...]
    variants: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "-".join(map(str, self.lines))


ROWS = (
    Row((1,), "how much pressure, and what it adds to a higher level", ("quantity", "event"), ("no-common-pressure",)),
    Row(
        (2,),
        "the chance of a higher level, as seen before June 2019 too",
        ("event",),
        ("known-2018", "known-2018-no-pressure"),
    ),
    Row((3,), "which partners stand where, is the title unique, is the level the highest", ("rank", "quantity")),
    Row(
        (4,),
        "how far NATO grew, what each side spent on arms, and what if NATO had not grown",
        ("quantity",),
        ("known-2003", "known-2003-no-enlargement"),
    ),
    Row(
        (5,),
        "the hazard of war, and onsets as seen a year before",
        ("quantity",),
        ("known-2007", "known-2013", "known-2021"),
    ),
    Row((6,), "how long a war planned for days had lasted, and the aid of its first year", ("quantity",)),
    Row((7,), "losses of either side, whoever counted them", ("quantity",)),
    Row((8,), "Ukraine's gap a month, and what if aid stops", ("quantity",), ("us-aid-stops",)),
    Row((9,), "whether arrived, killed, left and remaining foreign fighters add up", ("quantity",)),
    Row((10,), "what sanctions took: goods, payments, revenue", ("quantity",)),
    Row((11,), "the count on its date, and the rank", ("quantity", "rank")),
    Row((12,), "who runs out first, of what, and when", ("first_of", "until")),
    Row((13,), "how likely each kind of help is, and under rival readings of direct", ("event",), ("trade-only",)),
    Row((14, 15), "what the stated norm carries", ("reason",), ("norm-is-talk",)),
    Row((16, 17), "what Europe carries, and what China's arms would do", ("reason",), ("china-arms", "europe-is-lost")),
    Row((18, 19), "what Russia's strength, as believed, carries", ("reason",), ("russia-believed-weak",)),
    Row((20, 21), "what the Pacific and own technology carry", ("reason",), ("pacific-is-apart",)),
    Row((22,), "the verdict", ("event",), ("equal-weights",)),
)


@pytest.fixture(scope="module")
def flagship() -> Plan:
    """The case as of the day of the article, planned: no JAX."""
    return plan(*load("china-russia", "known-2024"))


@pytest.fixture(scope="session")
def run() -> Run:
    """A small run; the compiled program is that of `tests/golden`, by way of the cache."""
    return simulate(build(*load("china-russia", "known-2024")), draws=DRAWS, seed=1)


def unasked(found: Plan) -> list[str]:
    """What rows lack without a run: a question on each line, its forms, a claim about the line, variants."""
    out = []
    for row in ROWS:
        asked = [item for item in found.questions if set(item.question.lines) & set(row.lines)]
        forms = {item.question.kind for item in asked}
        out += [f"{row}: no question of the form {form}" for form in row.forms if form not in forms]
        out += [f"{row}: no variant {name}" for name in row.variants if name not in found.scenario.variants]
        for line in row.lines:
            cited = [claim for item in asked if line in item.question.lines for claim in claims_of(found, item)]
            if not any(line in item.question.lines for item in asked):
                out.append(f"{row}: no question on line {line}")
            elif not any(line in found.ledger[claim].lines for claim in cited):
                out.append(f"{row}: no question on line {line} cites a claim about it")
    return out


def says(found: Answer) -> bool:
    """Whether an answer is one: a label, a finite number, and a probability between 0 and 1 for an event.

    Months that are more than there are until the date of the question are none, with a probability of that date.
    """
    if found.kind == "until" and found.answer is None:
        return 0 <= found.detail.get("probability_by", math.nan) < 0.5
    if isinstance(found.answer, str):
        return bool(found.answer)
    if found.answer is None or not math.isfinite(found.answer):
        return False
    return found.kind != "event" or 0 <= found.answer <= 1


def unanswered(answers: tuple[Answer, ...]) -> list[str]:
    """Rows of which no question has an answer that cites a claim, form by form."""
    return [
        f"{row}: {form}"
        for row in ROWS
        for form in row.forms
        if not any(set(a.lines) & set(row.lines) and a.kind == form and says(a) and a.claims for a in answers)
    ]


def test_the_rows_are_the_lines_of_the_article() -> None:
    assert [line for row in ROWS for line in row.lines] == list(range(1, 23))


def test_every_row_has_questions_claims_and_variants(flagship: Plan) -> None:
    assert unasked(flagship) == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_without_its_questions_is_missed(flagship: Plan, row: Row) -> None:
    """The test above can fail: it names the row, and no other."""
    kept = tuple(item for item in flagship.questions if not set(item.question.lines) & set(row.lines))
    found = unasked(replace(flagship, questions=kept))
    shared = {line for item in flagship.questions if item not in kept for line in item.question.lines}
    assert any(text.startswith(f"{row}: ") for text in found)
    assert {text.partition(":")[0] for text in found} <= {str(other) for other in ROWS if shared & set(other.lines)}


def test_every_row_is_answered_and_cites_claims(run: Run) -> None:
    assert unanswered(answer(run).answers) == []


def test_an_answer_without_a_claim_or_a_number_counts_as_none() -> None:
    """No row is answered by nothing, by a number without a claim, or by one that is not finite."""
    bare = Answer(
        id="x",
        kind="rank",
        lines=(3,),
        text="?",
        date="2024-03",
        unit="1",
        answer=1.0,
        futures=None,
        monte_carlo=None,
        baselines={},
        claims=(),
        resolution="",
    )
    rows = [f"{row}: {form}" for row in ROWS for form in row.forms]
    assert unanswered(()) == unanswered((bare, replace(bare, answer=math.nan, claims=("a",)))) == rows
    assert unanswered((replace(bare, claims=("a",)),)) == [row for row in rows if row != "3: rank"]


def test_each_option_of_china_is_in_a_question_on_line_13(flagship: Plan) -> None:
    options = next(set(choice.options) for choice in flagship.choices if choice.name == "CHN")
    asked = [item for item in flagship.questions if 13 in item.question.lines]
    named = {
        o
        for item in asked
        for node in item.expressions.values()
        for c in expression.choice_terms(node)
        for o in c.options
    }
    assert named == options


def test_either_side_can_run_out_of_each_means_first(flagship: Plan) -> None:
    first = next(item for item in flagship.questions if item.question.kind == "first_of" and 12 in item.question.lines)
    assert set(first.expressions) == {f"{side}, {means}" for side in SIDES for means in MEANS} | {"the war ends"}
    assert set(first.question.indicators) == set(MEANS), "each is an event that can be observed"


@pytest.mark.parametrize("holder", ["RUS", "UKR"])
def test_losses_of_a_side_are_known_from_speakers_of_several_sides(flagship: Plan, holder: str) -> None:
    """Line 7 merges two hostile reports; questions on either loss cite more than one side."""
    asked = [item for item in flagship.questions if item.question.lines == (7,)]
    mine = [item for item in asked if f"losses.{holder}" in expression.stock_names(item.expressions[""])]
    assert len({flagship.ledger[claim].side for item in mine for claim in claims_of(flagship, item)}) > 1


def test_every_claim_of_the_article_has_its_words(flagship: Plan) -> None:
    """Each claim of the author quotes a span of one of its lines, letter by letter."""
    mine = [claim for claim in flagship.ledger if claim.speaker == "article author"]
    assert {line for claim in mine for line in claim.lines} == set(range(1, 23))
    assert [claim.id for claim in mine if claim.quote is None] == []
    if ARTICLE is None:
        pytest.skip("the article itself is not here; that claims have quotes was checked")
    text = ARTICLE.read_text(encoding="utf-8")
    for claim in mine:
        assert claim.quote is not None
        assert text[claim.quote.start : claim.quote.end] == claim.quote.text
        assert text.count("\n", 0, claim.quote.start) + 1 in claim.lines
        assert len(claim.quote.text) < 180, "a span, no paragraph"


def test_every_title_of_a_partner_has_a_date_and_a_source(flagship: Plan) -> None:
    """At least twelve partners; each level that is coded stands beside a title of the same day."""
    levels = [
        claim for claim in flagship.ledger if claim.quantity == "partnership_level" and "counted" not in claim.note
    ]
    partners = {claim.subject for claim in levels}
    assert len(partners) >= 12
    titles = [claim for claim in flagship.ledger if "partnership-title" in claim.id]
    assert partners <= {claim.subject for claim in titles}
    assert all(claim.source.title and claim.as_of for claim in (*levels, *titles))
