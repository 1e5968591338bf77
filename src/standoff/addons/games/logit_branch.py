"""Logit equilibria on the principal branch, of a block of games in any form.

    log p(a) - log p(b) = rationality * (U(a) - U(b))   for options a, b of one player, or of one information set

Unknowns are log-odds against the first option of each group (a player or an information set). Logarithms keep
probabilities positive and the smallest ones exact. Where several profiles solve the equations, the result is the one
reached from equal probabilities, at rationality 0, by raising all players' rationality in proportion: the principal
branch, at its first arrival (`continuation`). A game that did not converge is marked as such.

Sources: mckelvey_palfrey1995 (equilibrium, principal branch), turocy2005 (how it is followed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from standoff.addons.games import continuation
from standoff.types import Floats

RESIDUAL = 1e-9  # assumption: largest error of an answer; Newton's method leaves 1e-13 or does not settle
STARTS = 64  # assumption: default number of random starts of a search for other equilibria
APART = 1e-5  # assumption: equilibria that differ by more, in a probability, are two
CORNER = 1e-30  # weight of an unused option in a start of the search
SEED = 0  # of random starts
BLOCK = 256  # games per block of residuals


@dataclass(frozen=True, eq=False, kw_only=True)
class QuantalResponse:
    """Logit equilibria of a block of games on their principal branches; games on the first axis."""

    probabilities: tuple[Floats, ...]  #: of each player or information set, (game, option)
    logs: Floats  #: (game, option) log probabilities, of all players or information sets in a row
    rationality: Floats  #: (game, player)
    residual: Floats  #: (game,) largest difference between a probability and the logit response to all
    arrived: np.ndarray  #: (game,) whether the branch was followed to its rationality
    converged: np.ndarray  #: (game,) whether it was, with a small residual
    steps: np.ndarray  #: (game,) evaluations of the equations
    turning: np.ndarray  #: (game,) turning points on the way; a step may miss two
    crossings: np.ndarray  #: (game,) branch points: a symmetry of the game
    contracts: np.ndarray  #: (game,) proved to be the only equilibrium; never of trees
    others: np.ndarray | None  #: (game,) number of equilibria in a search; None without a search
    starts: int  #: number of random starts of a search for other equilibria

    @property
    def unique(self) -> np.ndarray | None:
        """(game,) proved, or no other found from `starts` starts; None without a search."""
        return None if self.others is None else self.contracts | (self.converged & (self.others == 0))

    def of(self, game: int = 0) -> list[Floats]:
        """Probabilities of one game, [player or information set](option,)."""
        return [shares[game] for shares in self.probabilities]


@dataclass(frozen=True, eq=False, kw_only=True)
class Correspondence:
    """The logit equations of a block of games of one form."""

    sizes: Sequence[int]  #: options of each player or information set
    equations: continuation.Equations  #: F of the unknowns, the log-odds
    data: Any  #: arrays (..., game) that they get, on a scale where `strength` is in log-odds
    strength: Floats  #: (game,) at the rationality of each
    #: (log probabilities (lane, option), game of each lane) -> payoff of each option times rationality, (lane, option)
    utilities: Callable[[Floats, np.ndarray], Floats]

    @cached_property
    def starts(self) -> np.ndarray:
        """(group,) first option of each player or information set."""
        return np.cumsum([0, *self.sizes], dtype=int)[:-1]

    @cached_property
    def first(self) -> np.ndarray:
        """(option,) first option of its group."""
        return np.repeat(self.starts, self.sizes)

    @cached_property
    def rest(self) -> np.ndarray:
        """(unknown,) options but the first of each group."""
        return np.setdiff1d(np.arange(len(self.first)), self.starts)

    def logit(self, values: Floats) -> tuple[Floats, Floats]:
        """Logit response to `values` (lane, option): probabilities, and their logarithms."""
        above = values - np.maximum.reduceat(values, self.starts, axis=1).repeat(self.sizes, axis=1)
        weights = np.exp(above)
        totals = np.add.reduceat(weights, self.starts, axis=1).repeat(self.sizes, axis=1)
        return weights / totals, above - np.log(totals)

    def shares(self, odds: Floats) -> tuple[Floats, Floats]:
        """Probabilities of log-odds (unknown, lane), and their logarithms, (lane, option)."""
        full = np.zeros((odds.shape[1], len(self.first)))
        full[:, self.rest] = odds.T
        return self.logit(full)

    def residual(self, p: Floats, logs: Floats, games: np.ndarray) -> Floats:
        """(lane,) largest difference between probabilities and responses, by other code."""
        out = np.zeros(len(games))
        for lanes in np.array_split(np.arange(len(games)), -(-len(games) // BLOCK)):
            response, _ = self.logit(self.utilities(logs[lanes], games[lanes]))
            out[lanes] = np.abs(p[lanes] - response).max(axis=1, initial=0.0)
        return out

    def others(self, game: int, equilibrium: Floats, starts: int) -> int:
        """Number of equilibria of a game but `known` (option,), found from random profiles.

        Newton's method starts from the responses to them: every other one is pure, since near each strict equilibrium in pure
        strategies there is one where rationality is high.
        """
        draws = np.random.default_rng(SEED).exponential(size=(starts, len(self.first)))
        top = np.maximum.reduceat(draws, self.starts, axis=1).repeat(self.sizes, axis=1)
        pure = (np.arange(starts) % 2 == 0)[:, None]
        lanes = np.full(starts, game)
        values = self.utilities(self.logit(np.log(np.where(pure & (draws < top), CORNER, draws)))[1], lanes)
        odds = (values - values[:, self.first])[:, self.rest].T
        data = jax.tree.map(lambda array: array[..., lanes], self.data)
        x, settled = continuation.newton(self.equations, data, self.strength[lanes], odds)
        p, logs = self.shares(x)
        settled = settled & (self.residual(p, logs, lanes) <= RESIDUAL)
        return int(sum(np.abs(row - equilibrium).max() > APART for row in distinct(p[settled], APART)))

    def principal(self, rationality: Floats, contracts: np.ndarray | None = None, starts: int = 0) -> QuantalResponse:
        """The equilibria on the principal branches, and a search for others from random starts.

        rationality: (game, player); contracts: (game,) proved to have one equilibrium, which is then found directly
        """
        games = np.arange(len(self.strength))
        contracts = games < 0 if contracts is None else contracts
        traced = continuation.trace(self.equations, self.data, len(self.rest), self.strength, contracts)
        p, logs = self.shares(traced.x)
        residual = self.residual(p, logs, games)
        others = None
        if starts:
            searched = ~contracts & (len(self.rest) > 0)
            others = np.array([self.others(k, p[k], starts) if one else 0 for k, one in enumerate(searched)])
        return QuantalResponse(
            probabilities=tuple(np.split(p, self.starts[1:], axis=1)) if len(self.starts) else (),
            logs=logs,
            rationality=rationality,
            residual=residual,
            arrived=traced.reached_target,
            converged=traced.reached_target & (residual <= RESIDUAL),
            steps=traced.steps,
            turning=traced.turning,
            crossings=traced.crossings,
            contracts=contracts,
            others=others,
            starts=starts,
        )


def distinct(rows: Floats, apart: float) -> list[Floats]:
    """Rows without those within `apart` of an earlier one."""
    out: list[Floats] = []
    for row in rows:
        if all(np.abs(row - other).max() > apart for other in out):
            out.append(row)
    return out
