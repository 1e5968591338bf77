"""A review can be left at any time, loses nothing, and its ledger says where each claim stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from standoff.addons.reading.cli.review import review as command
from standoff.addons.reading.draft_claims import propose
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.review import opened, read_field
from standoff.errors import LedgerError, ReadingError
from standoff.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Iran lost over 40 soldiers in May 2020. Iraq lost 50 soldiers in May 2020. Kenya lost 60 soldiers in May 2020."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "claims.jsonl"
    Ledger(propose(read(TEXT), "a text", "2020-06-01").claims).save(file)
    return file


def test_decisions_survive_and_the_ledger_names_the_place(path: Path) -> None:
    first = opened(path)
    names = list(first.claims)
    first.decide(names[0], "accept")
    second = opened(path)
    assert [claim.id for claim in second.waiting] == names[1:]
    second.decide(names[1], "edit", {"value": 55})
    second.decide(names[2], "reject")
    ledger = path.with_name("ledger.jsonl")
    assert opened(path).save(ledger) == 2 and opened(path).save(ledger) == 0
    claims = list(Ledger.load(ledger))
    assert [(claim.status, claim.value) for claim in claims] == [("accepted", 40), ("accepted", 55)]
    assert all(c.quote is not None and TEXT[c.quote.start : c.quote.end] == c.quote.text for c in claims)
    assert claims[0].source.title == "a text" and "Edited in review." in claims[1].note


def test_a_line_that_a_crash_cut_off_is_left_out(path: Path) -> None:
    review = opened(path)
    names = list(review.claims)
    review.decide(names[0], "accept")
    with review.journal.open("a") as file:
        file.write('{"id": "ir')
    again = opened(path)
    assert list(again.decided) == names[:1]
    again.decide(names[1], "reject")
    assert list(opened(path).decided) == names[:2]


def test_a_line_in_the_middle_that_is_no_decision_is_told(path: Path) -> None:
    review = opened(path)
    review.decide(next(iter(review.claims)), "accept")
    review.journal.write_text("{}\n" + review.journal.read_text())
    with pytest.raises(ReadingError, match=r"review\.jsonl:1"):
        opened(path)


def test_an_edit_that_breaks_a_claim_is_refused_and_not_kept(path: Path) -> None:
    review = opened(path)
    with pytest.raises(LedgerError, match="is not a date"):
        review.decide(next(iter(review.claims)), "edit", {"as_of": "soon"})
    assert not review.journal.exists()
    with pytest.raises(ReadingError, match="is not a number"):
        read_field("value", "many")
    assert read_field("value", "5,500") == 5500 and read_field("note", " ") is None


@pytest.mark.parametrize(("keys", "kept"), [("aaa", 3), ("raq", 1), ("sas", 1), ("e\x03a\x03", 1)])
def test_the_keyboard(path: Path, keys: str, kept: int, capsys: Any) -> None:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        command(path, path.with_name("ledger.jsonl"))
    ledger = path.with_name("ledger.jsonl")
    assert (len(Ledger.load(ledger)) if ledger.exists() else 0) == kept
    assert "decided" in capsys.readouterr().out


def test_an_edit_from_the_keyboard(path: Path) -> None:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("e" + "\r\r\r" + "\x15" + "44\r" + "\r" * 10 + "q")
        command(path, path.with_name("ledger.jsonl"))
    assert [claim.value for claim in Ledger.load(path.with_name("ledger.jsonl"))] == [44]


def test_a_doubtful_part_is_marked_until_a_person_accepts_it() -> None:
    from standoff.addons.reading.cli.review import claim_lines
    from standoff.addons.reading.review import changed, doubts
    from tests.unit.addons.reading.conftest import claim

    one = claim(
        "a", "IRN", "tanks_lost", 40, "2020-05-01", "Staff", "iraq", "item", note="Doubtful: subject, unit. Far."
    )
    assert doubts(one) == ("subject", "unit") and any("[IRN ?]" in line for line in claim_lines(one))
    assert changed(one, "accept", {}).note == "Far."
