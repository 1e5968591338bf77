"""The likelihood of a strategic choice model, from a formula and a table of observations.

Formulas have one part for each utility. The parts are read by Formulaic, which follows R: a constant is included unless
`- 1` or `0` excludes it, text becomes one column for each group but the first. A formula can call functions, but only
those listed here, so that a formula from elsewhere cannot run code. Tables come from a file, or from a data frame of Polars
or pandas. The outcome is one column, or one indicator of each move.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standoff.addons.games.estimate.game_form import UNNAMED, GameForm, game_form
from standoff.addons.games.estimate.likelihood import ERRORS, LINKS, Equation, Error, Link, StrategicLikelihood
from standoff.addons.tables import pl
from standoff.errors import DataError, Problem, StandoffError, did_you_mean, join_limited, require
from standoff.input_files import contents
from standoff.versions import install_command

LARGEST = 2_000_000_000  #: bytes of a file; assumption
SUFFIXES = (".csv", ".parquet")
EMPTY = ["", "NA", "."]  #: missing values of a CSV file, as R and Stata write them
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


class ModelData(NamedTuple):
    """A likelihood with the names and rows behind it."""

    likelihood: StrategicLikelihood
    outcomes: tuple[str, ...]
    rows: np.ndarray  #: (observation,) row of the data, from 0
    left_out: Mapping[str, int]  #: missing values by column, in rows that were left out
    groups: tuple[str, ...]  #: (observation,) group for clustered standard errors, or none


class Formula(NamedTuple):
    """A formula in its parts."""

    outcome: tuple[str, ...]  #: columns: the outcome, or indicators of moves
    parts: tuple[str, ...]  #: right sides


def model_data(
    data: Any,
    formula: str | Sequence[str],
    model: str = "egame12",
    *,
    link: Link = "probit",
    error: Error = "agent",
    scale: str | Sequence[str] | None = None,
    utilities: Sequence[float] | None = None,
    outcomes: Sequence[str] | None = None,
    cluster: str = "",
    drop_missing: bool = False,
    complete: Sequence[str] = (),
) -> ModelData:
    """Arguments of `estimate` as a likelihood; raises `StandoffError` where they do not fit."""
    form = game_form(model)
    require(link, LINKS, "link", "link")
    require(error, ERRORS, "error", "error")
    if link == "logit" and error == "private":
        raise StandoffError(
            "logit errors of several outcomes do not add up to a logit error",
            "link",
            allowed="probit with private information",
            fix="leave out one of the two",
        )
    read = split(formula)
    names = names_of(form, outcomes)
    labels = names or tuple(str(k + 1) for k in range(len(form.outcomes)))
    terms = [term.name(labels) for term in form.utilities]
    parts, scales = _parts(form, read, utilities, terms), _scale_parts(form, scale, utilities)
    rows = table(data)
    utility = [parsed(part, name) for part, name in zip(parts, terms, strict=False)]
    scaling = [parsed(part, f"scale, part {k + 1}") for k, part in enumerate(scales)]
    used = sorted({name for part in (*utility, *scaling) for name in variables(part)})
    clusters = [cluster] if cluster else []
    problems = unknown_columns(rows, read.outcome, "outcome")
    problems += unknown_columns(rows, sorted({*used, *complete}), "formula")
    problems += unknown_columns(rows, clusters, "cluster")
    problems = problems or [problem for name in used if (problem := suspect_text(rows, name))]
    if problems:
        raise StandoffError(problems)
    needed = sorted({*used, *complete, *clusters, *(read.outcome if len(read.outcome) == 1 else ())})
    incomplete, left_out = missing(rows, needed)
    if left_out and not drop_missing:
        gaps = ", ".join(f"{name} ({count})" for name, count in left_out.items())
        raise StandoffError(
            f"{int(incomplete.sum())} of {len(rows)} rows have missing values: {gaps}",
            "data",
            fix="leave them out with --drop-missing (drop_missing=True), or fill them",
        )
    if incomplete.all():
        raise StandoffError("no row is complete", "data", fix="leave out columns that are empty")
    positions = np.flatnonzero(~incomplete)
    rows = rows[positions]
    outcome, labels = observed(rows, read.outcome, form, names)
    terms = [term.name(labels) for term in form.utilities]
    used_rows = frame(rows, used)
    if utilities is not None:
        nothing = np.zeros((len(rows), 0))
        equations = [Equation(name, (), nothing, float(u)) for name, u in zip(terms, utilities, strict=True)]
    else:
        equations = [equation(name, part, used_rows) for name, part in zip(terms, utility, strict=True)]
    letter = "lambda" if link == "logit" else "sigma"  # a scale of a logit, or a standard deviation
    ends = [""] if len(scaling) == 1 else form.players
    logs = [equation(f"log({letter}{end})", part, used_rows) for end, part in zip(ends, scaling, strict=False)]
    groups = tuple(str(value) for value in rows[cluster].to_list()) if cluster else ()
    if cluster and len(set(groups)) < 2:
        raise StandoffError(f"`{cluster}` names one group", "cluster", allowed="at least two groups")
    likelihood = StrategicLikelihood(form, link, error, tuple(equations), tuple(logs), outcome)
    return ModelData(likelihood, labels, positions, left_out, groups)


def _scale_parts(
    form: GameForm, scale: str | Sequence[str] | None, utilities: Sequence[float] | None
) -> tuple[str, ...]:
    """Parts of the formula of the scale; a constant where the utilities are known."""
    parts = scale_parts(scale) if scale else ("1",) if utilities is not None else ()
    if len(parts) not in (0, 1, len(form.players)):
        raise StandoffError(f"parts: {len(parts)}", "scale", allowed=f"1 for all players, or {len(form.players)}")
    return parts


def _parts(
    form: GameForm, read: Formula, utilities: Sequence[float] | None, expected: Sequence[str]
) -> tuple[str, ...]:
    """Parts of the utilities; none where their values are known."""
    if utilities is None and len(read.parts) == len(expected):
        return read.parts
    if utilities is None:
        raise StandoffError(
            f"parts right of `~`: {len(read.parts)}",
            "formula",
            allowed=f"{len(expected)} for {form.text}: {' | '.join(expected)}",
            fix="separate the parts by |, with 0 for a utility of zero",
        )
    if len(utilities) != len(expected):
        allowed = f"{len(expected)} for {form.text}: {', '.join(expected)}"
        raise StandoffError(f"{len(utilities)} values", "utilities", allowed=allowed)
    if read.parts not in (("1",), (".",)):
        raise StandoffError(
            "regressors beside known utilities",
            "formula",
            allowed=f"{' + '.join(read.outcome)} ~ 1",
            fix="put regressors of the scale into its own formula",
        )
    return ()


# ---- formulas


def split(formula: str | Sequence[str]) -> Formula:
    """Parse `y ~ a | b`, or a formula for each utility, of which the first has the outcome."""
    texts = [formula] if isinstance(formula, str) else list(formula)
    left, _, first = texts[0].partition("~") if texts else ("", "", "")
    outcome = tuple(name.strip().strip("`") for name in left.split("+"))
    if not first.strip() or not all(outcome):
        raise StandoffError(
            f"`{texts[0] if texts else ''}` names no outcome and regressors",
            "formula",
            allowed="outcome ~ part | part | ...",
            fix="write the outcome left of `~`",
        )
    return Formula(outcome, (*_parts_of(first), *scale_parts(texts[1:])))


def scale_parts(formula: str | Sequence[str]) -> tuple[str, ...]:
    """Parts of formulas without a left side, such as that of a scale."""
    parts: list[str] = []
    for text in [formula] if isinstance(formula, str) else formula:
        left, sign, right = text.partition("~")
        if sign and left.strip():
            raise StandoffError(
                f"`{text.strip()}` has a left side",
                "formula",
                allowed="~ regressors",
                fix="name the outcome in the first formula only",
            )
        parts += _parts_of(right if sign else text)
    return tuple(parts)


def _parts_of(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def parsed(part: str, name: str) -> Any:
    """A part as Formulaic's formula; raises `StandoffError` for what is not allowed."""
    try:
        import formulaic
    except ModuleNotFoundError:
        raise StandoffError("formulas need the library Formulaic", "formula", fix=install_command("estimate")) from None
    if not part or "~" in part:
        raise StandoffError(
            f"`{part}` is not a part of a formula",
            f"formula, {name}",
            allowed="regressors joined by +; 0 for zero, 1 for a constant alone",
        )
    try:
        formula = formulaic.Formula(part)
        factors = _factors(formula)
    except (formulaic.errors.FormulaicError, SyntaxError, ValueError, TypeError, AttributeError) as error:
        raise StandoffError(
            f"`{part}` cannot be read: {str(error).splitlines()[0]}",
            f"formula, {name}",
            allowed="regressors joined by +, with - 1, a:b, a*b and functions",
            fix="check its signs and brackets",
        ) from None
    problems = [problem for expression in factors if (problem := _unsafe(expression, name))]
    if problems:
        raise StandoffError(problems)
    return formula


