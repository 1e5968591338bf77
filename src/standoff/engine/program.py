"""Pure functions of (parameters, seed, draw ids) that simulate a block of draws.

A stock is one array over the draws of the block; mechanisms and considerations are traced once, on those arrays.
Letters in the comments: B draws of a block, C choices, O options of the widest choice, R reasons of all choices, T
steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.flatten_util import ravel_pytree

from standoff import expression
from standoff.engine import conditioning, decisions, parameters
from standoff.engine.decisions import SOLVER_FLAGS
from standoff.engine.dynamics import Dynamics, Stocks
from standoff.engine.layout import TrackerGroup
from standoff.engine.parameters import Number, ParameterTable, ParameterValues

LANES = 16  #: lanes of a single-precision sum on a processor with 512-bit vectors
Carry = dict[str, Any]
DECIDED = (
    "chosen",
    "p",
    "decided",
    "cause",
    *conditioning.LEARNED,
    *SOLVER_FLAGS,
)  #: values that a decision date changes


class Program(Dynamics):
    """A plan as pure functions; the engine compiles `block`."""

    # ---- one step ----------------------------------------------------------------------------------------------

    def step(self, carry: Carry, k: Array, params: ParameterValues, random: Mapping[str, Any]) -> Carry:
        """Advance from state `k` to state `k + 1`."""
        choices, cells, params = self.plan.choices, carry["cells"], params.at(k, carry["cells"])
        if choices:
            forced = self.forced(params, k)[:, None]
            carry = self._with_options(carry, jnp.where(forced >= 0, forced, carry["chosen"]), k)
            if self.decision_steps:
                dates = (*self.conditioning_steps, *self.decision_steps)
                due = jnp.asarray(np.isin(np.arange(self.steps), dates))[k]
                before = {name: carry[name] for name in DECIDED}
                since = carry.get("since")
                after = lax.cond(
                    due,
                    lambda c: decisions.decide(self, c, cells, params, k, random["decision"](k), since),
                    dict,
                    before,
                )
                carry = self._with_options({**carry, **after, "chosen": carry["chosen"]}, after["chosen"], k)
            if (held := params.held_at(k)) is not None:
                carry = self._with_options(carry, jnp.where(held[:, None] >= 0, held[:, None], carry["chosen"]), k)
        noise = self.noise_of(random["noise"])
        new, _ = self.advance(cells, params, carry["chosen"], noise, k, random["gains"], record_adjustments=False)
        new = self.gauges(params, new, carry["learning"], k + 1)
        values = self.effective_parameters(params, carry["chosen"])
        facts = self.facts(cells, values)
        cause = self._broken(carry["cause"], facts, values, jnp.stack([new[cell] for cell in self.plan.cells]), k)
        carry = {**carry, "cells": new, "cause": cause}
        return self._read(carry, k + 1)

    def _with_options(self, carry: Carry, chosen: Array, k: Array) -> Carry:
        """The carry with options in force from step `k` on, and when they were chosen."""
        if self.has_lasting_options:
            carry = {**carry, "since": jnp.where(chosen != carry["chosen"], k, carry["since"]).astype(jnp.int32)}
        return {**carry, "chosen": chosen}

    def _broken(self, cause: Array, facts: Stocks, values: Number, stack: Array, k: Array) -> Array:
        """(B,) cause of failure of each draw in step `k`, from `facts` before and stocks after it."""
        for part in self.plan.mechanisms:
            runs, known, rates = self.validity(part, facts, values, k)
            if known is not None:
                cause = jnp.where((cause < 0) & ~known, self.cause("mechanism", part.name), cause)
            for name, sound in rates.items():
                broken = ~sound if runs is None else runs & ~sound
                cause = jnp.where((cause < 0) & broken, self.cause("rate", name), cause)
        new = (cause < 0) & ~jnp.isfinite(jnp.ones(len(stack), stack.dtype) @ stack)
        first = self.cause("stock", self.plan.cells[0])
        return lax.cond(
            jnp.any(new),
            lambda: jnp.where(new, first + jnp.argmin(jnp.isfinite(stack), axis=0).astype(cause.dtype), cause),
            lambda: cause,
        )

    def _read(self, carry: Carry, state: Array) -> Carry:
        """The carry after reading the numbers for questions from `state`, and new failures."""
        choices, cells = self.plan.choices, carry["cells"]
        like = next(iter(cells.values()))
        clock = {name: jnp.broadcast_to(value, like.shape) for name, value in self.clock(state).items()}
        seen = {**cells, **clock}

        def holds(condition: expression.ChoiceTerm) -> Array:
            c = [choice.name for choice in choices].index(condition.choice)
            return reduce(
                jnp.logical_or, [carry["chosen"][c] == choices[c].options.index(option) for option in condition.options]
            )

        def terms(group: TrackerGroup, text: str) -> Array:
            """(item or 1, B or 1) values at one position of the template."""
            each = group.terms[int(text.removeprefix("#"))]
            distinct = list(dict.fromkeys(each))
            if isinstance(each[0], str):
                values = jnp.stack([seen[str(name)] for name in distinct])
            else:
                values = jnp.asarray(np.array(distinct, float)[:, None], like.dtype)
            return values if len(distinct) == 1 else values[np.array([distinct.index(term) for term in each])]

        def update(
            groups: Sequence[TrackerGroup], before: tuple[Array, ...], cause: Array
        ) -> tuple[tuple[Array, ...], Array]:
            out = []
            for group, old in zip(groups, before, strict=True):
                since, last = (jnp.asarray(np.array(states))[:, None] for states in (group.since, group.state))
                now = (state >= since) & (state <= last)
                value = expression.evaluate(group.template, partial(terms, group), holds, jnp)
                first = group.kind == "first"
                new = jnp.where(value & (old > state), state, old) if first else value
                out.append(jnp.where(now, new, old).astype(old.dtype))
                if not group.always_defined:
                    known = expression.defined(group.template, partial(terms, group), holds, jnp)
                    lacks = now & jnp.broadcast_to(~known, old.shape)
                    lacks = lacks & (old > state) if first else lacks  # past outcomes are known
                    named = (
                        len(self.causes)
                        - len(self.of_states)
                        + jnp.asarray(np.array(group.rows))[jnp.argmax(lacks, axis=0)]
                    )
                    cause = jnp.where((cause < 0) & jnp.any(lacks, axis=0), named.astype(cause.dtype), cause)
            return tuple(out), cause

        answers, cause = tuple[Array, ...](), carry["cause"]
        for kind in ("value", "first"):
            groups = [group for group in self.groups if group.kind == kind]  # all values stand before all firsts
            read = np.zeros(self.steps + 1, bool)
            for since, last in {span for group in groups for span in zip(group.since, group.state, strict=True)}:
                read[since : last + 1] = True
            if groups:  # most states are read by nothing
                new, cause = lax.cond(
                    jnp.asarray(read)[state],
                    partial(update, groups),
                    lambda *as_before: as_before,
                    carry["answers"][len(answers) : len(answers) + len(groups)],
                    cause,
                )
                answers += new
        failed = jnp.where((cause >= 0) & (carry["failed"] < 0), state, carry["failed"])
        return {**carry, "answers": answers, "cause": cause, "failed": failed}

    def answers(self, carry: Carry) -> Array:
        """(watched, B) numbers recorded for each draw."""
        return jnp.concatenate([*carry["answers"], carry["decided"]])[self.places]

    # ---- a block -----------------------------------------------------------------------------------------------

    def start(self, params: ParameterValues) -> Carry:
        """The carry at state 0."""
        plan, size, dtype = self.plan, params.varying.shape[1:], params.points.dtype
        cells = {
            cell: jnp.broadcast_to(value, size).astype(dtype) for cell, value in self.stocks_at_start(params).items()
        }
        chosen = self.options_at_start
        evidence = [jnp.zeros((len(item.gauges), *size), dtype) for item in plan.types]
        learning = {
            "evidence": evidence,
            "types": self.drawn_types(params, cells, evidence),
            "strategies": {
                c: jnp.full((*self.shape_of(c), *size), 1 / self.width, dtype) for c in self.dependence.types
            },
            "seen": {c: jnp.full(size, chosen[c], jnp.int32) for c in self.dependence.types},
        }
        is_active = np.array([chosen[c] == o for c, o in self.option_rows], np.float32)
        options = (len(self.option_rows), *size)
        carry: Carry = {
            "cells": self.gauges(params, cells, learning, jnp.asarray(0, jnp.int32)),
            "learning": learning,
            "chosen": jnp.broadcast_to(chosen[:, None], (len(plan.choices), *size)).astype(jnp.int32),
            "p": jnp.broadcast_to(is_active[:, None], options).astype(dtype),
            "shock": jnp.zeros(options, dtype),
            "observed": jnp.zeros((len(self.conditioning_steps), len(self.strategy_rows), *size), dtype),
            "candidate": jnp.full((len(plan.choices), *size), -1, jnp.int32),
            "sample_size": jnp.zeros((len(plan.choices), *size), dtype),
            **{name: jnp.zeros(size, jnp.int32) for name in SOLVER_FLAGS},
            "failed": jnp.full(size, -1, jnp.int32),
            "cause": jnp.full(size, -1, jnp.int32),
            "decided": jnp.full((len(self.of_decisions), *size), jnp.nan, dtype),
        }
        if self.has_lasting_options:
            carry["since"] = jnp.broadcast_to(self.since_at_start[:, None], (len(chosen), *size))
        carry["answers"] = tuple(
            jnp.full((len(group.rows), *size), jnp.inf if group.kind == "first" else jnp.nan, dtype)
            for group in self.groups
        )
        return self._read(carry, jnp.asarray(0, jnp.int32))

    def stacked_start(self, params: ParameterValues) -> Carry:
        """The carry at state 0 with stocks as one array, as a block carries it."""
        start = self.start(params)
        return {**start, "cells": jnp.stack(list(start["cells"].values()))}

    def block(
        self,
        table: ParameterTable,
        seed: Array,
        ids: Array,
        total: Array,
        keep: Array,
        paths: dict[str, Array],
        steps: tuple[Any, Any] | None = None,
        begun: Carry | None = None,
    ) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array], Carry]:
        """Simulate the draws `ids` (B,): numbers by draw, sums by step, `paths`, and the last carry.

        Ids from `total` on are padding. Paths are those of the first draws of the block, as many as the arrays hold, and
        written only where the block is to `keep` them. Only the `steps` from the first to before the second are
        simulated; where they do not begin at state 0, from the carry `begun` of an earlier part with the same draws.
        """
        choices, layout, dtype = self.plan.choices, self.layout, table.a.dtype
        options = [f"{choices[c].name}/{o}" for c, o in self.option_rows]
        noise_seed = parameters.stream(seed, table.chance[0])  # chance alone: parameters stay

        def uniforms(names: Sequence[str], number: Any = 0) -> Array:
            return parameters.uniforms(noise_seed, names, number, ids, dtype)

        # always true; without a branch the compiler repeats the whole calculation for each parameter in use
        varying = lax.cond(
            total > 0,
            lambda: parameters.sample_parameters(layout, table, seed, ids),
            lambda: jnp.zeros((len(layout.varying), *ids.shape), dtype),
        )
        params = ParameterValues(
            layout,
            varying,
            table.a,
            table.imposed_options,
            table.held_options,
            reason_factor=table.reason_factor,
            reference=table.reference,
        )
        learning = conditioning.random_numbers(self, table, seed, noise_seed, ids)
        gains = self.filter_gains(params)
        decisions_so_far = jnp.asarray(self.decisions_made)
        which = jnp.maximum(decisions_so_far - 1, 0)

        def of_decision(k: Array) -> dict[str, Any]:
            return {
                "shock": parameters.gumbel(uniforms([f"shock/{name}" for name in options], which[k])),
                "renew": uniforms([f"renew/{choice.name}" for choice in choices], which[k]),
                **learning,
                "ahead": self.rollout_noise(noise_seed, ids, k, dtype),
            }

        def step(carry: tuple[Carry, dict[str, Array]], k: Array) -> tuple[Any, Any]:
            # stocks are carried as one array: the compiler would copy each of them once more
            before = {**carry[0], "cells": dict(zip(self.plan.cells, carry[0]["cells"], strict=True))}
            now = self.step(
                before, k, params, {"noise": uniforms(self.noise, k), "decision": of_decision, "gains": gains}
            )
            state = self.state_stacks(now)

            def write(paths: dict[str, Array]) -> dict[str, Array]:
                return {
                    name: lax.dynamic_update_index_in_dim(
                        path,
                        state[name][:, : path.shape[-1]].astype(path.dtype),
                        decisions_so_far[k] if name == "path_p" else k,
                        0,
                    )
                    for name, path in paths.items()
                }

            written = lax.cond(keep, write, dict, carry[1])
            return ({**now, "cells": state["cells"]}, written), self.block_sums(now, state, ids < total)

        # in one row: the compiler may fuse several results of one loop into a kernel that copies all earlier ones
        def fill(k: Array, carry: tuple[Any, Array]) -> tuple[Any, Array]:
            after, sums = step(carry[0], k)
            return after, lax.dynamic_update_index_in_dim(carry[1], ravel_pytree(sums)[0], k, 0)

        first, end = steps or (0, self.steps)
        start = self.stacked_start(params)
        if begun is not None:
            start = jax.tree.map(partial(jnp.where, first > 0), begun, start)
        row, parted = ravel_pytree(self.block_sums(start, start, ids < total))
        rows = jnp.zeros((self.steps, *row.shape), row.dtype)
        (last, written), rows = lax.fori_loop(first, end, fill, ((start, paths), rows))
        out = jax.vmap(parted)(rows)
        stored = {
            "answers": self.answers(last),
            "failed": last["failed"],
            "cause": last["cause"],
            **{name: last[name] for name in SOLVER_FLAGS},
            "parameters": params.with_learned(
                conditioning.learned_values(self, last["candidate"], learning["candidates"])
            ).stacked(),
            "sample_size": last["sample_size"],
            "start": start["cells"],
        }
        return stored, out, written, last

    def carry_shapes(self, size: int, dtype: Any) -> Carry:
        """Shapes and types of the carry of a block of `size` draws."""
        varying, points = ((len(self.layout.varying), size), (len(self.layout.names),))
        shapes = (jax.ShapeDtypeStruct(shape, dtype) for shape in (varying, points))
        return jax.eval_shape(lambda *values: self.stacked_start(ParameterValues(self.layout, *values)), *shapes)

    def path_shapes(self, size: int, dtype: Any) -> dict[str, tuple[tuple[int, ...], Any]]:
        """Shapes and types of the paths of a block of `size` draws.

        Stocks and choices at every step, and probabilities before any decision and after each decision date.
        """
        out: dict[str, tuple[tuple[int, ...], Any]] = {"cells": ((self.steps, len(self.plan.cells), size), dtype)}
        if self.plan.choices:
            out["path_p"] = ((len(self.decision_steps) + 1, len(self.option_rows), size), dtype)
            out["path_chosen"] = ((self.steps, len(self.plan.choices), size), jnp.int8)
        return out

    # ---- what is recorded ----------------------------------------------------------------------------------------

    def state_stacks(self, carry: Mapping[str, Any]) -> dict[str, Array]:
        """Stocks and options at the end of a step as stacks (row, B), the format of paths."""
        out = {"cells": jnp.stack([carry["cells"][cell] for cell in self.plan.cells])}
        return out | {"path_p": carry["p"], "path_chosen": carry["chosen"]} if self.plan.choices else out

    def block_sums(self, carry: Mapping[str, Any], state: Mapping[str, Array], valid: Array) -> dict[str, Array]:
        """Sums over the draws of the block at the end of a step."""
        use, cells = valid & (carry["failed"] < 0), state["cells"]

        def total(values: Array) -> Array:
            return over_draws(jnp.where(use, values, 0).astype(cells.dtype))

        count = over_draws(use.astype(cells.dtype))
        mean = total(cells) / jnp.maximum(count, 1)
        out = {"count": count, "mean": mean, "spread": total(jnp.square(cells - mean[:, None]))}
        if self.plan.choices:
            stands = jnp.stack([carry["chosen"][c] == o for c, o in self.option_rows])
            out |= {"held": total(stands), "p": total(carry["p"])}
        return out


def over_draws(values: Array) -> Array:
    """Sums along the last axis, which is first folded to a few lanes for accuracy.

    A processor adds lanes in parallel, and the compiler fuses these sums with the computation of the values; a sum
    along the last axis alone runs element by element, and a product with ones needs the values in memory first.
    """
    whole = values.shape[-1] // LANES * LANES
    folds = [values[..., at : at + LANES] for at in range(0, whole, LANES)]
    rest = jnp.sum(values[..., whole:], axis=-1)
    return jnp.sum(lax.optimization_barrier(reduce(jnp.add, folds)), axis=-1) + rest if folds else rest
