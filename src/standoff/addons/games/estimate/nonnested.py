"""Tests of two models of the same outcomes, neither of which contains the other.

Both correct for the number of coefficients by Schwarz's criterion. Sources: vuong1989, clarke2006.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binom, norm

from standoff.addons.games.estimate.estimate import estimate
from standoff.addons.games.estimate.formula import columns
from standoff.addons.games.estimate.result import StrategicEstimate
from standoff.errors import Problem, StandoffError


@dataclass(frozen=True, kw_only=True)
class ModelTest:
    """A test of two models."""

    test: str
    statistic: float
    p_value: float  #: two-sided
    preferred: int  #: the model that the statistic favours, 1 or 2, whether or not it is significant


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
    each, correction = _compared(first, second)
    spread = float(each.std())
    if not spread:
        raise StandoffError(Problem("both models give every observation the same probability", fix="compare others"))
    statistic = (float(each.sum()) - correction) / (math.sqrt(len(each)) * spread)
    return ModelTest(
        test="Vuong",
        statistic=statistic,
        p_value=float(2 * norm.sf(abs(statistic))),
        preferred=1 if statistic > 0 else 2,
    )


def clarke(first: StrategicEstimate, second: StrategicEstimate) -> ModelTest:
    """Number of observations that the first model explains better, by the sign test."""
    each, correction = _compared(first, second)
    better, count = int((each > correction / len(each)).sum()), len(each)
    p = min(1.0, 2 * float(binom.cdf(min(better, count - better), count, 0.5)))
    return ModelTest(test="Clarke", statistic=better, p_value=p, preferred=1 if better > count - better else 2)


def _compared(first: StrategicEstimate, second: StrategicEstimate) -> tuple[np.ndarray, float]:
    """Differences of log likelihoods, and the correction of their sum."""
    if not np.array_equal(first.rows, second.rows) or not np.array_equal(first.observed, second.observed):
        raise StandoffError(
            Problem(
                "the models are of different observations or outcomes",
                allowed="two estimates from the same rows",
                fix="use the same rows in both",
            )
        )
    extra = len(first.terms) - len(second.terms)
    return first.log_likelihoods - second.log_likelihoods, extra * math.log(len(first.observed)) / 2
