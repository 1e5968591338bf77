"""Model formulas, with one part for each utility, and their design matrices.

The parts are read by Formulaic, which follows R: a constant is included unless `- 1` or `0` excludes it, text becomes one
column for each group but the first. A formula can call functions, but only those listed here, so that a formula from
elsewhere cannot run code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from standoff.addons.games.estimate.likelihood import Equation
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.versions import install_command

FUNCTIONS = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "I": lambda x: x,
}
HUGE = 1e100  #: assumption: no regressor is that large, and squares of squares overflow
ENCODERS = ("C", "center", "scale", "poly", "bs", "cr")  #: of Formulaic
_ALLOWED = (
    ast.Expression,
    ast.Call,
    ast.Name,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.keyword,
    ast.Load,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
)


@dataclass(frozen=True)
class Formula:
    """A formula in its parts."""

    outcome: tuple[str, ...]  #: columns: the outcome, or indicators of moves
    parts: tuple[str, ...]  #: right sides


def split(formula: str | Sequence[str]) -> Formula:
    """Parse `y ~ a | b`, or a formula for each utility, of which the first has the outcome."""
    texts = [formula] if isinstance(formula, str) else list(formula)
    left, _, first = texts[0].partition("~") if texts else ("", "", "")
    outcome = tuple(name.strip().strip("`") for name in left.split("+"))
    if not first.strip() or not all(outcome):
        raise StandoffError(
            Problem(
                f"`{texts[0] if texts else ''}` names no outcome and regressors",
                "formula",
                allowed="outcome ~ part | part | ...",
                fix="write the outcome left of `~`",
            )
        )
    rest = [part for text in texts[1:] for part in _one_sided(text)]
    return Formula(outcome, (*_parts(first), *rest))


def scale_parts(formula: str | Sequence[str]) -> tuple[str, ...]:
    """Parts of a formula for scales, which has no left side."""
    texts = [formula] if isinstance(formula, str) else list(formula)
    return tuple(part for text in texts for part in _one_sided(text))


def _one_sided(text: str) -> list[str]:
    left, sign, right = text.partition("~")
    if sign and left.strip():
        raise StandoffError(
            Problem(
                f"`{text.strip()}` has a left side",
                "formula",
                allowed="~ regressors",
                fix="name the outcome in the first formula only",
            )
        )
    return _parts(right if sign else text)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def parsed(part: str, name: str) -> Any:
    """A part as Formulaic's formula; raises `StandoffError` for what is not allowed."""
    try:
        import formulaic
    except ModuleNotFoundError:
        raise StandoffError(
            Problem("formulas need the library Formulaic", "formula", fix=install_command("estimate"))
        ) from None
    if not part or "~" in part:
        raise StandoffError(
            Problem(
                f"`{part}` is not a part of a formula",
                f"formula, {name}",
                allowed="regressors joined by +; 0 for zero, 1 for a constant alone",
            )
        )
    try:
        formula = formulaic.Formula(part)
        factors = [str(factor.expr) for term in formula for factor in term.factors]
    except (formulaic.errors.FormulaicError, SyntaxError, ValueError, TypeError, AttributeError) as error:
        raise StandoffError(
            Problem(
                f"`{part}` cannot be read: {str(error).splitlines()[0]}",
                f"formula, {name}",
                allowed="regressors joined by +, with - 1, a:b, a*b and functions",
                fix="check its signs and brackets",
            )
        ) from None
    problems = [problem for expression in factors if (problem := _unsafe(expression, name))]
    if problems:
        raise StandoffError(problems)
    return formula


def _unsafe(expression: str, name: str) -> Problem | None:
    """A problem for an expression that is more than arithmetic and listed functions."""
    known = (*FUNCTIONS, *ENCODERS)
    if re.fullmatch(r"[\w. -]+", expression):
        return None  # a column
    try:
        nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    except SyntaxError:
        nodes = [ast.Pass()]
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    strange = [f.id for f in called if isinstance(f, ast.Name) and f.id not in known]
    if (
        not strange
        and all(isinstance(node, _ALLOWED) for node in nodes)
        and all(isinstance(f, ast.Name) for f in called)
    ):
        return None
    return Problem(
        f"`{expression}` calls what a formula may not" if not strange else f"there is no function `{strange[0]}`",
        f"formula, {name}",
        allowed=join_limited(known),
        fix=did_you_mean(strange[0], known) if strange else "compute it as a column of the data",
    )


def variables(formula: Any) -> list[str]:
    """Columns that a parsed part needs."""
    factors = [str(factor.expr) for term in formula for factor in term.factors]
    nodes = [node for text in factors if "(" in text for node in ast.walk(ast.parse(text, mode="eval"))]
    names = {*map(str, formula.required_variables), *(node.id for node in nodes if isinstance(node, ast.Name))}
    return sorted(names - {*FUNCTIONS, *ENCODERS})  # Formulaic leaves out what is in an encoder


def columns(formula: str | Sequence[str]) -> list[str]:
    """Columns that the right side of a formula needs."""
    parts = [part for part in split(formula).parts if part != "."]
    return sorted({name for k, part in enumerate(parts) for name in variables(parsed(part, f"part {k + 1}"))})


def equation(name: str, formula: Any, data: Any) -> Equation:
    """The design matrix of a parsed part; raises `StandoffError` for undefined values."""
    import formulaic

    try:
        with np.errstate(all="ignore"):
            matrix = formula.get_model_matrix(data, output="numpy", na_action="ignore", context=FUNCTIONS)
    except (formulaic.errors.FormulaicError, ArithmeticError, ValueError, TypeError) as error:
        raise StandoffError(
            Problem(
                f"`{formula}` cannot be computed: {str(error).splitlines()[0]}",
                f"formula, {name}",
                fix="check the columns that it names",
            )
        ) from None
    columns = tuple(_readable(str(column)) for column in matrix.model_spec.column_names)
    design = np.asarray(matrix, dtype=float).reshape(len(data), len(columns))
    bad = ~(np.abs(design) < HUGE)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise StandoffError(
            Problem(
                f"`{columns[column]}` is infinite, huge or undefined in {int(bad[:, column].sum())} rows, first in {row + 1}",
                f"formula, {name}",
                allowed=f"numbers below {HUGE:g}",
                fix="transform the column in another way",
            )
        )
    return Equation(name, columns, design)


def _readable(column: str) -> str:
    """R's name of the constant, and `group[level]` of a group."""
    return "(Intercept)" if column == "Intercept" else column.replace("[T.", "[")


def frame(data: pl.DataFrame, names: Sequence[str]) -> Any:
    """Some columns as a pandas frame, which Formulaic reads; without PyArrow."""
    import pandas as pd

    def column(series: pl.Series) -> Any:
        if isinstance(series.dtype, pl.Enum):
            return pd.Categorical(series.to_list(), categories=series.dtype.categories.to_list())
        return (
            np.array(series.to_list(), dtype=object)
            if series.dtype in (pl.String, pl.Categorical)
            else series.to_numpy()
        )

    return pd.DataFrame({name: column(data[name]) for name in names}, index=range(len(data)))
