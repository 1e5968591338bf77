"""What leaves a block of draws: numbers kept of each draw, sums over draws, and whole paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff import expression

if TYPE_CHECKING:
    from standoff.engine.decide import Solved
    from standoff.engine.program import Program
    from standoff.engine.watch import Watched

Array: TypeAlias = jax.Array
LANES = 16  #: numbers that a processor adds at once, in single precision with 512 bits


def watch(program: Program, carry: Mapping[str, Any], state: Array) -> tuple[list[Array], Array]:
    """Numbers kept of each draw, with those that are read from state `state`, and what it failed of, such a number too."""
    choices, held, cells = program.plan.choices, carry["answers"], carry["cells"]

    def holds(asked: expression.Chosen) -> Array:
        c = [choice.name for choice in choices].index(asked.choice)
        held = [carry["chosen"][c] == choices[c].options.index(option) for option in asked.options]
        out: Array = reduce(jnp.logical_or, held)
        return out

    def new(item: Watched, before: Array) -> Array:
        assert item.node is not None
        now = expression.evaluate(item.node, cells.__getitem__, holds, jnp)
        if item.kind == "first":
            now = jnp.where(now & (before > state), state, before)
        return jnp.broadcast_to(now, before.shape).astype(before.dtype)

    def failing(item: Watched, before: Array, cause: Array) -> Array:
        assert item.node is not None
        known = expression.defined(item.node, cells.__getitem__, holds, jnp)
        if known is True:
            return cause
        lacks = ~known & (before > state) if item.kind == "first" else ~known  # what has happened is known
        return jnp.where((cause < 0) & lacks, program.cause("question", item.name), cause)

    def update(items: Sequence[Watched], held: list[Array], cause: Array) -> tuple[list[Array], Array]:
        out = []
        for item, before in zip(items, held, strict=True):
            now = (state >= item.since) & (state <= item.state)
            out.append(jnp.where(now, new(item, before), before))
            cause = jnp.where(now, failing(item, before, cause), cause)
        return out, cause

    out, cause = list(held), carry["cause"]
    for kind in ("value", "first"):
        rows = [n for n, item in enumerate(program.of_states) if item.kind == kind]
        items = [program.of_states[n] for n in rows]
        read = [any(item.since <= at <= item.state for item in items) for at in range(program.steps + 1)]
        if items:  # most states are read by nothing
            found, cause = lax.cond(
                jnp.asarray(read)[state], partial(update, items), lambda *as_before: as_before,
                [held[n] for n in rows], cause,
            )  # fmt: skip
            for n, value in zip(rows, found, strict=True):
                out[n] = value
    return out, cause


def watch_decision(
    program: Program,
    held: Array,
    solved: Sequence[Solved],
    probabilities: list[list[Array]],
    chosen: list[Array],
    k: Array,
) -> Array:
    """Update the numbers kept of each draw that come from the decision of step `k`: (watched of decisions, B).

    `solved` is the game of each choice.
    """
    if not program.of_decisions:
        return held
    rows, made = [], []
    for item in program.of_decisions:
        dates = program.plan.choices[item.choice].dates
        made.append(next((step for step in reversed(range(min(item.state, program.steps))) if dates[step]), -1))
        kept = solved[item.choice].reason(item.reason, chosen) if item.kind == "reason" else probabilities[item.choice]
        rows.append(kept[item.option])
    return jnp.where((jnp.asarray(np.array(made)) == k)[:, None], jnp.stack(rows), held)


def state(program: Program, carry: Mapping[str, Any]) -> dict[str, Array]:
    """Stocks and options at the end of a step as stacks (row, B), as whole paths hold them."""
    out = {"cells": jnp.stack([carry["cells"][cell] for cell in program.plan.cells])}
    return out | {"path_p": carry["p"], "path_chosen": carry["chosen"]} if program.plan.choices else out


def summed(program: Program, carry: Mapping[str, Any], state: Mapping[str, Array], valid: Array) -> dict[str, Array]:
    """Sums over the draws of the block at the end of a step."""
    use, cells = valid & (carry["failed"] < 0), state["cells"]

    def total(values: Array) -> Array:
        return over_draws(jnp.where(use, values, 0).astype(cells.dtype))

    count = over_draws(use.astype(cells.dtype))
    mean = total(cells) / jnp.maximum(count, 1)
    out = {"count": count, "mean": mean, "spread": total(jnp.square(cells - mean[:, None]))}
    if program.plan.choices:
        stands = jnp.stack([carry["chosen"][c] == o for c, o in program.option_rows])
        out |= {"held": total(stands), "p": total(carry["p"])}
    return out


def over_draws(values: Array) -> Array:
    """Sums along the last axis, which is first folded to a few lanes.

    A processor adds lanes side by side, and the compiler does so in the pass that makes the values; a sum along the last
    axis alone runs element by element, and a product with ones needs the values in memory first.
    """
    whole = values.shape[-1] // LANES * LANES
    folds = [values[..., at : at + LANES] for at in range(0, whole, LANES)]
    rest = jnp.sum(values[..., whole:], axis=-1)
    return jnp.sum(lax.optimization_barrier(reduce(jnp.add, folds)), axis=-1) + rest if folds else rest
