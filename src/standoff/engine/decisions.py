"""One date of decisions: payoffs from the state as each actor believes it, the game, and what is done.

Every actor solves the game that it believes it is in; the world moves by what they all do. Actors without beliefs of
their own share one game, the true one. Numbers are arrays over the draws of a block. `p` and `shock` are stacks with a
row for every option of every choice, in the order of `Program.option_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from standoff import components, theories
from standoff.engine import outputs, rollout
from standoff.games import logit_response, polymatrix
from standoff.games.information import Strategies

if TYPE_CHECKING:
    from standoff.engine.parameters import ParameterValues
    from standoff.engine.program import Program
    from standoff.plan import Perception, PlannedReason

Array: TypeAlias = jax.Array
Number: TypeAlias = Callable[[int], Array]  #: parameter -> its value now
Table: TypeAlias = list[list[Array]]  #: [option][option of the other]
Stocks: TypeAlias = Mapping[str, Array]
Solver: TypeAlias = Callable[[polymatrix.Game, Sequence[Array], polymatrix.Rows, float], polymatrix.Equilibrium]
#: of the dates of a future: no answer was found; there may be another one; the principal branch was left
SOLVER_FLAGS = ("unsolved", "uniqueness_unproven", "left_branch")


@dataclass(frozen=True)
class DecisionState:
    """A date of decisions as the world has it, before anybody decides."""

    cells: Stocks
    given: ParameterValues  #: parameters as drawn
    number: Number  #: parameters as the options that hold change them
    chosen: Array  #: (C, B) options that hold
    not_deciding: Sequence[Array]  #: of each choice, whether it is not made now
    k: Array
    chance: rollout.Chance

    @property
    def template(self) -> Array:
        """Any stock, for its shape (B,) and type."""
        return next(iter(self.cells.values()))

    def per_perspective(self, value: Array, count: int) -> Array:
        """An array over draws `count` times, one after the other; a number that all draws share stays one."""
        return (
            value
            if count == 1 or not jnp.ndim(value)
            else jnp.tile(jnp.broadcast_to(value, self.template.shape), count)
        )


@dataclass(frozen=True)
class SolvedGames:
    """The games of a date, in the eyes of some who believe something of their own, or of nobody: as it is.

    All are solved at once: arrays hold the draws of the block once for each pair of `eyes`. What a choice gets is taken
    from its own actor's part.
    """

    program: Program
    perspectives: tuple[str, ...]
    game: polymatrix.Game
    equilibrium: polymatrix.Equilibrium
    weights: list[Array]  #: of each reason
    own: list[list[Array]]  #: [reason][option], with every other choice silent
    between: list[dict[int, Table]]  #: [reason] -> other choice -> what its options add
    not_deciding: list[Array]
    current_options: polymatrix.Rows
    players: tuple[int, ...]  #: choices whose payoffs were worked out
    strategies: dict[theories.Solve, Strategies] = field(default_factory=dict)  #: of everybody, by theory; a cache

    def from_perspective(self, c: int, wide: Sequence[Array]) -> list[Array]:
        """The part of arrays over draws and eyes that is what the actor of a choice sees."""
        count, place = (
            len(self.perspectives),
            self.perspectives.index(self.program.viewer(self.program.plan.choices[c])),
        )
        if count == 1:
            return list(wide)
        size = self.current_options[0][0].shape[0] // count
        return [value[place * size : (place + 1) * size] if jnp.ndim(value) else value for value in wide]

    def expected(self, by: int, of: int) -> list[Array]:
        """What the actor of one choice expects of another."""
        return self.from_perspective(by, self.game.moves.marginal(self.equilibrium.expected, of))

    def known(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """What others have `chosen`, once for each pair of eyes; of those whom a choice does not see, nothing is asked."""
        seen = self.game.moves.observes[c]
        return [jnp.tile(option, len(self.perspectives)) if j in seen else option for j, option in enumerate(chosen)]

    def parts(self, c: int, chosen: Sequence[Array], reasons: Collection[int] | None = None) -> dict[int, list[Array]]:
        """Weighted payoff of each option by reason (all of its own), to an actor who knows what those it sees have `chosen`."""
        game, known = self.game, self.known(c, chosen)

        def part(r: int, info: tuple[int, ...]) -> list[Array]:
            out = list(self.own[r])
            for other, table in self.between[r].items():
                for o, gains in enumerate(table):
                    shares = game.expectation(self.equilibrium.expected, c, other, info, o)
                    out[o] = out[o] + _sum(gain * share for gain, share in zip(gains, shares, strict=True))
            return out

        infos = game.moves.information_sets(c)
        return {r: self.from_perspective(c, game.moves.given({info: part(r, info) for info in infos}, c, known))
                for r in reasons or self.program.reason_rows[c]}  # fmt: skip

    def reason(self, r: int, chosen: Sequence[Array]) -> list[Array]:
        """One reason as a part of the log odds of each option against the status quo, under quantal response."""
        c = next(c for c, rows in enumerate(self.program.reason_rows) if r in rows)
        part = self.parts(c, chosen, (r,))[r]
        return [self.rationality(c) * (value - part[self.program.plan.choices[c].status_quo]) for value in part]

    def rationality(self, c: int) -> Array:
        """Of the actor of a choice, as it sees itself."""
        return self.from_perspective(c, [self.game.rationality[c]])[0]

    def probabilities(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """Probability of each option by the theory of the actor, which knows what those it observes have `chosen`."""
        choice, decision = self.program.plan.choices[c], ActorDecision(self, c, chosen)
        return theories.theory(choice.theory).choose(decision) if choice.reasons else decision.equilibrium()

    @property
    def residual(self) -> Array:
        """(B,) largest difference between expectations and responses, in whose eyes ever."""
        return jnp.max(self.equilibrium.residual.reshape(len(self.perspectives), -1), axis=0)

    def without_payoff(self, decides: Sequence[Array]) -> Array:
        """(B,) the first reason, by its row, whose payoffs are not finite numbers to somebody who asks; -1 where all are.

        Sizes are added up, so that differences of payoffs, and logits, are finite too where the sum is. Who decides asks
        for its own payoffs, and for those of the others that matter to it and decide.

        decides: whether each choice is made, (B,) or one for all draws
        """
        program = self.program
        none = jnp.full(self.current_options[0][0].shape[0] // len(self.perspectives), -1, jnp.int32)
        asked = {}  # (choice, place of the eyes) -> in which draws its payoffs count there
        for c in self.players:
            for n, viewer in enumerate(self.perspectives):
                who = [decides[j] for j in range(len(decides)) if program.perspectives[program.perspective_of[j]] == viewer
                       and c in program.interdependent_choices(j)]  # fmt: skip
                if who and program.reason_rows[c]:
                    asked[c, n] = decides[c] & reduce(jnp.logical_or, who)

        def missing(c: int, values: Sequence[Array], n: int) -> Array:
            sharp = jnp.maximum(self.game.rationality[c], 1.0)
            total = sharp * _sum(map(jnp.abs, values))
            return asked[c, n] & ~jnp.isfinite(total.reshape(len(self.perspectives), -1)[n])

        def of_game(c: int) -> list[Array]:
            tables = [table for (player, _), table in self.game.pairs.items() if player == c]
            return [*self.game.base[c], *(gain for table in tables for gains in table for gain in gains)]

        def named() -> Array:
            out = none
            for c, n in asked:
                before: list[Array] = []
                for r in program.reason_rows[c]:
                    tables = self.between[r].values()
                    before += [*self.own[r], *(gain for table in tables for gains in table for gain in gains)]
                    out = jnp.where((out < 0) & missing(c, before, n), r, out)
            return out

        any_ = [missing(c, of_game(c), n) for c, n in asked]
        return lax.cond(jnp.any(reduce(jnp.logical_or, any_)), named, lambda: none) if any_ else none

    @property
    def counted(self) -> dict[str, Array]:
        """(B,) by each of `COUNTED`: whether it is so in anybody's eyes."""
        found = self.equilibrium
        wide = (~found.converged, ~found.unique, found.converged & found.left_branch)
        return {name: jnp.any(value.reshape(len(self.perspectives), -1), axis=0)
                for name, value in zip(SOLVER_FLAGS, wide, strict=True)}  # fmt: skip


