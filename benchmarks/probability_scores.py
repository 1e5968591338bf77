"""Scores of forecasts of rare events: discrimination, skill, calibration.

Forecasts `p` and outcomes `y` are arrays of one length. Intervals resample whole groups (such as the states in which wars
are), since rows of one group are not independent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu
from statsmodels.api import GLM, add_constant, families

from standoff.types import Floats

TINY = 1e-12  #: least probability in a logarithm
ALIKE = 1e-6  #: range of log odds below which forecasts are alike
DRAWS = 1000  #: of groups; the error of the ends of an interval is then a hundredth of a rank
ENDS = (0.05, 0.95)


class ProbabilityScores(NamedTuple):
    """Scores of one set of forecasts."""

    auc: float
    precision: float  #: average precision: area under precision over recall
    brier: float
    log: float  #: mean negative log score, nats
    brier_skill: float  #: share of the Brier score of the reference that is taken away
    log_skill: float  #: share of the log score of the reference that is taken away
    slope: float  #: of outcomes on log odds of the forecast: below 1 too bold


def auc(p: Floats, y: Floats) -> float:
    """Share of pairs of an event and a non-event in order; NaN where only one outcome occurs."""
    pairs = y.sum() * (len(y) - y.sum())
    return float(mannwhitneyu(p[y > 0], p[y == 0]).statistic / pairs) if pairs else np.nan


def average_precision(p: Floats, y: Floats) -> float:
    """Mean over events of the precision at each one's forecast; ties share one precision."""
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order])
    last = np.r_[np.flatnonzero(np.diff(p[order])), len(p) - 1]  # last place of each group of equal forecasts
    return float((np.diff(hits[last], prepend=0.0) * hits[last] / (last + 1)).sum() / max(y.sum(), 1.0))


def log_scores(p: Floats, y: Floats) -> Floats:
    """Negative log score of each forecast, nats."""
    return -np.log(np.clip(np.where(y > 0, p, 1 - p), TINY, 1 - TINY))


def recalibration(p: Floats, y: Floats) -> tuple[float, float]:
    """Intercept and slope of the logit of outcomes on log odds of forecasts (cox1958).

    NaN where all forecasts are alike, or only one outcome occurs: no slope is then defined.
    """
    odds = np.log(np.clip(p, TINY, 1 - TINY)) - np.log1p(-np.clip(p, TINY, 1 - TINY))
    if np.ptp(odds) < ALIKE or y.min() == y.max():
        return np.nan, np.nan
    return tuple(GLM(y, add_constant(odds), families.Binomial()).fit().params)


def probability_scores(p: Floats, y: Floats, reference: Floats) -> ProbabilityScores:
    """All scores of forecasts against those of a reference."""
    brier, log = float(((p - y) ** 2).mean()), float(log_scores(p, y).mean())
    skills = 1 - brier / float(((reference - y) ** 2).mean()), 1 - log / float(log_scores(reference, y).mean())
    return ProbabilityScores(auc(p, y), average_precision(p, y), brier, log, *skills, recalibration(p, y)[1])


def interval(statistic: Callable[[np.ndarray], float], groups: np.ndarray) -> tuple[float, float]:
    """Central 90 % of a statistic of row indices, with groups drawn again with replacement."""
    names, place = np.unique(groups, return_inverse=True)
    members, rng = [np.flatnonzero(place == i) for i in range(len(names))], np.random.default_rng(1)
    values = [
        statistic(np.concatenate([members[i] for i in rng.integers(0, len(names), len(names))])) for _ in range(DRAWS)
    ]
    return tuple(np.nanquantile(values, ENDS))


def mean_ratio_interval(ours: Floats, theirs: Floats, groups: np.ndarray) -> tuple[float, float]:
    """Central 90 % of the skill 1 - sum(ours) / sum(theirs), with groups drawn again."""
    names, place = np.unique(groups, return_inverse=True)
    a, b = np.bincount(place, ours), np.bincount(place, theirs)
    chosen = np.random.default_rng(1).integers(0, len(names), (DRAWS, len(names)))
    return tuple(np.quantile(1 - a[chosen].sum(1) / b[chosen].sum(1), ENDS))


def reliability(p: Floats, y: Floats, edges: Floats) -> list[tuple[float, float, int]]:
    """Mean forecast, share of events and rows of each bin of forecasts that has rows."""
    bins = np.digitize(p, edges)
    return [(p[bins == i].mean(), y[bins == i].mean(), int((bins == i).sum())) for i in np.unique(bins)]
