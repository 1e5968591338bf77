"""Dynamics whose disturbances follow imposed growth before as_of (`disturbances`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff.engine import disturbances
from standoff.engine.dynamics import Dynamics

if TYPE_CHECKING:
    from standoff.engine import parameters


class FilteredDynamics(Dynamics):
    """The dynamics of a run: gains of its futures, and the correction of a step."""

    @cached_property
    def spans(self) -> np.ndarray:
        """(T, D), see `disturbances.spans`."""
        return disturbances.spans(self.plan)

    @cached_property
    def filter_steps(self) -> range:
        """Steps from the first to the last observation; empty where nothing is observed."""
        steps = np.flatnonzero(self.spans.any(axis=1)) if self.spans.size else np.zeros(0)
        return range(int(steps[0]), int(steps[-1]) + 1) if len(steps) else range(0)

    @cached_property
    def filter_groups(self) -> list[list[int]]:
        """See `disturbances.filter_groups`."""
        return disturbances.filter_groups(self.plan)

    def filter_gains(self, params: parameters.ParameterValues) -> list[Array]:
        """(S, D, D, B) gains of `filter_steps` for each of the `filter_groups`, of D disturbances."""
        plan, steps, out = self.plan, slice(self.filter_steps.start, self.filter_steps.stop), []
        correlation = disturbances.innovation_correlation(plan)
        for group in self.filter_groups:
            of = disturbances.numbers(plan, params.__getitem__, group)
            variance, related, spans = (
                jnp.asarray(part, of.persistence.dtype)
                for part in (
                    np.array([plan.disturbances[i].variance for i in group]),
                    correlation[np.ix_(group, group)],
                    self.spans[steps, group],
                )
            )
            out.append(disturbances.kalman_gains(of, variance, related, spans))
        return out

    def correct(
        self,
        gains: Sequence[Array],
        cells: Mapping[str, Array],
        z: Mapping[str, Array],
        params: parameters.ParameterValues,
        chosen: Array,
        k: Array,
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Stocks and noise of step `k`, with disturbances corrected by imposed growth.

        gains: of `filter_gains`; chosen: (C, B) options in force, which change parameters
        """
        stocks, passing = ([getattr(item, name) for item in self.plan.disturbances] for name in ("stock", "noise"))
        before = [cells[stock] for stock in stocks], [z[name] for name in passing]
        within = (k >= self.filter_steps.start) & (k < self.filter_steps.stop)
        now, parts = lax.cond(
            within,
            lambda: self._corrected([gain[k - self.filter_steps.start] for gain in gains], cells, z, params, chosen, k),
            lambda: before,
        )
        return {**cells, **dict(zip(stocks, now, strict=True))}, {**z, **dict(zip(passing, parts, strict=True))}

    def _corrected(
        self,
        gains: Sequence[Array],
        cells: Mapping[str, Array],
        z: Mapping[str, Array],
        params: parameters.ParameterValues,
        chosen: Array,
        k: Array,
    ) -> tuple[list[Array], list[Array]]:
        plan, dt = self.plan, self.plan.scenario.calendar.dt
        claimed, _ = self.observed
        values = self.effective_parameters(params, chosen)  # of this branch alone: it remembers arrays
        spans, growth = jnp.asarray(self.spans), jnp.asarray(np.diff(claimed, axis=1))
        cells, z = dict(cells), dict(z)
        group_of = {
            i: (gain, group, disturbances.numbers(plan, values, group))
            for gain, group in zip(gains, self.filter_groups, strict=True)
            for i in group
        }
        for i, item in enumerate(plan.disturbances):
            if item.observation is None or i not in group_of:
                continue
            gain, group, of = group_of[i]
            n, x, v = group.index(i), cells[item.stock], z[item.noise]
            calm = {**cells, item.stock: jnp.zeros_like(x)}, {**z, item.noise: jnp.zeros_like(v)}
            base = self._alone(item.mechanism).flows(calm[0], values, calm[1], k)
            flow = base[item.gauge, plan.mechanisms[item.mechanism].name]
            wanted = (
                growth[item.observation, k].astype(x.dtype) * params[plan.observations[item.observation].scale] / dt
            )
            known = (spans[k, i] > 0) & (flow > 0) & (wanted > 0)
            y = jnp.log(jnp.where(known, wanted, 1.0) / jnp.where(known, flow, 1.0))
            deviation = jnp.broadcast_to(of.noise_sd[n], x.shape)
            variance, mean = disturbances.error(of, n, spans[k, i].astype(x.dtype))
            surprise = y - mean - x - jnp.sqrt(variance) * v
            for m, j in enumerate(group):
                stock = plan.disturbances[j].stock
                cells[stock] = cells[stock] + jnp.where(known, gain[n, m] * surprise, 0.0)
            rest = (y - cells[item.stock]) / jnp.where(deviation > 0, deviation, 1.0)
            z[item.noise] = jnp.where(known & (deviation > 0), rest, v)
        names = [(item.stock, item.noise) for item in plan.disturbances]
        return [cells[stock] for stock, _ in names], [z[noise] for _, noise in names]

    def _alone(self, mechanism: int) -> Dynamics:
        """The dynamics of one mechanism."""
        plan = self.plan
        return Dynamics(layout=self.layout, plan=replace(plan, mechanisms=plan.mechanisms[mechanism : mechanism + 1]))

    def filtered_advance(
        self,
        gains: Sequence[Array],
        cells: Mapping[str, Array],
        params: parameters.ParameterValues,
        chosen: Array,
        z: Mapping[str, Array],
        k: Array,
        tails: Mapping[str, Array] | None = None,
        *,
        record_adjustments: bool = True,
    ) -> tuple[dict[str, Array], dict[tuple[str, str], Array]]:
        """`advance` from stocks and noise that are corrected first."""
        if not self.filtered_stocks:
            return self.advance(cells, params, chosen, z, k, tails, record_adjustments=record_adjustments)
        now, noise = self.correct(gains, cells, z, params, chosen, k)
        new, flows = self.advance(now, params, chosen, noise, k, tails, record_adjustments=record_adjustments)
        if record_adjustments:
            dt = self.plan.scenario.calendar.dt
            flows |= {(cell, "observed"): (now[cell] - cells[cell]) / dt for cell in self.filtered_stocks}
        return new, flows
