"""Options that an actor may choose on a date, and actors who are bound to their option.

An option is available where its condition holds and the option in force leads to it (`OptionRestrictions`). An actor is
bound to an option that is irreversible, or that has not yet lasted as long as stated: it then makes no decision, whatever
the conditions. Nothing is computed for choices without restrictions. Arrays are over the draws of a block, B; C choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.engine.dynamics import Dynamics

Masks: TypeAlias = list[list[Array] | None]  #: [choice][option] -> (B,) whether it is available; None: all are


def start_of_options(dynamics: Dynamics, size: tuple[int, ...]) -> Array:
    """(C, B) step at which the options in force at the start were chosen."""
    since = [0 if item is None else item.since for item in dynamics.option_restrictions]
    return jnp.broadcast_to(jnp.asarray(since, jnp.int32)[:, None], (len(since), *size))


def is_bound(dynamics: Dynamics, chosen: Array, since: Array | None, k: Array) -> list[Array | None]:
    """Whether each actor cannot leave its option at step `k`; None where it always may.

    chosen: (C, B) options in force; since: (C, B) steps at which they were chosen, needed where options last a time
    """
    out: list[Array | None] = []
    for c, item in enumerate(dynamics.option_restrictions):
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
    dynamics: Dynamics,
    facts: Mapping[str, Array],
    chosen: Array,
    bound: Sequence[Array | None],
    k: Array,
    observed: Array | None = None,
) -> Masks | None:
    """Whether each option may be chosen in step `k`; None where no choice has a restriction.

    facts: of `Dynamics.facts`; chosen: (C, B) options in force; bound: of `is_bound`; observed: (C,) or (C, B) options that
    were observed on that date, and so were available; -1 for none
    """
    if not any(dynamics.option_restrictions):
        return None
    out: Masks = []
    for c, item in enumerate(dynamics.option_restrictions):
        if item is None:
            out.append(None)
            continue
        reachable = np.array(item.reachable)  # (option in force, option)
        mask, stays = [], bound[c]
        for o, when in enumerate(item.when):
            there = jnp.asarray(reachable[:, o])[jnp.clip(chosen[c], 0)]
            there = there if when is None else there & dynamics.holds(when, facts, k)
            if observed is not None:
                there = there | (observed[c] == o)
            mask.append(there if stays is None else jnp.where(stays, chosen[c] == o, there))
        out.append(mask)
    return out


def since_of_path(dynamics: Dynamics, start: np.ndarray, path: np.ndarray, now: np.ndarray, step: int) -> np.ndarray:
    """(K, C) step at which the options in force before the decisions of `step` were chosen.

    start: (C,) options at the start; path: (K, T, C) options in force at the end of each step; now: (K, C) those in force
    """
    since = np.array([0 if item is None else item.since for item in dynamics.option_restrictions], np.int32)
    out = np.broadcast_to(since, now.shape).copy()
    before = np.broadcast_to(start, now.shape)
    for k in range(step + 1):
        current = path[:, k] if k < step else now
        out = np.where(current != before, k, out)
        before = current
    return out.astype(np.int32)


def stacked(dynamics: Dynamics, masks: Masks | None, like: Array) -> Array:
    """(row of options, B) whether each option of each choice is available."""
    every = [None] * len(dynamics.option_restrictions) if masks is None else masks
    rows = [True if (mask := every[c]) is None else mask[o] for c, o in dynamics.option_rows]
    return jnp.stack([jnp.broadcast_to(row, like.shape) for row in rows])
