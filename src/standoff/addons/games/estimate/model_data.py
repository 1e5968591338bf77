"""What an estimate is made from: the likelihood of a model, from a formula and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from standoff.addons.games.estimate import formula as formulas
from standoff.addons.games.estimate import observed_outcome
from standoff.addons.games.estimate.choice_probability import ERRORS, LINKS, Error, Link
from standoff.addons.games.estimate.data_table import missing, require, suspect_text, table
from standoff.addons.games.estimate.game_form import GameForm, game_form
from standoff.addons.games.estimate.likelihood import Equation, StrategicLikelihood
from standoff.errors import Problem, StandoffError, join_limited


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelData:
    """A likelihood with the names and rows behind it."""

    likelihood: StrategicLikelihood
    outcomes: tuple[str, ...]
    rows: NDArray[np.intp]  #: (observation,) row of the data, from 0
    left_out: Mapping[str, int]  #: missing values by column, in rows that were left out
    groups: tuple[str, ...]  #: (observation,) group for clustered standard errors, or none


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
    _check_choice("link", link, LINKS)
    _check_choice("error", error, ERRORS)
    if link == "logit" and error == "private":
        raise StandoffError(
            Problem(
                "logit errors of several outcomes do not add up to a logit error",
                "link",
                allowed="probit with private information",
                fix="leave out one of the two",
            )
        )
    read = formulas.split(formula)
    names = observed_outcome.names_of(form, outcomes)
    labels = names or tuple(str(k + 1) for k in range(len(form.outcomes)))
    parts = _parts(form, read, utilities, labels)
    scales = formulas.scale_parts(scale) if scale else ("1",) if utilities is not None else ()
    if len(scales) not in (0, 1, len(form.players)):
        raise StandoffError(
            Problem(f"parts: {len(scales)}", "scale", allowed=f"1 for all players, or {len(form.players)}")
        )
    rows = table(data)
    parsed = [formulas.parsed(part, term.name(labels)) for part, term in zip(parts, form.utilities, strict=False)]
    parsed_scales = [formulas.parsed(part, f"scale, part {k + 1}") for k, part in enumerate(scales)]
    used = sorted({name for part in (*parsed, *parsed_scales) for name in formulas.variables(part)})
    whole = sorted(
        {*used, *complete, *([cluster] if cluster else []), *(read.outcome if len(read.outcome) == 1 else ())}
    )
    problems = require(rows, list(read.outcome), "outcome") + require(rows, sorted({*used, *complete}), "formula")
    problems += require(rows, [cluster] if cluster else [], "cluster")
    problems = problems or [problem for name in used if (problem := suspect_text(rows, name))]
    if problems:
        raise StandoffError(problems)
    places, left_out = _complete(rows, whole, drop_missing)
    rows = rows[places]
    observed, labels = observed_outcome.observed(rows, read.outcome, form, names)
    frame = formulas.frame(rows, used)
    equations = _utilities(form, parsed, utilities, labels, frame)
    likelihood = StrategicLikelihood(form, link, error, equations, _scales(form, parsed_scales, link, frame), observed)
    groups = tuple(str(value) for value in rows[cluster].to_list()) if cluster else ()
    if cluster and len(set(groups)) < 2:
        raise StandoffError(Problem(f"`{cluster}` names one group", "cluster", allowed="at least two groups"))
    return ModelData(likelihood=likelihood, outcomes=labels, rows=places, left_out=left_out, groups=groups)


def _check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise StandoffError(Problem(f"there is no {name} `{value}`", name, allowed=join_limited(allowed)))


def _parts(
    form: GameForm, read: formulas.Formula, utilities: Sequence[float] | None, labels: Sequence[str]
) -> tuple[str, ...]:
    """Parts of the utilities; none where their values are known."""
    expected = [term.name(labels) for term in form.utilities]
    if utilities is None and len(read.parts) == len(expected):
        return read.parts
    if utilities is None:
        raise StandoffError(
            Problem(
                f"parts right of `~`: {len(read.parts)}",
                "formula",
                allowed=f"{len(expected)} for {form.text}: {' | '.join(expected)}",
                fix="separate the parts by |, with 0 for a utility of zero",
            )
        )
    if len(utilities) != len(expected):
        raise StandoffError(
            Problem(
                f"{len(utilities)} values",
                "utilities",
                allowed=f"{len(expected)} for {form.text}: {', '.join(expected)}",
            )
        )
    if read.parts not in (("1",), (".",)):
        raise StandoffError(
            Problem(
                "regressors beside known utilities",
                "formula",
                allowed=f"{' + '.join(read.outcome)} ~ 1",
                fix="put regressors of the scale into its own formula",
            )
        )
    return ()


def _complete(rows: pl.DataFrame, names: list[str], drop: bool) -> tuple[np.ndarray, dict[str, int]]:
    """Places of the rows without missing values, and missing values by column."""
    empty, counts = missing(rows, names)
    if counts and not drop:
        each = ", ".join(f"{name} ({count})" for name, count in counts.items())
        raise StandoffError(
            Problem(
                f"{int(empty.sum())} of {len(rows)} rows have missing values: {each}",
                "data",
                fix="leave them out with --drop-missing (drop_missing=True), or fill them",
            )
        )
    if empty.all():
        raise StandoffError(Problem("no row is complete", "data", fix="leave out columns that are empty"))
    return np.flatnonzero(~empty), counts


def _utilities(
    form: GameForm, parsed: Sequence[Any], values: Sequence[float] | None, labels: Sequence[str], frame: Any
) -> tuple[Equation, ...]:
    names = [term.name(labels) for term in form.utilities]
    if values is not None:
        empty = np.zeros((len(frame), 0))
        return tuple(Equation(name, (), empty, float(value)) for name, value in zip(names, values, strict=True))
    return tuple(formulas.equation(name, part, frame) for name, part in zip(names, parsed, strict=True))


def _scales(form: GameForm, parsed: Sequence[Any], link: Link, frame: Any) -> tuple[Equation, ...]:
    """Equations of log `sigma`, a standard deviation, or log `lambda`, the scale of a logit."""
    letter = "lambda" if link == "logit" else "sigma"
    ends = [""] if len(parsed) == 1 else [str(player) for player in form.players]
    return tuple(formulas.equation(f"log({letter}{end})", part, frame) for end, part in zip(ends, parsed, strict=False))
