"""Results of a block of draws: numbers of each draw, sums over draws, and paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from standoff import expression

if TYPE_CHECKING:
    from standoff.engine.layout import ProgramLayout
    from standoff.engine.solved_games import SolvedGames
    from standoff.engine.trackers import TrackerGroup

LANES = 16  #: lanes of a single-precision sum on a processor with 512-bit vectors


def update_trackers(layout: ProgramLayout, carry: Mapping[str, Any], state: Array) -> tuple[tuple[Array, ...], Array]:
    """Update the numbers of each draw with those of state `state`, and record failures.

    Both are as in the carry: (item, B) for each of `layout.groups`, and (B,).
    """
    choices, cells = layout.plan.choices, carry["cells"]
    shape = next(iter(cells.values())).shape
    clock = {name: jnp.broadcast_to(jnp.asarray(table)[state], shape) for name, table in layout.clock_tables.items()}
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
            values = jnp.asarray(np.array(distinct, float)[:, None], next(iter(cells.values())).dtype)
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
                named = layout.first_question + jnp.asarray(np.array(group.rows))[jnp.argmax(lacks, axis=0)]
                cause = jnp.where((cause < 0) & jnp.any(lacks, axis=0), named.astype(cause.dtype), cause)
        return tuple(out), cause

    out, cause = dict[int, Array](enumerate(carry["answers"])), carry["cause"]
    for kind in ("value", "first"):
        some = [n for n, group in enumerate(layout.groups) if group.kind == kind]
        groups = [layout.groups[n] for n in some]
        read = np.zeros(layout.steps + 1, bool)
        for since, last in {span for group in groups for span in zip(group.since, group.state, strict=True)}:
            read[since : last + 1] = True
        if groups:  # most states are read by nothing
            new, cause = lax.cond(
                jnp.asarray(read)[state],
                partial(update, groups),
                lambda *as_before: as_before,
                tuple(out[n] for n in some),
                cause,
            )
            out |= dict(zip(some, new, strict=True))
    return tuple(out.values()), cause


def update_decision_trackers(
    layout: ProgramLayout,
    previous: Array,
    solved: Sequence[SolvedGames],
    probabilities: list[list[Array]],
    chosen: list[Array],
    k: Array,
) -> Array:
    """Update the numbers of each draw that depend on decision `k`: (decision number, B).

    `solved` is the game of each choice.
    """
    if not layout.of_decisions:
        return previous
    rows, made = [], []
    for item in layout.of_decisions:
        dates = layout.plan.choices[item.choice].is_date
        made.append(next((step for step in reversed(range(min(item.state, layout.steps))) if dates[step]), -1))
        stored = (
            solved[item.choice].reason(item.reason, chosen) if item.kind == "reason" else probabilities[item.choice]
        )
        rows.append(stored[item.option])
    return jnp.where((jnp.asarray(np.array(made)) == k)[:, None], jnp.stack(rows), previous)


def state(layout: ProgramLayout, carry: Mapping[str, Any]) -> dict[str, Array]:
    """Stocks and options at the end of a step as stacks (row, B), the format of paths."""
    out = {"cells": jnp.stack([carry["cells"][cell] for cell in layout.plan.cells])}
    return out | {"path_p": carry["p"], "path_chosen": carry["chosen"]} if layout.plan.choices else out


def block_sums(
    layout: ProgramLayout, carry: Mapping[str, Any], state: Mapping[str, Array], valid: Array
) -> dict[str, Array]:
    """Sums over the draws of the block at the end of a step."""
    use, cells = valid & (carry["failed"] < 0), state["cells"]

    def total(values: Array) -> Array:
        return over_draws(jnp.where(use, values, 0).astype(cells.dtype))

    count = over_draws(use.astype(cells.dtype))
    mean = total(cells) / jnp.maximum(count, 1)
    out = {"count": count, "mean": mean, "spread": total(jnp.square(cells - mean[:, None]))}
    if layout.plan.choices:
        stands = jnp.stack([carry["chosen"][c] == o for c, o in layout.option_rows])
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
