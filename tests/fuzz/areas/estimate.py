"""Games, formulas and tables of strategic choice models."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import polars as pl

from standoff.addons.games.estimate.estimate import estimate
from tests.fuzz.door import Door
from tests.oracles.strategic_choice import table

ROWS = 80
LINES = (
    ("egame12", "o ~ x1 | 0 | x2 - 1 | x3", "", "peace,retreat,war"),
    ("egame123", "m1 + m2 + m3 ~ x1 | 0 | log(abs(x2)) | g | 0 | x4:x5 - 1 | 1 | x6", "", ""),
    ("1(peace, 2(retreat, 3(war, more)))", "y ~ C(g) | 0 | 0 | I(x1**2) | 0 | 0 | poly(x2, 2) - 1 | 1", "~ x7 - 1", ""),
    ("egame12", "o ~ 1", "~ x1 | x2", "peace,retreat,war"),
)


@cache
def data() -> pl.DataFrame:
    frame = pl.DataFrame(table("egame123", ROWS))
    return frame.with_columns(
        o=pl.col("y").clip(1, 3).cast(pl.String).replace({"1": "peace", "2": "retreat", "3": "war"}),
        g=pl.Series(["a", "b", "c", "d"] * (ROWS // 4)),
        m1=(pl.col("y") > 1).cast(pl.Int8),
        m2=(pl.col("y") > 2).cast(pl.Int8),
        m3=(pl.col("y") > 3).cast(pl.Int8),
    )


def words(raw: bytes) -> None:
    """Model, formula, scale and names of outcomes, a line each."""
    model, formula, scale, outcomes, *_ = (raw.decode("utf-8", "replace") + "\n\n\n\n").split("\n")
    names = outcomes.split(",") if outcomes else None
    known = [1.0, -1.0, 0.5, 0.0] if formula.rstrip().endswith("~ 1") else None
    estimate(data(), formula, model, scale=scale or None, outcomes=names, utilities=known)


def rows(raw: bytes) -> None:
    """A table; Parquet is left out, since Polars ends the process where a damaged file asks for too much memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(raw)
        estimate(path, "y ~ x1 | 0 | x2 - 1 | g | 0 | 0 | x4 | x3", "egame123", drop_missing=True)


def table_text() -> list[bytes]:
    return [data().select("y", "x1", "x2", "x3", "x4", "g").write_csv().encode()]


DOORS = (
    Door(name="estimate formula", enter=words, seeds=lambda: ["\n".join(line).encode() for line in LINES]),
    Door(name="estimate .csv", enter=rows, seeds=table_text, share=0.5),
)
