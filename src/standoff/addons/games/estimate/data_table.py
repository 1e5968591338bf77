"""Tables of observations: from a file, or from a data frame of Polars or pandas."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from standoff.errors import DataError, Problem, did_you_mean, join_limited
from standoff.input_files import contents

LARGEST = 2_000_000_000  #: bytes of a file; assumption
SUFFIXES = (".csv", ".parquet")
EMPTY = ["", "NA", "."]  #: missing values of a CSV file, as R and Stata write them


def table(data: Any) -> pl.DataFrame:
    """A Polars table from a path, a data frame, or columns by name; raises `DataError`."""
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, str | Path):
        return _read(Path(data))
    if isinstance(data, Mapping):
        return pl.DataFrame(dict(data))
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):  # pandas, without its conversion, which needs PyArrow
        return pl.DataFrame({str(name): _column(data[name]) for name in data.columns})
    raise DataError(
        Problem(
            f"`{type(data).__name__}` is not a table",
            "data",
            allowed="a path, a data frame of Polars or pandas, or columns by name",
        )
    )


def _read(path: Path) -> pl.DataFrame:
    if path.suffix not in SUFFIXES:
        raise DataError(
            Problem(
                f"`{path.suffix or path.name}` is not a known format",
                str(path),
                allowed=", ".join(SUFFIXES),
                fix="save the table in one of these formats",
            )
        )
    raw = io.BytesIO(contents(path, LARGEST, DataError))
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(raw)
        return pl.read_csv(raw, null_values=EMPTY, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(
            Problem(
                f"cannot be read: {str(error).splitlines()[0]}",
                str(path),
                allowed="a table with one row for each observation and names in the first line",
                fix="check the file",
            )
        ) from None


def _column(series: Any) -> pl.Series:
    """A pandas column; the order of its categories is kept."""
    values = [None if value is None or value != value else value for value in series.tolist()]
    if hasattr(series, "cat"):
        return pl.Series(values, dtype=pl.Enum([str(level) for level in series.cat.categories]), strict=False)
    return pl.Series(values, strict=False)


def require(data: pl.DataFrame, names: list[str], where: str) -> list[Problem]:
    """A problem for each name that is no column."""
    return [
        Problem(
            f"there is no column `{name}`",
            where,
            allowed=join_limited(data.columns),
            fix=did_you_mean(name, data.columns),
        )
        for name in dict.fromkeys(names)
        if name not in data.columns
    ]


def suspect_text(data: pl.DataFrame, name: str) -> Problem | None:
    """A problem for a column of text that should be numbers, or has no place in a formula."""
    column = data[name]
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Enum):
        return None
    if column.dtype not in (pl.String, pl.Categorical):
        return Problem(
            f"column `{name}` has the type {column.dtype}",
            "formula",
            allowed="numbers, true or false, or text",
            fix="convert it to numbers",
        )
    text = column.cast(pl.String).drop_nulls()
    number = text.str.strip_chars().cast(pl.Float64, strict=False)
    words = text.filter(number.is_null()).unique().sort().to_list()
    if number.is_not_null().sum() > number.is_null().sum():
        return Problem(
            f"column `{name}` is not numeric: it has {join_limited([f'`{word}`' for word in words], 3)}",
            "formula",
            allowed="numbers, or text that names groups",
            fix="correct these cells, or leave them empty",
        )
    if len(words) > max(20, len(text) / 5):  # assumption: groups are few, names of observations are many
        return Problem(
            f"column `{name}` is text with {len(words)} different values",
            "formula",
            allowed="text that names at most 20 groups, or one group for five rows",
            fix="leave it out, or code it as numbers",
        )
    return None


def missing(data: pl.DataFrame, names: list[str]) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], dict[str, int]]:
    """Rows in which a column has no value, and their number by column."""
    rows, counts = np.zeros(len(data), dtype=bool), {}
    for name in names:
        column = data[name]
        empty = column.is_null().to_numpy()
        if column.dtype.is_float():
            empty = empty | column.is_nan().fill_null(False).to_numpy()
        if empty.any():
            counts[name] = int(empty.sum())
        rows |= empty
    return rows, counts
