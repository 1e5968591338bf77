"""Solved games of a date: probabilities, expectations and reasons of every choice.

Arrays are over the draws of a block, B of them, once for each perspective.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING, TypeAlias

import jax.numpy as jnp
from jax import Array, lax

from standoff import theories
from standoff.games import polymatrix
from standoff.games.information import Strategies

if TYPE_CHECKING:
    from standoff.engine.dynamics import Dynamics

Table: TypeAlias = list[list[Array]]  #: [option][option of the other]
#: results of a decision date: unsolved, uniqueness not proved, principal branch left
SOLVER_FLAGS = ("unsolved", "uniqueness_unproven", "left_branch")


@dataclass(frozen=True, kw_only=True)
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
    between: list[dict[int, Table]]  #: [reason] -> other choice -> contribution of its options
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

    def expected(self, by: int, of: int) -> list[Array]:
        """Probabilities that the actor of one choice expects of another."""
        return self.from_perspective(by, self.game.moves.marginal(self.equilibrium.expected, of))

    def known(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """Options `chosen` by observed choices, repeated for each perspective."""
        observed = self.game.moves.observes[c]
        return [
            jnp.tile(option, len(self.perspectives)) if j in observed else option for j, option in enumerate(chosen)
        ]

    def parts(self, c: int, chosen: Sequence[Array], reasons: Collection[int] | None = None) -> dict[int, list[Array]]:
        """Weighted payoff of each option by reason, given the observed options `chosen`."""
        game, known = self.game, self.known(c, chosen)

        def part(r: int, info: tuple[int, ...]) -> list[Array]:
            out = list(self.own[r])
            for other, table in self.between[r].items():
                for o, gains in enumerate(table):
                    shares = game.expectation(self.equilibrium.expected, c, other, info, o)
                    out[o] = out[o] + add_all(gain * share for gain, share in zip(gains, shares, strict=True))
            return out

        infos = game.moves.information_sets(c)
        return {
            r: self.from_perspective(c, game.moves.conditional_play({info: part(r, info) for info in infos}, c, known))
            for r in reasons or self.dynamics.reason_rows[c]
        }

    def reason(self, r: int, chosen: Sequence[Array]) -> list[Array]:
        """Contribution of one reason to the log odds of each option against the status quo."""
        c = next(c for c, rows in enumerate(self.dynamics.reason_rows) if r in rows)
        part = self.parts(c, chosen, (r,))[r]
        return [self.rationality(c) * (value - part[self.dynamics.plan.choices[c].status_quo]) for value in part]

    def rationality(self, c: int) -> Array:
        """Rationality of the actor of a choice, as perceived by itself."""
        return self.from_perspective(c, [self.game.rationality[c]])[0]

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
        question = {}  # (choice, index of the perspective) -> draws in which its payoffs count
        for c in self.players:
            for n, viewer in enumerate(self.perspectives):
                who = [
                    decides[j]
                    for j in range(len(decides))
                    if dynamics.perspectives[dynamics.perspective_of[j]] == viewer
                    and c in dynamics.interdependent_choices(j)
                ]
                if who and dynamics.reason_rows[c]:
                    question[c, n] = decides[c] & reduce(jnp.logical_or, who)

        def missing(c: int, values: Sequence[Array], n: int) -> Array:
            sharp = jnp.maximum(self.game.rationality[c], 1.0)
            total = sharp * add_all(map(jnp.abs, values))
            return question[c, n] & ~jnp.isfinite(total.reshape(len(self.perspectives), -1)[n])

        def of_game(c: int) -> list[Array]:
            tables = [table for (player, _), table in self.game.pairs.items() if player == c]
            return [*self.game.base[c], *(gain for table in tables for gains in table for gain in gains)]

        def named() -> Array:
            out = none
            for c, n in question:
                before: list[Array] = []
                for r in dynamics.reason_rows[c]:
                    tables = self.between[r].values()
                    before += [*self.own[r], *(gain for table in tables for gains in table for gain in gains)]
                    out = jnp.where((out < 0) & missing(c, before, n), r, out)
            return out

        any_ = [missing(c, of_game(c), n) for c, n in question]
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

    @property
    def rationality(self) -> Array:
        return self.games.rationality(self.choice)

    @property
    def weights(self) -> list[Array]:
        rows = self.games.dynamics.reason_rows[self.choice]
        return self.games.from_perspective(self.choice, [self.games.weights[r] for r in rows])

    @cached_property
    def parts(self) -> list[list[Array]]:
        return list(self.games.parts(self.choice, self.chosen).values())

    @property
    def available(self) -> list[Array] | None:
        there = self.games.game.options_of(self.choice)
        return None if there is None else self.games.from_perspective(self.choice, there)

    def equilibrium(self) -> list[Array]:
        return self._of(self.games.equilibrium.strategies)

    def response(self, solve: theories.Solve) -> list[Array]:
        games = self.games
        if solve not in games.strategies:
            games.strategies[solve] = solve(games.game, games.not_deciding, games.current_options)
        return self._of(games.strategies[solve])

    def _of(self, strategies: Strategies) -> list[Array]:
        c, games = self.choice, self.games
        options = games.game.moves.conditional_play(strategies[c], c, games.known(c, self.chosen))
        return games.from_perspective(c, options)


def add_all(values: Iterable[Array]) -> Array:
    """Sum of one or more arrays, in order."""
    return reduce(jnp.add, values)
