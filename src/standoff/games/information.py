"""Observation structure of a game, and conditional probabilities.

A player that observes others chooses after it knows their options: its strategy is a response to each combination of
them, as if it were a separate player (an agent) for each. Numbers are arrays over games, as in `logit_response`.

Sources: selten1975 (agents), mckelvey_palfrey1998 (quantal response of agents).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from typing import TypeAlias

import jax.numpy as jnp
from jax import Array

Info: TypeAlias = tuple[int, ...]  #: options of the observed players
Strategy: TypeAlias = dict[Info, list[Array]]  #: observed options -> probability of each option
Strategies: TypeAlias = list[Strategy]


@dataclass(frozen=True)
class MoveOrder:
    """Players by their number of options, and the players whom each of them observes.

    Raises `ValueError` for a cycle of observation. A player that observes another also observes the options that the
    other has observed.
    """

    sizes: tuple[int, ...]
    after: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", self.after or ((),) * len(self.sizes))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Players in an order in which observed players come first."""
        out: list[int] = []
        waiting = list(range(len(self.sizes)))
        while waiting:
            ready = [i for i in waiting if all(j in out for j in self.after[i])]
            if not ready:
                raise ValueError(f"players {waiting} wait for one another")
            out += ready
            waiting = [i for i in waiting if i not in ready]
        return tuple(out)

    @cached_property
    def observes(self) -> tuple[tuple[int, ...], ...]:
        """Players whom each player observes, in order."""
        known: list[set[int]] = [set() for _ in self.sizes]
        for i in self.order:
            known[i] = set(self.after[i]).union(*(known[j] for j in self.after[i]))
        return tuple(tuple(j for j in self.order if j in observed) for observed in known)

    def information_sets(self, player: int) -> list[Info]:
        """All information sets of a player."""
        return list(product(*(range(self.sizes[j]) for j in self.observes[player])))

    def marginal(self, q: Strategies, player: int, known: Mapping[int, int] | None = None) -> list[Array]:
        """Probability of each option of a player, given the options `known` of some others.

        `known` must hold everything that those others observed, or be set by the player who chooses: then the unknown
        options depend on the known ones through the strategies alone.
        """
        known = known or {}
        if player in known:
            one = jnp.ones_like(next(iter(q[player].values()))[0])
            return [one if o == known[player] else jnp.zeros_like(one) for o in range(self.sizes[player])]
        total: list[Array] | None = None
        for info in self.information_sets(player):
            observed = dict(zip(self.observes[player], info, strict=True))
            if any(known.get(j, option) != option for j, option in observed.items()):
                continue
            weights = [
                q[j][tuple(observed[x] for x in self.observes[j])][observed[j]]
                for j in self.observes[player]
                if j not in known
            ]
            weight = reduce(jnp.multiply, weights) if weights else None
            part = [p if weight is None else weight * p for p in q[player][info]]
            total = part if total is None else [a + b for a, b in zip(total, part, strict=True)]
        assert total is not None
        return total

    def conditional_play(self, strategy: Strategy, player: int, chosen: Sequence[Array]) -> list[Array]:
        """Strategy of a player at its information set when the others have `chosen`."""
        others = self.observes[player]
        if not others:
            return strategy[()]
        out = [jnp.zeros_like(p) for p in next(iter(strategy.values()))]
        for info, options in strategy.items():
            here = reduce(jnp.logical_and, [chosen[j] == option for j, option in zip(others, info, strict=True)])
            out = [jnp.where(here, p, before) for p, before in zip(options, out, strict=True)]
        return out
