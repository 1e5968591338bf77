"""Survival analysis with censored times: thin interface to statsmodels.

Distribution of a time: Kaplan-Meier. First of several events: cumulative incidence after Aalen and Johansen. Drivers of
a time: the score of Cox's model for each parameter by itself, and hazard ratios of the significant ones jointly.

Sources: kaplan1958, aalen1978 (cumulative incidence), cox1972, brookmeyer1982 (interval of a median), seabold2010 (the
library).
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from standoff.versions import require_packages

LEVEL = 0.9  #: level of intervals, as everywhere in reports
#: decimals of a share: products of ratios miss a count over a count by 1e-15, which turns a last digit that is shown
DIGITS = 12
CHANCE = 0.01  # assumption: probability of a false finding where there is nothing but noise


@dataclass(frozen=True)
class CensoredTimes:
    """Times of N futures: of the event, or of censoring."""

    time: np.ndarray  #: (N,) months
    happened: np.ndarray  #: (N,) bool

    @classmethod
    def until(cls, when: np.ndarray, watched: np.ndarray) -> CensoredTimes:
        """Times from months of the event (infinity for never) and months of censoring."""
        happened = when <= watched
        return cls(np.where(happened, when, watched), happened)


@dataclass(frozen=True)
class IncidenceCurve:
    """A share that grows over time, with its standard error."""

    at: np.ndarray  #: months
    share: np.ndarray
    error: np.ndarray

    def by(self, months: float) -> tuple[float, float]:
        """The share at a time, and its error."""
        index = int(np.searchsorted(self.at, months, side="right")) - 1
        return (float(self.share[index]), float(self.error[index])) if index >= 0 else (0.0, 0.0)

    def quantile(self, p: float) -> float | None:
        """The first time at which the share reaches p; None if it does not."""
        reached = self.share >= p - 1e-12
        return float(self.at[int(reached.argmax())]) if reached.any() else None


def happened_by(waiting: CensoredTimes) -> IncidenceCurve:
    """Share with the event by month: Kaplan-Meier estimate, Greenwood's error."""
    with np.errstate(divide="ignore", invalid="ignore"):  # the error is NaN at a time with no future left at risk
        result = _library().survfunc.SurvfuncRight(waiting.time, waiting.happened.astype(int))
    return IncidenceCurve(
        np.asarray(result.surv_times),
        np.round(1 - np.asarray(result.surv_prob), DIGITS),
        np.nan_to_num(result.surv_prob_se),
    )


def median_between(curve: IncidenceCurve) -> tuple[float | None, float | None]:
    """90 % Monte Carlo interval of the median time, from the band of the curve.

    None for an end after the observed period. The library's own interval is NaN where no event falls into it, which
    happens with monthly times.
    """
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * curve.error
    low, high = (
        IncidenceCurve(curve.at, np.maximum.accumulate(curve.share + way * reach), curve.error) for way in (1, -1)
    )
    return low.quantile(0.5), high.quantile(0.5)


def first_by(when: np.ndarray, watched: np.ndarray) -> list[IncidenceCurve]:
    """Cumulative incidence of L competing events in N futures, (L, N) months: one curve each.

    Simultaneous events share the incidence evenly: every set of simultaneous events is a cause of its own. The error is
    that of a mean of shares over the effective number of futures implied by Greenwood's error.
    """
    first = when.min(axis=0)
    waiting = CensoredTimes.until(first, watched)
    together = (when == first) & waiting.happened
    sets, cause = np.unique(together.T, axis=0, return_inverse=True)
    order = np.argsort(~sets.any(axis=1), kind="stable")  # the set of nothing, censored, comes last
    codes = np.zeros(len(sets), int)
    for n, index in enumerate(order):
        codes[index] = n + 1 if sets[index].any() else 0
    if not waiting.happened.any():
        return [IncidenceCurve(np.zeros(1), np.zeros(1), np.zeros(1)) for _ in when]
    with np.errstate(divide="ignore", invalid="ignore"):
        result = _library().survfunc.CumIncidenceRight(waiting.time, codes[cause.reshape(-1)])
        any_ = happened_by(waiting)
        binomial = any_.share * (1 - any_.share) / any_.error**2  # error of a count over as many futures
    at, out = np.asarray(result.times), []
    futures = np.where(np.isfinite(binomial), binomial, len(watched))[np.searchsorted(any_.at, at, side="right") - 1]
    known = [sets[index] for index in order if sets[index].any()]
    for n in range(len(when)):
        share, square = np.zeros(len(at)), np.zeros(len(at))
        for members, cinc in zip(known, result.cinc, strict=True):
            if members[n]:
                share = share + np.asarray(cinc) / members.sum()
                square = square + np.asarray(cinc) / members.sum() ** 2
        error = np.sqrt(np.maximum(square - share**2, 0.0) / futures)
        out.append(IncidenceCurve(at, np.round(share, DIGITS), error))
    return out


def residuals(waiting: CensoredTimes) -> np.ndarray:
    """(N,) martingale residuals of Cox's model at no effect.

    The correlation with a parameter is the score of that parameter there, relative to its largest value.
    """
    times, index = np.unique(waiting.time, return_inverse=True)
    ends = np.bincount(index, weights=waiting.happened, minlength=len(times))
    there = np.cumsum(np.bincount(index, minlength=len(times))[::-1])[::-1]
    return waiting.happened - np.cumsum(ends / there)[index]


def significant_indices(score: np.ndarray, count: int) -> list[int]:
    """Parameters with significant scores in `count` futures (1 % familywise), sorted."""
    least = NormalDist().inv_cdf(1 - CHANCE / (2 * max(len(score), 1))) / math.sqrt(count)
    return [int(i) for i in np.argsort(-np.abs(score)) if abs(score[i]) > least]


def hazards(waiting: CensoredTimes, z: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """(P,) log hazard ratios per standard deviation in one Cox model, and their errors.

    None where they have no finite estimate, as when one parameter alone determines the time.
    """
    model = _library().phreg.PHReg(waiting.time, z, status=waiting.happened.astype(int), ties="efron")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = model.fit(disp=0)
        except (Warning, np.linalg.LinAlgError):
            return None
    return np.asarray(result.params), np.asarray(result.bse)


@dataclass(frozen=True)
class _Library:
    survfunc: Any
    phreg: Any


def _library() -> _Library:
    require_packages("survival analysis", "analysis", "statsmodels")
    from statsmodels.duration import hazard_regression, survfunc

    return _Library(survfunc, hazard_regression)


def standard(samples: np.ndarray) -> np.ndarray:
    """Uniform numbers scaled to mean 0 and variance 1."""
    return (samples - 0.5) * math.sqrt(12.0)
