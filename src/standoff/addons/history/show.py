"""The shipped posterior in words: what moves help, by how much, and how sure it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from standoff.addons.history import ask, fit
from standoff.addons.history.covariates import KINDS, NAMES
from standoff.addons.history.model import Values
from standoff.addons.history.sides import ARENAS
from standoff.history import coefficients
from standoff.record import record
from standoff.serialise import to_plain


@record
class PosteriorNumber:
    """A number of the posterior: 5, 50 and 95 %."""

    name: str
    p5: float
    p50: float
    p95: float
    positive: float  #: probability of being above zero


@record
class KindSummary:
    """One kind of reason: its covariates, and the weight that scenarios take from it."""

    kind: str
    weight: tuple[float, float, float] | None  #: 5, 50, 95 % for a new actor; None where scenarios have no counterpart
    slopes: tuple[PosteriorNumber, ...]  #: log odds of help
    sure: bool  #: whether the sign of its weight is sure


@record
class HistorySummary:
    """The posterior in words."""

    until: int
    decisions: int
    rows: int
    draws: int
    rhat: float
    ess: float
    passed: bool  #: whether the fit passed its checks
    kinds: tuple[KindSummary, ...]
    reconsidering: tuple[PosteriorNumber, ...]  #: chance in a year, by arena, in the first year of help
    numbers: tuple[PosteriorNumber, ...]  #: cost of changing course, new leader, years of help, actors
    half_life: tuple[float, float, float] | None  #: months; None without the weights that ship
    made: str
    panel: str

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return to_plain(asdict(self))


def show() -> HistorySummary:
    """Summarise the shipped posterior and the weights made from it; raises `DataError`."""
    shipped = coefficients.load()
    return summarise(fit.load(ask.SHIPPED), shipped)


def summarise(posterior: fit.HistoryFit, shipped: coefficients.Coefficients | None = None) -> HistorySummary:
    """Summarise a fit; `shipped` are the weights made from it."""
    rung = shipped.rungs[-1] if shipped else None
    n = posterior.numbers()
    slope = np.asarray(n.slope)
    kinds = []
    for kind, names in KINDS.items():
        slopes = tuple(estimate(name, slope[:, NAMES.index(name)]) for name in names)
        weight = rung.weight(kind) if rung and kind in rung.kinds else None
        sure = bool(rung and weight and rung.sign(kind))
        kinds.append(KindSummary(kind=kind, weight=weight, slopes=slopes, sure=sure))
    chance = 1 / (1 + np.exp(-np.asarray(n.rate)))
    return HistorySummary(
        until=posterior.until,
        decisions=posterior.decisions,
        rows=posterior.rows,
        draws=len(posterior.draws),
        rhat=posterior.rhat,
        ess=posterior.ess,
        kinds=tuple(kinds),
        reconsidering=tuple(estimate(name, chance[:, a]) for a, name in enumerate(ARENAS)),
        numbers=(
            estimate("cost of changing course", n.cost),
            estimate("a new leader, on the log odds of reconsidering", n.leader),
            estimate("each log unit of years of help, on the same", n.years),
            estimate("spread of actors, log odds of reconsidering", n.scales["actor_rate"]),
            estimate("step of the level from era to era", n.scales["era"]),
        ),
        passed=posterior.passed,
        half_life=rung.half_life if rung else None,
        made=shipped.made if shipped else "",
        panel=shipped.panel if shipped else "",
    )


def estimate(name: str, draws: Values) -> PosteriorNumber:
    """Percentiles of draws."""
    values = np.asarray(draws)
    return PosteriorNumber(name=name, positive=float((values > 0).mean()), **ask.percentiles(values))
