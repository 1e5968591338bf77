"""Estimate a strategic choice model from a formula and a table of observations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from standoff.errors import Problem, StandoffError, join_limited
from standoff.games.estimate import diagnosis, observed_outcome
from standoff.games.estimate import formula as formulas
from standoff.games.estimate.choice_probability import ERRORS, LINKS, Error, Link
from standoff.games.estimate.data_table import missing, require, suspect_text, table
from standoff.games.estimate.game_form import GameForm, game_form
from standoff.games.estimate.likelihood import Equation, StrategicLikelihood
from standoff.games.estimate.maximise import maximise
from standoff.games.estimate.result import StrategicEstimate
from standoff.games.estimate.starting_values import root_mean_square, start


def estimate(
    data: Any,
    formula: str | Sequence[str],
    model: str = "egame12",
    *,
    link: Link = "probit",
    error: Error = "agent",
    scale: str | Sequence[str] | None = None,
    utilities: Sequence[float] | None = None,
    outcomes: Sequence[str] | None = None,
    drop_missing: bool = False,
    complete: Sequence[str] = (),
    profile: bool = False,
) -> StrategicEstimate:
    """Maximum likelihood estimate of the players' utilities in a small sequential game.

    data: a path (.csv or .parquet), a data frame of Polars or pandas, or columns by name
    formula: `outcome ~ part | part | ...`, one part for each utility, or one formula for each utility
    model: `egame12`, `egame122`, `egame123`, or a tree such as `1(peace, 2(retreat, war))`
    link: `probit` or `logit` errors
    error: `agent` (mistakes of choice) or `private` (information about one's own utilities)
    scale: formula of the log standard deviation of the errors, one part for all players or one each
    utilities: known values of all utilities, of which the scale of the errors is estimated
    outcomes: names of the outcomes, from left to right in the tree
    drop_missing: whether to leave out rows with missing values, which are an error otherwise
    complete: further columns in which a missing value counts
    profile: whether to search for a higher maximum along the likelihood profile of every coefficient

    Raises `StandoffError` for data, formulas and models that do not fit together.
    """
    form = game_form(model)
    _check_choice("link", link, LINKS)
    _check_choice("error", error, ERRORS)
    if link == "logit" and error == "private":
        raise StandoffError(Problem("logit errors of several outcomes do not add up to a logit error", "link",
                                    allowed="probit with private information", fix="leave out one of the two"))  # fmt: skip
    read = formulas.split(formula)
    names = observed_outcome.names_of(form, outcomes)
    labels = names or tuple(str(k + 1) for k in range(len(form.outcomes)))
    parts = _parts(form, read, utilities, labels)
    scales = formulas.scale_parts(scale) if scale else ("1",) if utilities else ()
    if len(scales) not in (0, 1, len(form.players)):
        raise StandoffError(
            Problem(f"parts: {len(scales)}", "scale", allowed=f"1 for all players, or {len(form.players)}")
        )
    rows = table(data)
    parsed = [formulas.parsed(part, f"part {k + 1}") for k, part in enumerate(parts)]
    parsed_scales = [formulas.parsed(part, f"scale, part {k + 1}") for k, part in enumerate(scales)]
    used = sorted({name for part in (*parsed, *parsed_scales) for name in formulas.variables(part)})
    whole = sorted({*used, *complete, *(read.outcome if len(read.outcome) == 1 else ())})
    problems = require(rows, list(read.outcome), "outcome") + require(rows, sorted({*used, *complete}), "formula")
    problems = problems or [problem for name in used if (problem := suspect_text(rows, name))]
    if problems:
        raise StandoffError(problems)
    places, left_out = _complete(rows, whole, drop_missing)
    rows = rows[places]
    observed, labels = observed_outcome.observed(rows, read.outcome, form, names)
    frame = formulas.frame(rows, used)
    equations = _utilities(form, parsed, utilities, labels, frame)
    likelihood = StrategicLikelihood(form, link, error, equations, _scales(form, parsed_scales, link, frame), observed)
    return _fitted(likelihood, model, labels, places, left_out, profile)


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
        raise StandoffError(Problem(f"parts right of `~`: {len(read.parts)}", "formula",
                                    allowed=f"{len(expected)} parts for {form.text}: {' | '.join(expected)}",
                                    fix="separate the parts by |, with 0 for a utility of zero"))  # fmt: skip
    if len(utilities) != len(expected):
        raise StandoffError(Problem(f"{len(utilities)} values", "utilities",
                                    allowed=f"{len(expected)} for {form.text}: {', '.join(expected)}"))  # fmt: skip
    if read.parts not in (("1",), (".",)):
        raise StandoffError(Problem("regressors beside known utilities", "formula", allowed=f"{' + '.join(read.outcome)} ~ 1",
                                    fix="put regressors of the scale into its own formula"))  # fmt: skip
    return ()


def _complete(rows: pl.DataFrame, names: list[str], drop: bool) -> tuple[np.ndarray, dict[str, int]]:
    """Places of the rows without missing values, and missing values by column."""
    empty, counts = missing(rows, names)
    if counts and not drop:
        each = ", ".join(f"{name} ({count})" for name, count in counts.items())
        raise StandoffError(Problem(f"{int(empty.sum())} of {len(rows)} rows have missing values: {each}", "data",
                                    fix="leave them out with --drop-missing (drop_missing=True), or fill them"))  # fmt: skip
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


def _fitted(
    likelihood: StrategicLikelihood, model: str, labels: tuple[str, ...], places: np.ndarray, left_out: dict[str, int],
    profile: bool,
) -> StrategicEstimate:  # fmt: skip
    size = np.concatenate([root_mean_square(equation.design) for equation in likelihood.equations])
    maximum = maximise(likelihood.at, start(likelihood), size)
    curves: list[Any] = []
    notes: list[str] = []
    if profile and maximum.converged:
        curves, best = diagnosis.profiles(likelihood, maximum, size)
        if best is not maximum:
            notes.append(
                f"a profile led to a higher maximum, which is reported; the first, {maximum.point.value:.4f}, is not global"
            )
            maximum = best
            curves, _ = diagnosis.profiles(likelihood, maximum, size)
    covariance = diagnosis.covariance(maximum.point)
    if not maximum.converged:
        covariance = np.full_like(covariance, np.nan)
    return StrategicEstimate(
        model=model, tree=likelihood.form.tree(labels), link=likelihood.link, error=likelihood.error, outcomes=labels,
        terms=likelihood.terms, equations=tuple((e.name, e.terms, e.fixed) for e in likelihood.equations),
        coefficients=maximum.coefficients, standard_errors=np.sqrt(np.diag(covariance)), covariance=covariance,
        log_likelihoods=maximum.point.each, observed=likelihood.observed,
        probabilities=likelihood.probabilities(maximum.coefficients), rows=places, left_out=left_out,
        converged=maximum.converged, steps=maximum.steps, profiles=tuple(curves),
        warnings=(*notes, *diagnosis.warnings(likelihood, maximum, size)),
    )  # fmt: skip
