"""Mix the model with its rivals, by the scores of earlier forecasts.

Weights are those of a quantity and a horizon. Only forecasts whose outcomes were known at an origin count.

A mixture of forecasters with weights w has the CRPS

    sum_i w_i a_i - sum_ij w_i w_j b_ij / 2        a_i = mean |x_i - y|,  b_ij = mean |x_i - x_j'|

of forecasts x_i and outcome y, a convex function of w. The weights minimise its sum over past forecasts on the simplex, each
divided by the mean CRPS of its forecasters, so that units do not matter, and a prior that draws them to p:

    STRENGTH x CURVATURE x (number of forecasters) x |w - p|^2

Of all quantities p gives the model `SHARE` and the rivals equal parts of the rest; of one quantity p are the weights of all
quantities, and at one horizon those of the quantity at all horizons. A forecast counts from the day on which its outcome
was published: nothing later is seen.

Sources: yao2018 (stacking of predictive distributions), gneiting2007 (CRPS by means of differences); the priors are assumption.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from standoff.evaluation.hindcast import baselines
from standoff.types import Floats

MODEL = "model"
SHARE = 0.5  #: weight of the model before any outcome; assumption
STRENGTH = 5.0  #: forecasts that the prior counts for; assumption
CURVATURE = 0.5  #: of a score by squared distance from the prior, in units of a mean CRPS; assumption


@dataclass(frozen=True)
class PastForecast:
    """The terms of the CRPS of a past forecast, over the mean CRPS of its forecasters."""

    question: str
    months: int
    published: dt.date
    names: tuple[str, ...]
    a: Floats  #: (F,)
    b: Floats  #: (F, F)

    def terms(self, names: Sequence[str]) -> tuple[Floats, Floats]:
        """a and b of some of its forecasters."""
        rows = [self.names.index(name) for name in names]
        return self.a[rows], self.b[np.ix_(rows, rows)]


@dataclass
class Stack:
    """Forecasts so far, by origin; `weights` uses those with a known outcome."""

    past: list[PastForecast] = field(default_factory=list)

    def add(self, question: str, months: int, values: Mapping[str, Floats], outcome: float, published: dt.date) -> None:
        """Record a forecast; values: (200,) equally likely numbers of each forecaster."""
        parts = np.stack([*values.values()])
        a = np.abs(parts - outcome).mean(axis=1)
        b = np.array([[np.abs(x[:, None] - z).mean() for z in parts] for x in parts])
        scale = float((a - np.diag(b) / 2).mean())
        if scale > 0:
            self.past.append(PastForecast(question, months, published, tuple(values), a / scale, b / scale))

    def weights(self, as_of: dt.date, question: str, months: int, names: Sequence[str]) -> Mapping[str, float]:
        """Weights of the model and some rivals, from outcomes published by a day."""
        known = [item for item in self.past if item.published <= as_of and {*names} <= {*item.names}]
        own = [item for item in known if item.question == question]
        rest = (1 - SHARE) / max(len(names) - 1, 1)
        weights = np.array([SHARE if name == MODEL else rest for name in names])
        for level in (known, own, [item for item in own if item.months == months]):
            if level:
                terms = [item.terms(names) for item in level]
                weights = optimum(np.sum([a for a, _ in terms], axis=0), np.sum([b for _, b in terms], axis=0), weights)
        return dict(zip(names, weights.tolist(), strict=True))


def optimum(a: Floats, b: Floats, prior: Floats) -> Floats:
    """(F,) weights on the simplex with the lowest sum of scores and of the prior.

    a, b: summed over forecasts
    """
    pull = STRENGTH * CURVATURE * len(prior)

    def score(w: Floats) -> tuple[float, Floats]:
        away = w - prior
        return float(a @ w - w @ b @ w / 2 + pull * away @ away), a - b @ w + 2 * pull * away

    found = minimize(
        score,
        prior,
        jac=True,
        bounds=[(0, 1)] * len(prior),
        method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
    )
    weights = np.clip(found.x, 0, None)
    return weights / weights.sum()


def stacked(values: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """(200,) equally likely values of the mixture."""
    return baselines.mixture([(values[name], weight) for name, weight in weights.items() if weight > 0])
