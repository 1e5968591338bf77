"""Baseline forecasts without a model, with spreads from past errors known at the time.

Each rule gives one number for a later day from the reports so far, y at times t:

    persistence     a level stays as it is; a count goes on at the pace of its last three months
    linear trend    the slope of a least-squares line through the last twelve months, from the last report
    base rate       the mean of all reports; a count goes on at its pace since the first
    weighted mean   all three as a mixture, each with the weight 1 / (its squared error, below)

For the spread, the rule is applied at every earlier report to every later one about as far ahead, and its errors e are
combined with the stated spread s0, which counts as three errors (a scaled inverse chi-squared prior):

    variance = (3 s0^2 + n mean(e^2)) / (3 + n),  Student's t with 3 + n degrees of freedom

Where errors overlap, n is the number of windows of that length that fit one after another. Errors of counts are of the
pace, times the time ahead. A count never falls.

Sources: gelman2013 (the prior), assumption (three; the windows).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from scipy.special import stdtrit

from standoff.evaluation.hindcast.reports import Report, between

Rule: TypeAlias = Callable[
    [np.ndarray, np.ndarray, bool], tuple[float, float]
]  # level at the last report, pace a month
PRIOR = 3.0  #: number of errors that the stated spread counts for; assumption
NEAR, LEAST = 0.25, 0.75  #: largest relative difference, or months, between horizons of counted errors; assumption
SHORT, YEAR = 3.0, 12.0  #: months
COUNT = 200  #: equally likely values of a distribution: the CRPS has an error of half a hundredth of its spread
RANKS = (np.arange(COUNT) + 0.5) / COUNT  #: of these
WORDS = {
    "persistence": "persistence",
    "trend": "linear trend",
    "base_rate": "base rate",
    "mean": "weighted mean",
    "stacked": "stacked",
}


def distributions(
    known: Sequence[Report], day: dt.date, grows: bool, spread: float, zero: dt.date | None = None
) -> Mapping[str, np.ndarray]:
    """(200,) equally likely values for a later day by each rule; empty without a report.

    spread: of a forecast for twelve months; a share of the growth where it grows, else in the unit of the reports.
    """
    points = points_of(known, grows, zero)
    if len(points) < (2 if grows else 1):
        return {}
    t = np.array([between(when, points[-1][0]) for when, _ in points])  # months, the last report at 0
    y, lag = np.array([value for _, value in points]), between(day, points[-1][0])
    out, variances = {}, {}
    for name, rule in RULES.items():
        level, pace = rule(t, y, grows)
        middle = level + lag * pace
        own = max(spread * abs(middle - y[-1]), 1e-9) if grows else spread * math.sqrt(lag / YEAR)
        square, count = _errors(rule, t, y, lag, grows)
        variance = (PRIOR * own**2 + count * square) / (PRIOR + count)
        values = middle + math.sqrt(variance) * stdtrit(PRIOR + count, RANKS)
        out[name] = np.maximum(values, y[-1]) if grows else values
        variances[name] = variance
    return {**out, "mean": mixture([(values, 1 / variances[name]) for name, values in out.items()])}


def points_of(known: Sequence[Report], grows: bool, zero: dt.date | None) -> list[tuple[dt.date, float]]:
    """Days and values of reports, with the start at zero of what grows."""
    points = [(report.day, report.value) for report in known]
    return [(zero, 0.0), *points] if grows and zero and not (points and points[0][0] <= zero) else points


def _errors(rule: Rule, t: np.ndarray, y: np.ndarray, lag: float, grows: bool) -> tuple[float, float]:
    """Mean squared error of a rule at past reports and similar horizons, with its weight."""
    squares, first = list[float](), math.inf
    for k in range(2 if grows else 1, len(t)):
        ahead = t[k:] - t[k - 1]
        near = np.abs(ahead - lag) <= max(NEAR * lag, LEAST)
        if near.any():
            level, pace = rule(t[:k] - t[k - 1], y[:k], grows)
            errors, first = y[k:][near] - level - ahead[near] * pace, min(first, t[k - 1])
            squares += ((errors * lag / ahead[near] if grows else errors) ** 2).tolist()
    if not squares:
        return 0.0, 0.0
    return float(np.mean(squares)), float(min(len(squares), max(1.0, -first // lag)))


def mixture(parts: Sequence[tuple[np.ndarray, float]]) -> np.ndarray:
    """(200,) equally likely values of a weighted mixture of distributions."""
    values = np.concatenate([part for part, _ in parts])
    weights = np.concatenate([np.full(len(part), weight / len(part)) for part, weight in parts])
    order = np.argsort(values)
    below = np.cumsum(weights[order]) / weights.sum()
    index = np.searchsorted(below, RANKS)
    return values[order][np.minimum(index, len(values) - 1)]


def _persistence(t: np.ndarray, y: np.ndarray, grows: bool) -> tuple[float, float]:
    k = min(int(np.searchsorted(t, -SHORT - LEAST)), len(t) - 2)  # first report of the last three months, and a little
    return float(y[-1]), _pace_since(k, t, y) if grows else 0.0


def _trend(t: np.ndarray, y: np.ndarray, grows: bool) -> tuple[float, float]:
    k = min(int(np.searchsorted(t, -YEAR - LEAST)), len(t) - 2)
    slope = float(np.polyfit(t[k:], y[k:], 1)[0]) if len(t) > 1 else 0.0
    return float(y[-1]), max(slope, 0.0) if grows else slope


def _base_rate(t: np.ndarray, y: np.ndarray, grows: bool) -> tuple[float, float]:
    return (float(y[-1]), _pace_since(0, t, y)) if grows else (float(y.mean()), 0.0)


def _pace_since(k: int, t: np.ndarray, y: np.ndarray) -> float:
    return float((y[-1] - y[k]) / (t[-1] - t[k]))


RULES: Mapping[str, Rule] = {"persistence": _persistence, "trend": _trend, "base_rate": _base_rate}


def chance(months: float, ahead: float) -> float:
    """Probability of an event within `ahead` months that did not occur in `months` months.

    1 - sqrt(months / (months + ahead)): a constant rate under Jeffreys' prior. Sources: jeffreys1946 (prior).
    """
    return 1 - math.sqrt(months / (months + ahead)) if months > 0 else 0.5
