"""Formulas in two forms, and their design matrices."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from standoff.addons.games.estimate.formula import columns, equation, frame, parsed, scale_parts, split, variables
from standoff.addons.games.estimate.likelihood import Equation
from standoff.errors import StandoffError

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
