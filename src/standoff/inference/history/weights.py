"""Weights of kinds of reasons from a fit: what a scenario takes from history.

A kind moves the log odds of help by `range` from its 5th to its 95th per cent among likely helpers. The same kind moves
payoffs of coded cases by `PAYOFF_RANGE` from the 5th to the 95th per cent of their options. A weight is the first over
the second: a consideration at the ends of its range in a case counts as much as the same kind did at its ends in history.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import polars as pl

from standoff.history.coefficients import Rung
from standoff.history.covariates import KINDS, NAMES
from standoff.history.sides import ARENAS
from standoff.inference.history.fit import HistoryFit, bilateral

PAYOFF_RANGE = MappingProxyType({
    "alliance_obligation": 0.17, "ally_need": 0.49, "budget_cost": 0.64, "domestic_support": 0.66,
    "economic_gain": 0.84, "economic_stake": 0.40, "escalation_risk": 0.43, "other_theatre": 0.64, "prestige": 0.78,
    "retaliation": 0.58, "rivalry": 0.44, "stated_norm": 0.84,
})  # fmt: skip
#: kind -> payoff of an option less that of the status quo, 95th less 5th per cent over the options of the coded cases at
#: their first decision: `benchmarks/payoff_ranges.py`
ACTOR_SPREAD = 0.5
#: standard deviation over actors of log weights: where it is sampled, it is 0.42 to 0.62 up to 2005. The fit itself has the
#: smaller size with which forecasts are best, but an actor that it has not seen may be as far off as those it has
ENDS = (0.05, 0.95)
SAMPLE = 4000  #: likely helpers by which ranges are measured; assumption: their error is a hundredth of a range


def rung(fitted: HistoryFit, panel: pl.DataFrame) -> Rung:
    """Draws of weights and of the rate of reconsidering, for `history` in scenarios."""
    chosen = bilateral(panel, fitted.until).filter(pl.col("likely") & ~pl.col("helped_last"))
    chosen = chosen.sample(min(SAMPLE, len(chosen)), seed=1)
    n = fitted.numbers()
    weight, spread = _weights(chosen, np.asarray(n.slope), np.asarray(n.deviation))
    helping = bilateral(panel, fitted.until).filter("helped_last")
    shares = np.array([(helping["arena"] == arena).mean() for arena in ARENAS], float)
    lasting = np.log1p(helping["years_helping"].to_numpy()).mean()
    log_odds = np.asarray(n.rate) @ shares + np.asarray(n.years) * lasting
    log_odds = log_odds + np.asarray(n.leader) * float(helping["new_leader"].mean())  # type: ignore[arg-type]
    return Rung(
        until=fitted.until,
        kinds=tuple(PAYOFF_RANGE),
        log_weight=weight,
        log_weight_spread=np.sqrt(ACTOR_SPREAD**2 + spread**2),
        kind_mean=weight.mean(1),
        kind_spread=weight.std(1, ddof=1),
        renewal=np.log(np.log1p(np.exp(log_odds))),  # a chance p in a year is a rate of -log(1 - p) = log(1 + odds)
        renewal_spread=np.asarray(n.scales["actor_rate"]),
    )


def _weights(rows: pl.DataFrame, slope: np.ndarray, deviation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws x kinds: log weight, and the standard deviation of it over arenas."""
    x, arena = rows.select(NAMES).to_numpy(), rows["arena"].to_list()
    middle, spread = [], []
    for kind, payoff in PAYOFF_RANGE.items():
        columns = [NAMES.index(name) for name in KINDS[kind]]
        by_arena = []
        for a, name in enumerate(ARENAS):
            part = x[np.array([value == name for value in arena])][:, columns]
            if len(part) > 1 and part.std() > 0:
                value = part @ (slope[:, columns] + deviation[:, a, columns]).T
                ends = np.quantile(value, ENDS, axis=0)
                by_arena.append(np.log(np.maximum(ends[1] - ends[0], 1e-6) / payoff))
        whole = x[:, columns] @ slope[:, columns].T
        ends = np.quantile(whole, ENDS, axis=0)
        middle.append(np.log(np.maximum(ends[1] - ends[0], 1e-6) / payoff))
        spread.append(np.std(by_arena, axis=0) if len(by_arena) > 1 else np.zeros(len(slope)))
    return np.stack(middle, 1), np.stack(spread, 1)