def _factors(formula: Any) -> list[str]:
    return [str(factor.expr) for term in formula for factor in term.factors]


def _unsafe(expression: str, name: str) -> Problem | None:
    """A problem for an expression that is more than arithmetic and listed functions."""
    functions = (*FUNCTIONS, *ENCODERS)
    if re.fullmatch(r"[\w. -]+", expression):
        return None  # a column
    try:
        nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    except SyntaxError:
        nodes = [ast.Pass()]
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    strange = [f.id for f in called if isinstance(f, ast.Name) and f.id not in functions]
    allowed = all(isinstance(node, _ALLOWED) for node in nodes) and all(isinstance(f, ast.Name) for f in called)
    if allowed and not strange:
        return None
    return Problem(
        f"`{expression}` calls what a formula may not" if not strange else f"there is no function `{strange[0]}`",
        f"formula, {name}",
        allowed=join_limited(functions),
        fix=did_you_mean(strange[0], functions) if strange else "compute it as a column of the data",
    )


def variables(formula: Any) -> list[str]:
    """Columns that a parsed part needs."""
    nodes = [node for text in _factors(formula) if "(" in text for node in ast.walk(ast.parse(text, mode="eval"))]
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
            f"`{formula}` cannot be computed: {str(error).splitlines()[0]}",
            f"formula, {name}",
            fix="check the columns that it names",
        ) from None
    columns = tuple(_readable(str(column)) for column in matrix.model_spec.column_names)
    design = np.asarray(matrix, dtype=float).reshape(len(data), len(columns))
    bad = ~(np.abs(design) < HUGE)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise StandoffError(
            f"`{columns[column]}` is infinite, huge or undefined in {int(bad[:, column].sum())} rows, first in {row + 1}",
            f"formula, {name}",
            allowed=f"numbers below {HUGE:g}",
            fix="transform the column in another way",
        )
    return Equation(name, columns, design)


