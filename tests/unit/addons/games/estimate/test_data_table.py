"""Tables from files and data frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from standoff.addons.games.estimate.data_table import missing, require, suspect_text, table
from standoff.errors import DataError

COLUMNS = {"y": [1, 2, 3], "x": [0.5, None, 2.0], "name": ["a", None, "b"]}


def test_every_kind_of_table_is_the_same(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    expected = pl.DataFrame(COLUMNS)
    expected.write_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("y,x,name\n1,0.5,a\n2,NA,\n3,2.0,b\n")
    for data in (expected, COLUMNS, pd.DataFrame(COLUMNS), tmp_path / "t.parquet", str(tmp_path / "t.csv")):
        assert table(data).equals(expected)


def test_categories_of_pandas_keep_their_order() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"y": pd.Categorical(["war", "sq", None], categories=["sq", "war"])})
    assert table(frame)["y"].dtype == pl.Enum(["sq", "war"])
    assert table(frame)["y"].to_list() == ["war", "sq", None]


@pytest.mark.parametrize("name", ["t.xlsx", "no.csv", "broken.parquet"])
def test_what_is_no_table_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_text("no")
    with pytest.raises(DataError) as error:
        table(tmp_path / name)
    assert name in error.value.problems[0].where


def test_a_number_is_no_table() -> None:
    with pytest.raises(DataError):
        table(3)


def test_unknown_columns_get_a_hint() -> None:
    (problem,) = require(pl.DataFrame(COLUMNS), ["x", "nam", "nam"], "formula")
    assert (problem.where, "name" in problem.fix) == ("formula", True)


@pytest.mark.parametrize(
    ("values", "word"),
    [(["1", "2", "n/a"], "n/a"), ([[1], [2], [3]], "List"), ([f"id {k}" for k in range(30)], "30")],
)
def test_text_that_should_have_been_numbers(values: Any, word: str) -> None:
    problem = suspect_text(pl.DataFrame({"x": values}), "x")
    assert problem is not None
    assert word in problem.what


def test_groups_are_text_that_may_stand() -> None:
    data = pl.DataFrame({"x": ["dem", "autoc"] * 3, "yes": [True, False] * 3, "n": range(6)})
    assert [suspect_text(data, name) for name in data.columns] == [None] * 3


def test_missing_values_are_counted_by_column() -> None:
    rows, counts = missing(pl.DataFrame({**COLUMNS, "z": [float("nan"), 1.0, 1.0]}), ["y", "x", "name", "z"])
    assert rows.tolist() == [True, True, False]
    assert counts == {"x": 1, "name": 1, "z": 1}
