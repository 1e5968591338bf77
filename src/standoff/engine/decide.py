"""One date of decisions: payoffs from the state as each actor believes it, the game, and what is done.

Numbers are arrays over the draws of a block. `p` and `shock` are stacks with a row for every option of every choice,
in the order of `Program.option_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff import parts
from standoff.engine import reports
from standoff.games import logit

if TYPE_CHECKING:
    from standoff.engine.draws import Values
    from standoff.engine.plan import PlannedReason
    from standoff.engine.program import Program

Array: TypeAlias = jax.Array
Number: TypeAlias = Callable[[int], Array]  #: parameter -> its value now
Table: TypeAlias = list[list[Array]]  #: [option][option of the other]


@dataclass(frozen=True)
class Solved:
    """The game of a date: its equilibrium, and the payoffs that led to it."""

    found: logit.Equilibrium
    rationality: list[Array]  #: of each choice
    status_quo: list[int]
    choice_of: list[int]  #: [reason]
    own: list[list[Array]]  #: [reason][option], with every other choice silent
    between: list[dict[int, Table]]  #: [reason] -> other choice -> what its options add

    def reason(self, r: int) -> list[Array]:
        """One reason as a part of the log odds of each option against the status quo."""
        total = [value + _sum([jnp.zeros_like(value)] + [
            gain * share for other, table in self.between[r].items()
            for gain, share in zip(table[o], self.found.expected[other], strict=True)
        ]) for o, value in enumerate(self.own[r])]  # fmt: skip
        c = self.choice_of[r]
        return [self.rationality[c] * (value - total[self.status_quo[c]]) for value in total]


def deciders(program: Program, cells: Mapping[str, Array], due: Sequence[Array]) -> list[Array]:
    """For each choice whether it is made at a date at which those that are `due` may be."""
    return [
        now if choice.when is None else now & program.holds(choice.when, cells)
        for now, choice in zip(due, program.plan.choices, strict=True)
    ]


def at_rest(program: Program, cells: Mapping[str, Array], chosen: Array, due: Sequence[Array]) -> Array:
    """(C, B) options that hold when the decisions of a date begin: the status quo where one that is due has no occasion."""
    return jnp.stack([
        held if choice.when is None
        else jnp.where(now & ~program.holds(choice.when, cells), choice.status_quo, held)
        for held, now, choice in zip(chosen, due, program.plan.choices, strict=True)
    ]).astype(chosen.dtype)  # fmt: skip


def game(program: Program, cells: Mapping[str, Array], given: Values, number: Number, chosen: Array,
         fixed: Sequence[Array]) -> Solved:  # fmt: skip
    """Solve the game of one date. `given` holds parameters as drawn, `number` as the options that hold change them."""
    plan = program.plan
    names = [choice.name for choice in plan.choices]
    own: list[list[Array]] = []  # [reason][option], with every other choice silent
    between: list[dict[int, Table]] = []  # [reason] -> other choice -> what its options add
    for choice in plan.choices:
        views = plan.views.get(choice.actor, {})
        seen = {cell: value * given[views[cell]] if cell in views else value for cell, value in cells.items()}
        for reason in choice.reasons:
            plain, tables = payoffs(program, choice.options, reason, seen, number)
            own.append(plain)
            between.append({names.index(other): table for other, table in tables.items()})
    own, between = lax.optimization_barrier((own, between))  # else the compiler works a payoff out again for each use
    base = [[_sum(own[r][o] for r in rows) if rows else jnp.zeros_like(chosen[0], own[0][0].dtype)
             for o in range(len(choice.options))]
            for choice, rows in zip(plan.choices, program.reason_rows, strict=True)]  # fmt: skip
    pairs: dict[tuple[int, int], Table] = {}
    for c, rows in enumerate(program.reason_rows):
        for r in rows:
            for other, table in between[r].items():
                before = pairs.get((c, other))
                pairs[c, other] = table if before is None else jax.tree.map(jnp.add, before, table)
    rationality = [number(choice.rationality) for choice in plan.choices]
    held = [[(chosen[c] == o).astype(base[c][0].dtype) for o in range(len(base[c]))] for c in range(len(names))]
    tolerance = 1e-11 if base[0][0].dtype == jnp.float64 else 2e-6
    found = logit.solve(base, pairs, rationality, fixed, held, tolerance)
    choice_of = [c for c, rows in enumerate(program.reason_rows) for _ in rows]
    return Solved(found, rationality, [choice.status_quo for choice in plan.choices], choice_of, own, between)


def payoffs(
    program: Program, options: tuple[str, ...], reason: PlannedReason, seen: Mapping[str, Array], number: Number
) -> tuple[list[Array], dict[str, Table]]:
    """Weighted payoffs of each option for one reason, and what each option of the other choices adds to them."""
    choices = {choice.name: choice.options for choice in program.plan.choices}
    part, like = reason.part, next(iter(seen.values()))
    filled = program.filled(part, number)
    state = parts.State({cell: seen[cell] for cell in part.reads}, part.kind)
    zero = jnp.zeros_like(like)
    silent = {(name, option): zero for name in reason.others for option in choices[name]}
    weight = number(reason.weight)

    def payoff(option: str, others: Mapping[tuple[str, str], Array]) -> Array:
        value = part.module.payoff(filled, state, option, parts.Others(others))
        return weight * jnp.broadcast_to(jnp.asarray(value, like.dtype), like.shape)

    plain = [payoff(option, silent) for option in options]
    return plain, {
        other: [
            [payoff(option, {**silent, (other, k): zero + 1}) - plain[o] for k in choices[other]]
            for o, option in enumerate(options)
        ]
        for other in reason.others
    }


def decide(program: Program, carry: dict[str, Any], cells: Mapping[str, Array], given: Values, k: Array,
           random: Mapping[str, Array]) -> dict[str, Any]:  # fmt: skip
    """Everybody who decides at step `k` does so; the others' options are known. Returns what that changes."""
    choices, shock = program.plan.choices, carry["shock"]
    due = [jnp.asarray(np.array(choice.decides))[k] for choice in choices]
    chosen = at_rest(program, cells, carry["chosen"], due)
    decides = deciders(program, cells, due)
    first = [jnp.asarray(row)[k] for row in program.first_decisions]
    solved = game(program, cells, given, program.values_now(given, chosen), chosen, [~now for now in decides])
    p, picked = [], []
    shocks: list[Array] = []
    for c, (choice, rows) in enumerate(zip(choices, program.rows_of, strict=True)):
        log_p = [jnp.log(jnp.maximum(q, 1e-30)) for q in solved.found.probabilities[c]]
        recalled = recall(log_p, chosen[c], random["recalled"][rows])
        persistent = [jnp.where(first[c], then, before) for then, before in zip(recalled, shock[rows], strict=True)]
        renewed = random["renew"][c] < given[choice.renewal]
        if not program.seen[c]:  # nobody seen, nothing to recall
            renewed = renewed | first[c]
        fresh = random["shock"][rows]
        new = [jnp.where(renewed, fresh[o], persistent[o]) for o in range(len(log_p))]
        picked.append(jnp.where(decides[c], best([a + b for a, b in zip(log_p, new, strict=True)]), chosen[c]))
        shocks += [jnp.where(due[c], now, before) for now, before in zip(new, shock[rows], strict=True)]
        p += [jnp.where(due[c], now, before)
              for now, before in zip(solved.found.probabilities[c], carry["p"][rows], strict=True)]  # fmt: skip
    return {
        "chosen": jnp.stack(picked).astype(chosen.dtype),
        "shock": jnp.stack(shocks),
        "p": jnp.stack(p),
        "decided": reports.watch_decision(program, carry["decided"], solved, k),
        "unsolved": carry["unsolved"] + (~solved.found.converged).astype(jnp.int32),
    }


def recall(log_p: Sequence[Array], chosen: Array, gumbel: Array) -> list[Array]:
    """Reasons unknown to us, given that the actor was seen to choose `chosen`: Gumbel noise under that condition.

    Maddison, Tarlow and Minka 2014 (top-down sampling): the winner's total is Gumbel(0), the others' are Gumbels at
    `log_p` cut off at it.
    """
    won = [chosen == o for o in range(len(log_p))]
    top = _sum(jnp.where(here, noise, 0.0) for here, noise in zip(won, gumbel, strict=True))
    return [
        jnp.where(here, top, -jnp.logaddexp(-top, -(share + noise))) - share
        for here, share, noise in zip(won, log_p, gumbel, strict=True)
    ]


def best(values: Sequence[Array]) -> Array:
    """Position of the largest value, the first of equals."""
    top, at = values[0], jnp.zeros_like(values[0], jnp.int32)
    for o, value in enumerate(values[1:], 1):
        at = jnp.where(value > top, o, at)
        top = jnp.maximum(top, value)
    return at


def _sum(values: Any) -> Array:
    total: Array = reduce(jnp.add, values)
    return total
