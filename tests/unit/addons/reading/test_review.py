"""A review can be left at any time, loses nothing, and its ledger says where each claim stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from standoff.addons.reading.draft_claims import propose
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.review import Review, opened
from standoff.cli import app
from standoff.errors import LedgerError
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Iran lost over 40 soldiers in May 2020. Iraq lost 50 soldiers in May 2020. Kenya lost 60 soldiers in May 2020."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "claims.jsonl"
    Ledger(propose(read(TEXT), "a text", "2020-06-01")[0]).save(file)
    return file


def test_decisions_survive_and_the_ledger_names_the_place(path: Path) -> None:
    first = opened(path)
    names = list(first.claims)
    first.decide(names[0], "accepted")
    second = opened(path)
    assert [claim.id for claim in second.waiting] == names[1:]
    second.decide(names[1], "accepted", {"value": 55})
    second.decide(names[2], "retracted")
    ledger = path.with_name("ledger.jsonl")
    assert opened(path).save(ledger) == 2 and opened(path).save(ledger) == 0
    claims = list(Ledger.load(ledger))
    assert [(claim.status, claim.value) for claim in claims] == [("accepted", 40), ("accepted", 55)]
    assert all(c.quote is not None and TEXT[c.quote.start : c.quote.end] == c.quote.text for c in claims)
    assert claims[0].source.title == "a text" and "Edited in review." in claims[1].note


def test_an_edit_that_breaks_a_claim_is_refused_and_not_kept(path: Path) -> None:
    review = opened(path)
    with pytest.raises(LedgerError, match="is not a date"):
        review.decide(next(iter(review.claims)), "accepted", {"as_of": "soon"})
    assert len(opened(path).waiting) == 3
    with pytest.raises(LedgerError, match="is not a number"):
        review.decide(next(iter(review.claims)), "accepted", {"value": "many"})


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ("a\na\na\n", [40, 50, 60]),
        ("r\na\nq\n", [50]),
        ("s\na\n\n", [50]),
        ("a\n", [40]),
        ("e\nvalue=44\n\nq\n", [44]),
        ("e\nvalue=5,500\nnote=\n\nq\n", [5500]),
        ("e\nvalue=many\nq\n", []),
        ("e\nvalu=4\ne\n\na\nq\n", [40]),
    ],
)
def test_what_is_answered(standoff: Any, path: Path, keys: str, kept: list[int]) -> None:
    told = CliRunner().invoke(app, ["review", str(path), "--ledger", str(path.with_name("ledger.jsonl"))], input=keys)
    ledger = path.with_name("ledger.jsonl")
    assert told.exit_code == 0 and f"{len(kept)} added" in told.stdout
    assert [claim.value for claim in (Ledger.load(ledger) if ledger.exists() else ())] == kept


def test_a_doubtful_part_is_marked_until_a_person_accepts_it(tmp_path: Path) -> None:
    from standoff.addons.reading.cli.review import claim_lines
    from tests.unit.addons.reading.conftest import claim

    note = "Doubtful: subject, unit. Far."
    one = claim("a", "IRN", "tanks_lost", 40, "2020-05-01", "Staff", "iraq", "item", note=note, status="proposed")
    page = "\n".join(claim_lines(one))
    assert "[IRN ?]" in page and "[40 item ?]" in page
    assert "(iraq)" in page and f"note: {note}" in page
    review = Review(tmp_path / "a.jsonl", {"a": one})
    review.decide("a", "accepted")
    assert review.claims["a"].note == "Far." and not review.waiting
