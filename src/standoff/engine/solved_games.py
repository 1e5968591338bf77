"""The games of a date after they are solved: probabilities, expectations and reasons of every choice.

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
#: of the dates of a future: no answer was found; there may be another one; the principal branch was left
SOLVER_FLAGS = ("unsolved", "uniqueness_unproven", "left_branch")


@dataclass(frozen=True)
class SolvedGames:
    """The games of a date, in the eyes of some who believe something of their own, or of nobody: as it is.

    All are solved at once: arrays hold the draws of the block once for each pair of `eyes`. What a choice gets is taken
    from its own actor's part.
    """

    dynamics: Dynamics
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
        count, index = (
            len(self.perspectives),
            self.perspectives.index(self.dynamics.viewer(self.dynamics.plan.choices[c])),
        )
        if count == 1:
            return list(wide)
        size = self.current_options[0][0].shape[0] // count
        return [value[index * size : (index + 1) * size] if jnp.ndim(value) else value for value in wide]

    def expected(self, by: int, of: int) -> list[Array]:
        """What the actor of one choice expects of another."""
        return self.from_perspective(by, self.game.moves.marginal(self.equilibrium.expected, of))

    def known(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """What others have `chosen`, once for each pair of eyes; of those whom a choice does not see, nothing is asked."""
        observed = self.game.moves.observes[c]
        return [
            jnp.tile(option, len(self.perspectives)) if j in observed else option for j, option in enumerate(chosen)
        ]

    def parts(self, c: int, chosen: Sequence[Array], reasons: Collection[int] | None = None) -> dict[int, list[Array]]:
        """Weighted payoff of each option by reason (all of its own), to an actor who knows what those it sees have `chosen`."""
        game, known = self.game, self.known(c, chosen)

        def part(r: int, info: tuple[int, ...]) -> list[Array]:
            out = list(self.own[r])
            for other, table in self.between[r].items():
                for o, gains in enumerate(table):
                    shares = game.expectation(self.equilibrium.expected, c, other, info, o)
                    out[o] = out[o] + add_all(gain * share for gain, share in zip(gains, shares, strict=True))
            return out

        infos = game.moves.information_sets(c)
        return {r: self.from_perspective(c, game.moves.conditional_play({info: part(r, info) for info in infos}, c, known))
                for r in reasons or self.dynamics.reason_rows[c]}  # fmt: skip

    def reason(self, r: int, chosen: Sequence[Array]) -> list[Array]:
        """One reason as a part of the log odds of each option against the status quo, under quantal response."""
        c = next(c for c, rows in enumerate(self.dynamics.reason_rows) if r in rows)
        part = self.parts(c, chosen, (r,))[r]
        return [self.rationality(c) * (value - part[self.dynamics.plan.choices[c].status_quo]) for value in part]

    def rationality(self, c: int) -> Array:
        """Of the actor of a choice, as it sees itself."""
        return self.from_perspective(c, [self.game.rationality[c]])[0]

    def probabilities(self, c: int, chosen: Sequence[Array]) -> list[Array]:
        """Probability of each option by the theory of the actor, which knows what those it observes have `chosen`."""
        choice, decision = self.dynamics.plan.choices[c], ActorDecision(self, c, chosen)
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
        dynamics = self.dynamics
        none = jnp.full(self.current_options[0][0].shape[0] // len(self.perspectives), -1, jnp.int32)
        question = {}  # (choice, place of the eyes) -> in which draws its payoffs count there
        for c in self.players:
            for n, viewer in enumerate(self.perspectives):
                who = [decides[j] for j in range(len(decides)) if dynamics.perspectives[dynamics.perspective_of[j]] == viewer
                       and c in dynamics.interdependent_choices(j)]  # fmt: skip
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
        """(B,) by each of `COUNTED`: whether it is so in anybody's eyes."""
        result = self.equilibrium
        wide = (~result.converged, ~result.unique, result.converged & result.left_branch)
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
    """Sum of one or more arrays, from the first to the last."""
    out: Array = reduce(jnp.add, values)
    return out
