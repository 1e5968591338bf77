"""Observed outcomes of a game, from one column or from indicators of the moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from standoff.addons.games.estimate.game_form import UNNAMED, GameForm
from standoff.errors import Problem, StandoffError, join_limited


def names_of(form: GameForm, outcomes: Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of the outcomes, where the user gives them; raises `StandoffError`."""
    if outcomes is None:
        named = tuple(end.name for end in form.outcomes)
        return None if UNNAMED in named else named
    if len(outcomes) != len(form.outcomes) or len(set(outcomes)) < len(outcomes):
        raise StandoffError(
            Problem(
                f"{len(outcomes)} names of outcomes: {join_limited(list(outcomes))}",
                "outcomes",
                allowed=f"{len(form.outcomes)} different names, in the order of the tree {_shape(form)}",
            )
        )
    return tuple(outcomes)


def observed(
    data: pl.DataFrame, columns: Sequence[str], form: GameForm, names: tuple[str, ...] | None
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """The outcome of each row and the names of the outcomes; raises `StandoffError`.

    Indicators, one for each player or for each decision, are 1 where the right branch is taken; where a decision is not
    reached they can have any value.
    """
    if len(columns) == 1:
        return _from_column(data, columns[0], form, names)
    return _from_indicators(data, columns, form, names)


def _shape(form: GameForm) -> str:
    return form.tree([str(k + 1) for k in range(len(form.outcomes))])


def _from_column(
    data: pl.DataFrame, column: str, form: GameForm, names: tuple[str, ...] | None
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    series, where, count = data[column], f"outcome `{column}`", len(form.outcomes)
    values = [str(value) for value in series.to_list()]
    levels = [str(level) for level in series.unique().sort().to_list()]  # numbers ascending, categories in their order
    ordered = series.dtype.is_numeric() or isinstance(series.dtype, pl.Enum | pl.Boolean)
    if len(levels) != count:
        raise StandoffError(
            Problem(
                f"{len(levels)} different outcomes occur: {join_limited(levels)}",
                where,
                allowed=f"{count} outcomes, as in the tree {_shape(form)}",
                fix="choose another model, or combine outcomes",
            )
        )
    if names and set(names) == set(levels):
        levels = list(names)
    elif names and not ordered:
        raise StandoffError(
            Problem(
                f"unknown outcomes: {join_limited(sorted(set(levels) - set(names)))}",
                where,
                allowed=join_limited(names),
                fix="correct the data or the names",
            )
        )
    elif not ordered:
        raise StandoffError(
            Problem(
                f"text has no order: {join_limited(levels)}",
                where,
                allowed=f"an order as in the tree {_shape(form)}",
                fix=f'name them from left to right: --outcomes "{",".join(levels)}"',
            )
        )
    place = {level: k for k, level in enumerate(levels)}
    return np.array([place[value] for value in values], dtype=np.intp), names or tuple(levels)


def _from_indicators(
    data: pl.DataFrame, columns: Sequence[str], form: GameForm, names: tuple[str, ...] | None
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    decisions, players = form.decisions, form.players
    if len(columns) not in (len(players), len(decisions)):
        allowed = " or ".join(str(number) for number in sorted({len(players), len(decisions)}))
        raise StandoffError(
            Problem(
                f"{len(columns)} columns left of `~`",
                "outcome",
                allowed=f"one outcome, or {allowed} indicators of moves",
            )
        )
    by_decision = len(columns) == len(decisions)
    owner = [columns[decision.index if by_decision else decision.player - 1] for decision in decisions]
    moves = {column: _indicator(data, column) for column in columns}
    found = np.full(len(data), -1, dtype=np.intp)
    for end in form.outcomes:
        found[np.all([moves[owner[d.index]] == right for d, right in form.path(end.index)], axis=0)] = end.index
    if (found < 0).any():
        raise StandoffError(
            Problem(
                f"a move is missing in {int((found < 0).sum())} rows that reach its decision",
                "outcome",
                allowed="0 or 1",
                fix=f"fill {join_limited(columns)}, or leave these rows out",
            )
        )
    never = sorted(set(range(len(form.outcomes))) - set(found.tolist()))
    if never:
        raise StandoffError(
            Problem(
                f"outcome {join_limited([str(k + 1) for k in never])} of {_shape(form)} never occurs",
                "outcome",
                fix="choose a smaller model",
            )
        )
    labels = tuple(
        ",".join(("" if right else "~") + owner[d.index] for d, right in form.path(end.index)) for end in form.outcomes
    )
    return found, names or labels


def _indicator(data: pl.DataFrame, column: str) -> NDArray[np.float64]:
    """Moves as 0 and 1, with NaN for missing ones."""
    known = data[column].drop_nulls()
    numbers = known.cast(pl.Float64, strict=False)
    other = known.filter(~numbers.is_in([0.0, 1.0]).fill_null(False)).unique().sort().to_list()
    if other:
        raise StandoffError(
            Problem(
                f"`{column}` has {join_limited(list(map(str, other)), 3)}",
                "outcome",
                allowed="0 (left) or 1 (right)",
                fix="use one column with the outcome, or code the moves as 0 and 1",
            )
        )
    return data[column].cast(pl.Float64, strict=False).to_numpy().astype(float)
