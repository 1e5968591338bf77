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

PACKAGES = ("standoff.mechanisms", "standoff.considerations", "standoff.components", "standoff.balance")

#: what the parts use of `jax.numpy`, for Python floats
FLOATS = SimpleNamespace(
    minimum=lambda a, b: a if a < b else b,
    maximum=lambda a, b: a if a > b else b,
    where=lambda test, a, b: a if test else b,
    clip=lambda x, low, high: low if x < low else (high if x > high else x),
    exp=math.exp,
    expm1=math.expm1,
    log=math.log,
    log1p=math.log1p,
    log10=math.log10,
    sqrt=math.sqrt,
    sinh=math.sinh,
    tanh=math.tanh,
    abs=abs,
    square=lambda x: x * x,
    asarray=float,
    ones=lambda shape: 1.0,
    zeros=lambda shape, kind=float: kind(0),
    round=round,
    logical_not=operator.not_,
    add=operator.add,
    subtract=operator.sub,
    multiply=operator.mul,
    divide=operator.truediv,
    power=operator.pow,
    negative=operator.neg,
    less=operator.lt,
    less_equal=operator.le,
    greater=operator.gt,
    greater_equal=operator.ge,
    equal=operator.eq,
    not_equal=operator.ne,
)


@contextmanager
def using(xp: Any) -> Iterator[None]:
    """Inside, the parts calculate with `xp`; expressions are parsed once, as the engine does when it traces them."""
    share = NormalDist().cdf if xp is FLOATS else ndtr
    modules = [module for name, module in sys.modules.items() if name.startswith(PACKAGES)]
    places = [(module, name, put) for module in modules for name, put in (("jnp", xp), ("ndtr", share))]
    places = [(expression, "parse", functools.cache(expression.parse)), *places]
    before = [(module, name, getattr(module, name)) for module, name, _ in places if hasattr(module, name)]
    for module, name, put in places:
        if hasattr(module, name):
            setattr(module, name, put)
    try:
        yield
    finally:
        for module, name, kept in before:
            setattr(module, name, kept)


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
    plan: Plan,
    params: Mapping[str, Any],
    cells: Mapping[str, Any],
    z: Mapping[Any, Any],
    k: int,
    xp: Any,
    only: str = "",
    number: Callable[[int], Any] | None = None,
    reference: Any = None,
) -> dict[str, Any]:
    """Sum of the flows into each stock during step `k`, per month; of one mechanism, where it is named.

    number: of parameters, for what actors believe; reference: (stock, step) means of the case as written, else 1
    """
    dt, first, rows = plan.scenario.calendar.dt, plan.first_future_step, 0
    total: dict[str, Any] = dict.fromkeys(plan.cells, 0.0)
    dates = {name: plan.clock_values(name, [k + 1])[0] for name in plan.clock_terms}  # of the end of the step
    for part in plan.mechanisms:
        if only not in ("", part.name):
            continue
        noise = components.Noise({name: z[part.name, name] for name in part.noise})
        seen = {**cells, **dates}
        names, rows = range(rows, rows + len(part.references)), rows + len(part.references)
        means = {
            name: 1.0 if reference is None else reference[row][min(k, len(reference[row]) - 1)]
            for name, row in zip(part.references, names, strict=True)
        }
        time = components.Time(dt, k * dt, k < first, means, k == first)
        beliefs = {} if number is None else {pair: number(i) for pair, i in plan.beliefs_of(part).items()}
        state = components.State(seen, part.name, beliefs=beliefs)
        runs = 1.0 if part.when is None else expression.evaluate(part.when, seen.__getitem__, lambda asked: False, xp)
        for key, flow in part.module.flows(params[part.name], state, time, noise).items():
            total[components.stock_key(key)] = total[components.stock_key(key)] + xp.where(runs, flow, 0.0)
    return total


