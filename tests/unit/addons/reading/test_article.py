"""The article that the project began with, where it is at hand, and an invented text of the same shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.addons.reading.lexicon import each
from standoff.addons.reading.pipeline import read
from standoff.catalog import find, load_claims
from standoff.ledger import Claim, Ledger
from tests.unit.addons.reading.conftest import ARTICLE, CORRECTED, LEDGER, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from standoff.addons.reading.audit import TextAudit
    from standoff.addons.reading.statement import Statement

needs_article = pytest.mark.skipif(ARTICLE is None, reason="the article is not beside this checkout")
FIELDS = each(
    """quote start end sentence speaker speaker_codes subject counterparts quantity value low high unit comparator per change
    as_of polarity modality slots doubts reason dates read_by"""
)


def numbers(rows: list[Statement]) -> list[tuple[object, ...]]:
    """What each row with a number says."""
    return [(r.value, r.comparator, r.unit, r.as_of, r.subject, r.speaker_codes) for r in rows if r.comparator]


def article() -> str:
    assert ARTICLE is not None
    with ARTICLE.open(encoding="utf-8", newline="") as file:
        return file.read()


@needs_article
def test_every_number_of_the_article_is_read_with_its_date_speaker_and_subject() -> None:
    rows = read(article())
    assert numbers(rows) == [
        (400_000, "over", "person", "2024-02-29", "RUS+UKR", ("RUS", "UKR")),
        (1e11, "over", "USD", None, "USA+WEST", ()),
        (6000, "nearly", "person", "2024-03-31", "", ("RUS",)),
        (7000, "over", "person", "2024-03-31", "UKR", ("RUS",)),
        (5500, "over", "sanction", None, "RUS", ()),
    ]
    assert [row.doubts for row in rows if row.value == 400_000] == [("subject",)]  # each, or together


@needs_article
def test_reasons_and_the_stray_line_of_the_article() -> None:
    rows = read(article())
    reasons = {(row.reason["actor"], row.reason["number"], row.reason["of"]) for row in rows if row.reason}
    assert reasons == {("CHN", number, 4) for number in (1, 2, 3, 4)}
    assert not any(row.quote.startswith("Comment") for row in rows)
    scope = {row.quote.split()[0]: row.speaker for row in rows if "strength to compete" in row.sentence}
    assert scope == {"Thirdly,": "China", "so": "author"}


@needs_article
def test_the_audit_finds_what_is_wrong_with_the_article(audited: Callable[..., TextAudit]) -> None:
    found = audited(article(), load_claims(find("china-russia")), rates={"EUR": "1.08 USD"})
    wrong = {(verdict.kind, verdict.slot, verdict.quote) for verdict in found.wrong}
    for kind, slot, words in (
        ("contradicted", "speaker", "400000"),
        ("arithmetic", "number", "7000"),
        ("contradicted", "date", "5500"),
    ):
        assert any((kind, slot) == one[:2] and words in one[2] for one in wrong), words
    by = {(verdict.kind, verdict.slot): verdict for verdict in found.wrong}
    assert by["contradicted", "date"].right_on.startswith("2022-03")
    assert all(verdict.claims for verdict in found.wrong)
    assert not {one.id for verdict in found.verdicts for one in verdict.claims if "article-author" in one.id}


@needs_article
def test_with_a_corrected_article_the_findings_go_away(audited: Callable[..., TextAudit]) -> None:
    text = (
        "As of the end of February 2024, Ukraine reported Russian losses of about 413,760 soldiers, while Russia "
        "reported Ukrainian losses of "
        "over 444,000 soldiers.\nAccording to the Kiel Institute, by the end of February 2024, the United States "
        "and Western countries had provided Ukraine with nearly 170 billion "
        "dollars in aid.\nAccording to Russian sources, as of the middle of March 2024, the Russian military has "
        "killed nearly 6000 foreign "
        "mercenaries.\nBy 12 February 2024, Russia was subjected to over 19,000 sanctions.\n"
        "China says that it has not directly provided weapons to Russia.\n"
    )
    found = audited(text, load_claims(find("china-russia")), rates={"EUR": "1.08 USD"}, published="2024-06-30")
    assert found.wrong == () and len(found.verdicts) >= 6


def test_an_own_text_of_the_same_shapes_is_read() -> None:
    rows = read(TEXT)
    assert numbers(rows) == [
        (9000, "over", "person", "2021-05-31", "ARM+AZE", ("ARM", "AZE")),
        (5e10, "over", "USD", None, "FRA+WEST", ()),
        (800, "nearly", "person", "2021-06-30", "", ("AZE",)),
        (900, "over", "person", "2021-06-30", "ARM", ("AZE",)),
        (550, "over", "sanction", None, "AZE", ()),
    ]
    assert [(row.reason["actor"], row.reason["number"]) for row in rows if row.reason] == [
        ("TUR", 1),
        ("TUR", 2),
        ("TUR", 2),
        ("TUR", 3),
    ]
    assert not any("Share" in row.quote for row in rows)


def test_rows_carry_the_fields_that_are_promised() -> None:
    data = read(TEXT)[0].to_data()
    assert set(data) == FIELDS | {"id"}


def test_the_audit_of_an_own_text_and_of_its_correction(audited: Callable[..., TextAudit]) -> None:
    found = audited(TEXT)
    assert {(verdict.kind, verdict.slot) for verdict in found.wrong} == {
        ("contradicted", "speaker"),
        ("arithmetic", "number"),
        ("contradicted", "date"),
    }
    right = audited(CORRECTED)
    assert right.wrong == () and "consistent" in right.counts


def test_claims_that_were_read_from_the_text_do_not_speak_for_it(audited: Callable[..., TextAudit]) -> None:
    sentence = next(line for line in TEXT.splitlines() if "sanctions" in line)
    quote = {"text": sentence, "start": 0, "end": len(sentence)}
    said = {"id": "own", "value": 550, "speaker": "author of a text", "side": "author", "quote": quote}
    ledger = Ledger((*LEDGER, Claim.parse(LEDGER["sanctions-2021"].to_data() | said)))
    found = audited(TEXT, ledger)
    assert found.left_out == ("own",) and any(verdict.slot == "date" for verdict in found.wrong)
