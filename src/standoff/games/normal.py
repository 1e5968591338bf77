"""Games in normal form: who plays, with which strategies, for which payoffs.

`NormalForm` is one game with names, as a file or a scenario states it; a block of games for `quantal_response` is an
array. Players move at once, know the payoffs, and care only for their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, StandoffError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NormalForm:
    """One game. Players and strategies have names; nothing else of a game matters to a solver."""

    title: str
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]  #: labels of each player's strategies
    payoffs: Floats  #: (player, strategy of the first, ..., strategy of the last), utility

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", tuple(self.players))
        object.__setattr__(self, "strategies", tuple(tuple(labels) for labels in self.strategies))
        payoffs = np.array(self.payoffs, dtype=np.float64)
        payoffs.setflags(write=False)
        object.__setattr__(self, "payoffs", payoffs)
        problems = _problems(self)
        if problems:
            raise StandoffError(problems)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of strategies of each player."""
        return tuple(len(labels) for labels in self.strategies)

    def profile(self, shares: Any) -> dict[str, dict[str, float]]:
        """Probabilities of one game, [player][strategy], by name."""
        return {
            player: {label: float(share) for label, share in zip(labels, row, strict=True)}
            for player, labels, row in zip(self.players, self.strategies, shares, strict=True)
        }


def _problems(game: NormalForm) -> list[Problem]:
    """What keeps a game from being one."""
    where, out = game.title or "game", []
    if not game.players:
        out.append(Problem("no player", where, "players", allowed="at least one"))
    if len(game.strategies) != len(game.players):
        out.append(Problem(f"{len(game.strategies)} lists of strategies for {len(game.players)} players", where,
                           "strategies", allowed="one list for each player"))  # fmt: skip
    for path, names in [("players", game.players), *((f"strategies.{p}", s) for p, s in zip(
            game.players, game.strategies, strict=False))]:  # fmt: skip
        if twice := sorted({name for name in names if names.count(name) > 1}):
            out.append(Problem(f"`{twice[0]}` stands more than once", where, path, allowed="names that differ"))
        if not names and path != "players":
            out.append(Problem("no strategy", where, path, allowed="at least one"))
    expected = (len(game.players), *game.sizes)
    if not out and game.payoffs.shape != expected:
        out.append(Problem(f"payoffs of shape {game.payoffs.shape}", where, "payoffs",
                           allowed=f"{expected}: player, then the strategy of each player in turn"))  # fmt: skip
    elif not np.isfinite(game.payoffs).all():
        out.append(Problem("a payoff that is not a number", where, "payoffs", allowed="finite numbers"))
    return out
