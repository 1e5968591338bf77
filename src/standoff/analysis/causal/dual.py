"""Exact derivatives with NumPy: arrays that carry a slope (dual numbers).

JAX takes derivatives too, but traces and compiles each operation first, which takes seconds for a model and is of no use
for a few states. Where a function has a kink, the slope is the one that JAX takes: half of each side for `minimum` and
`maximum`, and that of the branch that holds for `where`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

#: ufunc -> its slopes by each argument, given the result and the arguments
SLOPES: dict[Any, Callable[..., tuple[Any, ...]]] = {
    np.add: lambda out, x, y: (1.0, 1.0),
    np.subtract: lambda out, x, y: (1.0, -1.0),
    np.multiply: lambda out, x, y: (y, x),
    np.divide: lambda out, x, y: (1 / y, -out / y),
    np.negative: lambda out, x: (-1.0,),
    np.power: lambda out, x, y: (
        np.where(y == 0, 0.0, y * x ** np.where(y == 0, 1.0, y - 1.0)),
        np.log(np.where(x == 0, 1.0, x)) * out,
    ),
    np.minimum: lambda out, x, y: ((x == out) / (1.0 + (y == out)), (y == out) / (1.0 + (x == out))),
    np.absolute: lambda out, x: (np.where(x >= 0, 1.0, -1.0),),
    np.exp: lambda out, x: (out,),
    np.expm1: lambda out, x: (out + 1,),
    np.log: lambda out, x: (1 / x,),
    np.log1p: lambda out, x: (1 / (1 + x),),
    np.log10: lambda out, x: (1 / (x * np.log(10.0)),),
    np.sqrt: lambda out, x: (0.5 / out,),
    np.square: lambda out, x: (2 * x,),
    np.tanh: lambda out, x: (1 - out * out,),
}
SLOPES[np.maximum] = SLOPES[np.minimum]


class Dual(NDArrayOperatorsMixin):
    """An array and its slope, both of one shape."""

    def __init__(self, value: Any, slope: Any) -> None:
        self.value = np.asarray(value)
        self.slope = np.broadcast_to(slope, self.value.shape)
        self.shape, self.dtype, self.ndim = self.value.shape, self.value.dtype, self.value.ndim

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """The result of a function, with its slope if it is a number."""
        values = [value_of(each) for each in inputs]
        if method != "__call__" or {*options} - {"out"}:  # `a *= b` gives a new array, as in JAX
            return NotImplemented
        out = ufunc(*values)
        if out.dtype == bool:
            return out
        if ufunc not in SLOPES:
            return NotImplemented
        by = zip(SLOPES[ufunc](out, *values), inputs, strict=True)
        return Dual(out, sum(slope * each.slope for slope, each in by if isinstance(each, Dual)))

    def __array__(self, *_: Any, **__: Any) -> Any:
        """No silent loss of a slope."""
        raise TypeError("an array with a slope is no plain array")

    def __getitem__(self, key: Any) -> Dual:
        return Dual(self.value[key], self.slope[key])

    def astype(self, dtype: Any) -> Dual:
        """The same numbers in another type."""
        return Dual(self.value.astype(dtype), self.slope)


def value_of(each: Any) -> Any:
    """The array without its slope."""
    return each.value if isinstance(each, Dual) else each


def slope_of(each: Any) -> Any:
    """The slope of an array; 0 of a constant."""
    return each.slope if isinstance(each, Dual) else 0.0


class DualNumpy:
    """NumPy as components see it (`components.arithmetic`), with functions that keep slopes."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def asarray(self, value: Any, dtype: Any = None) -> Any:
        """An array; one with a slope stays as it is."""
        return value if isinstance(value, Dual) else np.asarray(value, dtype)

    def broadcast_to(self, value: Any, shape: Any) -> Any:
        """A value in another shape."""
        return _together(lambda each: np.broadcast_to(each, shape), value)

    def clip(self, value: Any, low: Any, high: Any) -> Any:
        """A value within bounds."""
        return np.minimum(np.maximum(value, low), high)

    def round(self, value: Any) -> Any:
        """The nearest whole number, which has no slope."""
        return np.round(value_of(value))

    def stack(self, values: Sequence[Any]) -> Any:
        """Values as one array."""
        return _together(lambda *each: np.stack(np.broadcast_arrays(*each)), *values)

    def where(self, test: Any, yes: Any, no: Any) -> Any:
        """One value where a test holds, the other elsewhere."""
        return _together(lambda a, b: np.where(test, a, b)[()], yes, no)


def _together(function: Callable[..., Any], *values: Any) -> Any:
    """A function that only moves numbers, of values and of slopes."""
    out = function(*map(value_of, values))
    return Dual(out, function(*map(slope_of, values))) if any(isinstance(each, Dual) for each in values) else out
