"""Estimates of strategic choice models from formulas and tables, and tests of two models.

`vuong` and `clarke` compare two models of the same outcomes, neither of which contains the other. Both correct for the
number of coefficients by Schwarz's criterion. Sources: vuong1989, clarke2006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom, norm

from standoff.addons.games.estimate.likelihood import Error, Link
from standoff.addons.games.estimate.maximise import (
    ProfileCurve,
    clustered,
    covariance,
    maximise,
    profiles,
    root_mean_square,
    start,
    warnings,
)
from standoff.addons.games.estimate.model_data import columns, model_data
from standoff.addons.tables import pl
from standoff.errors import StandoffError, require
from standoff.progress import SILENT, Progress
from standoff.types import Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class StrategicEstimate:
    """Maximum likelihood estimate of a strategic choice model. Read `warnings` first."""

    model: str  #: name or tree as given
    tree: str  #: the tree with names of outcomes
    link: Link
    error: Error
    outcomes: tuple[str, ...]
    terms: tuple[str, ...]  #: names of the coefficients, such as `u1(war):balance`
    equations: tuple[tuple[str, tuple[str, ...], float | None], ...]  #: name, terms, and value where it is fixed
    coefficients: Floats  #: (term,)
    standard_errors: Floats  #: (term,) from the inverse Hessian, or clustered; NaN without a curved maximum
    covariance: Floats  #: (term, term)
    log_likelihoods: Floats  #: (observation,)
    observed: np.ndarray  #: (observation,) outcome
    probabilities: Floats  #: (observation, outcome)
    rows: np.ndarray  #: (observation,) row of the data, from 0
    left_out: Mapping[str, int]  #: missing values by column, in rows that were left out
    converged: bool
    steps: int  #: evaluations of the likelihood
    cluster: str = ""  #: column of the groups of which standard errors take account
    clusters: int = 0  #: number of these groups
    profiles: tuple[ProfileCurve, ...] = ()
    warnings: tuple[str, ...] = ()

    def __getitem__(self, term: str) -> float:
        """One coefficient by name."""
        require(term, self.terms, "coefficient")
        return float(self.coefficients[self.terms.index(term)])

    @property
    def log_likelihood(self) -> float:
        """Log likelihood at the estimate."""
        return float(self.log_likelihoods.sum())

    @property
    def counts(self) -> tuple[int, ...]:
        """Observations of each outcome."""
        return tuple(np.bincount(self.observed, minlength=len(self.outcomes)).tolist())

    @property
    def fitted_shares(self) -> tuple[float, ...]:
        """Mean probability of each outcome."""
        return tuple(self.probabilities.mean(0).tolist())

    @property
    def baseline(self) -> float:
        """Log likelihood of the observed shares of outcomes, the same for all observations."""
        return sum(n * math.log(n / len(self.observed)) for n in self.counts if n)

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2 * len(self.terms) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's information criterion."""
        return math.log(len(self.observed)) * len(self.terms) - 2 * self.log_likelihood

    @property
    def p_values(self) -> Floats:
        """(term,) two-sided p values of zero, by the normal distribution."""
        return np.asarray(2 * ndtr(-np.abs(self.coefficients / self.standard_errors)))

    def probability_table(self) -> pl.DataFrame:
        """Row of the data, observed outcome, and the fitted probability of each outcome."""
        columns: dict[str, Any] = {"row": self.rows + 1, "observed": [self.outcomes[k] for k in self.observed]}
        for name, share in zip(self.outcomes, self.probabilities.T, strict=True):
            columns[f"Pr({name})"] = share
        return pl.DataFrame(columns)

    def intervals(self, level: float = 0.95) -> Floats:
        """(term, end) confidence intervals by the normal distribution."""
        half = NormalDist().inv_cdf((1 + level) / 2) * self.standard_errors
        return np.column_stack([self.coefficients - half, self.coefficients + half])


class ModelTest(NamedTuple):
    """A test of two models."""

    test: str
    statistic: float
    p_value: float  #: two-sided
    preferred: int  #: the model that the statistic favours, 1 or 2, whether or not it is significant


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
        curves, maximum = profiles(likelihood, first, size, progress)
        if maximum is not first:
            notes = [
                f"a profile led to a higher maximum, which is reported; the first, {first.point.value:.4f}, is not global"
            ]
            curves, _ = profiles(likelihood, maximum, size, progress)
    spread = clustered(likelihood, maximum, read.groups) if read.groups else covariance(maximum.point)
    if not maximum.converged:
        spread = np.full_like(spread, np.nan)
    return StrategicEstimate(
        model=model,
        tree=likelihood.form.tree(read.outcomes),
        link=link,
        error=error,
        outcomes=read.outcomes,
        terms=likelihood.terms,
        equations=tuple((e.name, e.terms, e.fixed) for e in likelihood.equations),
        coefficients=maximum.coefficients,
        standard_errors=np.sqrt(np.diag(spread)),
        covariance=spread,
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
        warnings=(*notes, *warnings(likelihood, maximum, size)),
    )


def compare(
    data: Any, formula: str | Sequence[str], against: str | Sequence[str], **options: Any
) -> tuple[StrategicEstimate, StrategicEstimate, tuple[ModelTest, ModelTest]]:
    """Two formulas estimated from the rows that are complete for both, and both tests.

    options: of `estimate`
    """
    both = [*columns(formula), *columns(against)]
    first = estimate(data, formula, complete=both, **options)
    second = estimate(data, against, complete=both, **options)
    return first, second, (vuong(first, second), clarke(first, second))


def vuong(first: StrategicEstimate, second: StrategicEstimate) -> ModelTest:
    """Mean difference of log likelihoods over its standard error; positive favours the first."""
    gaps, correction = _compared(first, second)
    spread = float(gaps.std())
    if not spread:
        raise StandoffError("both models give every observation the same probability", fix="compare others")
    statistic = (float(gaps.sum()) - correction) / (math.sqrt(len(gaps)) * spread)
    return ModelTest("Vuong", statistic, float(2 * norm.sf(abs(statistic))), 1 if statistic > 0 else 2)


def clarke(first: StrategicEstimate, second: StrategicEstimate) -> ModelTest:
    """Number of observations that the first model explains better, by the sign test."""
    gaps, correction = _compared(first, second)
    better, count = int((gaps > correction / len(gaps)).sum()), len(gaps)
    p = min(1.0, 2 * float(binom.cdf(min(better, count - better), count, 0.5)))
    return ModelTest("Clarke", better, p, 1 if better > count - better else 2)


def _compared(first: StrategicEstimate, second: StrategicEstimate) -> tuple[np.ndarray, float]:
    """Differences of log likelihoods, and the correction of their sum."""
    if not np.array_equal(first.rows, second.rows) or not np.array_equal(first.observed, second.observed):
        raise StandoffError(
            "the models are of different observations or outcomes",
            allowed="two estimates from the same rows",
            fix="use the same rows in both",
        )
    extra = len(first.terms) - len(second.terms)
    return first.log_likelihoods - second.log_likelihoods, extra * math.log(len(first.observed)) / 2