class Filter:
    """Kalman filter of the disturbances of one future, or of many at once, in the textbook's form.

    A full observation matrix, one observation after the other; the engine's own code is not used.
    """

    def __init__(self, plan: Plan, value: Callable[[int], Any], xp: Any) -> None:
        self.plan, self.xp, self.items, self.value = plan, xp, plan.disturbances, value
        self.dt = plan.scenario.calendar.dt
        size = range(len(self.items))
        self.correlation = [[float(i == j) for j in size] for i in size]
        for a, b, rank in plan.disturbance_correlations:
            self.correlation[a][b] = self.correlation[b][a] = 2 * math.sin(math.pi * rank / 6)
        self.root = self._root()
        self.covariance = [[self.items[i].variance * float(i == j) for j in size] for i in size]
        spans = [() if item.observation is None else plan.observations[item.observation].spans for item in self.items]
        self.spans = spans
        self.seen = [k for k in range(plan.scenario.calendar.steps) if any(s and s[k] for s in spans)]

    def _root(self) -> list[list[float]]:
        """Cholesky factor of the correlation of innovations."""
        size = len(self.items)
        low = [[0.0] * size for _ in range(size)]
        for i in range(size):
            for j in range(i + 1):
                rest = self.correlation[i][j] - sum(low[i][n] * low[j][n] for n in range(j))
                low[i][j] = math.sqrt(rest) if i == j else rest / low[j][j]
        return low

    def correlated(self, z: Mapping[Any, Any]) -> dict[Any, Any]:
        """Noise with correlated innovations."""
        names = [tuple(item.innovation.split("/", 1)) for item in self.items]
        own = {name: sum(self.root[i][j] * z[names[j]] for j in range(i + 1)) for i, name in enumerate(names)}
        return {**z, **own}

    def corrected(
        self, params: Mapping[str, Any], cells: dict[str, Any], z: Mapping[Any, Any], k: int
    ) -> tuple[dict[str, Any], dict[Any, Any]]:
        """Stocks and noise of step `k`."""
        cells, z, xp, size = dict(cells), dict(z), self.xp, range(len(self.items))
        if not self.seen or not self.seen[0] <= k <= self.seen[-1]:
            return cells, z
        for i, item in enumerate(self.items):
            if item.observation is None or not self.spans[i] or not self.spans[i][k]:
                continue
            part, mechanism = self.plan.observations[item.observation], self.plan.mechanisms[item.mechanism].name
            name = tuple(item.noise.split("/", 1))
            calm = moves(
                self.plan,
                params,
                {**cells, item.stock: 0.0 * cells[item.stock]},
                {**z, name: 0.0 * z[name]},
                k,
                xp,
                mechanism,
            )[item.gauge]
            wanted = (part.values[k + 1] - part.values[k]) * self.value(part.scale) / self.dt
            known = calm > 0
            y = xp.log(xp.where(known, wanted, 1.0) / xp.where(known, calm, 1.0))
            sd = xp.sqrt(xp.log1p(self.value(item.noise_sd) ** 2 / self.dt))
            span = self.spans[i][k]
            phi = self.value(item.persistence)
            move = self.value(item.innovation_sd) * xp.sqrt((1 - phi ** (2 * self.dt)) / (1 - phi**2))
            mean = xp.log1p(xp.expm1(sd**2) / span)
            report = 0.0 if part.error is None else (part.leverage[k] * self.value(part.error)) ** 2
            error = span * (mean + report) + move**2 * (span - 1) * (2 * span - 1) / 6
            total = self.covariance[i][i] + error
            gain = [self.covariance[j][i] / total for j in size]
            wrong = y - (sd**2 - mean) / 2 - cells[item.stock] - xp.sqrt(error) * z[name]
            for j in size:
                cells[self.items[j].stock] = cells[self.items[j].stock] + xp.where(known, gain[j] * wrong, 0.0)
            self.covariance = [[self.covariance[j][n] - gain[j] * total * gain[n] for n in size] for j in size]
            z[name] = xp.where(known, (y - cells[item.stock]) / xp.sqrt(sd**2 + report), z[name])
        phi = [1.0 if item.persistence is None else self.value(item.persistence) ** self.dt for item in self.items]
        sd = [
            self.value(item.innovation_sd)
            * (
                self.dt**0.5
                if item.persistence is None
                else xp.sqrt((1 - f**2) / (1 - self.value(item.persistence) ** 2))
            )
            for f, item in zip(phi, self.items, strict=True)
        ]
        step = [[phi[j] * float(j == n) for n in size] for j in size]
        for j, item in enumerate(self.items):
            if item.level is not None:
                step[j][item.level] = 1.0 - phi[j]
        ahead = [[sum(step[j][m] * self.covariance[m][n] for m in size) for n in size] for j in size]
        self.covariance = [
            [sum(ahead[j][m] * step[n][m] for m in size) + self.correlation[j][n] * sd[j] * sd[n] for n in size]
            for j in size
        ]
        return cells, z
