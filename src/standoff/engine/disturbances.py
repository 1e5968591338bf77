"""Filter persistent disturbances: what imposed growth before as_of says about the pace of a process.

A disturbance x is the logarithm of a factor of a flow, and moves as x' = phi x + q z from step to step (`DISTURBANCES` of a
mechanism). Its flow is base * exp(x + s v), with a passing part v, and fills a gauge. Where claims impose the gauge, its
growth gives y = log(growth / base), an observation of x with error s v. Gains follow from a Kalman filter of all
disturbances together (innovations may be correlated), one observation after the other:

    K = P_i / (P_ii + r_i^2)        P = P - K P_i'      P' = phi P phi' + Q        i: disturbance observed, P_i: its column

They depend on parameters alone, so that each future has its own. In a future x and v are numbers and no distributions;
they are corrected by what the claims say beyond them,

    x = x + K (y - x_i - r_i v_i)            v_i = (y - x_i) / s_i            r_i: standard deviation of the error of y

If x before was a draw of the distribution given earlier claims, x is one of that given these too (Matheron's rule), so that
the futures at as_of have the mean and the variance of the Kalman filter. With the new v the flow of the step is what the
claims say.

In a step between claims of two successive steps r = s. Where claims are n steps apart the straight line between them is the
mean of n flows: the passing parts average out, and the pace at the end is not its mean over the n steps. Taken as n
observations, each has the variance, and the mean of y is moved by,

    r^2 = n log(1 + (exp(s^2) - 1) / n) + q^2 (n - 1) (2 n - 1) / 6     (s^2 - log(1 + (exp(s^2) - 1) / n)) / 2

exact for n = 1 and for a pace that does not move; between, an approximation that a test holds against simulated histories.

Sources: kalman1960 (gains), doucet2010 (Matheron's rule), evensen1994 (ensemble form). B draws, D disturbances.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff import components
from standoff.plan.correlations import normal as copula

if TYPE_CHECKING:
    from standoff.engine import parameters
    from standoff.engine.dynamics import Dynamics
    from standoff.plan import Plan


class FilterParameters(NamedTuple):
    """Numbers of the disturbances for one step, (D, B) each."""

    persistence: Array
    innovation_sd: Array
    noise_sd: Array  #: of the logarithm of the passing factor


def spans(plan: Plan) -> np.ndarray:
    """(T, D) steps between the claims around each step, 0 where the growth of a gauge is not known."""
    steps = plan.scenario.calendar.steps
    out = np.zeros((steps, len(plan.disturbances)))
    for i, item in enumerate(plan.disturbances):
        if item.observation is not None and plan.observations[item.observation].spans:
            out[:, i] = plan.observations[item.observation].spans
    return out


def innovation_correlation(plan: Plan) -> np.ndarray:
    """(D, D) correlation of the normal innovations of the disturbances."""
    matrix = np.eye(len(plan.disturbances))
    for a, b, rank in plan.disturbance_correlations:
        matrix[a, b] = matrix[b, a] = copula(rank)
    return matrix


def numbers(plan: Plan, values: Callable[[int], Array]) -> FilterParameters:
    """The parameters of all disturbances, of one step."""
    time = components.Time(plan.scenario.calendar.dt, jnp.zeros(()))
    persistence, sd, noise = (
        jnp.stack(jnp.broadcast_arrays(*(jnp.atleast_1d(values(getattr(item, name))) for item in plan.disturbances)))
        for name in ("persistence", "innovation_sd", "noise_sd")
    )
    return FilterParameters(
        persistence**time.dt,
        components.innovation_deviation(persistence, sd, time),
        components.log_deviation(noise, time),
    )


def error(of: FilterParameters, i: int, span: Array) -> tuple[Array, Array]:
    """Variance and mean (B,) of the error of an observation of disturbance i whose claims are `span` steps apart."""
    noise, steps = of.noise_sd[i] ** 2, jnp.maximum(span, 1.0)
    mean = jnp.log1p(jnp.expm1(noise) / steps)
    return steps * mean + of.innovation_sd[i] ** 2 * (steps - 1) * (2 * steps - 1) / 6, (noise - mean) / 2


def update(covariance: Array, variance: Array, i: int, seen: Array | bool = True) -> tuple[Array, Array]:
    """Gain (D, B) and covariance (D, D, B) after an observation of disturbance i with error `variance`."""
    total = covariance[i, i] + variance
    known = jnp.asarray(seen) & (total > 0)
    gain = jnp.where(known, covariance[:, i] / jnp.where(known, total, 1.0), 0.0)
    return gain, covariance - gain[:, None] * covariance[None, i]


def predict(covariance: Array, of: FilterParameters, correlation: Array) -> Array:
    """Covariance (D, D, B) a step later."""
    moved = of.persistence[:, None] * of.persistence[None] * covariance
    return moved + correlation[..., None] * of.innovation_sd[:, None] * of.innovation_sd[None]


def kalman_gains(of: FilterParameters, variance: Array, correlation: Array, seen: Array) -> Array:
    """(S, D, D, B) gain of each step: row of the disturbance observed, column of that corrected.

    variance: (D,) at the first step; correlation: (D, D) of innovations; seen: (S, D) spans, 0 for nothing observed
    """

    def step(covariance: Array, span: Array) -> tuple[Array, Array]:
        gains = []
        for i in range(len(variance)):
            gain, covariance = update(covariance, error(of, i, span[i])[0], i, span[i] > 0)
            gains.append(gain)
        return predict(covariance, of, correlation), jnp.stack(gains)

    start = jnp.diag(variance)[..., None] * jnp.ones_like(of.persistence[0])
    return lax.scan(step, start, seen)[1]


@dataclass(frozen=True, eq=False)
class DisturbanceFilter:
    """The filter of a program: gains of its futures, and the correction of a step."""

    dynamics: Dynamics

    @cached_property
    def spans(self) -> np.ndarray:
        """(T, D), see `spans`."""
        return spans(self.dynamics.plan)

    @cached_property
    def steps(self) -> range:
        """Steps from the first to the last observation; empty where nothing is observed."""
        seen = np.flatnonzero(self.spans.any(axis=1)) if self.spans.size else np.zeros(0)
        return range(int(seen[0]), int(seen[-1]) + 1) if len(seen) else range(0)

    def gains(self, params: parameters.ParameterValues) -> Array:
        """(S, D, D, B) gains of `steps`."""
        plan = self.dynamics.plan
        if not self.steps:
            return jnp.zeros(0)
        of = numbers(plan, params.__getitem__)
        dtype = of.persistence.dtype
        variance = jnp.asarray([item.variance for item in plan.disturbances], dtype)
        seen = jnp.asarray(self.spans[self.steps.start : self.steps.stop], dtype)
        return kalman_gains(of, variance, jnp.asarray(innovation_correlation(plan), dtype), seen)

    def correct(
        self, gains: Array, cells: Mapping[str, Array], z: Mapping[str, Array], params: parameters.ParameterValues,
        chosen: Array, k: Array,
    ) -> tuple[dict[str, Array], dict[str, Array]]:  # fmt: skip
        """Stocks and noise of step `k` with disturbances corrected by the growth that claims impose in it.

        gains: of `gains`; chosen: (C, B) options in force, which change parameters
        """
        stocks, passing = (
            [getattr(item, name) for item in self.dynamics.plan.disturbances] for name in ("stock", "noise")
        )
        before = [cells[stock] for stock in stocks], [z[name] for name in passing]
        within = (k >= self.steps.start) & (k < self.steps.stop)
        now, parts = lax.cond(
            within, lambda: self._corrected(gains[k - self.steps.start], cells, z, params, chosen, k), lambda: before
        )
        return {**cells, **dict(zip(stocks, now, strict=True))}, {**z, **dict(zip(passing, parts, strict=True))}

    def _corrected(
        self, gain: Array, cells: Mapping[str, Array], z: Mapping[str, Array], params: parameters.ParameterValues,
        chosen: Array, k: Array,
    ) -> tuple[list[Array], list[Array]]:  # fmt: skip
        plan, dt = self.dynamics.plan, self.dynamics.plan.scenario.calendar.dt
        claimed, _ = self.dynamics.observed
        values = self.dynamics.effective_parameters(params, chosen)  # of this branch alone: it remembers arrays
        seen, growth, of = jnp.asarray(self.spans), jnp.asarray(np.diff(claimed, axis=1)), numbers(plan, values)
        cells, z = dict(cells), dict(z)
        for i, item in enumerate(plan.disturbances):
            if item.observation is None:
                continue
            x, v = cells[item.stock], z[item.noise]
            calm = {**cells, item.stock: jnp.zeros_like(x)}, {**z, item.noise: jnp.zeros_like(v)}
            base = self._alone(item.mechanism).flows(calm[0], values, calm[1], k)
            flow = base[item.gauge, plan.mechanisms[item.mechanism].name]
            wanted = (
                growth[item.observation, k].astype(x.dtype) * params[plan.observations[item.observation].scale] / dt
            )
            known = (seen[k, i] > 0) & (flow > 0) & (wanted > 0)
            y = jnp.log(jnp.where(known, wanted, 1.0) / jnp.where(known, flow, 1.0))
            deviation = jnp.broadcast_to(of.noise_sd[i], x.shape)
            variance, mean = error(of, i, seen[k, i].astype(x.dtype))
            surprise = y - mean - x - jnp.sqrt(variance) * v
            for j, other in enumerate(plan.disturbances):
                cells[other.stock] = cells[other.stock] + jnp.where(known, gain[i, j] * surprise, 0.0)
            rest = (y - cells[item.stock]) / jnp.where(deviation > 0, deviation, 1.0)
            z[item.noise] = jnp.where(known & (deviation > 0), rest, v)
        names = [(item.stock, item.noise) for item in plan.disturbances]
        return [cells[stock] for stock, _ in names], [z[noise] for _, noise in names]

    def _alone(self, mechanism: int) -> Dynamics:
        """The dynamics of one mechanism."""
        plan = self.dynamics.plan
        return replace(self.dynamics, plan=replace(plan, mechanisms=plan.mechanisms[mechanism : mechanism + 1]))
