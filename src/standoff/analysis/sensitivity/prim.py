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

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from standoff.analysis.parameter_range import unit_of
from standoff.analysis.sensitivity.regional import KsDistance
from standoff.analysis.sensitivity.screening import parameter_uniforms
from standoff.engine.model import Model
from standoff.plan import labels

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
    columns = [model.plan.index[item.path] for item in near[:NUMBERS]]
    if not columns or inside[good].sum() < FEW:
        return None
    rows = [model.layout.row_of[i] for i in columns]
    u, y = parameter_uniforms(model, len(inside), seed)[good][:, rows], inside[good]
    fit, test = slice(0, len(u), 2), slice(1, len(u), 2)
    limits = peeled(u[fit], y[fit])
    if not limits:
        return None
    in_box = within(u[test], limits)
    hits = (in_box & y[test]).sum()
    ranges = []
    for column, (low, high) in sorted(limits.items(), key=lambda pair: pair[1][1] - pair[1][0]):
        parameter = model.plan.parameters[columns[column]]
        ends = [None if p in (0.0, 1.0) else parameter.quantile(p) / parameter.factor for p in (low, high)]
        ranges.append(
            PrimRange(
                parameter.path,
                labels.parameter(model.plan, parameter.path),
                unit_of(model.plan, columns[column]),
                ends[0],
                ends[1],
                high - low,
            )
        )
    return PrimBox(
        tuple(ranges),
        float(hits / max(y[test].sum(), 1)),
        float(hits / max(in_box.sum(), 1)),
        float(in_box.mean()),
        float(y[test].mean()),
        len(y[test]),
    )


def peeled(u: np.ndarray, y: np.ndarray) -> Limits:
    """Limits of the best box, by column of uniforms `u` (N, D); `y` (N,) marks the outcome."""
    path: list[Limits] = [{}]
    while True:
        in_box = within(u, path[-1])
        if in_box.mean() < LEAST or in_box.sum() < 2 / PEEL:
            break
        best: tuple[float, Limits] | None = None
        for column in range(u.shape[1]):
            low, high = path[-1].get(column, (0.0, 1.0))
            values = u[in_box, column]
            for ends in ((float(np.quantile(values, PEEL)), high), (low, float(np.quantile(values, 1 - PEEL)))):
                left = in_box & (u[:, column] >= ends[0]) & (u[:, column] <= ends[1])
                if left.sum() and left.sum() < in_box.sum():
                    density = float(y[left].mean())
                    if best is None or density > best[0]:
                        best = density, {**path[-1], column: ends}
        if best is None:
            break
        path.append(best[1])
        if best[0] >= 1.0:
            break
    scores = [_score(u, y, limits) for limits in path]
    return _useful(u, y, _opened(u, y, path[int(np.argmax(scores))]))


def within(u: np.ndarray, limits: Mapping[int, tuple[float, float]]) -> np.ndarray:
    """(N,) which futures are in a box."""
    out = np.ones(len(u), bool)
    for column, (low, high) in limits.items():
        out &= (u[:, column] >= low) & (u[:, column] <= high)
    return out


def _score(u: np.ndarray, y: np.ndarray, limits: Limits) -> float:
    """The harmonic mean of coverage and density."""
    in_box = within(u, limits)
    return 2 * float((in_box & y).sum()) / max(float(in_box.sum() + y.sum()), 1.0)


def _opened(u: np.ndarray, y: np.ndarray, limits: Limits) -> Limits:
    """The box with every end opened that does not lower the score (pasting)."""
    out = dict(limits)
    for column in limits:
        for ends in ((0.0, out[column][1]), (out[column][0], 1.0)):
            wider = {**out, column: ends}
            if _score(u, y, wider) >= _score(u, y, out):
                out = wider
        if out[column] == (0.0, 1.0):
            del out[column]
    return out


def _useful(u: np.ndarray, y: np.ndarray, limits: Limits) -> Limits:
    """The box without insignificant ranges, the least significant removed first."""

    out = dict(limits)
    while out:
        in_box = within(u, out)
        odds = {}
        for column in out:
            without = within(u, {key: ends for key, ends in out.items() if key != column})
            odds[column] = binomtest(
                int((in_box & y).sum()), int(in_box.sum()), float(y[without].mean()), "greater"
            ).pvalue
        worst = max(odds, key=lambda column: odds[column])
        if odds[worst] <= RISK:
            break
        del out[worst]
    return out
