"""Widen beliefs of the parameter table about their median."""

from __future__ import annotations

import math
from statistics import NormalDist

from standoff import beliefs
from standoff.engine.model import Model
from standoff.engine.parameters import ParameterTable
from standoff.statistics import Z90

ALONE = math.log(2.0) / Z90  #: spread of a parameter that was fixed: half to double in 90 % (assumption)


def widened(model: Model, table: ParameterTable, index: int, factor: float) -> ParameterTable:
    """Widen a belief by `factor`, in logarithms if it is lognormal; a fixed one stays fixed."""
    layout, parameter = model.layout, model.plan.parameters[index]
    if index in layout.tabled:
        quantiles = table.quantiles.copy()
        row = quantiles[layout.tabled.index(index)]
        middle = row[len(row) // 2]
        quantiles[layout.tabled.index(index)] = [_inside(parameter, middle + factor * (x - middle)) for x in row]
        return table._replace(quantiles=quantiles)
    b, s, below, above = (getattr(table, name).copy() for name in ("b", "s", "below", "above"))
    _, b[index], s[index] = spread(model, index, factor)
    if index in layout.row_of:
        low, high = (tail(model, index, factor, bound) for bound in (parameter.low, parameter.high))
        below[index], above[index] = low or 0.0, 0.0 if high is None else 1 - high
        if index in layout.varying[: len(layout.varying) - layout.cut]:
            below[index] = above[index] = 0.0  # one that was never cut is not cut in the program
    else:
        b[index] = s[index] = 0.0
    return table._replace(b=b, s=s, below=below, above=above)


def spread(model: Model, index: int, factor: float) -> tuple[float, float, float]:
    """`(a, b, s)` of a widened belief, in canonical units."""
    a, b, s = (float(getattr(model.table, name)[index]) for name in ("a", "b", "s"))
    if b == 0.0:
        return a, a * ALONE * (factor - 1), ALONE * (factor - 1)
    if s and math.isclose(b, a * s, rel_tol=1e-9):
        return a, a * s * factor, s * factor
    return a, b * factor, s


def quantile(model: Model, index: int, factor: float, z: float) -> float:
    """Canonical value of a widened belief at a standard normal number, within its bounds."""
    parameter = model.plan.parameters[index]
    if index in model.layout.tabled:
        row = model.table.quantiles[model.layout.tabled.index(index)]
        middle, there = row[len(row) // 2], parameter.quantile(NormalDist().cdf(z))
        return _inside(parameter, float(middle + factor * (there - middle)))
    return _inside(parameter, beliefs.g_value(spread(model, index, factor), z))


def tail(model: Model, index: int, factor: float, bound: float | None) -> float | None:
    """Probability of a widened belief below a bound."""
    if bound is None:
        return None
    a, b, s = spread(model, index, factor)
    inner = 1 + s * (bound - a) / b
    if s and inner <= 0:
        return 0.0 if s * b > 0 else 1.0
    share = NormalDist().cdf((bound - a) / b if s == 0.0 else math.log(inner) / s)
    return min(max(share, 1e-9), 1 - 1e-9)


def _inside(parameter: object, value: float) -> float:
    low, high = getattr(parameter, "low", None), getattr(parameter, "high", None)
    value = value if low is None else max(value, low)
    return float(value if high is None else min(value, high))


assert beliefs.TABLE_Z[len(beliefs.TABLE_Z) // 2] == 0.0  # so that the middle of a table is its median
