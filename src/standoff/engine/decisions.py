"""One decision date: perceived payoffs, the game, and the options chosen.

Every actor solves the game that it believes it is in; the world moves by what they all do. Actors without beliefs of
their own share one game, the true one. Numbers are arrays over the draws of a block. `p` and `shock` are stacks with a
row for every option of every choice, in the order of `ProgramLayout.option_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Any

import jax
import numpy as np
from jax import Array, lax

from standoff import components, theories
from standoff.components import jnp
from standoff.engine import conditioning
from standoff.engine.anticipation import DATE, Agent, Anticipation
from standoff.engine.dynamics import Chance, Dynamics, Masks, Stocks, fact_of
from standoff.engine.parameters import Number, ParameterValues
from standoff.games import logit_response, polymatrix
from standoff.games.information import Info, MoveOrder, Strategies
from standoff.plan import PlannedReason, Read
from standoff.record import record

Table = list[list[Array]]  #: [option][option of the other]
Solver = Callable[[polymatrix.Game, Sequence[Array], polymatrix.Rows, float], polymatrix.Equilibrium]
#: results of a decision date: unsolved, uniqueness not proved, principal branch left
YEAR = 12  #: months ahead at which an intervention on another closes its reaction; assumption
SOLVER_FLAGS = ("unsolved", "uniqueness_unproven", "left_branch")


@dataclass(frozen=True)
class DecisionState:
    """State before the decisions of a date."""

    before: Array  #: (C, B) options in force as the step begins
    bound: Sequence[Array | None]  #: of `Dynamics.is_bound`
    cells: Stocks
    given: ParameterValues  #: sampled parameters
    k: Array
    chance: Chance
    facts: Stocks  #: of `Dynamics.facts`, with the options in force as the step begins
    occasion: Sequence[
        Array | bool
    ]  #: whether each choice would arise on a date: its condition holds, its actor is not bound
    chosen: Array  #: (C, B) options in force; the status quo for choices that are due and have no occasion by their condition
    arises: Sequence[Array]  #: whether each choice arises now
    number: Number  #: parameters as changed by the options `chosen`
    available: Masks | None  #: options that each actor may choose; None: all of them
    reason_factor: Array | None = None  #: (reason,) multiplies the weights of reasons; by default they stay

    def weight(self, number: Number, reason: PlannedReason, row: int) -> Array:
        """Weight of the reason of a row, by the parameters `number`."""
        return number(reason.weight) if self.reason_factor is None else number(reason.weight) * self.reason_factor[row]

    @property
    def template(self) -> Array:
        """Any stock, for its shape (B,) and type."""
        return next(iter(self.cells.values()))

    def per_perspective(self, value: Array, count: int) -> Array:
        """Repeat an array over draws `count` times; scalars stay scalars."""
        return (
            value
            if count == 1 or not jnp.ndim(value)
            else jnp.tile(jnp.broadcast_to(value, self.template.shape), count)
        )

    def perceived(self, value: Array, factors: Sequence[int | None]) -> Array:
        """A number as perceived from each perspective, concatenated.

        factors: the parameter that multiplies it in each
        """
        if all(i is None for i in factors):
            return self.per_perspective(value, len(factors))
        each = [value if i is None else value * self.given[i] for i in factors]
        return jnp.concatenate([jnp.broadcast_to(one, self.template.shape) for one in each])


def decision_state(
    dynamics: Dynamics,
    cells: Stocks,
    params: ParameterValues,
    before: Array,
    due: Sequence[Array],
    k: Array,
    chance: Chance,
    since: Array | None = None,
    *,
    considered: Sequence[Array] | None = None,
    observed: Array | None = None,
    reason_factor: Array | None = None,
) -> DecisionState:
    """The state before the decisions of step `k`, in which the choices `due` may be made.

    before: (C, B) options in force as the step begins; since: (C, B) steps at which they were chosen, needed where options
    last a time
    considered: choices whose games are solved, by default those that are due
    observed: (C,) or (C, B) options that were observed on that date, and so were available; -1 for none
    """
    choices = dynamics.plan.choices
    facts = dynamics.facts(cells, dynamics.effective_parameters(params, before), before)
    bound = dynamics.is_bound(before, since, k)
    free: list[Array | bool] = [True if stays is None else ~stays for stays in bound]
    occasion, options = list(free), list(before)
    for c, choice in enumerate(choices):
        if choice.when is not None:
            holds = dynamics.holds(choice.when, facts, k)
            occasion[c] = free[c] & holds
            options[c] = jnp.where(due[c] & free[c] & ~holds, choice.status_quo, before[c])
    chosen = jnp.stack(options).astype(before.dtype)
    return DecisionState(
        before=before,
        bound=bound,
        cells=cells,
        given=params,
        k=k,
        chance=chance,
        facts=facts,
        occasion=occasion,
        chosen=chosen,
        arises=[now & there for now, there in zip(considered or due, occasion, strict=True)],
        number=dynamics.effective_parameters(params, chosen, [cells[item.actual] for item in dynamics.plan.types]),
        available=dynamics.available_options(facts, chosen, bound, k, observed),
        reason_factor=reason_factor,
    )


def solve(
    dynamics: Dynamics,
    date: DecisionState,
    perspectives: tuple[str, ...] = (),
    players: Collection[int] | None = None,
    solver: Solver = logit_response.solve,
) -> SolvedGames:
    """Solve the game of one date from each perspective.

    perspectives: actors whose beliefs are used (`ProgramLayout.perspectives`); all of them if none is named
    players: choices to be solved, with all that they depend on; payoffs of other choices are 0
    solver: of the game; a fit passes one that can be differentiated
    """
    choices, perspectives = dynamics.plan.choices, perspectives or dynamics.perspectives
    names, solved = [choice.name for choice in choices], range(len(choices)) if players is None else players

    def wide(value: Array) -> Array:
        return date.per_perspective(value, len(perspectives))

    nothing = jnp.zeros_like(wide(date.template))
    chosen = [wide(option) for option in date.chosen]
    in_force = [
        [(chosen[c] == o).astype(nothing.dtype) for o in range(len(choice.options))] for c, choice in enumerate(choices)
    ]
    rationality, rows = list[Array](), list[tuple[Array, list[Array], dict[Read, Table]]]()
    for c, choice in enumerate(choices):
        if c in solved:
            own_rationality, reasons = _perceived_reasons(dynamics, date, perspectives, c, in_force[c])
        else:
            own_rationality = nothing
            reasons = [(nothing, [nothing] * len(choice.options), {}) for _ in choice.reasons]
        rationality.append(own_rationality)
        rows += reasons
    weights, own, between = ([*column] for column in (zip(*rows, strict=True) if rows else ([], [], [])))
    own, tables = lax.optimization_barrier(
        (own, [list(row.values()) for row in between])
    )  # else the compiler works a payoff out again for each use
    between = [dict(zip(row, of_row, strict=True)) for row, of_row in zip(between, tables, strict=True)]
    foreseen = dynamics.anticipation(tuple(solved))
    everybody: list[tuple[int, Mapping[int, int]]] = [(c, {}) for c in range(len(choices))]
    everybody += [(agent.choice, dict(agent.state or ())) for agent in foreseen.agents]
    dates = _dates_of_agents(dynamics, date, foreseen)
    payoffs = []
    for player, (c, state) in enumerate(everybody):
        own_there, between_there, there = own, between, dynamics.reason_rows[c]
        if player >= len(choices):
            rationality.append(rationality[c])
        if player >= len(choices) and (later := dates[player - len(choices)]) is not date:
            rationality[-1], seen = _perceived_reasons(dynamics, later, perspectives, c, in_force[c])
            own_there = [*own[: there.start], *(row for _, row, _ in seen), *own[there.stop :]]
            between_there = [*between[: there.start], *(tables for _, _, tables in seen), *between[there.stop :]]
        payoffs.append(_payoffs_of_player(dynamics, foreseen, own_there, between_there, in_force, player, c, state))
    pairs, reactions = dict[tuple[int, int], Table](), dict[tuple[int, int, float], Table]()
    for player, (_, of_pairs, of_reactions) in enumerate(payoffs):
        pairs |= {(player, j): table for j, table in of_pairs.items()}
        reactions |= {(player, *key): table for key, table in of_reactions.items()}
    states = [_state_of_agent(dynamics, *of) for of in zip(dates, foreseen.agents, strict=True)]
    moves, masks = dynamics.moves(tuple(range(len(names)))), date.available or [None] * len(names)
    masks = [*masks, *(mask for _, _, mask in states)]
    game = polymatrix.Game(
        [base for base, _, _ in payoffs],
        pairs,
        rationality,
        MoveOrder(
            moves.sizes + tuple(moves.sizes[agent.choice] for agent in foreseen.agents),
            moves.after + ((),) * len(foreseen.agents),
        ),
        [mask and [wide(there) for there in mask] for mask in masks] if any(masks) else None,
        _reactions(dynamics, date, foreseen, reactions, in_force, wide),
    )
    fixed = [wide(jnp.asarray(~now)) for now in date.arises] + [wide(stays) for stays, _, _ in states]
    options = [wide(option) for _, option, _ in states]
    current = in_force + [
        [(option == o).astype(nothing.dtype) for o in range(moves.sizes[agent.choice])]
        for agent, option in zip(foreseen.agents, options, strict=True)
    ]
    return SolvedGames(
        dynamics=dynamics,
        perspectives=perspectives,
        game=game,
        equilibrium=solver(game, fixed, current, 1e-11 if nothing.dtype == jnp.float64 else 2e-6),
        weights=weights,
        own=own,
        between=between,
        not_deciding=fixed,
        current_options=current,
        players=tuple(solved),
    )


def _payoffs_of_player(
    dynamics: Dynamics,
    foreseen: Anticipation,
    own: list[list[Array]],
    between: list[dict[Read, Table]],
    in_force: Sequence[Sequence[Array]],
    player: int,
    c: int,
    state: Mapping[int, int],
) -> tuple[list[Array], dict[int, Table], dict[tuple[int, float], Table]]:
    """Payoffs of a choice in a state: certain ones, by pair, and by expected reaction.

    state: choice -> option in force; those of other choices are `in_force`
    """
    rows, sizes = dynamics.reason_rows[c], [len(choice.options) for choice in dynamics.plan.choices]
    base = [add_all(own[r][o] for r in rows) if rows else jnp.zeros_like(in_force[c][0]) for o in range(sizes[c])]
    pairs, reactions = dict[int, Table](), dict[tuple[int, float], Table]()
    for read, table in (pair for r in rows for pair in between[r].items()):
        j = dynamics.dependence.names.index(read.choice)
        joint, ahead = read.joint or (j in dynamics.sees[c] and player == c), dynamics.dependence.ahead(c, read)
        if ahead is not None and (ahead != DATE or j not in state):
            key = j, ahead
            reactions[key] = jax.tree.map(jnp.add, reactions[key], table) if key in reactions else table
        elif j in state or (read.role == "act" and not joint):
            now: Sequence[Any] = [float(k == state[j]) for k in range(sizes[j])] if j in state else in_force[j]
            base = [
                one + add_all(gain * share for gain, share in zip(gains, now, strict=True))
                for one, gains in zip(base, table, strict=True)
            ]
        else:
            pairs[j] = jax.tree.map(jnp.add, pairs[j], table) if j in pairs else table
    return base, pairs, reactions


def _dates_of_agents(dynamics: Dynamics, date: DecisionState, foreseen: Anticipation) -> list[DecisionState]:
    """The date at which each agent reacts, with stocks simulated where an act moves them."""
    out, rolled = list[DecisionState](), dict[tuple[int, int], list[dict[str, Array]]]()
    for agent in foreseen.agents:
        acts = [(j, o) for j, o in agent.state or () if j in dynamics.dependence.through_stocks[agent.choice]]
        here = date
        if agent.choice in dynamics.dependence.types:
            types = [agent.type] * len(dynamics.plan.types)
            here = replace(date, number=dynamics.effective_parameters(date.given, date.chosen, types))
        if not acts:
            out.append(here)
            continue
        (j, o), months = acts[-1], dynamics.decision_intervals[agent.choice]
        steps = max(round(months / dynamics.plan.scenario.calendar.dt), 1)
        if (j, steps) not in rolled:
            rolled[j, steps] = dynamics.rollout(date.cells, date.given, date.chosen, date.k, j, steps, date.chance)
        cells = rolled[j, steps][o]
        out.append(replace(here, cells=cells, facts={**date.facts, **cells}))
    return out


def _state_of_agent(dynamics: Dynamics, date: DecisionState, agent: Agent) -> tuple[Array, Array, list[Array] | None]:
    """Whether a choice stays in the state of an agent, at which option, and what is open.

    An option that an intervention imposes after as_of is known to all, and closes the reaction.
    """
    r, choices = agent.choice, dynamics.plan.choices
    if agent.state is None:
        mask = None if date.available is None else date.available[r]
        return jnp.asarray(~date.arises[r]), date.chosen[r], mask
    now = date.before[r]
    held = {fact_of(choices[j]): jnp.full_like(date.before[j], o) for j, o in agent.state}
    facts, when, bound = {**date.facts, **held}, choices[r].when, date.bound[r]
    arises = jnp.ones_like(now, bool) if when is None else dynamics.holds(when, facts, date.k)
    option = jnp.where(arises, now, choices[r].status_quo)
    if bound is not None:
        arises, option = arises & ~bound, jnp.where(bound, now, option)
    later = jnp.minimum(date.k + round(YEAR / dynamics.plan.scenario.calendar.dt), dynamics.steps - 1)
    imposed = jnp.where(date.k < dynamics.plan.first_future_step, -1, dynamics.imposed(date.given)[r, later])
    stays = ~arises | (imposed >= 0)
    masks = dynamics.available_options(facts, date.before, date.bound, date.k, only=r)
    return stays, jnp.where(imposed >= 0, imposed, option).astype(now.dtype), None if masks is None else masks[r]


def _reactions(
    dynamics: Dynamics,
    date: DecisionState,
    foreseen: Anticipation,
    gains: Mapping[tuple[int, int, float], Table],
    in_force: Sequence[Sequence[Array]],
    wide: Callable[[Array], Array],
) -> polymatrix.Reactions:
    """The expected reactions of a game, with the `gains` of each."""
    first, choices = len(dynamics.plan.choices), dynamics.plan.choices
    persistent = [
        wide(1 - conditioning.renewal_probability(jnp.asarray(months), date.number(choices[r].half_life)))
        for r, months in foreseen.persistence
    ]
    return polymatrix.Reactions(
        expected=tuple((key[0], foreseen.expected[key]) for key in gains),
        agents=tuple((first + n, agent.choice) for n, agent in enumerate(foreseen.agents)),
        gains=list(gains.values()),
        persistence=persistent,
        in_force={r: list(in_force[r]) for r, _ in foreseen.persistence},
        beliefs=[[wide(date.cells[gauge]) for gauge in item.gauges] for item in dynamics.plan.types],
    )


def _perceived_reasons(
    dynamics: Dynamics, date: DecisionState, perspectives: tuple[str, ...], c: int, in_force: Sequence[Array]
) -> tuple[Array, list[tuple[Array, list[Array], dict[Read, Table]]]]:
    """Rationality of a choice, and weight and payoffs (see `payoffs`) of each of its reasons."""
    choice = dynamics.plan.choices[c]
    views = [dynamics.plan.view(viewer, choice.actor) for viewer in perspectives]

    def number(i: int) -> Array:
        return date.perceived(date.number(i), [view.parameter_index.get(i) for view in views])

    rationality, rows = number(choice.rationality), []
    ahead: dict[int, list[Stocks]] = {0: [date.cells] * len(choice.options)}
    for row, reason in zip(dynamics.reason_rows[c], choice.reasons, strict=True):
        if reason.horizon not in ahead:  # each rollout is made once
            ahead[reason.horizon] = list(
                dynamics.rollout(date.cells, date.given, date.chosen, date.k, c, reason.horizon, date.chance)
            )
        observed = [
            {
                cell: date.perceived(stocks[cell], [view.stocks.get(cell) for view in views])
                for cell in reason.part.reads
            }
            for stocks in ahead[reason.horizon]
        ]
        if reason.part.clock:
            now = dynamics.clock(date.k + 1 + reason.horizon)
            terms = {term.name: date.per_perspective(now[term.name], len(views)) for term in reason.part.clock}
            observed = [{**stocks, **terms} for stocks in observed]
        weight = date.weight(number, reason, row)
        rows.append((weight, *payoffs(dynamics, choice.options, reason, observed, number, weight, in_force)))
    return rationality, rows


def payoffs(
    dynamics: Dynamics,
    options: tuple[str, ...],
    reason: PlannedReason,
    observed: Sequence[Stocks],
    number: Number,
    weight: Array,
    in_force: Sequence[Array],
) -> tuple[list[Array], dict[Read, Table]]:
    """Weighted payoffs of each option for one reason, and what other choices add, by read.

    observed: the stocks and clock terms that it reads under each option, the same ones unless it looks ahead
    in_force: for each option, 1 where it is in force and 0 elsewhere; results have its shape and type
    """
    choices = {choice.name: choice.options for choice in dynamics.plan.choices}
    part = reason.part
    filled = dynamics.bind_parameters(part, number)
    current = dict(zip(options, in_force, strict=True))
    names = (*part.reads, *(term.name for term in part.clock))
    numbers = {name: number(i) for name, i in part.numbers.items()}
    states = [
        components.State({**{name: stocks[name] for name in names}, **numbers}, part.kind, current)
        for stocks in observed
    ]
    like, zero = in_force[0], jnp.zeros_like(in_force[0])
    silent = [
        {
            (read.choice, k): zero
            for read in reason.reads
            if (read.role == "act") == is_act
            for k in choices[read.choice]
        }
        for is_act in (False, True)
    ]

    def payoff(o: int, read: Read | None = None, k: str = "") -> Array:
        """Payoff of an option, where another choice surely has option `k`."""
        values, acts = silent
        if read is not None:
            one = {(read.choice, k): zero + 1}
            values, acts = (values, acts | one) if read.role == "act" else (values | one, acts)
        value = part.module.payoff(filled, states[o], options[o], components.Others(values, acts))
        value = jnp.broadcast_to(jnp.asarray(value, like.dtype), like.shape)
        return jnp.where(weight == 0, 0.0, weight * value)  # what weighs nothing is not asked, be it infinite

    plain = [payoff(o) for o in range(len(options))]
    return plain, {
        read: [[payoff(o, read, k) - plain[o] for k in choices[read.choice]] for o in range(len(options))]
        for read in reason.reads
    }


@record
class SolvedGames:
    """The games of a date, from one or several perspectives.

    All are solved at once: arrays hold the draws of the block once for each perspective. Values of a choice are taken
    from the perspective of its actor.
    """

    dynamics: Dynamics
    perspectives: tuple[str, ...]
    game: polymatrix.Game
    equilibrium: polymatrix.Equilibrium
    weights: list[Array]  #: weight of each reason
    own: list[list[Array]]  #: [reason][option] payoff without the contribution of other choices
    between: list[dict[Read, Table]]  #: [reason] -> how it reads another choice -> contribution of the other's options
    not_deciding: list[Array]
    current_options: polymatrix.Rows
    players: tuple[int, ...]  #: choices with computed payoffs
    strategies: dict[theories.Solve, Strategies] = field(default_factory=dict)  #: by theory; a cache

    def from_perspective(self, c: int, wide: Sequence[Array]) -> list[Array]:
        """The slice of arrays over perspectives and draws that the actor of a choice perceives."""
        count, index = (
            len(self.perspectives),
            self.perspectives.index(self.dynamics.viewer(self.dynamics.plan.choices[c])),
        )
        if count == 1:
            return list(wide)
        size = self.current_options[0][0].shape[0] // count
        return [value[index * size : (index + 1) * size] if jnp.ndim(value) else value for value in wide]

    def shares(self, c: int, read: Read, info: Info, o: int) -> list[Array]:
        """Probabilities of another's options that count for option `o` of choice `c`."""
        game, j = self.game, self.dynamics.dependence.names.index(read.choice)
        if (ahead := self.dynamics.dependence.ahead(c, read)) is not None:
            after = self.dynamics.anticipation(self.players).expected[c, j, ahead]
            return game.reactions.probabilities(self.equilibrium.expected, after[o])
        if read.role == "act" and not read.joint and j not in game.moves.observes[c]:
            return list(self.current_options[j])
        return game.expectation(self.equilibrium.expected, c, j, info, o)

    def expected(self, by: int, of: int) -> list[Array]:
        """Probabilities that the actor of one choice expects of another."""
        if of not in self.dynamics.dependence.types:
            return self.from_perspective(by, self.game.moves.marginal(self.equilibrium.expected, of))
        belief = self.from_perspective(by, self.game.reactions.beliefs[self.dynamics.dependence.types[of]])
        return list(jnp.sum(self.by_type(of, by) * jnp.stack(belief), axis=1))

    def by_type(self, c: int, by: int) -> Array:
        """(option, type, B) probabilities of a choice by type, as the actor of `by` perceives them."""
        agents, first = self.dynamics.anticipation(self.players).agents, len(self.dynamics.plan.choices)
        numbers = (agents.index(Agent(choice=c, state=None, type=t)) for t in range(self.dynamics.shape_of(c)[1]))
        found = [self.equilibrium.strategies[first + n][()] for n in numbers]
        return jnp.stack([jnp.stack(self.from_perspective(by, options)) for options in found], axis=1)

    def reason(self, r: int, chosen: Sequence[Array]) -> list[Array]:
        """Contribution of one reason to the log odds of each option against the status quo."""
        c = next(c for c, rows in enumerate(self.dynamics.reason_rows) if r in rows)
        decision = ActorDecision(self, c, chosen)
        part = decision.part(r)
        return [decision.rationality * (value - part[decision.status_quo]) for value in part]

    def probabilities(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """Probability of each option by the actor's theory, given the observed options `chosen`."""
        choice, decision = self.dynamics.plan.choices[c], ActorDecision(self, c, chosen)
        return theories.theory(choice.theory).choose(decision) if choice.reasons else decision.equilibrium()

    @property
    def residual(self) -> Array:
        """(B,) largest difference between expectations and responses, over perspectives."""
        return jnp.max(self.equilibrium.residual.reshape(len(self.perspectives), -1), axis=0)

    def without_payoff(self, decides: Sequence[Array]) -> Array:
        """(B,) row of the first reason with a payoff that is not finite; -1 if all are finite.

        Absolute values are added up, so that differences of payoffs, and logits, are finite where the sum is. A
        deciding actor needs its own payoffs, and those of other deciding actors that affect it.

        decides: whether each choice is made, (B,) or one for all draws
        """
        dynamics = self.dynamics
        none = jnp.full(self.current_options[0][0].shape[0] // len(self.perspectives), -1, jnp.int32)
        needed = {}  # (choice, index of the perspective) -> draws in which its payoffs count
        for c in self.players:
            for n, viewer in enumerate(self.perspectives):
                who = [
                    decides[j]
                    for j in range(len(decides))
                    if dynamics.viewer(dynamics.plan.choices[j]) == viewer and c in dynamics.interdependent_choices(j)
                ]
                if who and dynamics.reason_rows[c]:
                    needed[c, n] = decides[c] & reduce(jnp.logical_or, who)

        def missing(c: int, values: Sequence[Array], n: int) -> Array:
            sharp = jnp.maximum(self.game.rationality[c], 1.0)
            total = sharp * add_all(map(jnp.abs, values))
            return needed[c, n] & ~jnp.isfinite(total.reshape(len(self.perspectives), -1)[n])

        def of_game(c: int) -> list[Array]:
            return jax.tree.leaves(
                [
                    self.game.base[c],
                    [table for (c_, _), table in self.game.pairs.items() if c_ == c],
                    [
                        gains
                        for (c_, _), gains in zip(self.game.reactions.expected, self.game.reactions.gains, strict=True)
                        if c_ == c
                    ],
                ]
            )

        def named() -> Array:
            out = none
            for c, n in needed:
                before: list[Array] = []
                for r in dynamics.reason_rows[c]:
                    before += jax.tree.leaves([self.own[r], [*self.between[r].values()]])
                    out = jnp.where((out < 0) & missing(c, before, n), r, out)
            return out

        any_ = [missing(c, of_game(c), n) for c, n in needed]
        return lax.cond(jnp.any(reduce(jnp.logical_or, any_)), named, lambda: none) if any_ else none

    @property
    def counted(self) -> dict[str, Array]:
        """(B,) whether each of `SOLVER_FLAGS` is true in any perspective."""
        result = self.equilibrium
        wide = (~result.converged, ~result.unique, result.converged & result.left_branch)
        return {
            name: jnp.any(value.reshape(len(self.perspectives), -1), axis=0)
            for name, value in zip(SOLVER_FLAGS, wide, strict=True)
        }


@dataclass(frozen=True)
class ActorDecision:
    """One choice of a date as its actor perceives it (`theories.Decision`)."""

    games: SolvedGames
    choice: int
    chosen: Sequence[Array]  #: option of each choice; only those that the actor observes are used

    @property
    def status_quo(self) -> int:
        return self.games.dynamics.plan.choices[self.choice].status_quo

    def own(self, wide: Sequence[Array]) -> list[Array]:
        """The slice of arrays over perspectives and draws that the actor perceives."""
        return self.games.from_perspective(self.choice, wide)

    @cached_property
    def known(self) -> list[Array]:
        """Options chosen by observed choices, repeated for each perspective."""
        observed, count = self.games.game.moves.observes[self.choice], len(self.games.perspectives)
        return [jnp.tile(option, count) if j in observed else option for j, option in enumerate(self.chosen)]

    @property
    def rationality(self) -> Array:
        return self.own([self.games.game.rationality[self.choice]])[0]

    @property
    def weights(self) -> list[Array]:
        return self.own([self.games.weights[r] for r in self.games.dynamics.reason_rows[self.choice]])

    def part(self, r: int) -> list[Array]:
        """Weighted payoff of each option for one reason, given the observed options."""
        games, game = self.games, self.games.game

        def given(info: tuple[int, ...]) -> list[Array]:
            out = list(games.own[r])
            for read, table in games.between[r].items():
                for o, gains in enumerate(table):
                    shares = games.shares(self.choice, read, info, o)
                    out[o] = out[o] + add_all(gain * share for gain, share in zip(gains, shares, strict=True))
            return out

        each = {info: given(info) for info in game.moves.information_sets(self.choice)}
        return self.own(game.moves.conditional_play(each, self.choice, self.known))

    @cached_property
    def parts(self) -> list[list[Array]]:
        return [self.part(r) for r in self.games.dynamics.reason_rows[self.choice]]

    @property
    def available(self) -> list[Array] | None:
        there = self.games.game.options_of(self.choice)
        return None if there is None else self.own(there)

    def equilibrium(self) -> list[Array]:
        return self._of(self.games.equilibrium.strategies)

    def response(self, solve: theories.Solve) -> list[Array]:
        games = self.games
        if solve not in games.strategies:
            games.strategies[solve] = solve(games.game, games.not_deciding, games.current_options)
        return self._of(games.strategies[solve])

    def _of(self, strategies: Strategies) -> list[Array]:
        c = self.choice
        return self.own(self.games.game.moves.conditional_play(strategies[c], c, self.known))


def decide(
    dynamics: Dynamics,
    carry: dict[str, Any],
    cells: Stocks,
    params: ParameterValues,
    k: Array,
    random: Mapping[str, Any],
    since: Array | None = None,
) -> dict[str, Any]:
    """Make all decisions of step `k`, in the order in which actors observe one another.

    since: (C, B) steps at which the options in force were chosen, needed where options last a time
    """
    params = params.with_learned(conditioning.learned_values(dynamics, carry["candidate"], random["candidates"]))
    forced = dynamics.forced(params, k)
    dates = [jnp.asarray(np.array(choice.is_date))[k] for choice in dynamics.plan.choices]
    due = [date & (option < 0) for date, option in zip(dates, forced, strict=True)]  # and no option of it is forced
    seen = jnp.isin(k, np.array(dynamics.conditioning_steps, np.int32))  # choices are looked at, not made
    state = decision_state(
        dynamics,
        cells,
        params,
        carry["chosen"],
        due,
        k,
        random["ahead"],
        since,
        considered=[now | (seen & known) for now, known in zip(due, dynamics.is_conditioned, strict=True)],
        observed=forced,
        reason_factor=None if params.reason_factor is None else jnp.where(seen, 1.0, params.reason_factor),
    )
    decides = [now & there for now, there in zip(due, state.arises, strict=True)]
    games = {
        perspective: solve(dynamics, state, perspective, players) for perspective, players in dynamics.games.items()
    }
    solved = [games[perspective] for perspective in dynamics.game_of]
    now, probabilities, solutions, shocks = _choose(
        dynamics, state, due, decides, solved, carry["shock"], forced, random
    )
    p = [
        jnp.where(dates[c], result, before)
        for c, rows in enumerate(dynamics.rows_of)
        for result, before in zip(probabilities[c], carry["p"][rows], strict=True)
    ]
    strategies = {c: solved[c].by_type(c, c) for c in dynamics.dependence.types}
    solutions = [
        [*rows.reshape(-1, *rows.shape[2:])] if (rows := strategies.get(c)) is not None else solutions[c]
        for c in range(len(solutions))
    ]
    learned = conditioning.condition(
        dynamics,
        {**carry, "shock": jnp.stack([samples for options in shocks for samples in options])},
        params,
        k,
        [jnp.where(state.arises[c], q, 0.0) for c, options in enumerate(solutions) for q in options],
        random,
    )
    learned["learning"] = conditioning.seen_options(dynamics, learned["learning"], params, strategies, now, decides, k)
    cause = _failing(dynamics, carry["cause"], state, due, [one.without_payoff(decides) for one in games.values()])
    return {
        "chosen": jnp.stack(now),
        **learned,
        "p": jnp.stack(p),
        "decided": _decision_trackers(dynamics, carry["decided"], solved, probabilities, now, k),
        "cause": cause,
        **{
            name: carry[name]
            + (~seen & (cause < 0) & reduce(jnp.logical_or, [one.counted[name] for one in games.values()]))
            for name in SOLVER_FLAGS
        },
    }


def _choose(
    dynamics: Dynamics,
    date: DecisionState,
    due: Sequence[Array],
    decides: Sequence[Array],
    solved: Sequence[SolvedGames],
    shock: Array,
    forced: Array,
    random: Mapping[str, Any],
) -> tuple[list[Array], list[list[Array]], list[list[Array]], list[list[Array]]]:
    """Options, their probabilities, those of the game, and unknown reasons; lists by choice.

    An option is chosen where the logarithm of its probability and its unknown reason (Gumbel) are largest together. The
    first probabilities are certain where an option is forced or held.
    """
    choices, chosen, k = dynamics.plan.choices, date.chosen, date.k
    now, probabilities = list(chosen), [[jnp.zeros_like(chosen[0], shock.dtype)] * len(c.options) for c in choices]
    shocks: list[list[Array]] = [[] for _ in choices]
    solutions = list(probabilities)
    held = date.given.held_at(k)
    for c in dynamics.order:
        choice, rows = choices[c], dynamics.rows_of[c]
        solutions[c] = probabilities[c] = solved[c].probabilities(c, now)
        log_p = [jnp.log(jnp.maximum(q, 1e-30)) for q in probabilities[c]]
        persistent = shock[rows]
        elapsed = jnp.asarray(dynamics.months_between_decisions[c], shock.dtype)[k]
        renewed = random["renew"][c] < conditioning.renewal_probability(elapsed, date.given[choice.half_life])
        if not dynamics.has_history[c]:  # nobody seen, nothing to recall
            renewed = renewed | jnp.asarray(dynamics.first_decisions[c])[k]
        fresh = random["shock"][rows]
        new = [jnp.where(renewed, fresh[o], persistent[o]) for o in range(len(log_p))]
        values = [a + b for a, b in zip(log_p, new, strict=True)]
        if date.available is not None and (mask := date.available[c]) is not None:
            values = [jnp.where(there, value, -jnp.inf) for there, value in zip(mask, values, strict=True)]
        now[c] = jnp.where(decides[c], best(values), chosen[c]).astype(chosen.dtype)
        shocks[c] = [jnp.where(due[c], samples, before) for samples, before in zip(new, persistent, strict=True)]
        probabilities[c] = _with_certain(probabilities[c], forced[c])
        if held is not None:
            now[c] = jnp.where(held[c] >= 0, held[c], now[c])
            probabilities[c] = _with_certain(probabilities[c], held[c])
    return now, probabilities, solutions, shocks


def _with_certain(probabilities: Sequence[Array], option: Array) -> list[Array]:
    """Probabilities of the options of a choice, certain where `option` is not negative."""
    return [jnp.where(option < 0, q, (option == o).astype(q.dtype)) for o, q in enumerate(probabilities)]


def _decision_trackers(
    dynamics: Dynamics,
    previous: Array,
    solved: Sequence[SolvedGames],
    probabilities: list[list[Array]],
    chosen: list[Array],
    k: Array,
) -> Array:
    """Update the numbers of each draw that depend on decision `k`: (decision number, B).

    `solved` is the game of each choice.
    """
    if not dynamics.of_decisions:
        return previous
    rows, made = [], []
    for item in dynamics.of_decisions:
        dates = dynamics.plan.choices[item.choice].is_date
        made.append(next((step for step in reversed(range(min(item.state, dynamics.steps))) if dates[step]), -1))
        stored = (
            solved[item.choice].reason(item.reason, chosen) if item.kind == "reason" else probabilities[item.choice]
        )
        rows.append(stored[item.option])
    return jnp.where((jnp.asarray(np.array(made)) == k)[:, None], jnp.stack(rows), previous)


def _failing(
    dynamics: Dynamics, cause: Array, date: DecisionState, due: Sequence[Array], rows: Sequence[Array]
) -> Array:
    """(B,) cause of failure of each draw on a date: a condition, or one of the reasons `rows`."""
    for now, choice in zip(due, dynamics.plan.choices, strict=True):
        conditions = {("choice", choice.name): choice.when}
        if choice.restrictions is not None:
            options = [("option", f"{choice.name}/{option}") for option in choice.options]
            conditions |= zip(options, choice.restrictions.when, strict=True)
        for (kind, name), when in conditions.items():
            known = None if when is None else dynamics.defined(when, date.facts, date.k)
            if known is not None:
                cause = jnp.where((cause < 0) & now & ~known, dynamics.cause(kind, name), cause)
    first = len(dynamics.plan.cells)  # reasons come after stocks, see `ProgramLayout.causes`
    for row in rows:
        cause = jnp.where((cause < 0) & (row >= 0), first + row, cause)
    return cause


def add_all(values: Iterable[Array]) -> Array:
    """Sum of one or more arrays, in order."""
    return reduce(jnp.add, values)


def best(values: Sequence[Array]) -> Array:
    """Index of the largest value, the first of equal ones."""
    top, at = values[0], jnp.zeros_like(values[0], jnp.int32)
    for o, value in enumerate(values[1:], 1):
        at = jnp.where(value > top, o, at)
        top = jnp.maximum(top, value)
    return at
