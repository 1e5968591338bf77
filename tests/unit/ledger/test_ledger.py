from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas
import pytest

from standoff.errors import LedgerError
from standoff.ledger import Claim, Ledger, Source
from tests.time_limit import time_limit

Make = Callable[..., Claim]
SOURCE = Source(title="Correction")
RETRACTION: dict[str, Any] = {"value": None, "unit": None, "comparator": None, "status": "retracted"}


def ids(ledger: Ledger) -> list[str]:
    return [claim.id for claim in ledger]


def test_keeps_order_and_finds_by_id(claim: Make) -> None:
    ledger = Ledger((claim(id="b"), claim(id="a")))
    assert (ids(ledger), len(ledger), "a" in ledger, "c" in ledger) == (["b", "a"], 2, True, False)
    assert ledger["a"].id == "a"


def test_an_unknown_id_is_answered_with_the_nearest(claim: Make) -> None:
    with pytest.raises(LedgerError, match="did you mean `losses-staff`") as caught:
        Ledger((claim(id="losses-staff"),))["losses-staf"]
    assert "the id `losses-staf`" in str(caught.value)


def test_adding_gives_a_new_ledger_and_refuses_a_taken_id(claim: Make) -> None:
    ledger = Ledger((claim(id="a"),))
    assert ids(ledger.add([claim(id="b")])) == ["a", "b"]
    assert ids(ledger) == ["a"]
    with pytest.raises(LedgerError, match="`a` is given twice"):
        ledger.add([claim(id="a", value=5)])


def test_save_and_load(claim: Make, tmp_path: Path) -> None:
    ledger = Ledger((claim(id="a", note="“naïve” \u2028 \r end"), claim(id="b", as_of="2024", value=0.1)))
    path = tmp_path / "claims.jsonl"
    path.write_text("old")
    ledger.save(path)
    raw = path.read_bytes()
    assert raw.count(b"\n") == 2
    assert raw.endswith(b"}\n")
    assert "“naïve”".encode() in raw
    assert [entry.name for entry in tmp_path.iterdir()] == ["claims.jsonl"]
    assert Ledger.load(path) == ledger
    Ledger.load(path).save(path)
    assert path.read_bytes() == raw
    assert ledger.hash == hashlib.sha256(raw).hexdigest()