@dataclass(frozen=True)
class ActorDecision:
    """One choice of a date as its actor believes it (`theories.Decision`)."""

    games: SolvedGames
    choice: int
    chosen: Sequence[Array]  #: option of each choice, of which those that the actor observes count

    @property
    def status_quo(self) -> int:
        return self.games.program.plan.choices[self.choice].status_quo

    @property
    def rationality(self) -> Array:
        return self.games.rationality(self.choice)

    @property
    def weights(self) -> list[Array]:
        rows = self.games.program.reason_rows[self.choice]
        return self.games.from_perspective(self.choice, [self.games.weights[r] for r in rows])

    @cached_property
    def parts(self) -> list[list[Array]]:
        return list(self.games.parts(self.choice, self.chosen).values())

    def equilibrium(self) -> list[Array]:
        return self._of(self.games.equilibrium.strategies)

    def response(self, solve: theories.Solve) -> list[Array]:
        games = self.games
        if solve not in games.strategies:
            games.strategies[solve] = solve(games.game, games.not_deciding, games.current_options)
        return self._of(games.strategies[solve])

    def _of(self, strategies: Strategies) -> list[Array]:
        c, games = self.choice, self.games
        options = games.game.moves.given(strategies[c], c, games.known(c, self.chosen))
        return games.from_perspective(c, options)


