"""Dynamics of one step as functions of the state: flows, noise, conditions and stocks.

A stock is one array over the draws of a block (B); mechanisms are traced once, on those arrays. C are choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, reduce
from typing import Any

import numpy as np
from jax import Array, lax

from standoff import components, expression
from standoff.components import Noise, jnp
from standoff.engine import disturbances, parameters
from standoff.engine.layout import ProgramLayout
from standoff.engine.parameters import Number, ParameterValues
from standoff.errors import ModelError, join_limited
from standoff.expression import Node
from standoff.games.polymatrix import TINY
from standoff.plan import Component, Effect, PlannedChoice, PlannedTypes

Stocks = Mapping[str, Array]  #: stock -> (B,)
Flows = dict[tuple[str, str], Array]  #: (stock, component) -> (B,), per month
Masks = list[list[Array] | None]  #: [choice][option] -> (B,) whether it is available; None: all are
Chance = Callable[[Array], Array]  #: step of a rollout -> uniforms (noise, B)
LONGEST = 4096  # numbers set aside for the rollouts of one date; no horizon is longer


def fact_of(choice: PlannedChoice) -> str:
    """Name, among the facts of conditions, of the option that a choice has in force."""
    return f"choices.{choice.name}"


class Dynamics(ProgramLayout):
    """A plan as functions of stocks, parameters, options and noise."""

    # ---- one step ----------------------------------------------------------------------------------------------------

    def bind_parameters(self, part: Component, values: Number) -> Any:
        """The component's Params with numbers instead of beliefs."""
        static = {
            name: getattr(part.params, name)
            for name in type(part.params).model_fields
            if name not in part.parameter_index
        }
        numbers = {
            name: values(where) if isinstance(where, int) else {key: values(i) for key, i in where.items()}
            for name, where in part.parameter_index.items()
            if name in type(part.params).model_fields  # numbers of a condition are no field
        }
        fields: dict[str, Any] = {**static, **numbers}
        return type(part.params).model_construct(**fields)

    @cached_property
    def effects(self) -> dict[int, list[tuple[int, int, Effect]]]:
        """Effects (choice, option, effect) by parameter: first `set`, then `times`, then `plus`."""
        out: dict[int, list[tuple[int, int, Effect]]] = {}
        for how in ("set", "times", "plus"):
            for c, o in self.option_rows:
                for effect in self.plan.choices[c].effects[o]:
                    if effect.how == how:
                        out.setdefault(effect.target, []).append((c, o, effect))
        return out

    def effective_parameters(self, params: ParameterValues, chosen: Array, types: Sequence[Any] = ()) -> Number:
        """Parameters as changed by the options in force and types of actors, on demand."""

        @cache
        def number(i: int) -> Array:
            now = params[i]
            for c, o, effect in self.effects.get(i, ()):
                now = jnp.where(chosen[c] == o, effect.on(now, params[effect.value]), now)
            for item, actual in zip(self.plan.types, types, strict=False):
                for t, effect in item.effects.get(i, ()):
                    now = jnp.where(actual == t, effect.on(now, params[effect.value]), now)
            return now

        return number

    def belief(self, item: PlannedTypes, params: ParameterValues, likelihood: Array, state: Array) -> Array:
        """(type, B) probabilities that others give each type of an actor at a state.

        likelihood: (type, B) of the options, its log
        """

        def stacked(numbers: Sequence[int]) -> Array:
            return jnp.stack([jnp.broadcast_to(params[i], likelihood[0].shape) for i in numbers])

        prior = stacked(item.prior)
        odds = jnp.concatenate([jnp.maximum(1 - jnp.sum(prior, axis=0), 0.0)[None], prior])
        for first, chances in item.signals:
            odds = jnp.where(state >= first, odds * stacked(chances), odds)
        odds = odds * jnp.exp(likelihood - jnp.max(likelihood, axis=0))
        return odds / jnp.maximum(jnp.sum(odds, axis=0), TINY)

    def drawn_types(self, params: ParameterValues, cells: Stocks, evidence: Sequence[Array]) -> list[Array]:
        """Number (B,) of the type of each actor, by the belief at as_of and the rank of the future."""
        first, out = jnp.asarray(self.plan.first_future_step), []
        params = params.at(first, cells)
        for item, seen in zip(self.plan.types, evidence, strict=True):
            below = jnp.cumsum(self.belief(item, params, seen, first)[:-1], axis=0)
            out.append(jnp.sum(params[item.rank] >= below, axis=0).astype(jnp.int32))
        return out

    def gauges(
        self, params: ParameterValues, cells: dict[str, Array], learning: Mapping[str, Any], state: Array
    ) -> dict[str, Array]:
        """The stocks, with the beliefs in types of actors and the types that they are of."""
        params, out = params.at(state, cells), dict(cells)
        for item, seen, actual in zip(self.plan.types, learning["evidence"], learning["types"], strict=True):
            out |= zip(item.gauges, self.belief(item, params, seen, state), strict=True)
            out[item.actual] = actual.astype(seen.dtype)
        return out

    def stocks_at_start(self, params: Any) -> dict[str, Any]:
        """Each stock at state 0, a number or one for each draw."""
        cells = {cell: params[i] for cell, i in zip(self.plan.cells, self.plan.initial, strict=True)}
        observed, there = self.observed
        for n, item in enumerate(self.plan.observations):
            if there[n, 0]:
                cells[item.cell] = observed[n, 0].astype(params[item.scale].dtype) * params[item.scale]
        return cells

    def flows(
        self,
        cells: Stocks,
        values: Number,
        noise: Noise,
        k: Array,
        reference: Array | None = None,
    ) -> Flows:
        """Flow (per month, canonical) of every (cell, component).

        noise: of `noise_of`; reference: (stock, step) of the table, by default 1
        """
        calendar, z, row = self.plan.scenario.calendar, self.correlated(noise.values), 0
        elapsed, first = k.astype(next(iter(cells.values())).dtype) * calendar.dt, self.plan.first_future_step
        out: Flows = {}
        now, facts = self.clock(k + 1) if self.clock_tables else {}, self.facts(cells, values)
        for part in self.plan.mechanisms:
            seen = {cell: cells[cell] for cell in (*part.reads, *part.writes)}
            seen |= {term.name: now[term.name] for term in part.clock}
            own = Noise(
                *({name: each[f"{part.name}/{name}"] for name in part.noise if each} for each in (z, noise.tails))
            )
            means = {
                name: jnp.ones(()) if reference is None else reference[n, k]
                for n, name in enumerate(part.references, row)
            }
            row += len(part.references)
            time = components.Time(calendar.dt, elapsed, k < first, means, k == first)
            beliefs = {pair: values(i) for pair, i in self.plan.beliefs_of(part).items()}
            state = components.State(seen, part.name, beliefs=beliefs)
            moved = part.module.flows(self.bind_parameters(part, values), state, time, own)
            runs, known, sound = self.validity(part, facts, values, k)
            for key, flow in moved.items():
                cell = components.stock_key(key)
                if cell not in part.writes:
                    raise ModelError(
                        f"`{part.kind}` moves the stock `{cell}` without declaring it in WRITES",
                        path=f"mechanisms.{part.name}",
                        allowed=join_limited(part.writes),
                    )
                flow = jnp.broadcast_to(flow, cells[cell].shape).astype(cells[cell].dtype)
                for each in sound.values():
                    flow = jnp.where(each, flow, jnp.nan)
                flow = flow if runs is None else jnp.where(runs, flow, 0.0)
                out[cell, part.name] = flow if known is None else jnp.where(known, flow, jnp.nan)
        return out

    def noise_of(self, uniforms: Array) -> Noise:
        """Standard normal noise of a step by name, with its upper tail probabilities, from uniforms.

        The noise of one mechanism is one array: separate arrays would make the compiler repeat the calculation for
        each.
        """
        z, tails = dict[str, Array](), dict[str, Array]()
        for part in self.plan.mechanisms:
            names = self.noise[len(z) : len(z) + len(part.noise)]
            if names:
                own = uniforms[len(z) : len(z) + len(names)]
                z |= zip(names, parameters.normal(own), strict=True)
                tails |= zip(names, 1 - own, strict=True)
        return Noise(z, tails)

    def correlated(self, z: Mapping[str, Array]) -> Mapping[str, Array]:
        """Noise with innovations of disturbances correlated as the scenario says."""
        if not self.plan.disturbance_correlations:
            return z
        root = np.linalg.cholesky(disturbances.innovation_correlation(self.plan))
        names = [item.innovation for item in self.plan.disturbances]
        own = {
            names[i]: reduce(jnp.add, [root[i, j] * z[names[j]] for j in range(i + 1) if root[i, j]])
            for i in range(len(names))
            if np.count_nonzero(root[i]) > 1
        }
        return {**z, **own}

    def clock(self, state: Array) -> dict[str, Array]:
        """Values of the calendar at a state, by name; a step has those of the state at its end."""
        return {name: jnp.asarray(table)[state] for name, table in self.clock_tables.items()}

    def facts(self, cells: Stocks, number: Number, chosen: Array | None = None) -> Stocks:
        """What conditions read: stocks, options in force, and numbers by path as these change them."""
        numbers = self.plan.condition_numbers
        if not numbers and chosen is None:
            return cells
        shape = next(iter(cells.values())).shape
        options = (
            {} if chosen is None else {fact_of(choice): o for choice, o in zip(self.plan.choices, chosen, strict=True)}
        )
        return {**cells, **{path: jnp.broadcast_to(number(i), shape) for path, i in numbers.items()}, **options}

    def _in_force(self, facts: Stocks) -> Callable[[expression.ChoiceTerm], Array]:
        """Whether a choice has one of some options in force, by the facts."""
        named = {choice.name: choice for choice in self.plan.choices}

        def holds(term: expression.ChoiceTerm) -> Array:
            choice = named[term.choice]
            return reduce(jnp.logical_or, [facts[fact_of(choice)] == choice.options.index(o) for o in term.options])

        return holds

    def _seen(self, condition: Node, facts: Stocks, k: Array) -> Stocks:
        """Facts, and the values of the calendar that a condition reads in step `k`."""
        terms = expression.clock_terms(condition)
        if not terms:
            return facts
        now, shape = self.clock(k + 1), next(iter(facts.values())).shape
        return {**facts, **{term.name: jnp.broadcast_to(now[term.name], shape) for term in terms}}

    def holds(self, condition: Node, facts: Stocks, k: Array) -> Array:
        """Whether a condition on `facts` is true in step `k`, for each draw."""
        seen = self._seen(condition, facts, k)
        return expression.evaluate(condition, seen.__getitem__, self._in_force(facts), jnp)

    def defined(self, condition: Node, facts: Stocks, k: Array) -> Array | None:
        """Whether a condition has a value in step `k`, for each draw; None where it always has one."""
        seen = self._seen(condition, facts, k)
        known = expression.defined(condition, seen.__getitem__, self._in_force(facts), jnp)
        return None if known is True else known

    def validity(
        self, part: Component, facts: Stocks, values: Number, k: Array
    ) -> tuple[Array | None, Array | None, dict[str, Array]]:
        """Whether a mechanism acts in step `k`, its condition has a value, and each rate is sound.

        A rate is a number within its bound. None where it always acts, or always has a value; sure rates are left out.
        """
        when = part.when
        runs, known = (None, None) if when is None else (self.holds(when, facts, k), self.defined(when, facts, k))
        out: dict[str, Array] = {}
        bounds = {f"{part.name}.{field}": role.ge for field, role in type(part.params).roles().items()}
        for name, rate in self.checked_rates[part.name].items():
            if isinstance(rate, int):
                out[name] = values(rate) >= (self.plan.parameters[rate].low or 0.0)
                continue
            seen = {**self._seen(rate, facts, k), **{word: values(i) for word, i in part.numbers.items()}}
            sound = expression.defined(rate, seen.__getitem__, lambda asked: False, jnp)
            if bounds[name] is not None:
                sound &= expression.evaluate(rate, seen.__getitem__, lambda asked: False, jnp) >= bounds[name]
            if sound is not True:
                out[name] = sound
        return runs, known, out

    def advance(
        self,
        cells: Stocks,
        params: ParameterValues,
        chosen: Array,
        noise: Noise,
        k: Array,
        gains: Sequence[Array] = (),
        *,
        record_adjustments: bool = True,
    ) -> tuple[dict[str, Array], Flows]:
        """Stocks at the end of step `k`, and its flows.

        gains: of `filter_gains`, with which stocks and noise are corrected first
        record_adjustments: add those of the engine itself
        """
        plan, dt, begun = self.plan, self.plan.scenario.calendar.dt, cells
        if gains:
            cells, noise = self._corrected(gains, cells, noise, params, chosen, k)
        flows = self.flows(
            cells, self.effective_parameters(params, chosen), noise, k, getattr(params, "reference", None)
        )
        into: dict[str, list[Array]] = {cell: [] for cell in plan.cells}
        for (cell, _), flow in flows.items():
            into[cell].append(flow)
        claimed = {item.cell: n for n, item in enumerate(plan.observations)}
        observed, there = (jnp.asarray(part) for part in self.observed)
        new = {}
        for cell, before in cells.items():
            value = before + dt * reduce(jnp.add, into[cell]) if into[cell] else before
            for word, clip in (("floor", jnp.maximum), ("cap", jnp.minimum)):
                bound = self.stock_bound(cell, word)
                if bound is not None:
                    within = clip(value, bound)
                    if record_adjustments:
                        flows[cell, word] = (within - value) / dt
                    value = within
            if cell in claimed:
                n = claimed[cell]
                scale = params[plan.observations[n].scale]
                target = jnp.where(there[n, k + 1], observed[n, k + 1] * scale, value)
                if record_adjustments:
                    flows[cell, "observed"] = (target - value) / dt
                value = target
            new[cell] = value.astype(before.dtype)
        if gains and record_adjustments:
            flows |= {(cell, "observed"): (cells[cell] - begun[cell]) / dt for cell in self.filtered_stocks}
        return new, flows

    def forced(self, params: ParameterValues, k: Array) -> Array:
        """(C,) options observed or imposed at step `k`, -1 where the choice is free."""
        return self.imposed(params)[:, k]

    def imposed(self, params: ParameterValues) -> Array:
        """(C, T) options observed or imposed, -1 where the choice is free."""
        table = (
            np.array([choice.imposed_options for choice in self.plan.choices])
            if params.forced is None
            else params.forced
        )
        return jnp.asarray(table).astype(jnp.int32)

    # ---- disturbances that follow imposed growth before as_of (`disturbances`) ---------------------------------------

    @cached_property
    def spans(self) -> np.ndarray:
        """(T, D), see `disturbances.spans`."""
        return disturbances.spans(self.plan)

    @cached_property
    def filter_steps(self) -> range:
        """Steps from the first to the last observation; empty where nothing is observed."""
        steps = np.flatnonzero(self.spans.any(axis=1)) if self.spans.size else np.zeros(0)
        return range(int(steps[0]), int(steps[-1]) + 1) if len(steps) else range(0)

    def filter_gains(self, params: ParameterValues) -> list[Array]:
        """(S, D, D, B) gains of `filter_steps`, for each of the `filter_groups` of D disturbances."""
        plan, steps, out = self.plan, slice(self.filter_steps.start, self.filter_steps.stop), []
        correlation = disturbances.innovation_correlation(plan)
        for group in disturbances.filter_groups(plan):
            of = disturbances.numbers(plan, params.__getitem__, group)
            variance, related, spans = (
                jnp.asarray(part, of.persistence.dtype)
                for part in (
                    np.array([plan.disturbances[i].variance for i in group]),
                    correlation[np.ix_(group, group)],
                    self.spans[steps, group],
                )
            )
            reports = self._report_variances(params, group, steps, of.persistence)
            out.append(disturbances.kalman_gains(of, variance, related, spans, reports))
        return out

    def _report_variances(
        self, params: ParameterValues, group: Sequence[int], steps: slice, like: Array
    ) -> Array | None:
        """(S, D, B) variance of growth by errors of claims; None without any."""
        plan, leverage = self.plan, disturbances.leverages(self.plan)[steps, group]
        if not leverage.any():
            return None
        seen = [plan.disturbances[i].observation for i in group]
        errors = [None if n is None else plan.observations[n].error for n in seen]
        each = jnp.stack([jnp.zeros_like(like[0]) if e is None else params[e] + 0 * like[0] for e in errors])
        return jnp.asarray(leverage, like.dtype)[..., None] ** 2 * each**2

    def _corrected(
        self, gains: Sequence[Array], cells: Stocks, noise: Noise, params: ParameterValues, chosen: Array, k: Array
    ) -> tuple[Stocks, Noise]:
        """Stocks and noise of step `k`, with disturbances corrected by imposed growth.

        chosen: (C, B) options in force, which change parameters
        """
        plan, dt, (claimed, _), steps = self.plan, self.plan.scenario.calendar.dt, self.observed, self.filter_steps
        stocks, passing = ([getattr(item, name) for item in plan.disturbances] for name in ("stock", "noise"))
        groups = disturbances.filter_groups(plan)

        def corrected() -> tuple[list[Array], list[Array]]:
            values = self.effective_parameters(params, chosen)  # of this branch alone: it remembers arrays
            spans, growth = jnp.asarray(self.spans), jnp.asarray(np.diff(claimed, axis=1))
            now, z = dict(cells), dict(noise.values)
            group_of = {
                i: (gain, group, disturbances.numbers(plan, values, group))
                for gain, group in zip([each[k - steps.start] for each in gains], groups, strict=True)
                for i in group
            }
            for i, item in enumerate(plan.disturbances):
                if item.observation is None or i not in group_of:
                    continue
                gain, group, of = group_of[i]
                n, x, v = group.index(i), now[item.stock], z[item.noise]
                mechanism = plan.mechanisms[item.mechanism]
                alone = Dynamics(plan=replace(plan, mechanisms=(mechanism,)), layout=self.layout)
                calm = Noise({**z, item.noise: jnp.zeros_like(v)})
                flow = alone.flows({**now, item.stock: jnp.zeros_like(x)}, values, calm, k)[item.gauge, mechanism.name]
                wanted = (
                    growth[item.observation, k].astype(x.dtype) * params[plan.observations[item.observation].scale] / dt
                )
                known = (spans[k, i] > 0) & (flow > 0) & (wanted > 0)
                y = jnp.log(jnp.where(known, wanted, 1.0) / jnp.where(known, flow, 1.0))
                deviation = jnp.broadcast_to(of.noise_sd[n], x.shape)
                variance, mean = disturbances.error(of, n, spans[k, i].astype(x.dtype))
                if (size := plan.observations[item.observation].error) is not None:
                    report = (jnp.asarray(disturbances.leverages(plan))[k, i].astype(x.dtype) * params[size]) ** 2
                    deviation = jnp.sqrt(deviation**2 + report)
                    variance = variance + spans[k, i].astype(x.dtype) * report
                surprise = y - mean - x - jnp.sqrt(variance) * v
                for m, j in enumerate(group):
                    now[stocks[j]] = now[stocks[j]] + jnp.where(known, gain[n, m] * surprise, 0.0)
                rest = (y - now[item.stock]) / jnp.where(deviation > 0, deviation, 1.0)
                z[item.noise] = jnp.where(known & (deviation > 0), rest, v)
            return [now[stock] for stock in stocks], [z[name] for name in passing]

        def unchanged() -> tuple[list[Array], list[Array]]:
            return [cells[stock] for stock in stocks], [noise.values[name] for name in passing]

        due = (k >= steps.start) & (k < steps.stop)
        known_now = isinstance(due, np.bool_)  # outside of JAX, see `components.arithmetic`
        levels, rests = (corrected if due else unchanged)() if known_now else lax.cond(due, corrected, unchanged)
        z = {**noise.values, **dict(zip(passing, rests, strict=True))}
        return {**cells, **dict(zip(stocks, levels, strict=True))}, replace(noise, values=z)

    # ---- options that an actor may choose -----------------------------------------------------------------------------
    # An option is available where its condition holds and the option in force leads to it (`OptionRestrictions`). An actor is
    # bound to an option that is irreversible, or that has not yet lasted as long as stated: it then makes no decision,
    # whatever the conditions. Nothing is computed for choices without restrictions.

    def is_bound(self, chosen: Array, since: Array | None, k: Array) -> list[Array | None]:
        """Whether each actor cannot leave its option at step `k`; None where it always may.

        chosen: (C, B) options in force; since: (C, B) steps at which they were chosen, needed where options last a time
        """
        out: list[Array | None] = []
        for c, item in enumerate(self.option_restrictions):
            if item is None or not item.binds:
                out.append(None)
                continue
            option = jnp.clip(chosen[c], 0)
            bound = jnp.asarray(np.array(item.irreversible))[option]
            if any(item.lasts):
                assert since is not None
                bound = bound | (k - since[c] < jnp.asarray(np.array(item.lasts, np.int32))[option])
            out.append(bound)
        return out

    def available_options(
        self,
        facts: Stocks,
        chosen: Array,
        bound: Sequence[Array | None],
        k: Array,
        observed: Array | None = None,
        *,
        only: int | None = None,
    ) -> Masks | None:
        """Whether each option may be chosen in step `k`; None where no choice has a restriction.

        facts: of `Dynamics.facts`; chosen: (C, B) options in force; bound: of `is_bound`; observed: (C,) or (C, B) options that
        were observed on that date, and so were available; -1 for none; only: the one choice that is needed
        """
        if not any(self.option_restrictions):
            return None
        out: Masks = []
        for c, item in enumerate(self.option_restrictions):
            if item is None or only not in {None, c}:
                out.append(None)
                continue
            reachable = np.array(item.reachable)  # (option in force, option)
            mask, stays = [], bound[c]
            for o, when in enumerate(item.when):
                there = jnp.asarray(reachable[:, o])[jnp.clip(chosen[c], 0)]
                there = there if when is None else there & self.holds(when, facts, k)
                if observed is not None:
                    there = there | (observed[c] == o)
                mask.append(there if stays is None else jnp.where(stays, chosen[c] == o, there))
            out.append(mask)
        return out

    def since_of_path(self, start: np.ndarray, path: np.ndarray, now: np.ndarray, step: int) -> np.ndarray:
        """(K, C) step at which the options in force before the decisions of `step` were chosen.

        start: (C,) options at the start; path: (K, T, C) options in force at the end of each step; now: (K, C) those in force
        """
        out = np.broadcast_to(self.since_at_start, now.shape)
        before = np.broadcast_to(start, now.shape)
        for k in range(step + 1):
            current = path[:, k] if k < step else now
            out = np.where(current != before, k, out)
            before = current
        return out.astype(np.int32)

    def stacked_masks(self, masks: Masks | None, like: Array) -> Array:
        """(row of options, B) whether each option of each choice is available."""
        every = [None] * len(self.option_restrictions) if masks is None else masks
        rows = [True if (mask := every[c]) is None else mask[o] for c, o in self.option_rows]
        return jnp.stack([jnp.broadcast_to(row, like.shape) for row in rows])

    # ---- look-ahead --------------------------------------------------------------------------------------------------

    def rollout_noise(self, seed: Array, ids: Array, k: Array, dtype: Any) -> Chance:
        """Random numbers of the rollouts from step `k`, not those of the run: no actor knows those."""
        names = [f"ahead/{name}" for name in self.noise]
        return lambda n: parameters.uniforms(seed, names, k * LONGEST + n, ids, dtype)

    def rollout(
        self,
        cells: Stocks,
        params: ParameterValues,
        chosen: Array,
        k: Array,
        choice: int,
        steps: int,
        uniforms: Chance,
    ) -> list[dict[str, Array]]:
        """Stocks `steps` after step `k` under each option of a choice, starting from those at `k`.

        There is one short rollout per draw and option. All options of a draw get the same random numbers, so that
        differences come from the options alone.
        """
        options, size = len(self.plan.choices[choice].options), chosen.shape[1]
        # actors do not foresee interventions and outcomes: parameters keep their values at the date of the choice
        step = params.step if params.step is None or not jnp.ndim(params.step) else jnp.tile(params.step, options)
        start = {cell: jnp.tile(value, options) for cell, value in cells.items()}
        varying = jnp.tile(params.varying, (1, options))
        wide = ParameterValues(
            params.layout, varying, params.points, step=step, stocks=start, reference=params.reference
        )
        in_force = jnp.tile(chosen, (1, options))
        in_force = in_force.at[choice].set(jnp.repeat(jnp.arange(options, dtype=chosen.dtype), size))

        def one(state: dict[str, Array], n: Array) -> tuple[dict[str, Array], None]:
            noise = self.noise_of(jnp.tile(uniforms(n), (1, options)))
            return self.advance(state, wide, in_force, noise, k + n, record_adjustments=False)[0], None

        last, _ = lax.scan(one, start, jnp.arange(steps, dtype=jnp.int32))
        return [{cell: value.reshape(options, size)[o] for cell, value in last.items()} for o in range(options)]
