"""Polymatrix games (pairwise payoffs) in blocks, and their logit equilibria.

    U_i(o; q) = base_i(o) + sum over others j of sum_k pair_ij(o, k) * q_j(k)

Every number of a game is an array over games, so that the same code solves one game or a block; players and options are
Python lists, and each player may have its own number of options. `logit_response` solves them.

A player may also judge each of its options by how others would react to it (`Reactions`). Whoever reacts is one more player,
an agent, for each state to which it would react: its strategy is the logit response of the player as if it decided there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

from standoff.games.information import Info, MoveOrder, Strategies

Rows: TypeAlias = list[list[Array]]  #: [player][option] -> (game,)
Available: TypeAlias = Sequence[Sequence[Array] | None]  #: [player][option] -> (game,) bool; None: all its options
TINY = 1e-30  #: in place of a probability of 0 that would divide

Pairs: TypeAlias = Mapping[tuple[int, int], Sequence[Sequence[Array]]]  #: (player, other) -> [option][other's option]


@dataclass(frozen=True)
class Reaction:
    """What is expected of a player in a state: an agent, where unknown reasons do not persist.

    agent: the player as if it decided in that state; present: as if it decided as things stand
    persistence: number of the share of unknown reasons that persist, in `Reactions.persistence`; below 0 if none does
    """

    agent: int
    present: int = -1
    persistence: int = -1

    @property
    def agents(self) -> tuple[int, ...]:
        """Players on whose strategies it depends."""
        return (self.agent,) if self.persistence < 0 else (self.agent, self.present)


@dataclass(frozen=True)
class TypeBelief:
    """Probabilities of the types of an actor, by Bayes' rule from a belief and options.

    of: number of the actor in `Reactions.beliefs`; options: for each of these options, who would choose it by type, and which
    """

    of: int
    options: tuple[tuple[tuple[Reaction, ...], int], ...] = ()

    @property
    def agents(self) -> tuple[int, ...]:
        """Players on whose strategies it depends."""
        return tuple(agent for types, _ in self.options for one in types for agent in one.agents)


@dataclass(frozen=True)
class ReactionMixture:
    """What is expected of one who reacts to the option or type of another: `parts` by `over`."""

    over: Foreseen
    parts: tuple[Foreseen, ...]

    @property
    def agents(self) -> tuple[int, ...]:
        """Players on whose strategies it depends."""
        return sum((part.agents for part in self.parts), self.over.agents)


Foreseen: TypeAlias = "Reaction | ReactionMixture | TypeBelief"


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Reactions:
    """Reactions that players expect to their options.

    expected: (player, what it expects after each of its options); gains: for each, [option][option of the other]
    agents: (agent, the player that it stands for); persistence: shares of unknown reasons that persist
    in_force: options that players have now, one-hot, where unknown reasons persist
    beliefs: probability of each type, [actor][type]
    """

    expected: tuple[tuple[int, tuple[Foreseen, ...]], ...] = field(default=(), metadata={"static": True})
    agents: tuple[tuple[int, int], ...] = field(default=(), metadata={"static": True})
    gains: Sequence[Sequence[Sequence[Array]]] = ()
    persistence: Sequence[Array] = ()
    in_force: Mapping[int, Sequence[Array]] = field(default_factory=dict)
    beliefs: Sequence[Sequence[Array]] = ()

    def probabilities(self, q: Strategies, of: Foreseen) -> list[Array]:
        """Probability of each option of the one who reacts."""
        if isinstance(of, ReactionMixture):
            weights = self.probabilities(q, of.over)
            parts = [self.probabilities(q, part) for part in of.parts]
            return [total(w * p for w, p in zip(weights, column, strict=True)) for column in zip(*parts, strict=True)]
        if isinstance(of, TypeBelief):
            odds = list(self.beliefs[of.of])
            for types, option in of.options:
                odds = [w * self.probabilities(q, one)[option] for w, one in zip(odds, types, strict=True)]
            sure = total(odds)  # what no type does teaches nothing
            each = zip(odds, self.beliefs[of.of], strict=True)
            return [jnp.where(sure > TINY, w / jnp.maximum(sure, TINY), before) for w, before in each]
        fresh = q[of.agent][()]
        if of.persistence < 0:
            return fresh
        now = self.in_force[dict(self.agents)[of.agent]]
        return persisting(fresh, q[of.present][()], now, self.persistence[of.persistence])


def persisting(
    fresh: Sequence[Array], present: Sequence[Array], in_force: Sequence[Array], persistence: Array
) -> list[Array]:
    """Probabilities of options once a state has changed, where unknown reasons may persist.

    fresh, present: probabilities p' of the game in the new state and p as things stand; in_force: one-hot. The option in
    force has the least E / p of exponential numbers E, and the option once the state has changed the least E / p'. Given i,
    another option m has it with probability

        p'_m * (integral of 1 / D(v)^2 from v_i to v_m), D(v) = sum of max(p' (1 - v), p v), v_j = p'_j / (p'_j + p_j)

    where v_m > v_i, and i keeps it with v_i / D(v_i): of two options with min(1, p'_i / p_i). Source: derivation.
    """
    of = [new / jnp.maximum(new + old, TINY) for new, old in zip(fresh, present, strict=True)]
    own = total(v * now for v, now in zip(of, in_force, strict=True))

    def density(v: Array) -> Array:  # at least 1/2; less only where no option is open
        bound = total(jnp.maximum(new * (1 - v), old * v) for new, old in zip(fresh, present, strict=True))
        return jnp.maximum(bound, 0.25)

    at = [jnp.maximum(v, own) for v in of]  # the integral is elementary between these, once they are sorted
    for last in range(len(at) - 1, 0, -1):
        for n in range(last):  # a network, which the compiler fuses, and not `sort`, which takes every game by itself
            at[n], at[n + 1] = jnp.minimum(at[n], at[n + 1]), jnp.maximum(at[n], at[n + 1])
    between = [(b, (b - a) / (density(a) * density(b))) for a, b in pairwise(at)]
    return [
        (1 - persistence) * p
        + persistence * jnp.where(now > 0, own / density(own), p * total(w * (v >= b) for b, w in between))
        for p, v, now in zip(fresh, of, in_force, strict=True)
    ]


@dataclass(frozen=True)
class Game:
    """A block of games.

    base: payoffs that do not depend on others, utility
    pairs: payoffs that do
    rationality: of each player, not below 0
    moves: observation structure; simultaneous moves by default
    available: options that each player may choose; None: all of them. A deciding player has at least one
    reactions: what players expect after each of their options
    """

    base: Rows
    pairs: Pairs
    rationality: Sequence[Array]
    moves: MoveOrder
    available: Available | None = None
    reactions: Reactions = Reactions()

    @classmethod
    def of(cls, base: Rows, pairs: Pairs, rationality: Sequence[Array], moves: MoveOrder | None = None) -> Game:
        """A simultaneous game, unless `moves` gives an observation structure."""
        return cls(base, pairs, rationality, moves or MoveOrder(tuple(len(options) for options in base)))

    def options_of(self, player: int) -> Sequence[Array] | None:
        """Whether each option of a player is available, or None where all are."""
        return None if self.available is None else self.available[player]

    def expectation(self, q: Strategies, player: int, other: int, info: Info, option: int) -> list[Array]:
        """Probabilities of another's options that a player with `info` and `option` expects."""
        moves = self.moves
        known = dict(zip(moves.observes[player], info, strict=True)) | {player: option}
        relevant = {j: k for j, k in known.items() if j == other or j in moves.observes[other]}
        return moves.marginal(q, other, relevant)

    def utility(self, q: Strategies, player: int, info: Info = ()) -> list[Array]:
        """Utility of every option of a player who knows `info`, against the strategies `q`."""
        out = list(self.base[player])
        for (i, other), table in self.pairs.items():
            if i != player:
                continue
            for o, gains in enumerate(table):
                shares = self.expectation(q, player, other, info, o)
                out[o] = out[o] + total(gain * share for gain, share in zip(gains, shares, strict=True))
        for (i, expected), table in zip(self.reactions.expected, self.reactions.gains, strict=True):
            for o, gains in enumerate(table) if i == player else ():
                shares = self.reactions.probabilities(q, expected[o])
                out[o] = out[o] + total(gain * share for gain, share in zip(gains, shares, strict=True))
        return out

    def considered(self) -> list[int]:
        """Players whose probabilities matter: those in payoffs, and those whom these observe."""
        relevant = {j for _, j in self.pairs}
        relevant.update(j for _, expected in self.reactions.expected for node in expected for j in node.agents)
        return sorted(relevant.union(*(self.moves.observes[j] for j in relevant)))

    def with_reactions_as_solved(self, q: Strategies) -> Game:
        """The game without agents: what players expect of reactions is as by the strategies `q`."""
        count, base = len(self.base) - len(self.reactions.agents), list(self.base)
        for (i, expected), table in zip(self.reactions.expected, self.reactions.gains, strict=True):
            if i < count:
                each = zip(expected, table, strict=True)
                sums = [
                    total(g * p for g, p in zip(gains, self.reactions.probabilities(q, node), strict=True))
                    for node, gains in each
                ]
                base[i] = list(map(jnp.add, base[i], sums))
        return replace(
            self,
            base=base[:count],
            pairs={pair: table for pair, table in self.pairs.items() if pair[0] < count},
            rationality=self.rationality[:count],
            moves=MoveOrder(self.moves.sizes[:count], self.moves.after[:count]),
            available=self.available and self.available[:count],
            reactions=Reactions(),
        )

    def needed_by(self, players: Iterable[int]) -> set[int]:
        """Players on whose strategies the responses of some players depend."""
        some = {*players}
        out = {j for i, j in self.pairs if i in some}
        out.update(j for i, expected in self.reactions.expected if i in some for node in expected for j in node.agents)
        return out.union(*(self.moves.observes[j] for j in out))

    def depends_on_itself(self, players: Sequence[int]) -> bool:
        """Whether players of a stage must be solved together."""
        return bool(self.needed_by(players) & {*players})

    def unknowns(self, players: Sequence[int]) -> tuple[list[int], list[int]]:
        """Players of a stage that are solved for, and agents that follow from them in order.

        The agent that most of the rest depend on is solved for where none follows.
        """
        agents = {agent for agent, _ in self.reactions.agents}
        needs = {i: self.needed_by([i]) & {*players} for i in players}
        solved, follow = [i for i in players if i not in agents or i in needs[i]], list[int]()
        while left := [i for i in players if i not in solved and i not in follow]:
            if ready := [i for i in left if needs[i] <= {*solved, *follow}]:
                follow += ready
            else:
                solved.append(max(left, key=lambda i: sum(i in needs[j] for j in left) * len(needs[i] & {*left})))
        return sorted(solved), follow

    def stages(self) -> list[list[int]]:
        """Players whose probabilities matter: those who foresee nothing, agents, and the others.

        Without reactions all are in the first stage. Agents that depend only on players before them have a stage of their
        own; agents in a circle, and players who foresee reactions and whose own probabilities matter, are in the last.
        """
        agents, left = {agent for agent, _ in self.reactions.agents}, {*self.considered()}
        first = {*left} - agents
        while foresees := {i for i in first if self.needed_by([i]) - first}:
            first -= foresees
        out, known = [sorted(first)], {*first}
        while ready := [i for i in sorted(agents & left - known) if self.needed_by([i]) <= known]:
            out += [[i] for i in ready]
            known.update(ready)
        return [stage for stage in (*out, sorted(left - known)) if stage]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Equilibrium:
    """Logit equilibria of a block of games.

    `strategies` are the logit responses to `expected`; `residual` (game,) is their largest difference, and `converged`
    (game,) says that it is below the tolerance. `unique` (game,): there is no other equilibrium. `left_branch` (game,):
    the principal branch could not be followed to the end, and the solution may lie on another.
    """

    strategies: Strategies
    expected: Strategies
    residual: Array
    converged: Array
    unique: Array
    left_branch: Array
    iterations: Array


def total(values: Iterable[Any]) -> Array:
    """Sum of one or more arrays."""
    return reduce(jnp.add, values)
