"""Claims as a data frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

    from standoff.ledger.claim import Claim


def claim_frame(claims: Iterable[Claim], withdrawn: Collection[str]) -> polars.DataFrame:
    """One row per claim, see `Ledger.frame`; `withdrawn` are the ids of retracted claims."""
    import polars as pl

    text = (
        "id",
        "subject",
        "quantity",
        "proposition",
        "unit",
        "comparator",
        "as_of",
        "published",
        "speaker",
        "side",
        "source_title",
        "source_publisher",
        "source_date",
        "source_url",
        "quote_text",
        "origin",
        "conflict",
        "basis",
        "status",
        "retracts",
        "note",
    )
    schema: dict[str, Any] = dict.fromkeys(text, pl.String)
    schema |= dict.fromkeys(("value", "low", "high"), pl.Float64)
    schema |= dict.fromkeys(("as_of_first", "as_of_last", "published_last"), pl.Date)
    schema |= {"quote_start": pl.Int64, "quote_end": pl.Int64, "lines": pl.List(pl.Int64), "retracted": pl.Boolean}
    rows = []
    for claim in claims:
        row = claim.to_data()
        for part in ("source", "quote"):
            row |= {f"{part}_{key}": value for key, value in row.pop(part, {}).items()}
        row |= {"as_of_first": claim.as_of.first, "as_of_last": claim.as_of.last}
        row |= {"published_last": claim.published.last, "retracted": claim.id in withdrawn}
        row |= {"lines": list(claim.lines)}
        row |= {key: float(row[key]) for key in ("value", "low", "high") if key in row}
        rows.append(row)
    return pl.DataFrame(rows, schema=schema, orient="row")
