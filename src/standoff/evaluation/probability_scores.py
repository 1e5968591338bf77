"""Scores of forecasts of rare events: discrimination, skill, calibration.

Forecasts `p` and outcomes `y` are arrays of one length. Intervals resample whole groups (such as the states in which wars
are), since rows of one group are not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from standoff.types import Floats

TINY = 1e-12  #: least probability in a logarithm
ALIKE = 1e-6  #: range of log odds below which forecasts are alike
NEWTON = 60  #: steps of the recalibration
DRAWS = 1000  #: of groups; the error of the ends of an interval is then a hundredth of a rank
ENDS = (0.05, 0.95)


@dataclass(frozen=True, kw_only=True)
class ProbabilityScores:
    """Scores of one set of forecasts."""

    rows: int
    events: int
    mean: float  #: mean forecast
    rate: float  #: share of events
    auc: float  #: share of pairs of an event and a non-event that are ranked correctly
    precision: float  #: average precision: area under precision over recall
    brier: float
    log: float  #: mean negative log score, nats
    brier_skill: float  #: share of the Brier score of the reference that is taken away
    log_skill: float  #: share of the log score of the reference that is taken away
    slope: float  #: of outcomes on log odds of the forecast: below 1 too bold
    intercept: float  #: at that slope


def auc(p: Floats, y: Floats) -> float:
    """Area under the receiver operating characteristic; NaN where only one outcome occurs."""
    events = float(y.sum())
    if events in (0.0, float(len(y))):
        return float("nan")
    return float((rankdata(p)[y > 0].sum() - events * (events + 1) / 2) / (events * (len(y) - events)))


def average_precision(p: Floats, y: Floats) -> float:
    """Mean over events of the precision at each one's forecast; ties share one precision."""
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order])
    last = np.r_[np.flatnonzero(np.diff(p[order])), len(p) - 1]  # last place of each group of equal forecasts
    gained = np.diff(np.r_[0.0, hits[last]])
    return float((gained * hits[last] / (last + 1)).sum() / max(y.sum(), 1.0))


def log_scores(p: Floats, y: Floats) -> Floats:
    """Negative log score of each forecast, nats."""
    inside = np.clip(p, TINY, 1 - TINY)
    return -np.where(y > 0, np.log(inside), np.log1p(-inside))


def recalibration(p: Floats, y: Floats) -> tuple[float, float]:
    """Intercept and slope of the logit of outcomes on log odds of forecasts (cox1958).

    NaN where all forecasts are alike, or only one outcome occurs: no slope is then defined.
    """
    inside = np.clip(p, TINY, 1 - TINY)
    x = np.column_stack([np.ones(len(p)), np.log(inside) - np.log1p(-inside)])
    if np.ptp(x[:, 1]) < ALIKE or y.min() == y.max():
        return float("nan"), float("nan")
    b = np.array([0.0, 1.0])
    for _ in range(NEWTON):
        q = 1.0 / (1.0 + np.exp(-x @ b))
        weight = np.maximum(q * (1 - q), TINY)
        move = np.linalg.solve((x * weight[:, None]).T @ x, x.T @ (y - q))
        b += move
        if np.abs(move).max() < 1e-10:
            break
    return float(b[0]), float(b[1])


def probability_scores(p: Floats, y: Floats, reference: Floats) -> ProbabilityScores:
    """All scores of forecasts against those of a reference."""
    intercept, slope = recalibration(p, y)
    brier, log = float(((p - y) ** 2).mean()), float(log_scores(p, y).mean())
    return ProbabilityScores(
        rows=len(y),
        events=int(y.sum()),
        mean=float(p.mean()),
        rate=float(y.mean()),
        auc=auc(p, y),
        precision=average_precision(p, y),
        brier=brier,
        log=log,
        brier_skill=1 - brier / float(((reference - y) ** 2).mean()),
        log_skill=1 - log / float(log_scores(reference, y).mean()),
        slope=slope,
        intercept=intercept,
    )


def interval(
    statistic: Callable[[np.ndarray], float], groups: np.ndarray, *, draws: int = DRAWS, seed: int = 1
) -> tuple[float, float]:
    """Central 90 % of a statistic of row indices, with groups drawn again with replacement."""
    names, place = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(place == i) for i in range(len(names))]
    rng = np.random.default_rng(seed)
    values = [
        statistic(np.concatenate([members[i] for i in rng.integers(0, len(names), len(names))])) for _ in range(draws)
    ]
    low, high = np.nanquantile(values, ENDS)
    return float(low), float(high)


def mean_ratio_interval(
    ours: Floats, theirs: Floats, groups: np.ndarray, *, draws: int = DRAWS, seed: int = 1
) -> tuple[float, float]:
    """Central 90 % of the skill 1 - sum(ours) / sum(theirs), with groups drawn again."""
    names, place = np.unique(groups, return_inverse=True)
    a, b = np.bincount(place, ours), np.bincount(place, theirs)
    chosen = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    low, high = np.quantile(1 - a[chosen].sum(1) / b[chosen].sum(1), ENDS)
    return float(low), float(high)


def reliability(p: Floats, y: Floats, edges: Floats) -> tuple[Mapping[str, float], ...]:
    """Mean forecast, share of events and rows of each bin of forecasts that has rows."""
    bins = np.digitize(p, edges)
    return tuple(
        {"forecast": float(p[bins == i].mean()), "happened": float(y[bins == i].mean()), "rows": int((bins == i).sum())}
        for i in np.unique(bins)
    )
