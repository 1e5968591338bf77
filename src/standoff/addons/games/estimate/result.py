"""Result of an estimation: coefficients with their uncertainty, fit, and what to beware of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

from standoff.addons.games.estimate.choice_probability import Error, Link
from standoff.errors import Problem, StandoffError, did_you_mean, join_limited
from standoff.types import Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class ProfileCurve:
    """Highest log likelihood with one coefficient held at other values."""

    term: str
    values: Floats  #: of the coefficient
    log_likelihoods: Floats  #: NaN where a search did not settle


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
    observed: NDArray[np.intp]  #: (observation,) outcome
    probabilities: Floats  #: (observation, outcome)
    rows: NDArray[np.intp]  #: (observation,) row of the data, from 0
    left_out: Mapping[str, int]  #: missing values by column, in rows that were left out
    converged: bool
    steps: int  #: evaluations of the likelihood
    cluster: str = ""  #: column of the groups of which standard errors take account
    clusters: int = 0  #: number of these groups
    profiles: tuple[ProfileCurve, ...] = ()
    warnings: tuple[str, ...] = ()

    def __getitem__(self, term: str) -> float:
        """One coefficient by name."""
        if term not in self.terms:
            raise StandoffError(
                Problem(
                    f"`{term}` was not estimated", allowed=join_limited(self.terms), fix=did_you_mean(term, self.terms)
                )
            )
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