def active_choices(program: Program, cells: Mapping[str, Array], due: Sequence[Array]) -> list[Array]:
    """For each choice whether it is made at a date at which those that are `due` may be."""
    return [
        now if choice.when is None else now & program.holds(choice.when, cells)
        for now, choice in zip(due, program.plan.choices, strict=True)
    ]


def reset_inactive_choices(program: Program, cells: Mapping[str, Array], chosen: Array, due: Sequence[Array]) -> Array:
    """(C, B) options that hold when the decisions of a date begin: the status quo where one that is due has no occasion."""
    return jnp.stack([
        held if choice.when is None
        else jnp.where(now & ~program.holds(choice.when, cells), choice.status_quo, held)
        for held, now, choice in zip(chosen, due, program.plan.choices, strict=True)
    ]).astype(chosen.dtype)  # fmt: skip


def solve(
    program: Program, date: DecisionState, eyes: tuple[str, ...] = (), players: Collection[int] | None = None,
    solver: Solver = logit_response.solve,
) -> SolvedGames:  # fmt: skip
    """Solve the game of one date as each actor believes it.

    eyes: in whose; of `Program.eyes` all, if not named
    players: the choices that are wanted, with all that matter to them; to the others it happens that nothing counts
    solver: a fit brings one that can be differentiated
    """
    plan, eyes = program.plan, eyes or program.perspectives
    names = [choice.name for choice in plan.choices]
    nothing = jnp.zeros_like(date.per_perspective(date.template, len(eyes)))
    ahead_of: dict[tuple[int, int], list[Stocks]] = {}
    own: list[list[Array]] = []
    between: list[dict[int, Table]] = []
    weights: list[Array] = []
    rationality = []
    for c, choice in enumerate(plan.choices):
        if players is not None and c not in players:
            rationality.append(nothing)
            own += [[nothing] * len(choice.options)] * len(choice.reasons)
            between += [{}] * len(choice.reasons)
            weights += [nothing] * len(choice.reasons)
            continue
        views = [plan.view(viewer, choice.actor) for viewer in eyes]
        number = partial(_seen_number, views, date)
        rationality.append(number(choice.rationality))
        for reason in choice.reasons:
            if reason.horizon and (c, reason.horizon) not in ahead_of:  # each rollout is made once
                ahead_of[c, reason.horizon] = list(
                    rollout.rollout_stocks(
                        program, date.cells, date.given, date.chosen, date.k, c, reason.horizon, date.chance
                    )
                )
            states = ahead_of[c, reason.horizon] if reason.horizon else [date.cells] * len(choice.options)
            seen = [{cell: _seen(views, date, cell, stocks[cell]) for cell in reason.part.reads} for stocks in states]
            plain, tables = payoffs(
                program, choice.options, reason, seen, number, date.per_perspective(date.template, len(eyes))
            )
            own.append(plain)
            between.append({names.index(other): table for other, table in tables.items()})
            weights.append(number(reason.weight))
    own, between = lax.optimization_barrier((own, between))  # else the compiler works a payoff out again for each use
    base = [[_sum(own[r][o] for r in rows) if rows else nothing for o in range(len(choice.options))]
            for choice, rows in zip(plan.choices, program.reason_rows, strict=True)]  # fmt: skip
    pairs: dict[tuple[int, int], Table] = {}
    for c, rows in enumerate(program.reason_rows):
        for r in rows:
            for other, table in between[r].items():
                before = pairs.get((c, other))
                pairs[c, other] = table if before is None else jax.tree.map(jnp.add, before, table)
    chosen = [date.per_perspective(option, len(eyes)) for option in date.chosen]
    held = [[(chosen[c] == o).astype(nothing.dtype) for o in range(len(choice.options))]
            for c, choice in enumerate(plan.choices)]  # fmt: skip
    fixed = [date.per_perspective(stays, len(eyes)) for stays in date.not_deciding]
    game = polymatrix.Game(base, pairs, rationality, program.moves(tuple(range(len(names)))))
    found = solver(game, fixed, held, 1e-11 if nothing.dtype == jnp.float64 else 2e-6)
    everybody = range(len(names)) if players is None else players
    return SolvedGames(program, eyes, game, found, weights, own, between, fixed, held, tuple(everybody))


