"""The compiled heart: a block of draws through all steps. Pure functions of (numbers, seed, draw ids).

Inside, a stock is one array over the draws of the block; mechanisms and considerations are traced once, on those
arrays. Letters in the comments: B draws of a block, C choices, O options of the widest choice, R reasons of all choices,
P parameters, T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.special import ndtri

from standoff import expression, parts
from standoff.engine import draws
from standoff.engine.plan import Part, Plan
from standoff.engine.watch import Watched, watched
from standoff.errors import ModelError, Problem, listed
from standoff.games import logit

Array: TypeAlias = jax.Array
Carry: TypeAlias = dict[str, Any]
BOOKED = ("floor", "cap", "observed")  #: flows that the engine itself books


@dataclass(frozen=True)
class Program:
    """A plan as functions. `block` is what the engine compiles."""

    plan: Plan
    layout: draws.Layout
    explain_at: tuple[int, ...] = ()  #: steps whose reasons are kept for every path draw

    # ---- structure ---------------------------------------------------------------------------------------------

    @cached_property
    def watched(self) -> tuple[Watched, ...]:
        """The numbers kept of each draw."""
        return watched(self.plan)

    @cached_property
    def steps(self) -> int:
        """T."""
        return self.plan.scenario.calendar.steps

    @cached_property
    def width(self) -> int:
        """O."""
        return max((len(choice.options) for choice in self.plan.choices), default=1)

    @cached_property
    def exists(self) -> np.ndarray:
        """(C, O, 1) which options each choice has."""
        return np.array([[o < len(c.options) for o in range(self.width)] for c in self.plan.choices]).reshape(
            len(self.plan.choices), self.width, 1
        )

    @cached_property
    def decision_steps(self) -> tuple[int, ...]:
        """Steps at which anybody decides."""
        return tuple(k for k in range(self.steps) if any(choice.decides[k] for choice in self.plan.choices))

    @cached_property
    def noise(self) -> tuple[str, ...]:
        """Names of the standard normal numbers of a step, `part/name`."""
        return tuple(f"{part.name}/{name}" for part in self.plan.mechanisms for name in part.noise)

    @cached_property
    def flow_names(self) -> tuple[tuple[str, str], ...]:
        """(cell, part) of every flow that can move a stock, and the engine's own bookings last."""
        named = [(cell, part.name) for part in self.plan.mechanisms for cell in part.writes]
        observed = {item.cell for item in self.plan.observations}
        booked = [
            (cell, word)
            for word in BOOKED
            for cell in self.plan.cells
            if (word != "observed" or cell in observed) and self.bound(cell, word) is not None
        ]
        return tuple(sorted(named + booked, key=lambda pair: self.plan.cells.index(pair[0])))

    def bound(self, cell: str, word: str) -> float | None:
        """Canonical floor or cap of a cell; for `observed` any number."""
        if word == "observed":
            return 0.0
        stock = self.plan.scenario.cells()[cell]
        written = stock.floor if word == "floor" else stock.cap
        return None if written is None else written * self.plan.stock_units[cell].factor

    @cached_property
    def observed(self) -> tuple[np.ndarray, np.ndarray]:
        """(observation, T + 1) claimed values in canonical units, and whether one is there."""
        values = [[0.0 if v is None else v for v in item.values] for item in self.plan.observations]
        there = [[v is not None for v in item.values] for item in self.plan.observations]
        shape = (len(values), self.steps + 1)
        return np.array(values).reshape(shape), np.array(there, bool).reshape(shape)

    def filled(self, part: Part, values: Callable[[int], Array]) -> Any:
        """The part's Params holding numbers instead of beliefs."""
        static = {
            name: getattr(part.params, name) for name in type(part.params).model_fields if name not in part.numbers
        }
        numbers = {
            name: values(where) if isinstance(where, int) else {key: values(i) for key, i in where.items()}
            for name, where in part.numbers.items()
        }
        fields: dict[str, Any] = {**static, **numbers}
        return type(part.params).model_construct(**fields)

    # ---- one step ----------------------------------------------------------------------------------------------

    def values_now(self, parameters: Array, chosen: Array) -> Callable[[int], Array]:
        """Parameters as the options that hold now have changed them."""
        changed: dict[int, Array] = {}
        for how in ("set", "times", "plus"):
            for c, choice in enumerate(self.plan.choices):
                for o, effects in enumerate(choice.effects):
                    for effect in effects:
                        if effect.how != how:
                            continue
                        now = changed.get(effect.target, parameters[effect.target])
                        value = parameters[effect.value]
                        moved = {"set": value, "times": now * value, "plus": now + value}[how]
                        changed[effect.target] = jnp.where(chosen[c] == o, moved, now)
        return lambda i: changed[i] if i in changed else parameters[i]

    def flows(
        self, cells: Mapping[str, Array], values: Callable[[int], Array], z: Mapping[str, Array], k: Array
    ) -> dict[tuple[str, str], Array]:
        """Flow (per month, canonical) of every (cell, part)."""
        calendar = self.plan.scenario.calendar
        time = parts.Time(calendar.dt, k.astype(next(iter(cells.values())).dtype) * calendar.dt)
        out: dict[tuple[str, str], Array] = {}
        for part in self.plan.mechanisms:
            seen = {cell: cells[cell] for cell in (*part.reads, *part.writes)}
            noise = parts.Noise({name: z[f"{part.name}/{name}"] for name in part.noise})
            moved = part.module.flows(self.filled(part, values), parts.State(seen, part.name), time, noise)
            for key, flow in moved.items():
                cell = parts.address(key)
                if cell not in part.writes:
                    raise ModelError(
                        Problem(f"`{part.kind}` moves the stock `{cell}` without declaring it in WRITES",
                                path=f"mechanisms.{part.name}", allowed=listed(part.writes))
                    )  # fmt: skip
                out[cell, part.name] = jnp.broadcast_to(flow, cells[cell].shape).astype(cells[cell].dtype)
        return out

    def game(
        self, cells: Mapping[str, Array], parameters: Array, values: Callable[[int], Array], chosen: Array, fixed: Array
    ) -> tuple[logit.Equilibrium, Array]:
        """Solve the game of one date: the equilibrium, and the reasons (R, O, B) as parts of the log odds."""
        choices = self.plan.choices
        size, dtype = parameters.shape[-1:], parameters.dtype
        zero = jnp.zeros(size, dtype)
        names = [choice.name for choice in choices]
        base_rows: list[list[Array]] = []  # [reason][option]
        pair_rows: dict[
            tuple[int, int], list[tuple[int, list[list[Array]]]]
        ] = {}  # (player, other) -> (reason, [o][k])
        row = 0
        for c, choice in enumerate(choices):
            seen = {
                cell: value * parameters[self.plan.views[choice.actor][cell]]
                if cell in self.plan.views.get(choice.actor, {})
                else value
                for cell, value in cells.items()
            }
            for reason in choice.reasons:
                part = reason.part
                filled = self.filled(part, values)
                state = parts.State({cell: seen[cell] for cell in part.reads}, part.kind)
                silent = {(name, option): zero for name in reason.others for option in _options(choices, name)}

                def payoff(option: str, others: Mapping[tuple[str, str], Array], part: Part = part, filled: Any = filled,
                           state: parts.State = state) -> Array:  # fmt: skip
                    value = part.module.payoff(filled, state, option, parts.Others(others))
                    return jnp.broadcast_to(jnp.asarray(value, dtype), size)

                weight = values(reason.weight)
                plain = [payoff(option, silent) for option in choice.options]
                base_rows.append([weight * value for value in self.pad(plain, zero)])
                for other in reason.others:
                    table = []
                    for o, option in enumerate(choice.options):
                        gains = [
                            weight * (payoff(option, {**silent, (other, k): zero + 1}) - plain[o])
                            for k in _options(choices, other)
                        ]
                        table.append(self.pad(gains, zero))
                    table += [[zero] * self.width] * (self.width - len(table))
                    pair_rows.setdefault((c, names.index(other)), []).append((row, table))
                row += 1
        reasons = jnp.stack([jnp.stack(options) for options in base_rows])  # (R, O, B) without others
        who = sorted(pair_rows)
        pairs = {pair: [(r, jnp.stack([jnp.stack(line) for line in table])) for r, table in tables]
                 for pair, tables in pair_rows.items()}  # fmt: skip
        rows = self.rows
        base = jnp.stack([sum((reasons[r] for r in rows[c]), jnp.zeros((self.width, *size), dtype))
                          for c in range(len(choices))])  # fmt: skip
        summed = jnp.stack([sum(table for _, table in pairs[pair]) for pair in who]) if who else jnp.zeros(
            (0, self.width, self.width, *size), dtype)  # fmt: skip
        rationality = jnp.stack([values(choice.rationality) for choice in choices])
        held = (chosen[:, None] == jnp.arange(self.width)[None, :, None]).astype(dtype)
        tolerance = 1e-11 if dtype == jnp.float64 else 2e-6
        found = logit.solve(base, summed, who, rationality, jnp.asarray(self.exists), fixed, held, tolerance)
        for (_, player), tables_of in pairs.items():
            for r, stacked in tables_of:
                reasons = reasons.at[r].add((stacked * found.expected[player][None]).sum(axis=1))
        parted = []
        for c, choice in enumerate(choices):
            for r in rows[c]:
                parted.append(rationality[c] * (reasons[r] - reasons[r][choice.status_quo]))
        return found, jnp.stack(parted)

    @cached_property
    def rows(self) -> list[range]:
        """Rows of each choice's reasons."""
        from standoff.engine.watch import reason_rows

        return reason_rows(self.plan)

    def pad(self, values: list[Array], zero: Array) -> list[Array]:
        """Values for every column up to O."""
        return values + [zero] * (self.width - len(values))

    def decide(self, carry: Carry, parameters: Array, k: Array, random: Mapping[str, Array]) -> Carry:
        """Everybody who decides at step `k` does so; the others' options are known."""
        decides = jnp.asarray(np.array([choice.decides for choice in self.plan.choices]).T)[k][:, None]  # (C, 1)
        first = jnp.asarray(self.first_decisions.T)[k][:, None]
        chosen = carry["chosen"]
        values = self.values_now(parameters, chosen)
        found, reasons = self.game(carry["cells"], parameters, values, chosen, ~decides[..., None])
        log_p = jnp.where(self.exists, jnp.log(jnp.maximum(found.probabilities, 1e-30)), -1e30)
        persistent = jnp.where(first[:, None], self.recalled(log_p, chosen, random["recalled"]), carry["shock"])
        renewal = jnp.stack([parameters[choice.renewal] for choice in self.plan.choices])
        renewed = (random["renew"] < renewal) | (first & ~self.seen)  # nobody seen, nothing to recall
        shock = jnp.where(renewed[:, None], random["shock"], persistent)
        picked = jnp.argmax(jnp.where(self.exists, log_p + shock, -jnp.inf), axis=1)
        return {
            **carry,
            "chosen": jnp.where(decides, picked.astype(chosen.dtype), chosen),
            "shock": jnp.where(decides[:, None], shock, carry["shock"]),
            "p": jnp.where(decides[:, None], found.probabilities, carry["p"]),
            "answers": self.watch_decision(carry["answers"], found.probabilities, reasons, k),
            "explained": self.explained(carry["explained"], found, reasons, k),
            "unsolved": carry["unsolved"] + (~found.converged).astype(jnp.int32),
        }

    def recalled(self, log_p: Array, chosen: Array, gumbel: Array) -> Array:
        """Reasons unknown to us, given that the actor was seen to choose `chosen`: Gumbel noise under that condition.

        Maddison, Tarlow and Minka 2014 (top-down sampling): the winner's total is Gumbel(0), the others' are Gumbels at
        `log_p` cut off at it.
        """
        won = chosen[:, None] == jnp.arange(self.width)[None, :, None]
        top = jnp.sum(jnp.where(won, gumbel, 0.0), axis=1, keepdims=True)
        others = -jnp.logaddexp(-top, -(log_p + gumbel))
        return jnp.where(won, top, others) - log_p

    @cached_property
    def seen(self) -> np.ndarray:
        """(C, 1) whether the actor was seen to choose before its first decision; `status_quo` alone is only a label."""
        return np.array([any(option >= 0 for option in choice.forced) for choice in self.plan.choices])[:, None]

    @cached_property
    def first_decisions(self) -> np.ndarray:
        """(C, T) the first decision of each choice."""
        decides = np.array([choice.decides for choice in self.plan.choices], bool).reshape(-1, self.steps)
        out: np.ndarray = decides & (np.cumsum(decides, axis=1) == 1)
        return out

    def step(
        self, carry: Carry, k: Array, parameters: Array, random: Mapping[str, Array], paths: bool
    ) -> tuple[Carry, dict[str, Array]]:
        """From state `k` to state `k + 1`."""
        plan, dt = self.plan, self.plan.scenario.calendar.dt
        z = {name: random["z"][n] for n, name in enumerate(self.noise)}
        if plan.choices:
            forced = jnp.asarray(np.array([choice.forced for choice in plan.choices]).T)[k][:, None]
            carry = {**carry, "chosen": jnp.where(forced >= 0, forced.astype(carry["chosen"].dtype), carry["chosen"])}
            if self.decision_steps:
                due = jnp.asarray(np.isin(np.arange(self.steps), self.decision_steps))[k]
                carry = lax.cond(due, lambda c: self.decide(c, parameters, k, random), lambda c: c, carry)
        cells, values = carry["cells"], self.values_now(parameters, carry["chosen"])
        flows = self.flows(cells, values, z, k)
        new = {}
        observed, there = (jnp.asarray(part) for part in self.observed)
        for cell in plan.cells:
            moved = sum((flow for (to, _), flow in flows.items() if to == cell), jnp.zeros_like(cells[cell]))
            value = cells[cell] + dt * moved
            for word, clip in (("floor", jnp.maximum), ("cap", jnp.minimum)):
                bound = self.bound(cell, word)
                if bound is not None:
                    flows[cell, word] = (clip(value, bound) - value) / dt
                    value = clip(value, bound)
            for n, item in enumerate(plan.observations):
                if item.cell == cell:
                    target = jnp.where(there[n, k + 1], observed[n, k + 1] * parameters[item.scale], value)
                    flows[cell, "observed"] = (target - value) / dt
                    value = target
            new[cell] = value.astype(cells[cell].dtype)
        stacked = jnp.stack([new[cell] for cell in plan.cells])
        finite = jnp.all(jnp.isfinite(stacked), axis=0)
        carry = {
            **carry,
            "cells": new,
            "stacked": stacked,
            "failed": jnp.where(carry["ok"] & ~finite, k + 1, carry["failed"]),
            "ok": carry["ok"] & finite,
        }
        carry["answers"] = self.watch(carry, k + 1)
        return carry, self.reported(carry, flows, random["valid"], paths)

    def watch(self, carry: Carry, state: Array) -> list[Array]:
        """Update the numbers kept of each draw with state `state`."""

        def holds(asked: expression.Chosen) -> Array:
            c = [choice.name for choice in self.plan.choices].index(asked.choice)
            options = self.plan.choices[c].options
            out: Array = carry["chosen"][c] == options.index(asked.options[0])
            for option in asked.options[1:]:
                out = out | (carry["chosen"][c] == options.index(option))
            return out

        out = []
        for item, held in zip(self.watched, carry["answers"], strict=True):
            if item.node is None:  # set at the decision, see `watch_decision`
                out.append(held)
                continue
            now = expression.evaluate(item.node, carry["cells"].__getitem__, holds, jnp)
            if item.kind == "first":
                inside = (state >= item.since) & (state <= item.state)
                out.append(jnp.where(inside & now & (held > state), state.astype(held.dtype), held))
            else:
                out.append(jnp.where(state == item.state, jnp.broadcast_to(now, held.shape).astype(held.dtype), held))
        return out

    def watch_decision(self, answers: list[Array], p: Array, reasons: Array, k: Array) -> list[Array]:
        """Update the numbers kept of each draw that come from the decision of step `k`."""
        out = []
        for item, held in zip(self.watched, answers, strict=True):
            if item.node is not None:
                out.append(held)
                continue
            choice = self.plan.choices[item.choice]
            made = [step for step in range(min(item.state, self.steps)) if choice.decides[step]][-1:]
            now = reasons[item.reason, item.option] if item.kind == "reason" else p[item.choice, item.option]
            out.append(jnp.where(k == made[0], now, held) if made else held)
        return out

    def explained(self, held: dict[str, Array], found: logit.Equilibrium, reasons: Array, k: Array) -> dict[str, Array]:
        """Keep the game of the steps that are to be explained."""
        new = {"p": found.probabilities, "expected": found.expected, "reasons": reasons, "residual": found.residual}
        now = jnp.asarray(np.array(self.explain_at, np.int32)) == k  # (W,)
        return {
            name: jnp.where(now.reshape(-1, *([1] * (value.ndim - 1))), new[name][None], value)
            for name, value in held.items()
        }

    def reported(
        self, carry: Carry, flows: Mapping[tuple[str, str], Array], valid: Array, paths: bool
    ) -> dict[str, Array]:
        """What leaves the step: sums over the draws of the block, and the draws themselves where asked for."""
        use = valid & carry["ok"]
        count = jnp.sum(use.astype(jnp.int32))
        share = jnp.maximum(count, 1).astype(carry["stacked"].dtype)
        out: dict[str, Array] = {"count": count}
        cells = carry.pop("stacked")
        out["mean"] = jnp.sum(jnp.where(use, cells, 0.0), axis=-1) / share
        out["spread"] = jnp.sum(jnp.where(use, jnp.square(cells - out["mean"][:, None]), 0.0), axis=-1)
        if self.plan.choices:
            stands = carry["chosen"][:, None] == jnp.arange(self.width)[None, :, None]
            out["held"] = jnp.sum((stands & use).astype(jnp.int32), axis=-1)
            out["p"] = jnp.sum(jnp.where(use, carry["p"], 0.0), axis=-1)
        if paths:
            moved = jnp.stack([flows[name] for name in self.flow_names])
            out["flows"] = jnp.sum(jnp.where(use, moved, 0.0), axis=-1)
            out["cells"] = cells
            if self.plan.choices:
                out["path_p"], out["path_chosen"] = carry["p"], carry["chosen"].astype(jnp.int8)
        return out

    # ---- a block -----------------------------------------------------------------------------------------------

    def start(self, parameters: Array) -> Carry:
        """The carry at state 0."""
        plan, size, dtype = self.plan, parameters.shape[-1:], parameters.dtype
        cells = {cell: parameters[i] for cell, i in zip(plan.cells, plan.initial, strict=True)}
        observed, there = self.observed
        for n, item in enumerate(plan.observations):
            if there[n, 0]:
                cells[item.cell] = observed[n, 0].astype(dtype) * parameters[item.scale]
        count, total = len(plan.choices), sum(len(choice.reasons) for choice in plan.choices)
        chosen = np.array([choice.forced[0] if choice.forced and choice.forced[0] >= 0 else choice.status_quo
                           for choice in plan.choices], np.int32).reshape(count, 1)  # fmt: skip
        onehot = (chosen[:, None] == np.arange(self.width)[None, :, None]).astype(np.float32)
        wide = (count, self.width, *size)
        carry: Carry = {
            "cells": {cell: jnp.broadcast_to(value, size).astype(dtype) for cell, value in cells.items()},
            "chosen": jnp.broadcast_to(chosen, (count, *size)).astype(jnp.int32),
            "p": jnp.broadcast_to(onehot, wide).astype(dtype),
            "shock": jnp.zeros(wide, dtype),
            "unsolved": jnp.zeros(size, jnp.int32),
            "ok": jnp.ones(size, bool),
            "failed": jnp.full(size, -1, jnp.int32),
        }
        kept = len(self.explain_at) if plan.choices else 0
        shapes = {"p": wide, "expected": wide, "reasons": (total, self.width, *size), "residual": size}
        carry["explained"] = {name: jnp.zeros((kept, *shape), dtype) for name, shape in shapes.items() if kept}
        carry["answers"] = [
            jnp.full(size, jnp.inf if item.kind == "first" else jnp.nan, dtype) for item in self.watched
        ]
        carry["answers"] = self.watch(carry, jnp.asarray(0, jnp.int32))
        return carry

    def block(
        self, table: tuple[Array, ...], seed: Array, ids: Array, total: Array, paths: bool, dtype: Any
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Run the draws `ids` (B,): per-draw results, and per-step reports. Ids from `total` on are padding."""
        choices, decisions = [choice.name for choice in self.plan.choices], len(self.decision_steps)
        options = [f"{name}/{o}" for name in choices for o in range(self.width)] if decisions else []

        def uniforms(names: Sequence[str], count: int = 1) -> Array:
            return draws.uniforms(seed, names, count, ids, dtype)

        # always true; without a branch the compiler writes the whole calculation out again for each parameter in use
        parameters = lax.cond(
            total > 0,
            lambda: draws.parameters(self.layout, table, uniforms(self.layout.names)[0]),
            lambda: jnp.zeros((len(self.layout.names), *ids.shape), dtype),
        )
        z = ndtri(uniforms(self.noise, self.steps))  # (T, noise, B)
        if decisions:
            by_option = (-1, len(choices), self.width, *ids.shape)
            shocks = gumbel(uniforms([f"shock/{name}" for name in options], decisions)).reshape(by_option)
            recalled = gumbel(uniforms([f"recalled/{name}" for name in options])).reshape(by_option)[0]
            renew = uniforms([f"renew/{name}" for name in choices], decisions)  # (decision, C, B)
        which = np.cumsum(np.isin(np.arange(self.steps), self.decision_steps)) - 1

        def step(carry: Carry, inputs: tuple[Array, Array]) -> tuple[Carry, dict[str, Array]]:
            k, now = inputs
            random: dict[str, Any] = {"z": now, "valid": ids < total}
            if decisions:
                d = jnp.maximum(jnp.asarray(which)[k], 0)
                random |= {"shock": shocks[d], "renew": renew[d], "recalled": recalled}
            return self.step(carry, k, parameters, random, paths)

        last, reports = lax.scan(step, self.start(parameters), (jnp.arange(self.steps, dtype=jnp.int32), z))
        kept = {
            "answers": jnp.stack(last["answers"]) if self.watched else jnp.zeros((0, *ids.shape), dtype),
            "failed": last["failed"],
            "unsolved": last["unsolved"],
        }
        if paths:
            kept |= {f"explained_{name}": value for name, value in last["explained"].items()}
            kept["parameters"] = parameters
        return kept, reports


def gumbel(u: Array) -> Array:
    """Standard Gumbel numbers from uniforms."""
    return -jnp.log(-jnp.log(u))


def _options(choices: Any, name: str) -> tuple[str, ...]:
    return next(tuple(choice.options) for choice in choices if choice.name == name)
