"""What the twin and the plain objects share: the parts' own lines run on another array library, and a plan read out.

Mechanisms and considerations are scalar code over `parts.jnp`. Inside `using(xp)` that name stands for `xp` in every
part, so that the very equations that the engine compiles run on NumPy arrays, or on Python floats.
"""

from __future__ import annotations

import functools
import math
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

from scipy.special import ndtr

from standoff import components, expression
from standoff.plan import Component, Plan

PACKAGES = ("standoff.mechanisms", "standoff.considerations", "standoff.components")

#: what the parts use of `jax.numpy`, for Python floats
FLOATS = SimpleNamespace(
    minimum=lambda a, b: a if a < b else b, maximum=lambda a, b: a if a > b else b,
    where=lambda test, a, b: a if test else b, clip=lambda x, low, high: low if x < low else (high if x > high else x),
    exp=math.exp, expm1=math.expm1, log=math.log, log1p=math.log1p, log10=math.log10, sqrt=math.sqrt, tanh=math.tanh,
    abs=abs, square=lambda x: x * x, asarray=float, ones=lambda shape: 1.0,
    zeros=lambda shape, kind=float: kind(0), round=round, logical_not=operator.not_,
    add=operator.add, subtract=operator.sub, multiply=operator.mul, divide=operator.truediv, power=operator.pow,
    negative=operator.neg, less=operator.lt, less_equal=operator.le, greater=operator.gt, greater_equal=operator.ge,
    equal=operator.eq, not_equal=operator.ne,
)  # fmt: skip


@contextmanager
def using(xp: Any) -> Iterator[None]:
    """Inside, the parts calculate with `xp`; expressions are parsed once, as the engine does when it traces them."""
    modules = [module for name, module in sys.modules.items() if name.startswith(PACKAGES) and hasattr(module, "jnp")]
    before, parse = [module.jnp for module in modules], expression.parse
    expression.parse = functools.cache(parse)
    for module in modules:
        module.jnp = xp
    share, components.ndtr = components.ndtr, NormalDist().cdf if xp is FLOATS else ndtr
    try:
        yield
    finally:
        expression.parse, components.ndtr = parse, share
        for module, jnp in zip(modules, before, strict=True):
            module.jnp = jnp


def filled(part: Component, value: Callable[[int], Any]) -> Any:
    """The part's parameters with numbers in place of beliefs."""
    static = {
        name: getattr(part.params, name) for name in type(part.params).model_fields if name not in part.parameter_index
    }
    numbers = {
        name: value(where) if isinstance(where, int) else {key: value(i) for key, i in where.items()}
        for name, where in part.parameter_index.items()
    }
    return type(part.params).model_construct(**static, **numbers)


def bounds(plan: Plan) -> dict[str, tuple[float | None, float | None]]:
    """Floor and cap of every stock, in canonical units."""
    out = {}
    for name, stock in plan.scenario.cells().items():
        factor = plan.stock_units[name].factor
        floor, cap = (None if written is None else written * factor for written in (stock.floor, stock.cap))
        out[name] = (floor, cap)
    return out


def decision_steps(plan: Plan) -> list[int]:
    """Steps at which somebody decides."""
    return [k for k in range(plan.scenario.calendar.steps) if any(choice.is_free[k] for choice in plan.choices)]


def noise_names(plan: Plan) -> list[tuple[str, str]]:
    """(mechanism, name) of every standard normal number of a step."""
    return [(part.name, name) for part in plan.mechanisms for name in part.noise]


def moves(
    plan: Plan, params: Mapping[str, Any], cells: Mapping[str, Any], z: Mapping[Any, Any], k: int, xp: Any
) -> dict[str, Any]:
    """Sum of the flows into each stock during step `k`, per month."""
    dt = plan.scenario.calendar.dt
    time = components.Time(dt, k * dt)
    total: dict[str, Any] = dict.fromkeys(plan.cells, 0.0)
    for part in plan.mechanisms:
        noise = components.Noise({name: z[part.name, name] for name in part.noise})
        runs = 1.0 if part.when is None else expression.evaluate(part.when, cells.__getitem__, lambda asked: False, xp)
        for key, flow in part.module.flows(params[part.name], components.State(cells, part.name), time, noise).items():
            total[components.stock_key(key)] = total[components.stock_key(key)] + xp.where(runs, flow, 0.0)
    return total