def test_a_save_that_fails_leaves_the_old_file(claim: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("old")

    def full(scratch: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(LedgerError, match="No space left"):
        Ledger((claim(),)).save(path)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("claims.jsonl", "old")]


def test_saves_json_lines_only(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"not `\.yaml`"):
        Ledger().save(tmp_path / "claims.yaml")


def test_a_file_that_cannot_be_read_is_a_ledger_error(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="No such file"):
        Ledger.load(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\n\xff")
    with pytest.raises(LedgerError, match=r"latin\.jsonl:2\n  not UTF-8"):
        Ledger.load(tmp_path / "latin.jsonl")


def test_a_byte_order_mark_is_passed_over(claim: Make, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\ufeff" + claim().line(), encoding="utf-8")
    assert Ledger.load(path) == Ledger((claim(),))


def test_the_hash_depends_on_content_and_order(claim: Make) -> None:
    a, b = claim(id="a"), claim(id="b")
    hashes = {Ledger((a, b)).hash, Ledger((b, a)).hash, Ledger((a,)).hash, Ledger((a, claim(id="b", value=5))).hash}
    assert len(hashes) == 4
    assert Ledger((a, b)).hash == Ledger([a, b]).hash  # type: ignore[arg-type]


def test_where(claim: Make) -> None:
    ledger = Ledger(
        (
            claim(id="a", subject="RUS", lines=[1, 2], as_of="2024-02", note="Meduza"),
            claim(id="b", subject="UKR", side="west", status="proposed", origin="o", as_of="2024-02-29"),
            claim(id="c", subject="UKR", speaker="meduza", conflict="k", as_of="2023-06-01"),
        )
    )
    assert ids(ledger.filter()) == ["a", "b", "c"]
    assert ids(ledger.filter(subject="UKR")) == ["b", "c"]
    assert ids(ledger.filter(subject=["RUS", "CHN"])) == ["a"]
    assert ids(ledger.filter(subject="UKR", side="west")) == ["b"]
    assert ids(ledger.filter(quantity="other")) == []
    assert ids(ledger.filter(speaker="meduza")) == ["c"]
    assert ids(ledger.filter(origin="o")) == ["b"]
    assert ids(ledger.filter(conflict="k")) == ["c"]
    assert ids(ledger.filter(status=("accepted", "disputed"))) == ["a", "c"]
    assert ids(ledger.filter(line=2)) == ["a"]
    assert ids(ledger.filter(text="MEDUZA")) == ["a", "c"]
    assert ids(ledger.filter(text={"p95": 1})) == []  # a filter of a forecast's rule, which anybody may have written
    assert ids(ledger.filter(since="2024-02-10")) == ["a", "b"]
    assert ids(ledger.filter(until="2024-02-10")) == ["a", "c"]
    assert ids(ledger.filter(since=date(2023, 6, 1), until="2023")) == ["c"]
    with pytest.raises(LedgerError, match="did you mean `accepted`"):
        ledger.filter(status="acepted")
    with pytest.raises(LedgerError, match=r"since\n.*'soon' is not a date"):
        ledger.filter(since="soon")


def test_a_retraction_is_a_further_claim(claim: Make) -> None:
    ledger = Ledger((claim(id="a"), claim(id="b")))
    after = ledger.retract("a", "General Staff of Ukraine", "2024-03-05", SOURCE, "counted twice")
    assert ids(ledger) == ["a", "b"]
    assert after["a"] == ledger["a"]
    retraction = after.claims[-1]
    assert (retraction.id, retraction.retracts, retraction.status) == ("a-retracted", "a", "retracted")
    assert (retraction.side, retraction.note, retraction.subject) == ("ukraine", "counted twice", "RUS")
    assert ids(after.not_retracted()) == ["b"]
    again = after.retract("a", "The Times", "2024-03-06", SOURCE, side="west")
    assert again.claims[-1].id == "a-retracted-2"


def test_another_speaker_must_name_a_side(claim: Make) -> None:
    with pytest.raises(LedgerError, match="side of `The Times` is not given"):
        Ledger((claim(id="a"),)).retract("a", "The Times", "2024-03-06", SOURCE)


def test_a_withdrawn_retraction_withdraws_nothing(claim: Make) -> None:
    first = Ledger((claim(id="a"),)).retract("a", "General Staff of Ukraine", "2024-03-05", SOURCE)
    second = first.retract("a-retracted", "General Staff of Ukraine", "2024-03-06", SOURCE)
    assert ids(first.not_retracted()) == []
    assert ids(second.not_retracted()) == ["a"]
    assert ids(Ledger(second.claims[::-1]).not_retracted()) == ["a"]


def test_active_leaves_out_proposed_and_retracted(claim: Make) -> None:
    claims = tuple(claim(id=status, status=status) for status in ("proposed", "accepted", "disputed", "retracted"))
    assert ids(Ledger(claims).not_retracted()) == ["accepted", "disputed"]


def test_retractions_must_fit_the_ledger(claim: Make) -> None:
    a = claim(id="a-claim")
    with pytest.raises(LedgerError, match="no claim has the id `a-clam`\n  did you mean `a-claim`"):
        Ledger((a, claim(id="r", retracts="a-clam", **RETRACTION)))
    with pytest.raises(LedgerError, match="retracted 2023, said 2024-02-29"):
        Ledger((a, claim(id="r", retracts="a-claim", published="2023", as_of="2023", **RETRACTION)))
    with pytest.raises(LedgerError, match="circular retractions: r, s"):
        Ledger((a, claim(id="r", retracts="s", **RETRACTION), claim(id="s", retracts="r", **RETRACTION)))


def test_a_retraction_of_a_broken_claim_is_not_a_second_mistake(claim: Make) -> None:
    broken = claim(id="a").line().replace('"unit": "person"', '"unit": "persn"')
    with pytest.raises(LedgerError) as caught:
        Ledger.parse(broken + "\n" + claim(id="r", retracts="a", **RETRACTION).line())
    assert [problem.path for problem in caught.value.problems] == ["claims[a].unit"]


def test_where_never_parts_a_claim_from_its_retraction(claim: Make) -> None:
    ledger = Ledger((claim(id="a"), claim(id="b"))).retract("a", "The Times", "2024-03-06", SOURCE, side="west")
    assert ids(ledger.filter(side="ukraine")) == ["a", "b", "a-retracted"]
    assert ids(ledger.filter(side="ukraine").not_retracted()) == ["b"]
    assert ids(ledger.filter(side="west")) == ["a", "a-retracted"]
    restored = ledger.retract("a-retracted", "TASS", "2024-03-07", SOURCE, side="russia")
    for side in ("ukraine", "west", "russia"):
        assert {"a", "a-retracted", "a-retracted-retracted"} <= set(ids(restored.filter(side=side)))
        assert "a" in restored.filter(side=side).not_retracted()


def test_as_of_knows_only_what_was_published_by_then(claim: Make) -> None:
    ledger = Ledger(
        (
            claim(id="day", published="2024-03-05"),
            claim(id="month", published="2024-03"),
            claim(id="year", published="2024"),
        )
    )
    assert ids(ledger.as_of("2024-03-04")) == []
    assert ids(ledger.as_of("2024-03-05")) == ["day"]
    assert ids(ledger.as_of("2024-03-31")) == ["day", "month"]
    assert ids(ledger.as_of(date(2024, 12, 31))) == ["day", "month", "year"]
    assert ids(ledger.as_of("2024-04")) == ["day", "month"]  # the first of April
    assert ids(ledger.as_of("2024")) == []


def test_as_of_applies_a_retraction_from_its_own_date(claim: Make) -> None:
    ledger = Ledger((claim(id="a", published="2024-03-01"),)).retract(
        "a", "General Staff of Ukraine", "2024-06-01", SOURCE
    )
    assert ids(ledger.as_of("2024-05-31").not_retracted()) == ["a"]
    assert ids(ledger.as_of("2024-06-01").not_retracted()) == []
    vague = Ledger((claim(id="a", published="2024"),)).retract("a", "General Staff of Ukraine", "2024-06-01", SOURCE)
    assert ids(vague.as_of("2024-07-01")) == []
    assert ids(vague.as_of("2024-12-31")) == ["a", "a-retracted"]


def test_frame_has_a_row_a_claim_and_a_column_a_field(claim: Make) -> None:
    quote = {"text": "413760", "start": 10, "end": 16}
    ledger = Ledger((claim(id="a", quote=quote, lines=[1, 5], as_of="2024-02"), claim(id="b", value=0.5)))
    frame = ledger.retract("a", "General Staff of Ukraine", "2024-03-05", SOURCE).frame()
    assert frame.shape[0] == 3
    first = frame.iloc[0]
    assert (first["value"], first["lines"], first["quote_start"]) == (413760.0, [1, 5], 10)
    assert (first["as_of"], first["as_of_last"], first["source_title"]) == (
        "2024-02",
        pandas.Timestamp(2024, 2, 29),
        "Losses of the day",
    )
    assert frame["retracted"].to_list() == [True, False, False]
    assert frame["value"].to_list()[:2] == [413760.0, 0.5]
    assert frame["value"].isna().to_list() == frame["unit"].isna().to_list() == [False, False, True]
    assert Ledger().frame().dtypes.equals(frame.dtypes)
    fields = {name.split("_")[0] if name.startswith(("source", "quote")) else name for name in frame.columns}
    assert fields == set(Claim.model_fields) | {"as_of_first", "as_of_last", "published_last", "retracted"}


def test_importing_the_ledger_brings_no_heavy_library() -> None:
    code = "import sys, standoff.ledger; print([m for m in ('jax', 'pandas', 'polars', 'yaml') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_time_to_load_grows_with_the_claims(claim: Make) -> None:
    text = "".join(claim(id=f"c{i}", value=i, lines=[1, 2]).line() + "\n" for i in range(10_000))
    with time_limit(20):  # linear: under a second
        assert len(Ledger.parse(text)) == 10_000


def test_an_objection_says_why_nothing_is_built_on_a_claim_and_since_when(claim: Make) -> None:
    claims = tuple(claim(id=status, status=status) for status in ("proposed", "accepted", "disputed", "retracted"))
    ledger = Ledger(claims).retract("accepted", "General Staff of Ukraine", "2024-03-05", SOURCE)
    assert ledger.objection("proposed") == "is proposed since 2024-02-29"
    assert "2024-03-05, by `accepted-retracted`" in (ledger.objection("accepted") or "")
    assert ledger.objection("retracted") == "is retracted since 2024-02-29"
    assert ledger.objection("disputed") == ledger.as_of("2024-03-04").objection("accepted") == ""
    again = ledger.retract("accepted-retracted", "General Staff of Ukraine", "2024-03-06", SOURCE)
    assert again.objection("accepted") == ""
    assert all((not again.objection(one.id)) == (one.id in again.not_retracted()) for one in again)
    with pytest.raises(LedgerError, match="no claim has the id `gone`"):
        ledger.objection("gone")
