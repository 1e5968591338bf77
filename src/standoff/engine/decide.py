"""One date of decisions: payoffs from the state as each actor believes it, the game, and what is done.

Every actor solves the game that it believes it is in; the world moves by what they all do. Actors without beliefs of
their own share one game, the true one. Numbers are arrays over the draws of a block. `p` and `shock` are stacks with a
row for every option of every choice, in the order of `Program.option_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff import parts
from standoff.engine import ahead, reports
from standoff.games import logit, theories
from standoff.games.moves import Strategy

if TYPE_CHECKING:
    from standoff.engine.draws import Values
    from standoff.engine.plan import PlannedReason, View
    from standoff.engine.program import Program

Array: TypeAlias = jax.Array
Number: TypeAlias = Callable[[int], Array]  #: parameter -> its value now
Table: TypeAlias = list[list[Array]]  #: [option][option of the other]
Stocks: TypeAlias = Mapping[str, Array]


@dataclass(frozen=True)
class Date:
    """A date of decisions as the world has it, before anybody decides."""

    cells: Stocks
    given: Values  #: parameters as drawn
    number: Number  #: parameters as the options that hold change them
    chosen: Array  #: (C, B) options that hold
    fixed: Sequence[Array]  #: of each choice, whether it is not made now
    k: Array
    chance: ahead.Chance


@dataclass(frozen=True)
class Believed:
    """The game that some actors believe they are in, and the payoffs that led to it."""

    players: tuple[int, ...]  #: the choices in it
    game: logit.Game
    found: logit.Equilibrium
    weights: dict[int, Array]  #: of each reason
    own: dict[int, list[Array]]  #: reason -> option, with every other choice silent
    between: dict[int, dict[int, Table]]  #: reason -> place of another among the players -> what its options add
    fixed: list[Array]
    held: logit.Rows

    def expected(self, c: int) -> list[Array]:
        """What is expected of a choice by those who believe in this game."""
        return self.game.moves.marginal(self.found.expected, self.players.index(c))

    @cached_property
    def hierarchy(self) -> list[Strategy]:
        """What everybody does who thinks a few steps ahead."""
        return theories.cognitive_hierarchy(self.game, self.fixed, self.held)


@dataclass(frozen=True)
class Solved:
    """The games of a date."""

    program: Program
    believed: list[Believed]
    of: tuple[int, ...]  #: for each choice, the game that its actor believes in

    def parts(self, c: int, chosen: Sequence[Array]) -> dict[int, list[Array]]:
        """Weighted payoff of each option by reason, to an actor who knows what those it sees have `chosen`."""
        mine = self.believed[self.of[c]]
        game, i = mine.game, mine.players.index(c)

        def part(r: int, info: tuple[int, ...]) -> list[Array]:
            out = list(mine.own[r])
            for other, table in mine.between[r].items():
                for o, gains in enumerate(table):
                    shares = game.expectation(mine.found.expected, i, other, info, o)
                    out[o] = out[o] + _sum(gain * share for gain, share in zip(gains, shares, strict=True))
            return out

        known = [chosen[player] for player in mine.players]
        return {r: game.moves.at({info: part(r, info) for info in game.moves.infos(i)}, i, known)
                for r in self.program.reason_rows[c]}  # fmt: skip

    def reason(self, r: int, chosen: Sequence[Array]) -> list[Array]:
        """One reason as a part of the log odds of each option against the status quo, under quantal response."""
        c = next(c for c, rows in enumerate(self.program.reason_rows) if r in rows)
        mine, part = self.believed[self.of[c]], self.parts(c, chosen)[r]
        rationality = mine.game.rationality[mine.players.index(c)]
        return [rationality * (value - part[self.program.plan.choices[c].status_quo]) for value in part]

    def probabilities(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """What the theory of the actor says that it does, knowing what those it sees have `chosen`."""
        choice = self.program.plan.choices[c]
        mine = self.believed[self.of[c]]
        game, i = mine.game, mine.players.index(c)
        known = [chosen[player] for player in mine.players]
        if choice.theory == "quantal_response" or not choice.reasons:
            return game.moves.at(mine.found.strategies[i], i, known)
        if choice.theory == "cognitive_hierarchy":
            return game.moves.at(mine.hierarchy[i], i, known)
        part = self.parts(c, chosen)
        if choice.theory == "best_response":
            return theories.best_response([_sum(values) for values in zip(*part.values(), strict=True)])
        if choice.theory == "reference_dependent":
            utilities = theories.loss_averse(list(part.values()), choice.status_quo)
            return logit.respond(utilities, game.rationality[i])
        plain = [[jnp.where(mine.weights[r] > 0, value / jnp.maximum(mine.weights[r], 1e-30), 0.0) for value in values]
                 for r, values in part.items()]  # fmt: skip
        return theories.satisfice(plain, [mine.weights[r] for r in part], choice.status_quo)


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


def solve(program: Program, date: Date) -> Solved:
    """Solve the game of one date as each actor believes it."""
    look = partial(_ahead, program, date, {})
    believed = [_believed(program, date, viewer, players, look) for viewer, players in program.circles]
    return Solved(program, believed, program.circle_of)


def _ahead(program: Program, date: Date, known: dict[tuple[int, int], list[dict[str, Array]]], c: int,
           steps: int) -> list[Stocks]:  # fmt: skip
    """Stocks under each option of a choice some steps on; each rollout is made once."""
    if (c, steps) not in known:
        known[c, steps] = ahead.stocks(program, date.cells, date.given, date.chosen, date.k, c, steps, date.chance)
    return list(known[c, steps])


def _believed(program: Program, date: Date, viewer: str, players: tuple[int, ...],
              look: Callable[[int, int], list[Stocks]]) -> Believed:  # fmt: skip
    """The game among `players` in the eyes of an actor; of nobody, as it is."""
    plan = program.plan
    names = [plan.choices[c].name for c in players]
    own: dict[int, list[Array]] = {}
    between: dict[int, dict[int, Table]] = {}
    weights: dict[int, Array] = {}
    rationality = []
    for c in players:
        choice = plan.choices[c]
        view = plan.view(viewer, choice.actor)
        number = partial(_seen_number, view, date)
        rationality.append(number(choice.rationality))
        for r, reason in zip(program.reason_rows[c], choice.reasons, strict=True):
            states = look(c, reason.horizon) if reason.horizon else [date.cells] * len(choice.options)
            seen = [_seen_stocks(view, date, stocks) for stocks in states]
            own[r], tables = payoffs(program, choice.options, reason, seen, number)
            between[r] = {names.index(other): table for other, table in tables.items()}
            weights[r] = number(reason.weight)
    own, between = lax.optimization_barrier((own, between))  # else the compiler works a payoff out again for each use
    like = date.given.varying[0] if len(date.given.varying) else date.cells[plan.cells[0]]
    base = [[_sum(own[r][o] for r in program.reason_rows[c]) if program.reason_rows[c] else jnp.zeros_like(like)
             for o in range(len(plan.choices[c].options))] for c in players]  # fmt: skip
    pairs: dict[tuple[int, int], Table] = {}
    for i, c in enumerate(players):
        for r in program.reason_rows[c]:
            for other, table in between[r].items():
                before = pairs.get((i, other))
                pairs[i, other] = table if before is None else jax.tree.map(jnp.add, before, table)
    held = [[(date.chosen[c] == o).astype(like.dtype) for o in range(len(plan.choices[c].options))] for c in players]
    fixed = [date.fixed[c] for c in players]
    game = logit.Game(base, pairs, rationality, program.moves(players))
    tolerance = 1e-11 if like.dtype == jnp.float64 else 2e-6
    return Believed(players, game, logit.solve(game, fixed, held, tolerance), weights, own, between, fixed, held)


def _seen_stocks(view: View, date: Date, stocks: Stocks) -> Stocks:
    return {cell: value * date.given[view.stocks[cell]] if cell in view.stocks else value
            for cell, value in stocks.items()}  # fmt: skip


def _seen_number(view: View, date: Date, i: int) -> Array:
    return date.number(i) * date.given[view.numbers[i]] if i in view.numbers else date.number(i)


def payoffs(
    program: Program, options: tuple[str, ...], reason: PlannedReason, seen: Sequence[Stocks], number: Number
) -> tuple[list[Array], dict[str, Table]]:
    """Weighted payoffs of each option for one reason, and what each option of the other choices adds to them.

    `seen` are the stocks that it reads under each option: the same ones, unless it looks ahead.
    """
    choices = {choice.name: choice.options for choice in program.plan.choices}
    part, like = reason.part, next(iter(seen[0].values()))
    filled = program.filled(part, number)
    states = [parts.State({cell: stocks[cell] for cell in part.reads}, part.kind) for stocks in seen]
    zero = jnp.zeros_like(like)
    silent = {(name, option): zero for name in reason.others for option in choices[name]}
    weight = number(reason.weight)

    def payoff(o: int, others: Mapping[tuple[str, str], Array]) -> Array:
        value = part.module.payoff(filled, states[o], options[o], parts.Others(others))
        return weight * jnp.broadcast_to(jnp.asarray(value, like.dtype), like.shape)

    plain = [payoff(o, silent) for o in range(len(options))]
    return plain, {
        other: [
            [payoff(o, {**silent, (other, k): zero + 1}) - plain[o] for k in choices[other]]
            for o in range(len(options))
        ]
        for other in reason.others
    }


def decide(program: Program, carry: dict[str, Any], cells: Stocks, given: Values, k: Array,
           random: Mapping[str, Any]) -> dict[str, Any]:  # fmt: skip
    """Everybody who decides at step `k` does so, in the order in which they see one another."""
    choices, shock = program.plan.choices, carry["shock"]
    due = [jnp.asarray(np.array(choice.decides))[k] for choice in choices]
    chosen = at_rest(program, cells, carry["chosen"], due)
    decides = deciders(program, cells, due)
    first = [jnp.asarray(row)[k] for row in program.first_decisions]
    number = program.values_now(given, chosen)
    solved = solve(program, Date(cells, given, number, chosen, [~now for now in decides], k, random["ahead"]))
    now, probabilities = list(chosen), [[jnp.zeros_like(chosen[0], shock.dtype)] * len(c.options) for c in choices]
    shocks: list[list[Array]] = [[] for _ in choices]
    for c in program.order:
        choice, rows = choices[c], program.rows_of[c]
        probabilities[c] = solved.probabilities(c, now)
        log_p = [jnp.log(jnp.maximum(q, 1e-30)) for q in probabilities[c]]
        recalled = recall(log_p, chosen[c], random["recalled"][rows])
        persistent = [jnp.where(first[c], then, before) for then, before in zip(recalled, shock[rows], strict=True)]
        renewed = random["renew"][c] < given[choice.renewal]
        if not program.seen[c]:  # nobody seen, nothing to recall
            renewed = renewed | first[c]
        fresh = random["shock"][rows]
        new = [jnp.where(renewed, fresh[o], persistent[o]) for o in range(len(log_p))]
        picked = best([a + b for a, b in zip(log_p, new, strict=True)])
        now[c] = jnp.where(decides[c], picked, chosen[c]).astype(chosen.dtype)
        shocks[c] = [jnp.where(due[c], drawn, before) for drawn, before in zip(new, shock[rows], strict=True)]
    p = [jnp.where(due[c], found, before) for c, rows in enumerate(program.rows_of)
         for found, before in zip(probabilities[c], carry["p"][rows], strict=True)]  # fmt: skip
    settled = reduce(jnp.logical_and, [mine.found.converged for mine in solved.believed])
    return {
        "chosen": jnp.stack(now),
        "shock": jnp.stack([drawn for options in shocks for drawn in options]),
        "p": jnp.stack(p),
        "decided": reports.watch_decision(program, carry["decided"], solved, probabilities, now, k),
        "unsolved": carry["unsolved"] + (~settled).astype(jnp.int32),
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
