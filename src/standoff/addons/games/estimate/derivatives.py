"""Arrays that carry their first and second derivatives (forward mode).

Each observation has its own value, gradient and Hessian in the `K` linear predictors of the model, not in its
coefficients: `K` is 4 to 11 where a model may have dozens of coefficients. Hessians are stored as the upper triangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from standoff.types import Floats


@dataclass(frozen=True, eq=False)
class Jet:
    """Values of the observations with derivatives; plain numbers mix with it."""

    value: Floats  #: (observation,)
    slope: Floats  #: (predictor, observation)
    bend: Floats  #: (pair of predictors, observation), pairs as in `pairs`

    def __add__(self, other: Jet | float) -> Jet:
        if isinstance(other, Jet):
            return Jet(self.value + other.value, self.slope + other.slope, self.bend + other.bend)
        return Jet(self.value + other, self.slope, self.bend)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return self * -1.0

    def __sub__(self, other: Jet | float) -> Jet:
        return self + -other

    def __rsub__(self, other: float) -> Jet:
        return -self + other

    def __mul__(self, other: Jet | float) -> Jet:
        if not isinstance(other, Jet):
            return Jet(self.value * other, self.slope * other, self.bend * other)
        i, j = pairs(len(self.slope))
        return Jet(
            self.value * other.value,
            self.slope * other.value + other.slope * self.value,
            self.bend * other.value
            + other.bend * self.value
            + self.slope[i] * other.slope[j]
            + self.slope[j] * other.slope[i],
        )

    __rmul__ = __mul__

    def through(self, value: Floats, first: Floats, second: Floats) -> Jet:
        """A function of this array, given its value and its two derivatives there."""
        i, j = pairs(len(self.slope))
        return Jet(value, self.slope * first, self.bend * first + self.slope[i] * self.slope[j] * second)

    def exp(self) -> Jet:
        """Exponential."""
        value = np.exp(self.value)
        return self.through(value, value, value)

    def power(self, exponent: float) -> Jet:
        """A power of positive values."""
        value = self.value**exponent
        first = exponent * value / self.value
        return self.through(value, first, (exponent - 1) * first / self.value)

    def at(self, rows: NDArray[np.bool_]) -> Jet:
        """Some of the observations."""
        return Jet(self.value[rows], self.slope[:, rows], self.bend[:, rows])


@lru_cache
def pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of the stored second derivatives."""
    return np.triu_indices(count)


def predictor(value: Floats, index: int | None, count: int) -> Jet:
    """A linear predictor: its derivative is one in itself; a constant has no index."""
    slope = np.zeros((count, len(value)))
    if index is not None:
        slope[index] = 1.0
    return Jet(value, slope, np.zeros((count * (count + 1) // 2, len(value))))
