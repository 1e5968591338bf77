"""Weights of kinds of reasons from a fit: what a scenario takes from history.

A kind moves the log odds of help by `SPAN` standard deviations among likely helpers. The same kind moves payoffs of coded
cases by `PAYOFF_RANGE` from the 5th to the 95th per cent of their options. A weight is the first over the second: a
consideration at the ends of its range in a case counts as much as the same kind did at its ends in history. All weights are
multiplied by `completeness`: kinds that a case does not have (distance, own past, company) move log odds too, and in a case
its coded reasons stand for them, so that together they have the spread that all kinds have in history. Differences between
kinds that are within their errors are shrunk (`shrunk`).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import polars as pl

from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.fit import HistoryFit, bilateral
from standoff.addons.history.model import PRIOR
from standoff.addons.history.sides import ARENAS
from standoff.history.coefficients import Rung

PAYOFF_RANGE = MappingProxyType(
    {
        "alliance_obligation": 0.17,
        "ally_need": 0.49,
        "budget_cost": 0.64,
        "domestic_support": 0.66,
        "economic_gain": 0.84,
        "economic_stake": 0.40,
        "escalation_risk": 0.43,
        "other_theatre": 0.64,
        "prestige": 0.78,
        "retaliation": 0.58,
        "rivalry": 0.44,
        "stated_norm": 0.84,
    }
)
#: kind -> payoff of an option less that of the status quo, 95th less 5th per cent over the options of the coded cases at
#: their first decision: `benchmarks/payoff_ranges.py`
SPAN = 3.29  #: standard deviations of a normal from its 5th to its 95th per cent, also for flags rarer than that
LEAST = 0.01  #: range in log odds; assumption: a smaller one is none
DRAWS = 1000  #: of the posterior; assumption: an end of a belief is then right to a hundredth of its spread
SAMPLE = 4000  #: likely helpers by which ranges are measured; assumption: their error is a hundredth of a range


def rung(fitted: HistoryFit, panel: pl.DataFrame) -> Rung:
    """Draws of weights and of the rate of reconsidering, for `history` in scenarios."""
    chosen = bilateral(panel, fitted.until).filter(pl.col("likely") & ~pl.col("helped_last"))
    chosen = chosen.sample(min(SAMPLE, len(chosen)), seed=1)
    n = replace(fitted, draws=fitted.thinned(DRAWS)).numbers()
    slope, deviation = np.asarray(n.slope), np.asarray(n.deviation)
    weight, between = shrunk(log_ranges(chosen, slope) - np.log(list(PAYOFF_RANGE.values())))
    weight += np.log(completeness(chosen, slope))[:, None]
    spread = np.hypot(PRIOR["factor"], arena_spread(chosen, slope.mean(0), deviation.mean(0)))
    helping = bilateral(panel, fitted.until).filter("helped_last")
    shares = np.array([(helping["arena"] == arena).mean() for arena in ARENAS], float)
    lasting = np.log1p(helping["years_helping"].to_numpy()).mean()
    log_odds = np.asarray(n.rate) @ shares + np.asarray(n.years) * lasting
    log_odds = log_odds + np.asarray(n.leader) * float(helping["new_leader"].mean())  # type: ignore[arg-type]
    return Rung(
        until=fitted.until,
        kinds=tuple(PAYOFF_RANGE),
        log_weight=weight,
        log_weight_spread=np.broadcast_to(spread, weight.shape),
        kind_mean=weight.mean(1),
        kind_spread=np.full(len(weight), between),
        renewal=np.log(np.log1p(np.exp(log_odds))),  # a chance p in a year is a rate of -log(1 - p) = log(1 + odds)
        renewal_spread=np.asarray(n.scales["actor_rate"]),
    )


def completeness(rows: pl.DataFrame, slope: np.ndarray) -> np.ndarray:
    """Draws: spread of log odds by all kinds over that by kinds with a counterpart."""
    x = rows.select(NAMES).to_numpy()
    counted = np.array([kind in PAYOFF_RANGE for kind, names in KINDS.items() for _ in names])
    return np.asarray((x @ slope.T).std(0) / (x[:, counted] @ slope[:, counted].T).std(0))


def shrunk(log_weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Draws x kinds moved towards the mean kind, and the standard deviation between kinds.

    Kinds are taken as drawn from one normal distribution, whose variance is what the variance of their means exceeds that
    of their errors by (moments: dersimonian1986). Each mean then moves to it by the share of its error, and its draws
    come closer together, as those of a normal posterior do.
    """
    means, errors = log_weight.mean(0), log_weight.var(0, ddof=1)
    between = max(float(means.var(ddof=1) - errors.mean()), LEAST**2)
    share = between / (between + errors)  # of what a kind says of itself
    middle = float((means / (between + errors)).sum() / (1 / (between + errors)).sum())
    return middle + share * (means - middle) + np.sqrt(share) * (log_weight - means), float(np.sqrt(between))


def arena_spread(rows: pl.DataFrame, slope: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Kinds: standard deviation of the log range over types of war in which the kind varies."""
    arena = np.array(rows["arena"].to_list())
    each = [
        log_ranges(rows.filter(pl.Series(arena == name)), (slope + deviation[a])[None])[0]
        for a, name in enumerate(ARENAS)
        if (arena == name).any()
    ]
    varies = np.array(each) > np.log(LEAST)
    return np.asarray(np.std(each, axis=0, where=varies | ~varies.any(0)))


def log_ranges(rows: pl.DataFrame, slope: np.ndarray) -> np.ndarray:
    """Draws x kinds: log of the range by which a kind moves log odds in these rows."""
    x = rows.select(NAMES).to_numpy()
    places = [[NAMES.index(name) for name in KINDS[kind]] for kind in PAYOFF_RANGE]
    ranges = np.stack([SPAN * (x[:, columns] @ slope[:, columns].T).std(0) for columns in places], axis=1)
    return np.asarray(np.log(np.maximum(ranges, LEAST)))
