"""Weights of kinds of reasons from a fit: what a scenario takes from history. The rule, fixed before anything is scored:

1. Each covariate of a kind with a counterpart among the considerations has the direction of that consideration: for help,
   or `AGAINST` it. The *index* of a kind is the sum of its covariates, each with the sign of its direction.
2. A payoff of 1 stands for the whole range of the index among decisions of likely helpers up to the year of the fit, from
   the least to the most that there was; half of it for kinds whose payoffs go from -1 to 1 (`TWO_SIDED`). What the single
   covariates do meanwhile is their regression on the index (`full`), which knows no outcome.
3. The weight of a draw is its slopes times that change of covariates: log odds with a sign. It is below 0 where history
   speaks against the direction of the consideration. No size is taken as positive, nothing is multiplied to stand for kinds
   that a case lacks, nothing is divided by the payoffs of coded cases, and no kind is moved towards another.
4. A new actor and case add the spread over actors (a share of the weight) and over types of war (deviations of slopes).
5. The sign of a kind is *sure* where 95 % of the draws have it; elsewhere it is called unsure wherever its effect is printed.
6. A kind that the data do not have gets any of the learned kinds' weights, alike, and is called an assumption.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.fit import HistoryFit, bilateral
from standoff.addons.history.model import PRIOR
from standoff.addons.history.sides import ARENAS
from standoff.history.coefficients import Rung

CONTROLS = ("affinity",)  #: kinds without a consideration: in the model, so that others' slopes are not theirs
COUNTED = tuple(kind for kind in KINDS if kind not in CONTROLS)
AGAINST = (
    "non_aggression_enemy",
    "pact_enemy",
    "rival_side",
    "dispute_side",
    "nuclear_enemy",
    "stronger_enemy",
    "great_power_helps_enemy",
    "own_war",
    "own_rivals",
    "own_disputes",
    "trade_enemy",
    "trade_enemy_helpers",
    "against_before",
    "helps_enemy",
    "duration",
    "host_major",
    "host_capability",
    "host_income",
)
#: covariates whose consideration speaks against help where they are high
TWO_SIDED = ("rivalry", "domestic_support", "precedent")
#: kinds whose index goes from what speaks fully against help (a payoff of -1) to what speaks fully for it
DRAWS = 1000  #: of the posterior; assumption: an end of a belief is then right to a hundredth of its spread


def rung(fitted: HistoryFit, panel: pl.DataFrame) -> Rung:
    """Draws of weights and of the rate of reconsidering, for `history` in scenarios."""
    known = bilateral(panel, fitted.until)
    change = full(known.filter(pl.col("likely") & ~pl.col("helped_last")))
    n = replace(fitted, draws=fitted.thinned(DRAWS)).numbers()
    effect, deviation = np.asarray(n.slope) @ change, np.asarray(n.deviation) @ change
    over_wars = np.sqrt((deviation**2).mean(1))  # draws x kinds, of three types of war
    helping = known.filter("helped_last")
    shares = np.array([(helping["arena"] == arena).mean() for arena in ARENAS], float)
    lasting = np.log1p(helping["years_helping"].to_numpy()).mean()
    log_odds = np.asarray(n.rate) @ shares + np.asarray(n.years) * lasting
    log_odds = log_odds + np.asarray(n.leader) * float(helping["new_leader"].mean())  # type: ignore[arg-type]
    return Rung(
        until=fitted.until,
        kinds=COUNTED,
        effect=effect,
        effect_spread=np.hypot(PRIOR["factor"] * effect, over_wars),
        renewal=np.log(np.log1p(np.exp(log_odds))),  # a chance p in a year is a rate of -log(1 - p) = log(1 + odds)
        renewal_spread=np.asarray(n.scales["actor_rate"]),
    )


def full(rows: pl.DataFrame) -> np.ndarray:
    """(covariate, kind): change of covariates for a payoff of 1; 0 outside a kind, and without a range."""
    x = rows.select(NAMES).to_numpy().astype(float)
    sign = np.array([-1.0 if name in AGAINST else 1.0 for name in NAMES])
    out = np.zeros((len(NAMES), len(COUNTED)))
    for k, kind in enumerate(COUNTED):
        columns = [NAMES.index(name) for name in KINDS[kind]]
        index = x[:, columns] @ sign[columns]
        if (variance := index.var()) > 0:
            slopes = ((x[:, columns] - x[:, columns].mean(0)) * (index - index.mean())[:, None]).mean(0) / variance
            out[columns, k] = slopes * np.ptp(index) / (1 + (kind in TWO_SIDED))
    return out
