"""Scenario discovery: ranges of a few parameters in which an outcome is common (PRIM).

From the box of all futures, a twentieth is removed repeatedly at that end of that parameter which leaves the largest
share of futures with the outcome. Of the resulting boxes, the one with the highest harmonic mean of coverage and
density is taken; its limits are then removed again where this does not lower that mean (pasting), and a parameter stays
only if its range is better than chance (binomial test). Half of the futures are used to find the box and the other half
to measure it, so that its figures are out of sample.

    coverage   share of the futures with the outcome that lie in the box
    density    share of the futures in the box that have the outcome
    mass       share of all futures that lie in the box

Sources: friedman_fisher1999 (PRIM), bryant_lempert2010 (coverage and density, the test of a range).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from standoff.analysis.parameter_range import unit_of
from standoff.analysis.sensitivity.regional import KsDistance
from standoff.analysis.sensitivity.screening import named, parameter_uniforms
from standoff.engine.model import Model

PEEL, LEAST, RISK = 0.05, 0.02, 0.05  #: peeling fraction, least mass of a box, probability of keeping a useless range
NUMBERS = 12  # assumption: the numbers farthest apart; among more, peeling finds ranges in noise
FEW = 40  # assumption: happenings below which no box is looked for

Limits = dict[int, tuple[float, float]]  #: column -> range of probabilities of the parameter


@dataclass(frozen=True)
class PrimRange:
    """One side of a box, in the unit of the scenario; None where it is open."""

    path: str
    label: str  #: its name in words
    unit: str
    low: float | None
    high: float | None
    share: float  #: probability of the range under the belief


@dataclass(frozen=True)
class PrimBox:
    """Ranges of parameters and the outcome frequency in them, on a test half of the futures."""

    ranges: tuple[PrimRange, ...]
    coverage: float
    density: float
    mass: float
    base: float  #: share of all such futures in the box
    futures: int  #: number of futures in the test half


def box(model: Model, inside: np.ndarray, good: np.ndarray, near: tuple[KsDistance, ...], seed: int) -> PrimBox | None:
    """The box of the futures `inside`; None if they are too few or no parameter separates them."""
    plan, columns = model.plan, [model.plan.index[item.path] for item in near[:NUMBERS]]
    if not columns or inside[good].sum() < FEW:
        return None
    rows = [model.layout.row_of[i] for i in columns]
    u, y = parameter_uniforms(model, len(inside), seed)[good][:, rows], inside[good]
    limits = peeled(u[::2], y[::2])
    if not limits:
        return None
    test, of_test = within(u[1::2], limits), y[1::2]
    hits = (test & of_test).sum()
    ranges = []
    for column, (low, high) in sorted(limits.items(), key=lambda pair: pair[1][1] - pair[1][0]):
        parameter, (path, label, _) = plan.parameters[columns[column]], named(plan, columns[column])
        first, last = (None if p in (0.0, 1.0) else parameter.quantile(p) / parameter.factor for p in (low, high))
        ranges.append(PrimRange(path, label, unit_of(plan, columns[column]), first, last, high - low))
    return PrimBox(
        tuple(ranges),
        float(hits / max(of_test.sum(), 1)),
        float(hits / max(test.sum(), 1)),
        float(test.mean()),
        float(of_test.mean()),
        len(of_test),
    )


def peeled(u: np.ndarray, y: np.ndarray) -> Limits:
    """Limits of the best box, by column of uniforms `u` (N, D); `y` (N,) marks the outcome."""
    path: list[Limits] = [{}]
    while True:
        in_box = within(u, path[-1])
        if in_box.mean() < LEAST or in_box.sum() < 2 / PEEL:
            break
        boxes = []
        for column in range(u.shape[1]):
            low, high = path[-1].get(column, (0.0, 1.0))
            first, last = (float(np.quantile(u[in_box, column], p)) for p in (PEEL, 1 - PEEL))
            boxes += [{**path[-1], column: ends} for ends in ((first, high), (low, last))]
        left = [(limits, within(u, limits)) for limits in boxes]
        smaller = [(float(y[rest].mean()), limits) for limits, rest in left if 0 < rest.sum() < in_box.sum()]
        if not smaller:
            break
        density, limits = max(smaller, key=lambda pair: pair[0])
        path.append(limits)
        if density >= 1.0:
            break
    return _useful(u, y, _opened(u, y, max(path, key=lambda limits: _score(u, y, limits))))


def within(u: np.ndarray, limits: Limits) -> np.ndarray:
    """(N,) which futures are in a box."""
    sides = [(u[:, column] >= low) & (u[:, column] <= high) for column, (low, high) in limits.items()]
    return np.all([np.ones(len(u), bool), *sides], axis=0)


def _score(u: np.ndarray, y: np.ndarray, limits: Limits) -> float:
    """The harmonic mean of coverage and density."""
    in_box = within(u, limits)
    return 2 * float((in_box & y).sum()) / max(float(in_box.sum() + y.sum()), 1.0)


def _opened(u: np.ndarray, y: np.ndarray, limits: Limits) -> Limits:
    """The box with every end opened that does not lower the score (pasting)."""
    out = dict(limits)
    for column, (low, high) in limits.items():
        for ends in ((0.0, high), (low, 1.0)):
            wider = {**out, column: ends}
            if _score(u, y, wider) >= _score(u, y, out):
                out = wider
    return {column: ends for column, ends in out.items() if ends != (0.0, 1.0)}


def _useful(u: np.ndarray, y: np.ndarray, limits: Limits) -> Limits:
    """The box without insignificant ranges, the least significant removed first."""
    out = dict(limits)
    while out:
        in_box, odds = within(u, out), {}
        for column in out:
            without = within(u, {key: ends for key, ends in out.items() if key != column})
            hits, count = int((in_box & y).sum()), int(in_box.sum())
            odds[column] = binomtest(hits, count, float(y[without].mean()), "greater").pvalue
        worst = max(odds, key=odds.__getitem__)
        if odds[worst] <= RISK:
            break
        del out[worst]
    return out
