"""Normal form games, and their logit quantal response on the principal branch.

    p_i(o) = exp(rationality_i * U_i(o; p)) / sum_o' exp(rationality_i * U_i(o'; p))

`NormalForm` is one game with names, as in a file or a scenario; a block of games is an array (`expected_payoffs`).
Players move at once, know the payoffs, and care only for their own. Where several profiles solve the equations, the
result is the one reached from equal probabilities, at rationality 0, by raising all players' rationality in proportion:
the principal branch, at its first arrival (`continuation`). Up to a bound on rationality times payoffs there is only
one solution (`expected_payoffs.contracts`), and Newton's method finds it directly. A game that did not converge is
marked as such.

Sources: mckelvey_palfrey1995 (equilibrium, principal branch), turocy2005 (how it is followed).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games import continuation, expected_payoffs, logit_equations, multistart
from standoff.addons.games.expected_payoffs import MOST, Pairwise, Payoffs
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

RESIDUAL = 1e-9  # assumption: largest error of an answer; Newton's method leaves 1e-13 or does not settle
STARTS = 64  # assumption: default number of random starts of a search for other equilibria
APART = 1e-5  # assumption: equilibria that differ by more, in a probability, are two


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
    """Reasons why the data are not a valid game."""
    where, out = game.title or "game", []
    if not game.players:
        out.append(Problem("no player", where, "players", allowed="at least one"))
    if len(game.strategies) != len(game.players):
        out.append(
            Problem(
                f"{len(game.strategies)} lists of strategies for {len(game.players)} players",
                where,
                "strategies",
                allowed="one list for each player",
            )
        )
    for path, names in [
        ("players", game.players),
        *((f"strategies.{p}", s) for p, s in zip(game.players, game.strategies, strict=False)),
    ]:
        if twice := sorted(name for name, times in Counter(names).items() if times > 1):
            out.append(Problem(f"`{twice[0]}` is given more than once", where, path, allowed="unique names"))
        if not names and path != "players":
            out.append(Problem("no strategy", where, path, allowed="at least one"))
    expected = (len(game.players), *game.sizes)
    if not out and game.payoffs.shape != expected:
        out.append(
            Problem(
                f"payoffs of shape {game.payoffs.shape}",
                where,
                "payoffs",
                allowed=f"{expected}: player, then the strategy of each player in turn",
            )
        )
    elif not (np.abs(game.payoffs) <= MOST).all():
        out.append(
            Problem(
                "a payoff that is not a number, or too large",
                where,
                "payoffs",
                allowed=f"finite numbers up to {MOST:g} in size",
            )
        )
    return out


@dataclass(frozen=True, eq=False, kw_only=True)
class BranchEnds:
    """How far principal branches of a block were followed; games on the first axis."""

    probabilities: tuple[Floats, ...]  #: of each player or information set, (game, strategy or action)
    rationality: Floats  #: (game, player)
    residual: Floats  #: (game,) largest difference between a probability and the logit response to all
    arrived: NDArray[np.bool_]  #: (game,) whether the branch was followed to its rationality
    converged: NDArray[np.bool_]  #: (game,) whether it was, with a small residual
    steps: NDArray[np.int64]  #: (game,) evaluations of the equations
    turning: NDArray[np.int64]  #: (game,) turning points on the way; a step may miss two
    crossings: NDArray[np.int64]  #: (game,) branch points: a symmetry of the game
    starts: int  #: number of random starts of a search for other equilibria


@dataclass(frozen=True, eq=False, kw_only=True)
class QuantalResponse(BranchEnds):
    """Logit equilibria of a block of games on their principal branches."""

    contracts: NDArray[np.bool_]  #: (game,) proved to be the only equilibrium
    others: NDArray[np.int64] | None  #: (game,) number of equilibria in a search; None without a search

    @property
    def unique(self) -> NDArray[np.bool_] | None:
        """(game,) proved, or no other found from `starts` starts; None without a search."""
        return None if self.others is None else self.contracts | (self.converged & (self.others == 0))

    def of(self, game: int = 0) -> list[Floats]:
        """Probabilities of one game, [player](strategy,)."""
        return [shares[game] for shares in self.probabilities]


def quantal_response(
    game: NormalForm | Payoffs | Pairwise | Floats,
    rationality: Any,
    starts: int = 0,
    seed: int = 0,
    threads: int = 1,
) -> QuantalResponse:
    """Logit equilibria on the principal branch, of one game or of a block.

    game: a block as an array (game, player, strategy of the first, ..., strategy of the last), or `Pairwise`
    rationality: of all, (player,), or (game, player); not below 0, per unit of payoff. One `NormalForm` is solved at as
        many as are given
    starts: random starts of a search for other equilibria, of each game that is not proved to have one; it costs about
        as much as following `starts` branches
    threads: that share the games

    Raises `StandoffError` where the input is not a game; `converged` is false where a branch was not followed to its
    end.
    """
    block = _block(game, rationality)
    rates = expected_payoffs.rates(rationality, block.games, len(block.sizes))
    strength = np.maximum((rates * block.spread()).max(axis=1), 1.0)  # log-odds that payoffs could bring about
    data = logit_equations.prepared(block, rates / strength[:, None])
    only = expected_payoffs.contracts(block, rates)
    unknowns = sum(block.sizes) - len(block.sizes)
    traced = continuation.trace(logit_equations.system(block), data, unknowns, strength, bold=only, threads=threads)
    shares = logit_equations.shares(traced.x, block.sizes)
    residual = _residual(block, shares, rates)
    converged = traced.reached_target & (residual <= RESIDUAL)
    others = None
    if starts:
        others = np.zeros(block.games, int)
        open_games = np.flatnonzero(~only)
        for index, result in zip(open_games, _search(block, rates, open_games, starts, seed), strict=True):
            here = np.concatenate([row[index] for row in shares])
            others[index] = sum(np.abs(each - here).max() > APART for each in result)
    return QuantalResponse(
        probabilities=shares,
        rationality=rates,
        residual=residual,
        arrived=traced.reached_target,
        converged=converged,
        steps=traced.steps,
        turning=traced.turning,
        crossings=traced.crossings,
        contracts=only,
        others=others,
        starts=starts,
    )


def _block(game: NormalForm | Payoffs | Pairwise | Floats, rationality: Any) -> Payoffs | Pairwise:
    if isinstance(game, Payoffs | Pairwise):
        return game
    if not isinstance(game, NormalForm):
        return Payoffs(game)
    many = len(rationality) if np.ndim(rationality) == 2 else 1
    return Payoffs(np.broadcast_to(game.payoffs, (many, *game.payoffs.shape)))


def _residual(block: Payoffs | Pairwise, shares: Sequence[Floats], rates: Floats) -> Floats:
    worst = np.zeros(block.games)
    for i, (utility, p) in enumerate(zip(block.expected(shares), shares, strict=True)):
        worst = np.maximum(worst, np.abs(expected_payoffs.logit(utility, rates[:, i]) - p).max(axis=1))
    return worst


def _search(
    block: Payoffs | Pairwise, rates: Floats, games: NDArray[np.int64], starts: int, seed: int
) -> list[list[Floats]]:
    """Distinct equilibria of each of `games` by Newton's method, all players in one row.

    It starts from the responses to profiles drawn at random: every other one pure, since near each strict equilibrium
    in pure strategies there is one where rationality is high.
    """
    if not len(games):
        return []
    rng = np.random.default_rng(seed)
    some = block.subset(np.repeat(games, starts))
    rate = np.repeat(rates[games], starts, axis=0)
    pure = np.arange(some.games) % 2 == 0
    profile = []
    for size in some.sizes:
        mixed = rng.dirichlet(np.ones(size), size=some.games)
        corner = np.eye(size)[rng.integers(size, size=some.games)]
        profile.append(np.where(pure[:, None], corner, mixed))
    begin = [r[:, None] * (u[:, 1:] - u[:, :1]) for u, r in zip(some.expected(profile), rate.T, strict=True)]
    x, settled = multistart.newton(
        logit_equations.system(some),
        logit_equations.prepared(some, rate),
        np.ones(some.games),
        np.concatenate(begin, axis=1).T,
    )
    shares = logit_equations.shares(x, some.sizes)
    settled &= _residual(some, shares, rate) <= RESIDUAL
    rows = np.concatenate(shares, axis=1).reshape(len(games), starts, -1)
    return [distinct(row[good], APART) for row, good in zip(rows, settled.reshape(len(games), starts), strict=True)]


def distinct(rows: Floats, apart: float) -> list[Floats]:
    """Rows without those within `apart` of an earlier one."""
    kept: list[Floats] = []
    for row in rows:
        if all(np.abs(row - other).max() > apart for other in kept):
            kept.append(row)
    return kept
