"""Tables, formulas and outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from standoff.addons.games.estimate.game_form import game_form
from standoff.addons.games.estimate.likelihood import Equation
from standoff.addons.games.estimate.model_data import (
    columns,
    equation,
    frame,
    missing,
    names_of,
    observed,
    parsed,
    scale_parts,
    split,
    suspect_text,
    table,
    unknown_columns,
    variables,
)
from standoff.errors import DataError, StandoffError

# ---- Tables from files and data frames.

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
    (problem,) = unknown_columns(pl.DataFrame(COLUMNS), ["x", "nam", "nam"], "formula")
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


# ---- Formulas in two forms, and their design matrices.

DATA = pl.DataFrame({"x": [1.0, 2.0, 4.0], "n": [0, 1, 2], "g": ["b", "a", "c"], "e": [True, False, True]})
LEVELS = DATA.with_columns(pl.col("g").cast(pl.Enum(["c", "b", "a"])))


def design(part: str, data: pl.DataFrame = DATA) -> Equation:
    return equation("u1(war)", parsed(part, "part 1"), frame(data, data.columns))


def test_both_forms_are_the_same() -> None:
    expected = split("a + b ~ x + z | 0 | 1 | w - 1")
    assert expected.outcome == ("a", "b")
    assert expected.parts == ("x + z", "0", "1", "w - 1")
    assert split(["a + b ~ x + z", "~ 0", "~ 1", "w - 1"]) == expected
    assert scale_parts("~ z | w") == scale_parts(["~z", "w"]) == ("z", "w")
    assert columns("y ~ log(x) + g | 0 | x:n") == ["g", "n", "x"]


@pytest.mark.parametrize("formula", ["y", "~ x", "y ~", ["y ~ x", "z ~ x"], [], ""])
def test_formulas_need_an_outcome_once(formula: str | list[str]) -> None:
    with pytest.raises(StandoffError):
        split(formula)


@pytest.mark.parametrize(
    ("part", "names", "values"),
    [
        ("x", ["(Intercept)", "x"], [[1, 1], [1, 2], [1, 4]]),
        ("x - 1", ["x"], [[1], [2], [4]]),
        ("0", [], [[], [], []]),
        ("1", ["(Intercept)"], [[1], [1], [1]]),
        ("n:x - 1", ["n:x"], [[0], [2], [8]]),
        ("log2(x) + I(x**2) - 1", ["log2(x)", "I(x ** 2)"], [[0, 1], [1, 4], [2, 16]]),
        ("g", ["(Intercept)", "g[b]", "g[c]"], [[1, 1, 0], [1, 0, 0], [1, 0, 1]]),
        ("0 + e", ["e"], [[1], [0], [1]]),
    ],
)
def test_designs_are_those_of_r(part: str, names: list[str], values: list[list[float]]) -> None:
    ours = design(part)
    assert list(ours.columns) == names
    assert ours.design == pytest.approx(np.array(values, dtype=float))


def test_the_first_category_is_the_base() -> None:
    assert design("g", LEVELS).columns == ("(Intercept)", "g[b]", "g[a]")


@pytest.mark.parametrize(
    "part",
    [
        "x +",
        "x + (n",
        "",
        "lag(x)",
        "__import__('os').system('true')",
        "np.log(x)",
        "x.mean()",
        "{open('x')}",
        "[x for x in n]",
    ],
)
def test_what_a_formula_may_not_do(part: str) -> None:
    with pytest.raises(StandoffError) as error:
        design(part)
    assert error.value.problems[0].where.startswith("formula")


def test_infinite_values_are_placed() -> None:
    with pytest.raises(StandoffError) as error:
        design("log(n)")
    assert all(word in error.value.problems[0].what for word in ("log(n)", "1 rows", "in 1"))


def test_variables_of_a_part() -> None:
    assert variables(parsed("log(x) + n:g - 1", "part 1")) == ["g", "n", "x"]


@pytest.mark.parametrize(
    "part", ["poly(x2, 2)", "bs(x2, df=4)", "scale(x2) - 1", "center(log(x2))", "C(x2)", "x2:cr(x2, df=3)"]
)
def test_columns_inside_encoders_are_variables(part: str) -> None:
    assert variables(parsed(part, "part 1")) == ["x2"]


# ---- Outcomes from one column or from moves.

TREE = game_form("egame12")
NAMED = game_form("1(sq, 2(cap, war))")
BOTH = game_form("egame122")


@pytest.mark.parametrize(
    ("values", "names", "labels"),
    [
        ([7, 3, 5, 3], None, ("3", "5", "7")),
        ([7, 3, 5, 3], ("sq", "cap", "war"), ("sq", "cap", "war")),
        (["war", "sq", "cap", "sq"], ("sq", "cap", "war"), ("sq", "cap", "war")),
        (pl.Series(["war", "sq", "cap", "sq"], dtype=pl.Enum(["sq", "cap", "war"])), None, ("sq", "cap", "war")),
    ],
)
def test_one_column(values: Any, names: Any, labels: tuple[str, ...]) -> None:
    outcome, found = observed(pl.DataFrame({"y": values}), ["y"], TREE, names)
    assert outcome.tolist() == [2, 0, 1, 0]
    assert found == labels


def test_moves_by_player_and_by_decision() -> None:
    moves = pl.DataFrame({"esc": [0, 1, 1, 0], "war": [None, 0, 1, 1]})
    assert observed(moves, ["esc", "war"], TREE, None)[0].tolist() == [0, 1, 2, 0]
    assert observed(moves, ["esc", "war"], TREE, None)[1] == ("~esc", "esc,~war", "esc,war")
    two = pl.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    assert observed(two, ["a", "b"], BOTH, None)[0].tolist() == [0, 1, 2, 3]
    three = pl.DataFrame({"a": [0, 0, 1, 1], "l": [0, 1, None, None], "r": [None, None, 0, 1]})
    assert observed(three, ["a", "l", "r"], BOTH, None)[0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("data", "columns", "names", "word"),
    [
        ({"y": [1, 2, 2]}, ["y"], None, "1, 2"),
        ({"y": ["a", "b", "c"]}, ["y"], None, "a, b, c"),
        ({"y": ["a", "b", "c"]}, ["y"], ("a", "b", "x"), "c"),
        ({"p": [0, 1, 2], "q": [0, 0, 1]}, ["p", "q"], None, "2"),
        ({"p": [0, 1, 1], "q": [0, 0, None]}, ["p", "q"], None, "1 rows"),
        ({"p": [0, 1, 1], "q": [0, 0, 0]}, ["p", "q"], None, "outcome 3"),
        ({"p": [0], "q": [0], "r": [1]}, ["p", "q", "r"], None, "3 columns"),
    ],
)
def test_outcomes_that_do_not_fit(data: dict[str, Any], columns: list[str], names: Any, word: str) -> None:
    with pytest.raises(StandoffError) as error:
        observed(pl.DataFrame(data), columns, TREE, names)
    assert word in error.value.problems[0].what
    assert error.value.problems[0].where.startswith("outcome")


def test_names_come_from_the_tree_or_the_user() -> None:
    assert names_of(TREE, None) is None
    assert names_of(NAMED, None) == ("sq", "cap", "war")
    assert names_of(NAMED, ["a", "b", "c"]) == ("a", "b", "c")
    with pytest.raises(StandoffError):
        names_of(TREE, ["a", "b"])
