"""Kalman filter of persistent disturbances, from the imposed growth of their gauges.

It infers the pace of a process before as_of.

A disturbance x is the logarithm of a factor of a flow, and moves as x' = phi x + q z from step to step (`DISTURBANCES` of a
mechanism). Its flow is base * exp(x + s v), with a passing part v, and fills a gauge. Where claims impose the gauge, its
growth gives y = log(growth / base), an observation of x with error s v. Gains follow from a Kalman filter of all
disturbances together whose innovations are correlated, one observation after the other:

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

A disturbance may return to a level, a random walk l, instead of to 0 (`local_level`): x' = phi x + (1 - phi) l + q z. The level
is one more row of the filter, without observations of its own.

Where claims a and b around the step have independent errors of e times themselves, the growth between them has an error
too: r^2 is larger by n e^2 (a^2 + b^2) / (b - a)^2, and v is the error of y divided by its standard deviation of one step, so
that the passing part stays as large as it is. That neighbouring growths share an error is neglected.

Sources: kalman1960 (gains), doucet2010 (Matheron's rule), evensen1994 (ensemble form). B draws, D disturbances.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jax import Array, lax

from standoff import components
from standoff.components import jnp
from standoff.engine.parameters import Number, correlation_matrix
from standoff.plan import Plan


class FilterParameters(NamedTuple):
    """Numbers of the disturbances for one step, (D, B) each."""

    persistence: Array
    innovation_sd: Array
    noise_sd: Array  #: of the logarithm of the passing factor
    levels: tuple[tuple[int, int], ...] = ()  #: disturbance and level to which it returns


def spans(plan: Plan) -> np.ndarray:
    """(T, D) steps between the claims around each step; 0 where growth is unknown."""
    steps = plan.scenario.calendar.steps
    out = np.zeros((steps, len(plan.disturbances)))
    for i, item in enumerate(plan.disturbances):
        if item.observation is not None and plan.observations[item.observation].spans:
            out[:, i] = plan.observations[item.observation].spans
    return out


def innovation_correlation(plan: Plan) -> np.ndarray:
    """(D, D) correlation of the normal innovations of the disturbances."""
    return correlation_matrix(range(len(plan.disturbances)), plan.disturbance_correlations)


def filter_groups(plan: Plan) -> list[list[int]]:
    """Disturbances that correlations connect, where any of them is observed."""
    group = {i: {i} for i in range(len(plan.disturbances))}
    of_levels = [(i, item.level) for i, item in enumerate(plan.disturbances) if item.level is not None]
    for a, b in [*((a, b) for a, b, _ in plan.disturbance_correlations), *of_levels]:
        together = group[a] | group[b]
        group |= dict.fromkeys(together, together)
    seen = spans(plan).any(axis=0)
    return [sorted(members) for i, members in group.items() if i == min(members) and seen[sorted(members)].any()]


def numbers(plan: Plan, values: Number, group: Sequence[int]) -> FilterParameters:
    """The parameters of the disturbances of a group, of one step."""
    time = components.Time(plan.scenario.calendar.dt, jnp.zeros(()))
    items = [plan.disturbances[i] for i in group]
    walks = [item.persistence is None for item in items]
    persistences = [0.0 if item.persistence is None else values(item.persistence) for item in items]
    each = [*persistences, *(values(getattr(item, name)) for name in ("innovation_sd", "noise_sd") for item in items)]
    rows = jnp.broadcast_arrays(*(jnp.atleast_1d(value) for value in each))
    persistence, sd, noise = (jnp.stack(rows[n : n + len(items)]) for n in range(0, len(rows), len(items)))
    decay, moves = persistence**time.dt, components.innovation_deviation(persistence, sd, time)
    if any(walks):  # which have no persistence to read
        is_walk = jnp.asarray(walks)[:, None]
        decay, moves = jnp.where(is_walk, 1.0, decay), jnp.where(is_walk, sd * time.dt**0.5, moves)
    levels = [(n, group.index(item.level)) for n, item in enumerate(items) if item.level is not None]
    return FilterParameters(decay, moves, components.log_deviation(noise, time), tuple(levels))


def leverages(plan: Plan) -> np.ndarray:
    """(T, D) errors of log growth for errors of claims of 1; 0 where there are none."""
    out = np.zeros((plan.scenario.calendar.steps, len(plan.disturbances)))
    for i, item in enumerate(plan.disturbances):
        if item.observation is not None and plan.observations[item.observation].leverage:
            out[:, i] = plan.observations[item.observation].leverage
    return out


def error(of: FilterParameters, i: int, span: Array) -> tuple[Array, Array]:
    """Variance and mean (B,) of the error of an observation of disturbance i.

    span: steps between the claims around it
    """
    noise, steps = of.noise_sd[i] ** 2, jnp.maximum(span, 1.0)
    mean = jnp.log1p(jnp.expm1(noise) / steps)
    return steps * mean + of.innovation_sd[i] ** 2 * (steps - 1) * (2 * steps - 1) / 6, (noise - mean) / 2


def update(covariance: Array, variance: Array, i: int, exists: Array | bool = True) -> tuple[Array, Array]:
    """Gain (D, B) and covariance (D, D, B) after an observation of disturbance i.

    variance: of its error; exists: whether there is one
    """
    total = covariance[i, i] + variance
    known = jnp.asarray(exists) & (total > 0)
    gain = jnp.where(known, covariance[:, i] / jnp.where(known, total, 1.0), 0.0)
    return gain, covariance - gain[:, None] * covariance[None, i]


def predict(covariance: Array, of: FilterParameters, correlation: Array) -> Array:
    """Covariance (D, D, B) a step later."""
    if of.levels:
        size, zero = range(len(of.persistence)), jnp.zeros_like(of.persistence[0])
        rows = [[of.persistence[i] if i == j else zero for j in size] for i in size]
        for i, level in of.levels:
            rows[i][level] = 1.0 - of.persistence[i]
        step = jnp.stack([jnp.stack(row) for row in rows])
        moved = jnp.einsum("ijb,jkb,lkb->ilb", step, covariance, step)
    else:
        moved = of.persistence[:, None] * of.persistence[None] * covariance
    return moved + correlation[..., None] * of.innovation_sd[:, None] * of.innovation_sd[None]


def kalman_gains(
    of: FilterParameters, variance: Array, correlation: Array, steps: Array, reports: Array | None = None
) -> Array:
    """(S, D, D, B) gain of each step: row of the disturbance observed, column of that corrected.

    variance: (D,) at the first step; correlation: (D, D) of innovations; steps: (S, D) `spans`
    reports: (S, D, B) variance of the growth of each step by errors of claims, if there are any
    """

    def step(covariance: Array, known: tuple[Array, ...]) -> tuple[Array, Array]:
        gains, span = [], known[0]
        for i in range(len(variance)):
            of_growth = error(of, i, span[i])[0]
            for report in known[1:]:
                of_growth = of_growth + span[i] * report[i]
            gain, covariance = update(covariance, of_growth, i, span[i] > 0)
            gains.append(gain)
        return predict(covariance, of, correlation), jnp.stack(gains)

    start = jnp.diag(variance)[..., None] * jnp.ones_like(of.persistence[0])
    return lax.scan(step, start, (steps,) if reports is None else (steps, reports))[1]
