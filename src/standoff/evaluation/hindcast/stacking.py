"""Stack the model with baselines, with weights from the scores of earlier forecasts.

Only forecasts whose outcomes were known at an origin count.

A mixture of forecasters with weights w has the CRPS

    sum_i w_i a_i - sum_ij w_i w_j b_ij / 2        a_i = mean |x_i - y|,  b_ij = mean |x_i - x_j'|

of forecasts x_i and outcome y, a convex function of w. The weights minimise its mean over past questions on the simplex,
each question divided by the mean CRPS of its forecasters, so that units do not matter, together with the prior of
`EQUAL` questions on which all were equally good, which draws weights to equality. A question counts from the day on which
its outcome was published: nothing later is seen.

Sources: yao2018 (stacking of predictive distributions), gneiting2007 (CRPS by means of differences); the prior is assumption.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from standoff.evaluation.hindcast import baselines
from standoff.types import Floats

FORECASTERS = ("model", "persistence", "trend", "base_rate")  #: the mean of baselines is a mixture of these
EQUAL = 5.0  #: questions that the prior counts for; assumption
CURVATURE = 0.5  #: of a score by squared distance from equal weights, in units of a mean CRPS; assumption


@dataclass(frozen=True)
class PastForecast:
    """The terms of the CRPS of a past question, over the mean CRPS of its forecasters."""

    published: dt.date
    a: Floats  #: (F,)
    b: Floats  #: (F, F)


@dataclass
class Stack:
    """Forecasts so far, by origin; `weights` uses those with a known outcome."""

    past: list[PastForecast] = field(default_factory=list)

    def add(self, values: Mapping[str, Floats], outcome: float, published: dt.date) -> None:
        """Record a question; values: (200,) equally likely numbers of each forecaster."""
        parts = np.stack([values[name] for name in FORECASTERS])
        a = np.abs(parts - outcome).mean(axis=1)
        b = np.array([[np.abs(x[:, None] - z).mean() for z in parts] for x in parts])
        scale = float((a - np.diag(b) / 2).mean())
        if scale > 0:
            self.past.append(PastForecast(published, a / scale, b / scale))

    def weights(self, as_of: dt.date) -> Mapping[str, float] | None:
        """Weights of the forecasters, from outcomes published by a day; None where there are none."""
        known = [item for item in self.past if item.published <= as_of]
        size = len(FORECASTERS)
        equal = np.full(size, 1 / size)
        if not known:
            return None
        a, b = sum(item.a for item in known), sum(item.b for item in known)

        def score(w: Floats) -> tuple[float, Floats]:
            away = w - equal
            value = a @ w - w @ b @ w / 2 + EQUAL * CURVATURE * size * away @ away
            return float(value), a - b @ w + 2 * EQUAL * CURVATURE * size * away

        found = minimize(
            score,
            equal,
            jac=True,
            bounds=[(0, 1)] * size,
            method="SLSQP",
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        )
        weights = np.clip(found.x, 0, None)
        return dict(zip(FORECASTERS, (weights / weights.sum()).tolist(), strict=True))


def stacked(values: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """(200,) equally likely values of the mixture."""
    return baselines.mixture([(values[name], weights[name]) for name in FORECASTERS if weights[name] > 0])
