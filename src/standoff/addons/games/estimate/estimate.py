"""Estimate a strategic choice model from a formula and a table of observations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from standoff.addons.games.estimate import diagnosis
from standoff.addons.games.estimate.choice_probability import Error, Link
from standoff.addons.games.estimate.maximise import maximise
from standoff.addons.games.estimate.model_data import model_data
from standoff.addons.games.estimate.result import ProfileCurve, StrategicEstimate
from standoff.addons.games.estimate.starting_values import root_mean_square, start
from standoff.progress import SILENT, Progress


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
    cluster: str = "",
    drop_missing: bool = False,
    complete: Sequence[str] = (),
    profile: bool = False,
    progress: Progress = SILENT,
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
    cluster: column that names groups of observations which depend on each other, for standard errors
    drop_missing: whether to leave out rows with missing values, which are an error otherwise
    complete: further columns in which a missing value counts
    profile: whether to search for a higher maximum along the likelihood profile of every coefficient; ten searches each

    Raises `StandoffError` for data, formulas and models that do not fit together.
    """
    read = model_data(
        data,
        formula,
        model,
        link=link,
        error=error,
        scale=scale,
        utilities=utilities,
        outcomes=outcomes,
        cluster=cluster,
        drop_missing=drop_missing,
        complete=complete,
    )
    likelihood = read.likelihood
    size = np.concatenate([root_mean_square(equation.design) for equation in likelihood.equations])
    maximum = maximise(likelihood.at, start(likelihood), size)
    curves: list[ProfileCurve] = []
    notes: list[str] = []
    if profile and maximum.converged:
        first = maximum
        curves, maximum = diagnosis.profiles(likelihood, first, size, progress)
        if maximum is not first:
            notes = [
                f"a profile led to a higher maximum, which is reported; the first, {first.point.value:.4f}, is not global"
            ]
            curves, _ = diagnosis.profiles(likelihood, maximum, size, progress)
    covariance = diagnosis.covariance(maximum.point)
    if read.groups:
        covariance = diagnosis.clustered(likelihood, maximum, read.groups)
    if not maximum.converged:
        covariance = np.full_like(covariance, np.nan)
    return StrategicEstimate(
        model=model,
        tree=likelihood.form.tree(read.outcomes),
        link=link,
        error=error,
        outcomes=read.outcomes,
        terms=likelihood.terms,
        equations=tuple((e.name, e.terms, e.fixed) for e in likelihood.equations),
        coefficients=maximum.coefficients,
        standard_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        log_likelihoods=maximum.point.each,
        observed=likelihood.observed,
        probabilities=likelihood.probabilities(maximum.coefficients),
        rows=read.rows,
        left_out=read.left_out,
        converged=maximum.converged,
        steps=maximum.steps,
        cluster=cluster,
        clusters=len(set(read.groups)),
        profiles=tuple(curves),
        warnings=(*notes, *diagnosis.warnings(likelihood, maximum, size)),
    )
