"""Normal form games, and their logit quantal response on the principal branch.

    p_i(o) = exp(rationality_i * U_i(o; p)) / sum_o' exp(rationality_i * U_i(o'; p))

`NormalForm` is one game with names, as in a file or a scenario; a block of games is an array (`expected_payoffs`).
Players move at once, know the payoffs, and care only for their own. The result is the equilibrium on the principal
branch (`logit_branch`). Up to a bound on rationality times payoffs there is only one (`expected_payoffs.contracts`), and
Newton's method finds it directly.

Sources: mckelvey_palfrey1995 (equilibrium, principal branch).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from standoff.addons.games import expected_payoffs
from standoff.addons.games.continuation import Equations
from standoff.addons.games.expected_payoffs import MOST, GameBlock, Payoffs
from standoff.addons.games.logit_branch import Correspondence, QuantalResponse
from standoff.errors import Problem, StandoffError
from standoff.types import Floats


@dataclass(frozen=True, eq=False)
class NormalForm:
    """One game, with names of players and strategies."""

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
        if problems := list(_mistakes(self)):
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


def _mistakes(game: NormalForm) -> Iterator[Problem]:
    """Reasons why the data are not a valid game."""
    where, players = game.title or "game", len(game.players)
    lists = {"players": game.players} | {
        f"strategies.{p}": s for p, s in zip(game.players, game.strategies, strict=False)
    }
    for path, names in lists.items():
        if not names:
            yield Problem("no player" if path == "players" else "no strategy", where, path, "at least one")
        if twice := sorted(name for name, times in Counter(names).items() if times > 1):
            yield Problem(f"`{twice[0]}` is given more than once", where, path, "unique names")
    expected = (players, *game.sizes)
    if len(game.strategies) != players:
        what = f"{len(game.strategies)} lists of strategies for {players} players"
        yield Problem(what, where, "strategies", "one list for each player")
    elif game.payoffs.shape != expected:
        allowed = f"{expected}: player, then the strategy of each player in turn"
        yield Problem(f"payoffs of shape {game.payoffs.shape}", where, "payoffs", allowed)
    elif not (np.abs(game.payoffs) <= MOST).all():
        allowed = f"finite numbers up to {MOST:g} in size"
        yield Problem("a payoff that is not a number, or too large", where, "payoffs", allowed)


def quantal_response(game: NormalForm | GameBlock | Floats, rationality: Any, starts: int = 0) -> QuantalResponse:
    """Logit equilibria on the principal branch, of one game or of a block.

    game: a block as an array (game, player, strategy of the first, ..., strategy of the last), or `Pairwise`
    rationality: of all, (player,), or (game, player); not below 0, per unit of payoff. One `NormalForm` is solved at as
        many as are given
    starts: random starts of a search for other equilibria, of each game that is not proved to have one; it costs about
        as much as following `starts` branches

    Raises `StandoffError` where the input is not a game; `converged` is false where a branch was not followed to its
    end.
    """
    if isinstance(game, NormalForm):
        many = len(rationality) if np.ndim(rationality) == 2 else 1
        game = np.broadcast_to(game.payoffs, (many, *game.payoffs.shape))
    block = game if isinstance(game, GameBlock) else Payoffs(game)
    rates = expected_payoffs.rates(rationality, block.games, len(block.sizes))
    return correspondence(block, rates).principal(rates, expected_payoffs.contracts(block, rates), starts)


def correspondence(block: GameBlock, rates: Floats) -> Correspondence:
    """The logit equations of a block of games at rationality (game, player)."""
    strength = np.maximum((rates * block.spread()).max(axis=1), 1.0)  # log-odds that payoffs could bring about
    ends = np.cumsum(block.sizes)[:-1]

    def utilities(logs: Floats, games: np.ndarray) -> Floats:
        expected = block.subset(games).expected(np.split(np.exp(logs), ends, axis=1))
        return np.concatenate(expected, axis=1) * rates[games].repeat(block.sizes, axis=1)

    return Correspondence(
        sizes=block.sizes,
        equations=_equations(block.sizes),
        data=block.scaled(rates / strength[:, None]),
        strength=strength,
        utilities=utilities,
    )


@lru_cache(maxsize=64)
def _equations(sizes: tuple[int, ...]) -> Equations:
    """x_i(o) - strength * (U_i(o) - U_i(0)) for every strategy o of player i but its first."""
    rows = [slice(*ends) for ends in pairwise(np.cumsum([0, *(size - 1 for size in sizes)]))]

    def equations(x: Array, strength: Array, terms: Any) -> Array:
        odds = [jnp.concatenate([jnp.zeros((1, x.shape[1])), x[row]]) for row in rows]
        shares = [jax.nn.softmax(row, axis=0) for row in odds]
        still = jax.lax.stop_gradient(shares)  # JAX finds the slopes in the change alone, a sum over others
        by = [row - now for row, now in zip(shares, still, strict=True)]
        utility = expected_payoffs.utilities(terms, still)
        for (i, *others), table in terms.items():
            utility[i] += expected_payoffs.change(table, others, still, by)
        return x - strength * jnp.concatenate([u[1:] - u[:1] for u in utility])

    return equations