def _readable(column: str) -> str:
    """R's name of the constant, and `group[level]` of a group."""
    return "(Intercept)" if column == "Intercept" else column.replace("[T.", "[")


def frame(data: pl.DataFrame, names: Sequence[str]) -> Any:
    """Some columns as a pandas frame, which Formulaic reads; without PyArrow."""

    def column(series: pl.Series) -> Any:
        if isinstance(series.dtype, pl.Enum):
            return pd.Categorical(series.to_list(), categories=series.dtype.categories.to_list())
        return (
            np.array(series.to_list(), dtype=object)
            if series.dtype in (pl.String, pl.Categorical)
            else series.to_numpy()
        )

    return pd.DataFrame({name: column(data[name]) for name in names}, index=range(len(data)))


# ---- tables


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
        f"`{type(data).__name__}` is not a table",
        "data",
        allowed="a path, a data frame of Polars or pandas, or columns by name",
    )


def _read(path: Path) -> pl.DataFrame:
    if path.suffix not in SUFFIXES:
        raise DataError(
            f"`{path.suffix or path.name}` is not a known format",
            str(path),
            allowed=", ".join(SUFFIXES),
            fix="save the table in one of these formats",
        )
    raw = io.BytesIO(contents(path, LARGEST, DataError))
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(raw)
        return pl.read_csv(raw, null_values=EMPTY, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(
            f"cannot be read: {str(error).splitlines()[0]}",
            str(path),
            allowed="a table with one row for each observation and names in the first line",
            fix="check the file",
        ) from None


def _column(series: Any) -> pl.Series:
    """A pandas column; the order of its categories is kept."""
    values = [None if value is None or value != value else value for value in series.tolist()]
    if hasattr(series, "cat"):
        return pl.Series(values, dtype=pl.Enum([str(level) for level in series.cat.categories]), strict=False)
    return pl.Series(values, strict=False)


def unknown_columns(data: pl.DataFrame, names: Iterable[str], where: str) -> list[Problem]:
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
    cells = column.cast(pl.String).drop_nulls()
    number = cells.str.strip_chars().cast(pl.Float64, strict=False)
    words = cells.filter(number.is_null()).unique().sort().to_list()
    if number.is_not_null().sum() > number.is_null().sum():
        return Problem(
            f"column `{name}` is not numeric: it has {join_limited([f'`{word}`' for word in words], 3)}",
            "formula",
            allowed="numbers, or text that names groups",
            fix="correct these cells, or leave them empty",
        )
    if len(words) > max(20, len(cells) / 5):  # assumption: groups are few, names of observations are many
        return Problem(
            f"column `{name}` is text with {len(words)} different values",
            "formula",
            allowed="text that names at most 20 groups, or one group for five rows",
            fix="leave it out, or code it as numbers",
        )
    return None


def missing(data: pl.DataFrame, names: list[str]) -> tuple[np.ndarray, dict[str, int]]:
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


# ---- outcomes


def names_of(form: GameForm, outcomes: Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of the outcomes, where the user gives them; raises `StandoffError`."""
    if outcomes is None:
        names = tuple(end.name for end in form.outcomes)
        return None if UNNAMED in names else names
    if len(outcomes) != len(form.outcomes) or len(set(outcomes)) < len(outcomes):
        raise StandoffError(
            f"{len(outcomes)} names of outcomes: {join_limited(list(outcomes))}",
            "outcomes",
            allowed=f"{len(form.outcomes)} different names, in the order of the tree {_shape(form)}",
        )
    return tuple(outcomes)


def observed(
    data: pl.DataFrame, columns: Sequence[str], form: GameForm, names: tuple[str, ...] | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The outcome of each row and the names of the outcomes; raises `StandoffError`.

    Indicators, one for each player or for each decision, are 1 where the right branch is taken; where a decision is not
    reached they can have any value.
    """
    from_columns = _from_indicators if len(columns) > 1 else _from_column
    return from_columns(data, columns, form, names)


def _shape(form: GameForm) -> str:
    return form.tree([str(k + 1) for k in range(len(form.outcomes))])


def _from_column(
    data: pl.DataFrame, columns: Sequence[str], form: GameForm, names: tuple[str, ...] | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    series, where, count = data[columns[0]], f"outcome `{columns[0]}`", len(form.outcomes)
    values = [str(value) for value in series.to_list()]
    levels = [str(level) for level in series.unique().sort().to_list()]  # numbers ascending, categories in their order
    ordered = series.dtype.is_numeric() or isinstance(series.dtype, pl.Enum | pl.Boolean)
    if len(levels) != count:
        raise StandoffError(
            f"{len(levels)} different outcomes occur: {join_limited(levels)}",
            where,
            allowed=f"{count} outcomes, as in the tree {_shape(form)}",
            fix="choose another model, or combine outcomes",
        )
    if names and set(names) == set(levels):
        levels = list(names)
    elif names and not ordered:
        raise StandoffError(
            f"unknown outcomes: {join_limited(sorted(set(levels) - set(names)))}",
            where,
            allowed=join_limited(names),
            fix="correct the data or the names",
        )
    elif not ordered:
        raise StandoffError(
            f"text has no order: {join_limited(levels)}",
            where,
            allowed=f"an order as in the tree {_shape(form)}",
            fix=f'name them from left to right: --outcomes "{",".join(levels)}"',
        )
    rank_of = {level: k for k, level in enumerate(levels)}
    return np.array([rank_of[value] for value in values], dtype=np.intp), names or tuple(levels)


def _from_indicators(
    data: pl.DataFrame, columns: Sequence[str], form: GameForm, names: tuple[str, ...] | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    decisions, players = form.decisions, form.players
    if len(columns) not in (len(players), len(decisions)):
        allowed = " or ".join(str(number) for number in sorted({len(players), len(decisions)}))
        raise StandoffError(
            f"{len(columns)} columns left of `~`",
            "outcome",
            allowed=f"one outcome, or {allowed} indicators of moves",
        )
    by_decision = len(columns) == len(decisions)
    owner = [columns[decision.index if by_decision else decision.player - 1] for decision in decisions]
    moves = {column: _indicator(data, column) for column in columns}
    outcome = np.full(len(data), -1, dtype=np.intp)
    for end in form.outcomes:
        outcome[np.all([moves[owner[d.index]] == right for d, right in form.path(end.index)], axis=0)] = end.index
    if (outcome < 0).any():
        raise StandoffError(
            f"a move is missing in {int((outcome < 0).sum())} rows that reach its decision",
            "outcome",
            allowed="0 or 1",
            fix=f"fill {join_limited(columns)}, or leave these rows out",
        )
    never = sorted(set(range(len(form.outcomes))) - set(outcome.tolist()))
    if never:
        raise StandoffError(
            f"outcome {join_limited([str(k + 1) for k in never])} of {_shape(form)} never occurs",
            "outcome",
            fix="choose a smaller model",
        )
    labels = tuple(
        ",".join(("" if right else "~") + owner[d.index] for d, right in form.path(end.index)) for end in form.outcomes
    )
    return outcome, names or labels


def _indicator(data: pl.DataFrame, column: str) -> np.ndarray:
    """Moves as 0 and 1, with NaN for missing ones."""
    present = data[column].drop_nulls()
    numbers = present.cast(pl.Float64, strict=False)
    other = present.filter(~numbers.is_in([0.0, 1.0]).fill_null(False)).unique().sort().to_list()
    if other:
        raise StandoffError(
            f"`{column}` has {join_limited(list(map(str, other)), 3)}",
            "outcome",
            allowed="0 (left) or 1 (right)",
            fix="use one column with the outcome, or code the moves as 0 and 1",
        )
    return data[column].cast(pl.Float64, strict=False).to_numpy().astype(float)
