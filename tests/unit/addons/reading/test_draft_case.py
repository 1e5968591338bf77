"""A case drafted from an article: it validates, its numbers are proposed, and nothing is built of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from standoff import catalog
from standoff.addons.reading.draft_case import CLAIMS, draft
from standoff.case_templates import list_templates
from standoff.engine.build import build
from standoff.errors import DataError, ModelError, ReadingError
from standoff.ledger import Ledger
from standoff.plan.validate import validate
from tests.unit.addons.reading.conftest import TEXT

DAY = "2021-07-31"
AUDITS = Path(__file__).parents[4] / "benchmarks" / "data" / "audits"
TEXTS = [AUDITS / name for name in ("museum_korea.txt", "brief_taiwan.txt")]


def test_a_draft_validates_and_nothing_is_built_of_it(tmp_path: Path) -> None:
    made = draft(TEXT, DAY, "Of Turkey")
    folder = tmp_path / "case"
    made.save(folder)
    with pytest.raises(ReadingError):
        made.save(folder)
    assert validate(folder).warnings is not None
    with pytest.raises(ModelError, match=r"sources\.proposed"):
        build(catalog.load(folder))
    scenario = made.files["scenario.yaml"]
    assert "@assumption" not in scenario and "@proposed" in scenario and "prior(" in scenario


@pytest.mark.parametrize("template", list_templates())
def test_every_template_drafts_every_text_to_a_case_that_is_valid(template: str, tmp_path: Path) -> None:
    for number, text in enumerate((TEXT, *(file.read_text(encoding="utf-8") for file in TEXTS))):
        draft(text, DAY, "A text", template).save(tmp_path / str(number))
        assert validate(tmp_path / str(number)).counts["choices"] > 0


def test_the_actor_of_a_list_of_reasons_decides_for_whom_it_names() -> None:
    made = draft(TEXT, DAY, template="intervention")
    assert "TUR: {name: Turkey}" in made.files["scenario.yaml"]
    first = [one.words for one in made.placed if one.key in {"helper", "friend"}]
    assert first == ["Turkey", "Azerbaijan"]
    assert all(TEXT.startswith(one.words, one.start) for one in made.placed)


def test_every_statement_is_a_proposed_claim_with_its_place(tmp_path: Path) -> None:
    made = draft(TEXT, DAY)
    (tmp_path / CLAIMS).write_text(made.files[CLAIMS], encoding="utf-8")
    claims = list(Ledger.load(tmp_path / CLAIMS))
    assert len(claims) == made.claims >= 8 and {claim.status for claim in claims} == {"proposed"}
    assert all(c.quote is not None and TEXT[c.quote.start : c.quote.end] == c.quote.text for c in claims)


def test_a_model_places_only_what_stands_in_the_article() -> None:
    def ask(messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        answers = [
            {"key": "helper", "value": "FRA", "words": "France and Western countries"},
            {"key": "friend", "value": "CHN", "words": "Turkey weighs its interests"},
            {"key": "enemy", "value": "AZE", "words": "not in the article"},
            {"key": "helper_reasons", "value": "trade", "words": "trade matters more than pride"},
            {"key": "helper_reasons", "value": "gold", "words": "trade matters more than pride"},
            {"key": "questions", "value": "collapse", "words": "as of the end of June 2021"},
            {"key": "sky", "value": "blue", "words": "Turkey"},
        ]
        return json.dumps({"answers": answers})

    made = draft(TEXT, DAY, template="intervention", ask=ask)
    scenario = made.files["scenario.yaml"]
    assert re.search(r"helper: FRA France", scenario) and not re.search(r"friend: CHN", scenario)
    assert re.search(r"helper_reasons: need, wider_war, trade\n", scenario)
    assert re.search(r"questions: troops, collapse\n", scenario)
    assert f"helper_reasons trade: character {TEXT.index('trade matters')}, " in scenario


def test_an_answer_of_a_model_that_is_no_list_is_an_error() -> None:
    with pytest.raises(DataError, match="no JSON"):
        draft(TEXT, DAY, ask=lambda messages, schema: "no")


@pytest.mark.parametrize(
    ("text", "published"), [("Iran lost 40 tanks.", ""), ("Iran lost 40 tanks.", DAY), ("Rain fell.", DAY)]
)
def test_an_article_without_a_date_or_with_too_few_actors_is_refused(text: str, published: str) -> None:
    with pytest.raises(ReadingError):
        draft(text, published)
