"""`standoff read` and `standoff audit`: doors, exit codes, and errors that say what to do."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from standoff.cli import app
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
By the end of 2023, both Russia and Ukraine reported losses of over 300,000 soldiers.
Russia is under over 5500 sanctions.
"""


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_bytes(TEXT.encode())
    return str(path)


def test_read_prints_rows(standoff: Any, article: str) -> None:
    page = standoff("read", article).stdout
    assert "over 300,000 person at 2023-12-31" in page and "2 statements" in page
    rows = json.loads(standoff("read", article, "--json").stdout)
    assert [row["value"] for row in rows] == [300_000, 5500] and rows[1]["as_of"] is None
    assert all(TEXT[row["start"] : row["end"]] == row["quote"] for row in rows)


def test_numbers_are_written_without_an_exponent_and_long_quotes_cut_between_words(
    standoff: Any, tmp_path: Path
) -> None:
    end = "and of everyone who helped them in the war against the neighbour to the west, as its minister said again"
    (tmp_path / "a.txt").write_text(f"Europe promised over a hundred billion dollars to the people of Ukraine, {end}.")
    page = standoff("read", "a.txt").stdout
    assert "over 100 billion USD" in page and "e+" not in page
    cut = " ".join(page.split()).partition("…")[0]
    assert "…" in page and cut.split()[-1] in end.split()


def test_an_empty_text_is_an_error(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    for words in (("read", "empty.txt"), ("audit", "empty.txt", *AGAINST)):
        said = standoff(*words, code=1).stderr
        assert said.startswith("empty.txt\n") and "the file is empty" in said


def test_read_drafts_claims_that_a_ledger_takes(standoff: Any, article: str, tmp_path: Path) -> None:
    standoff("read", article, "--published", "2024-04-02", "--against", "china-russia", "-o", "claims.jsonl")
    claims = list(Ledger.load(tmp_path / "claims.jsonl"))
    assert [(c.subject, c.quantity, c.status) for c in claims] == [
        ("RUS", "personnel_losses", "proposed"),
        ("UKR", "personnel_losses", "proposed"),
        ("RUS", "sanctions_in_force", "proposed"),
    ]
    assert claims[0].origin == claims[1].origin != "" and "each or together" in claims[0].note
    assert "No date is given" in claims[2].note and claims[2].side == "author"
    assert all(c.quote is not None and TEXT[c.quote.start : c.quote.end] == c.quote.text for c in claims)
    assert "add --published" in standoff("read", article, "-o", "other.jsonl", code=1).stderr


def test_audit_ends_with_3_where_something_does_not_hold(standoff: Any, article: str, tmp_path: Path) -> None:
    told = standoff(
        "audit", article, "--against", "china-russia", "--published", "2024-03-01", "-o", "audit.html", code=3
    ).stdout
    assert "contradicted" in told
    page = (tmp_path / "audit.html").read_text()
    assert "contradicted" in page and "rus-sanctions-in-force-2022-03" in page
    data = json.loads(
        standoff("audit", article, "--against", "china-russia", "--published", "2024-03-01", "--json", code=3).stdout
    )
    assert data["counts"]["contradicted"] == 2 and all(
        v["claims"] for v in data["verdicts"] if v["kind"] != "not matched"
    )


def test_audit_ends_with_0_where_all_holds(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "right.txt").write_text("On 8 March 2022, Russia was under over 5500 sanctions.")
    assert "1 consistent" in standoff("audit", "right.txt", "--against", "china-russia").stdout


def test_audit_ends_with_4_where_nothing_could_be_compared(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Emmanuel Macron visited Kazakhstan in November 2023.")
    told = standoff("audit", "other.txt", "--against", "china-russia", code=4).stdout
    assert "0 of 1 sentence compared" in " ".join(told.split())


def test_audit_lists_sentences_without_a_verdict(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("On 8 March 2022, Russia was under over 5500 sanctions. Was it? The rain fell.")
    words = ("audit", "more.txt", "--against", "china-russia")
    short, full = standoff(*words).stdout, standoff(*words, "--full").stdout
    assert "2 sentences without" in short and "The rain fell." not in short and "The rain fell." in full
    data = json.loads(standoff(*words, "--json").stdout)
    assert [one["reason"] for one in data["uncompared"]] == ["question", "not understood"]


@pytest.mark.skipif(os.name == "nt", reason="links of Unix")
def test_a_folder_says_what_is_left_out(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("Iran lost 40 soldiers.")
    (tmp_path / "secret.txt").write_text("Iran lost 50 soldiers.")
    (tmp_path / "texts" / "b.txt").symlink_to(tmp_path / "secret.txt")
    told = standoff("read", "texts", "-o", "rows.jsonl")
    assert "left out" in told.stderr and "b.txt" in told.stderr and "1 texts read" in told.stdout
    assert "50" not in (tmp_path / "rows.jsonl").read_text()


def test_a_text_is_read_from_standard_input(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["read", "-", "--json"], input="Iran lost 40 soldiers.")
    assert told.exit_code == 0 and json.loads(told.stdout)[0]["value"] == 40


def test_the_page_escapes_what_the_text_holds(standoff: Any, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("<script>alert(1)</script> Russia is under over 5500 sanctions.")
    standoff("audit", "x.txt", "--against", "china-russia", "--published", "2024-03-01", "-o", "x.html", code=3)
    page = (tmp_path / "x.html").read_text()
    assert "<script>" not in page and "&lt;script&gt;" in page


AGAINST = ("--against", "china-russia")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("read", "none.txt"), "cannot be read: No such file"),
        (("read", "x.docx"), "is not a supported text format"),
        (("read", "bidi.txt"), "U+202E"),
        (("read", "zero.txt"), "not text in a supported"),
        (("read", "article.txt", "--published", "soon"), "'soon' is not a date"),
        (("audit", "article.txt", "--against", "chinarussia"), "did you mean"),
        (("audit", "article.txt", *AGAINST, "-o", "x.xls"), ".html"),
    ],
)
def test_what_cannot_be_read_is_told(
    standoff: Any, article: str, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "x.docx").write_bytes(b"PK")
    (tmp_path / "bidi.txt").write_text("Russia \u202e lost 5 tanks.")
    (tmp_path / "zero.txt").write_bytes(b"\xff\x00\x01\x02")
    assert message in standoff(*words, code=1).stderr