def _seen(views: Sequence[Perception], date: DecisionState, cell: str, value: Array) -> Array:
    """A stock as each pair of eyes sees it, one after the other."""
    if not any(cell in view.stocks for view in views):
        return date.per_perspective(value, len(views))
    return jnp.concatenate([value * date.given[view.stocks[cell]] if cell in view.stocks else value for view in views])


def _seen_number(views: Sequence[Perception], date: DecisionState, i: int) -> Array:
    """A parameter as each pair of eyes sees it, one after the other."""
    now = date.number(i)
    if not any(i in view.parameter_index for view in views):
        return date.per_perspective(now, len(views))
    factors = [date.given[view.parameter_index[i]] if i in view.parameter_index else 1.0 for view in views]
    return jnp.concatenate([jnp.broadcast_to(now * factor, date.template.shape) for factor in factors])


def payoffs(
    program: Program, options: tuple[str, ...], reason: PlannedReason, seen: Sequence[Stocks], number: Number,
    like: Array,
) -> tuple[list[Array], dict[str, Table]]:  # fmt: skip
    """Weighted payoffs of each option for one reason, and what each option of the other choices adds to them.

    `seen` are the stocks that it reads under each option: the same ones, unless it looks ahead. Results are as `like`.
    """
    choices = {choice.name: choice.options for choice in program.plan.choices}
    part = reason.part
    filled = program.bind_parameters(part, number)
    states = [components.State({cell: stocks[cell] for cell in part.reads}, part.kind) for stocks in seen]
    zero = jnp.zeros_like(like)
    silent = {(name, option): zero for name in reason.others for option in choices[name]}
    weight = number(reason.weight)

    def payoff(o: int, others: Mapping[tuple[str, str], Array]) -> Array:
        value = part.module.payoff(filled, states[o], options[o], components.Others(others))
        value = jnp.broadcast_to(jnp.asarray(value, like.dtype), like.shape)
        return jnp.where(weight == 0, 0.0, weight * value)  # what weighs nothing is not asked, be it infinite

    plain = [payoff(o, silent) for o in range(len(options))]
    return plain, {
        other: [
            [payoff(o, {**silent, (other, k): zero + 1}) - plain[o] for k in choices[other]]
            for o in range(len(options))
        ]
        for other in reason.others
    }


