"""The account of a fetched data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.addons.data.connectors._dataset import Dataset, ParseResult
from standoff.addons.data.datasets import FetchedDataset
from standoff.addons.data.sections import data_set
from standoff.ledger import Ledger
from tests.unit.report.plain import claim, printed

SOURCE = Dataset(
    title="Losses",
    publisher="Staff",
    page="https://example.org",
    url="https://example.org/a.csv",
    licence="CC BY 4.0",
    citation="Staff 2024",
    key="staff2024",
    cadence="day",
)


def account(claims: tuple[Any, ...], output: Path | None = None, **changes: Any) -> tuple[dict[str, Any], Ledger]:
    ledger = Ledger(claims)
    parsed = ParseResult(
        claims, rows=9, converted=len(claims), left={"no mean": 2}, first={"no mean": "row 4"}, empty=1
    )
    fields: dict[str, Any] = {"origin": "file", "entry": None, "later": 0, "dropped_by_monthly": 3} | changes
    return data_set.account(FetchedDataset("staff", SOURCE, ledger, parsed, **fields), ledger, 1, output), ledger


CLAIMS = (claim("b", as_of="2024-02-29"), claim("a"), claim("c", subject="BBB"))


def test_the_account_counts_every_row_and_claim() -> None:
    data, _ = account(CLAIMS)
    assert data["rows"] == {"read": 9, "kept": 3, "left_out": 6, "empty_figures": 1}
    assert data["left_out"] == [{"why": "no mean", "count": 2, "first": "row 4"}]
    assert data["claims_count"] == {"read": 3, "published_later": 0, "thinned": 3, "known": 1, "given": 3}
    assert data["fetched"] is None and data["output"] is None and data["licence"] == "CC BY 4.0"


def test_a_series_is_dated_from_its_first_claim_to_its_last() -> None:
    data, ledger = account(CLAIMS, Path("out.jsonl"))
    text = printed(data_set.blocks(data, ledger))
    line = next(line for line in text.splitlines() if "AAA" in line)
    assert line.index("2024-01-31") < line.index("2024-02-29") and " 2 " in line
    assert "3 claims left out" in text and "1 claim left out" in text and "2 x no mean" in text and "out.jsonl" in text


def test_only_so_many_series_are_shown() -> None:
    many = tuple(claim(f"c{n}", quantity=f"q{n:02}") for n in range(data_set.SERIES + 2))
    data, ledger = account(many)
    text = printed(data_set.blocks(data, ledger))
    assert f"q{data_set.SERIES - 1}" in text and f"q{data_set.SERIES}" not in text and "2 more series" in text


def test_no_claims_make_no_table() -> None:
    data, ledger = account(())
    assert "subject" not in printed(data_set.blocks(data, ledger))
