"""Level-k reasoning and the cognitive hierarchy.

Level 0 plays at random, or a given strategy. A player of level k responds best to others of level k - 1 (level k:
nagel1995, stahl_wilson1995), or to a mixture of levels 0 to k - 1 in their true proportions, Poisson with mean `tau`
(cognitive hierarchy: camerer_ho_chong2004). Beliefs need not be right, so that no fixed point is solved and the result
is unique. Equally good strategies are equally likely. With a rationality, responses are logit.

Do not use it for players who have learned the game: beliefs do not follow from play.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from standoff.addons.games import expected_payoffs
from standoff.addons.games.expected_payoffs import Pairwise, Payoffs, Shares
from standoff.addons.games.normal_form import NormalForm
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

TIED = 1e-12  # relative to the largest payoff: rounding differences between equally good strategies
DEEPEST = 100  # level; assumption: people are found at 0 to 4 (camerer_ho_chong2004), and every level is kept
REST = 1e-12  # levels go on until those left out have this share


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Strategies of each level, and of their mixture."""

    levels: tuple[tuple[Floats, ...], ...]  #: [level][player](game, strategy)
    weights: Floats  #: (level,) share of players at each
    probabilities: tuple[Floats, ...]  #: of each player, (game, strategy): weighted mean over levels

    def of(self, game: int = 0) -> list[Floats]:
        """Probabilities of one game, [player](strategy,)."""
        return [shares[game] for shares in self.probabilities]


def best_response(game: NormalForm | Payoffs | Pairwise, shares: Shares, rationality: Any = None) -> tuple[Floats, ...]:
    """Best response to `shares`, [player](game, strategy), or a logit response."""
    block = _block(game)
    utilities = block.expected(shares)
    if rationality is not None:
        rates = expected_payoffs.rates(rationality, block.games, len(block.sizes))
        return tuple(expected_payoffs.logit(u, rates[:, i]) for i, u in enumerate(utilities))
    out = []
    for u in utilities:
        best = u >= u.max(axis=1, keepdims=True) - TIED * np.abs(u).max(axis=1, keepdims=True)
        out.append(best / best.sum(axis=1, keepdims=True))
    return tuple(out)


def level_k(
    game: NormalForm | Payoffs | Pairwise, level: int, rationality: Any = None, start: Shares | None = None
) -> Hierarchy:
    """All players are of `level` and expect the others to be one level below.

    start: strategies of level 0, [player](game, strategy); uniform by default
    """
    if not 0 <= level <= DEEPEST:
        shown = level if abs(level) < 10**9 else "so high"
        raise StandoffError(Problem(f"there is no level {shown}", "level", allowed=f"0 to {DEEPEST}"))
    levels = [_start(game, start)]
    for _ in range(level):
        levels.append(best_response(game, levels[-1], rationality))
    weights = np.eye(level + 1)[level]
    return Hierarchy(tuple(levels), weights, levels[-1])


def cognitive_hierarchy(
    game: NormalForm | Payoffs | Pairwise,
    tau: float,
    rationality: Any = None,
    start: Shares | None = None,
    levels: int | None = None,
) -> Hierarchy:
    """Levels are Poisson with mean `tau`; each knows the proportions of the lower levels only.

    tau: mean level, 0 to 30; camerer_ho_chong2004 finds about 1.5 over many games
    levels: highest level; unless given, until the rest are fewer than one in 10^12
    """
    if not 0 <= tau <= 30:
        raise StandoffError(Problem(f"a mean level of {tau:g}", "tau", allowed="0 to 30"))
    if levels is not None and not 0 <= levels <= DEEPEST:
        raise StandoffError(Problem("not a valid highest level", "levels", allowed=f"0 to {DEEPEST}"))
    share = [math.exp(-tau)]
    while len(share) <= levels if levels is not None else 1 - sum(share) > REST and share[-1] > REST * REST:
        share.append(share[-1] * tau / len(share))
    weights = np.array(share) / sum(share)
    played = [_start(game, start)]
    for k in range(1, len(weights)):
        played.append(best_response(game, _mixed(played, weights[:k]), rationality))
    return Hierarchy(tuple(played), weights, _mixed(played, weights))


def _mixed(levels: Sequence[Shares], weights: Floats) -> tuple[Floats, ...]:
    """Mixture of all levels, with weights normalised to one."""
    scaled = weights / weights.sum()
    return tuple(
        sum((w * row for w, row in zip(scaled, rows, strict=True)), np.zeros_like(rows[0]))
        for rows in zip(*levels, strict=True)
    )


def _start(game: NormalForm | Payoffs | Pairwise, start: Shares | None) -> tuple[Floats, ...]:
    block = _block(game)
    return (
        expected_payoffs.uniform_strategies(block.sizes, block.games)
        if start is None
        else tuple(np.asarray(row, float) for row in start)
    )


def _block(game: NormalForm | Payoffs | Pairwise) -> Payoffs | Pairwise:
    return Payoffs(game.payoffs[None]) if isinstance(game, NormalForm) else game