def decide(program: Program, carry: dict[str, Any], cells: Stocks, given: ParameterValues, k: Array,
           random: Mapping[str, Any]) -> dict[str, Any]:  # fmt: skip
    """Everybody who decides at step `k` does so, in the order in which they see one another."""
    choices, shock = program.plan.choices, carry["shock"]
    forced = program.forced(given, k)
    dates = [jnp.asarray(np.array(choice.is_date))[k] for choice in choices]
    due = [date & (option < 0) for date, option in zip(dates, forced, strict=True)]
    chosen = reset_inactive_choices(program, cells, carry["chosen"], due)
    decides = active_choices(program, cells, due)
    first = [jnp.asarray(row)[k] for row in program.first_decisions]
    number = program.effective_parameters(given, chosen)
    date = DecisionState(cells, given, number, chosen, [~now for now in decides], k, random["ahead"])
    games = {eyes: solve(program, date, eyes, players) for eyes, players in program.games.items()}
    solved = [games[eyes] for eyes in program.game_of]
    now, probabilities = list(chosen), [[jnp.zeros_like(chosen[0], shock.dtype)] * len(c.options) for c in choices]
    shocks: list[list[Array]] = [[] for _ in choices]
    for c in program.order:
        choice, rows = choices[c], program.rows_of[c]
        probabilities[c] = solved[c].probabilities(c, now)
        log_p = [jnp.log(jnp.maximum(q, 1e-30)) for q in probabilities[c]]
        recalled = posterior_taste_shocks(log_p, chosen[c], random["recalled"][rows])
        persistent = [jnp.where(first[c], then, before) for then, before in zip(recalled, shock[rows], strict=True)]
        renewed = random["renew"][c] < given[choice.renewal]
        if not program.has_history[c]:  # nobody seen, nothing to recall
            renewed = renewed | first[c]
        fresh = random["shock"][rows]
        new = [jnp.where(renewed, fresh[o], persistent[o]) for o in range(len(log_p))]
        picked = best([a + b for a, b in zip(log_p, new, strict=True)])
        now[c] = jnp.where(decides[c], picked, chosen[c]).astype(chosen.dtype)
        shocks[c] = [jnp.where(due[c], drawn, before) for drawn, before in zip(new, shock[rows], strict=True)]
        probabilities[c] = [jnp.where(forced[c] < 0, q, (forced[c] == o).astype(q.dtype))
                            for o, q in enumerate(probabilities[c])]  # fmt: skip
    p = [jnp.where(dates[c], found, before) for c, rows in enumerate(program.rows_of)
         for found, before in zip(probabilities[c], carry["p"][rows], strict=True)]  # fmt: skip
    cause = _failing(program, carry["cause"], cells, due, [one.without_payoff(decides) for one in games.values()])
    return {
        "chosen": jnp.stack(now),
        "shock": jnp.stack([drawn for options in shocks for drawn in options]),
        "p": jnp.stack(p),
        "decided": outputs.update_decision_trackers(program, carry["decided"], solved, probabilities, now, k),
        "cause": cause,
        **{
            name: carry[name] + ((cause < 0) & reduce(jnp.logical_or, [one.counted[name] for one in games.values()]))
            for name in SOLVER_FLAGS
        },
    }


def _failing(program: Program, cause: Array, cells: Stocks, due: Sequence[Array], rows: Sequence[Array]) -> Array:
    """(B,) what each draw failed of by the end of a date: a condition of a choice, or a reason, of which `rows` say."""
    for now, choice in zip(due, program.plan.choices, strict=True):
        known = None if choice.when is None else program.defined(choice.when, cells)
        if known is not None:
            cause = jnp.where((cause < 0) & now & ~known, program.cause("choice", choice.name), cause)
    first = len(program.plan.cells)  # reasons come after stocks, see `Structure.causes`
    for row in rows:
        cause = jnp.where((cause < 0) & (row >= 0), first + row, cause)
    return cause


def posterior_taste_shocks(log_p: Sequence[Array], chosen: Array, gumbel: Array) -> list[Array]:
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
