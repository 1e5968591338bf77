"""Solve one game of Gambit, a table or a tree, under one theory, with a uniform result.

A logit quantal response has, with payoffs U of actions given that their information set is reached,

    log p(a) - log p(b) = rationality * (U(a) - U(b))   for actions a, b of one information set

In a table each player decides once (McKelvey and Palfrey 1995), in a tree at each information set (1998). pygambit follows
the principal branch from even chances at rationality 0 (Turocy 2005, 2010). Where branches cross, because of a symmetry,
it turns off by the order of labels or stops; there the branch is followed straight on instead, in steps of rationality.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pygambit
from scipy.optimize import root
from scipy.special import softmax

from standoff.addons.games import gambit
from standoff.addons.games.gambit import GambitGame
from standoff.errors import StandoffError, require
from standoff.types import Floats

Profile: TypeAlias = tuple[Floats, ...]  #: probabilities by information set, (action,); in a table by player
Found: TypeAlias = tuple[Profile, tuple[bool, ...]]  #: with the information sets that it determines
TIED = 1e-12  # relative to the largest payoff: rounding differences between equally good strategies
DEEPEST = 100  # level; assumption: people are found at 0 to 4 (camerer_ho_chong2004)
RESIDUAL = 1e-7  # assumption: largest error of a quantal response
APART = 1e-5  # assumption: equilibria that differ by more, in a probability, are two
STARTS = 32  # assumption: random starts of a search for other equilibria
SEARCHED = 40  # assumption: free probabilities up to which others are searched for: a start takes that many evaluations
STEPS = 60  # assumption: of rationality, where the branch is followed straight on
POINTS = 20_000  # assumption: points of a branch; pygambit takes some hundred
HIGH = 1e3  # rationality times range of payoffs, from which the limit of a crossed branch is told
NEAR = 0.02  # assumption: an equilibrium this near to the end of a branch is its limit
BASES = 300_000  # assumption: of a game of two, about half a minute


@dataclass(frozen=True, eq=False)
class GameSolution:
    """Solution of one game under a theory."""

    profiles: tuple[Profile, ...]  #: the solution first, then others found
    residual: float  #: deviation of the first from the condition of the theory; `facts` has the unit
    unique: bool | None  #: whether it is the only one; None if not known, or implied
    facts: Mapping[str, Any] = field(default_factory=dict)  #: further results, as plain data
    notes: tuple[str, ...] = ()  #: notes for readers
    reached_sets: tuple[tuple[bool, ...], ...] = ()  #: for each profile: information sets that it determines

    def players(self, game: GambitGame, which: int = 0) -> list[dict[str, Any]]:
        """One profile by name: each player with strategies or information sets, and its payoff."""
        profile = self.profiles[which]
        payoffs = game.profile(profile).payoffs
        out: list[dict[str, Any]] = []
        for player in game.players:
            rows: list[dict[str, Any]] = []
            for k, (each, shares) in enumerate(zip(game.sets, profile, strict=True)):
                if each.player == player:
                    chances = dict(zip(each.actions, shares.tolist(), strict=True))
                    rows.append({"player": player, "name": each.name, "actions": chances})
                    if self.reached_sets and not self.reached_sets[which][k]:
                        rows[-1]["open"] = True
            told = {"information_sets": rows} if game.is_tree else {"strategies": rows[0]["actions"]}
            out.append({"name": player, **told, "payoff": float(payoffs[player])})
        return out


@dataclass(frozen=True, eq=False)
class _Logit:
    """The logit equations of a game.

    Unknowns are log odds against the first action of each information set.
    """

    game: GambitGame
    rates: Floats  #: (set,)

    def shares(self, odds: Floats) -> Profile:
        ends = np.cumsum([len(each.actions) - 1 for each in self.game.sets])[:-1]
        return tuple(softmax(np.append(0.0, row)) for row in np.split(odds, ends)) if len(self.game.sets) else ()

    def response(self, shares: Profile, share: float = 1.0) -> Floats:
        """(unknown,) log odds of the logit response, at a share of the rationality."""
        rows = zip(self.rates, self.game.values(shares), strict=True)
        return np.concatenate([np.zeros(0), *(share * rate * (values[1:] - values[0]) for rate, values in rows)])

    def solve(self, odds: Floats, share: float = 1.0) -> Floats | None:
        """The solution that Newton's method, by differences, finds from log odds, or None."""
        if not len(odds):
            return odds
        with np.errstate(all="ignore"):  # what overflows has no small residual
            found = root(lambda x: x - self.response(self.shares(x), share), odds, tol=1e-12).x
            return found if self.residual(self.shares(found), share) <= RESIDUAL else None

    def residual(self, shares: Profile, share: float = 1.0) -> float:
        """Largest difference between a probability and the response to all."""
        with np.errstate(all="ignore"):
            answer = self.shares(self.response(shares, share))
        gaps = [np.abs(p - q).max() for p, q in zip(shares, answer, strict=True)]
        return float(max(gaps, default=0.0))

    def principal(self) -> tuple[Profile, dict[str, int]]:
        """The profile on the principal branch; steps, turning points and crossings on the way.

        Raises `StandoffError` where it could not be followed.
        """
        game, top = self.game, float(self.rates.max(initial=0.0))
        facts, points = {"steps": 0, "turning_points": 0, "crossings": 0}, [0.0]
        crossed: list[Any] = []
        latest: list[Any] = []
        if top == 0:
            return game.even(), facts
        alike = (self.rates == top).all()
        factors = [self.rates[game.owner == i].max(initial=0.0) / top for i in range(len(game.players))]

        def look(event: Any) -> None:
            if isinstance(event, pygambit.LogitBifurcationEvent):
                crossed.append(event.before)
            if crossed or len(points) > POINTS:
                raise StopIteration
            if isinstance(event, pygambit.LogitPathEvent):
                points.append(event.qre.lam / top)
                latest[:] = [event.qre]

        try:
            scaled = game.game if alike else game.scaled(factors)
            latest = pygambit.qre.logit_solve_lambda(scaled, top, event_callback=look)
        except RuntimeError:  # stopped by `look`
            latest = crossed or latest
        shares, share = game.even(), 0.0
        if latest:
            shares, share = GambitGame(latest[0].game).rows(latest[0].profile), latest[0].lam / top
        past = next(
            (k for k, point in enumerate(points) if point >= 1), len(points)
        )  # beyond, it closes in on the target
        signs = np.sign(np.diff(points[: past + 1]))
        facts = {
            "steps": len(points) - 1,
            "turning_points": int((signs[1:] * signs[:-1] < 0).sum()),
            "crossings": len(crossed),
        }
        if not (abs(share - 1) <= RESIDUAL and self.residual(shares) <= RESIDUAL):
            shares = self.onward(shares, max(share, 1e-3))
        return shares, facts

    def onward(self, shares: Profile, share: float) -> Profile:
        """The branch from a share of the rationality, in steps; raises `StandoffError`."""
        odds: Floats = np.concatenate([np.log(np.maximum(p, 1e-300))[1:] - math.log(max(p[0], 1e-300)) for p in shares])
        for part in np.geomspace(min(share, 1.0), 1.0, STEPS):
            after = self.solve(odds, part)
            if after is None:
                raise StandoffError(
                    "the principal branch could not be followed to this rationality",
                    self.game.title,
                    f"followed to {part * self.rates.max():.3g}",
                    fix="try a smaller --rationality, or --method nash",
                )
            odds = after
        return self.shares(odds)

    def others(self, shares: Profile) -> int:
        """Number of other solutions found from random strategies, half of them nearly pure."""
        rng, found = np.random.default_rng(0), [np.concatenate(shares)]
        for k in range(STARTS):
            draws = [rng.exponential(size=len(p)) for p in shares]
            start = [np.where(row < row.max(), 1e-30, row) if k % 2 else row for row in draws]
            odds = self.solve(self.response(tuple(row / row.sum() for row in start)))
            if odds is not None:
                row = np.concatenate(self.shares(odds))
                if all(np.abs(row - other).max() > APART for other in found):
                    found.append(row)
        return len(found) - 1


def contracts(tables: Sequence[Floats], rationality: Sequence[float]) -> bool:
    """Whether logit responses of a table contract, so that the equilibrium is unique.

    Let d_ij be the largest change, by a switch of player j, of the difference between two payoffs of player i: the matrix
    rationality_i * d_ij / 4 must have a spectral radius below 1 (derived in `standoff.games.contraction`).
    """
    bound: Floats = np.zeros((len(tables), len(tables)))
    for i, table in enumerate(tables):
        gaps = [one - other for one, other in combinations(np.moveaxis(table, i, 0), 2)]
        for axis, j in enumerate(j for j in range(len(tables)) if j != i):
            bound[i, j] = rationality[i] / 4 * max((np.ptp(gap, axis=axis).max() for gap in gaps), default=0.0)
    return bool(np.abs(np.linalg.eigvals(bound)).max() < 1) if np.isfinite(bound).all() else False


def quantal_response(game: GambitGame, rationality: Sequence[float]) -> GameSolution:
    """Logit quantal response on the principal branch; for a tree, agent quantal response.

    rationality: of each player, per unit of payoff

    Raises `StandoffError` where the branch could not be followed.
    """
    reach = game.game.mixed_behavior_profile().infoset_probs if game.is_tree else {}
    if game.is_tree and any(reach[each.place] <= 0 for each in game.sets):
        fix = "remove the branch of probability 0"
        raise StandoffError("chance moves never reach an information set", game.title, fix=fix)
    logit = _Logit(game, np.asarray(rationality, float)[game.owner])
    shares, way = logit.principal()
    proved = not game.is_tree and contracts(game.tables, rationality)
    unknowns = sum(map(len, shares)) - len(shares)
    unique: bool | None = True
    if proved or not unknowns:
        notes = ["unique equilibrium, proved: responses contract" if unknowns else "nobody has a choice"]
    elif unknowns > SEARCHED:
        unique, notes = None, ["other equilibria were not searched for: too many actions"]
    elif unique := logit.others(shares) == 0:
        notes = [f"no other equilibrium was found from {STARTS} random starts"]
    else:
        notes = [f"other equilibria exist: {STARTS} random starts found some; this one is on the principal branch"]
    if way["crossings"]:
        notes.append("another branch crosses, because of a symmetry of the game; this branch was followed straight on")
    facts = {
        "rationality": dict(zip(game.players, map(float, rationality), strict=True)),
        "residual_unit": "probability",
        **way,
        "proved_unique": proved,
    }
    return GameSolution((shares,), logit.residual(shares), unique, facts, tuple(notes))


def nash(game: GambitGame) -> GameSolution:
    """Nash equilibria: the limit of the principal branch first, if reached, then others.

    A note states where the end is not reached. With two players and tables that are not too large, all extreme
    equilibria are returned; with more players, those in pure strategies. Raises `StandoffError` where there is none.
    """
    game.require_recall()
    notes: list[str] = []
    listed: list[Found] = []
    complete = False
    try:
        form = game.normal_form()
        sizes = [len(each.actions) for each in form.sets]
        complete = len(sizes) == 2 and math.comb(sum(sizes), sizes[0]) <= BASES
        solver = pygambit.nash.enummixed_solve if complete else pygambit.nash.enumpure_solve
        listed = [_determined(game.rows(found)) for found in solver(game.game).equilibria]
        notes.append(
            "all extreme equilibria are listed"
            if complete
            else "other equilibria are searched for in pure strategies only; there may be more"
        )
    except StandoffError as error:
        notes.append(f"other equilibria were not searched for: {error.problems[0].what}")
    first = _limit(game, listed)
    sequential = ", a sequential equilibrium" if game.is_tree else ""
    notes.insert(
        0,
        "the principal branch does not tell its limit: the first need not be it"
        if first is None
        else f"the first is the limit of the principal branch{sequential}",
    )
    profiles = _distinct([*([] if first is None else [(first, (True,) * len(first))]), *listed])
    if not profiles:
        raise StandoffError("no equilibrium was found", game.title, fix="use --method qre at a high --rationality")
    return GameSolution(
        tuple(p for p, _ in profiles),
        _regret(game, profiles[0][0]),
        False if len(profiles) > 1 else True if complete else None,
        {"residual_unit": "payoff"},
        tuple(notes),
        tuple(t for _, t in profiles),
    )


def _limit(game: GambitGame, listed: Sequence[Found]) -> Profile | None:
    """The limit of the principal branch: a listed equilibrium if one is near, or the last point."""
    spread = float(game.game.max_payoff - game.game.min_payoff)
    if spread == 0 or not any(len(each.actions) > 1 for each in game.sets):
        return game.even()
    count = 0

    def look(event: Any) -> None:
        nonlocal count
        count += 1
        if isinstance(event, pygambit.LogitBifurcationEvent) or count > POINTS:
            raise StopIteration

    last: Profile | None = None
    try:
        found = pygambit.nash.logit_solve(game.game, event_callback=look)
        last = game.rows(found.equilibrium) if found.equilibrium is not None else None
    except RuntimeError:  # stopped by `look`
        last = None
    try:
        end = last or _Logit(game, np.full(len(game.sets), HIGH / spread)).principal()[0]
    except StandoffError:
        return None
    gaps = [
        max((np.abs(p - q).max() for p, q, told in zip(profile, end, sets, strict=True) if told), default=0.0)
        for profile, sets in listed
    ]
    if gaps and min(gaps) <= NEAR:
        profile, sets = listed[int(np.argmin(gaps))]
        return tuple(p if told else q for p, q, told in zip(profile, end, sets, strict=True))
    return last


def level_k(game: GambitGame, level: int) -> GameSolution:
    """Everybody reasons `level` steps; a tree is solved in its reduced normal form.

    A player of level k responds best to others of level k - 1, and level 0 plays at random (nagel1995, stahl_wilson1995).
    Equally good strategies are equally likely. Beliefs need not be right, so that no fixed point is solved. Do not use it
    for players who have learned the game: beliefs do not follow from play.
    """
    if not 0 <= level <= DEEPEST:
        shown = level if abs(level) < 10**9 else "so high"
        raise StandoffError(f"there is no level {shown}", "level", allowed=f"0 to {DEEPEST}")
    form = game.normal_form()
    shares = form.even()
    for _ in range(level):
        values = form.values(shares)
        best = [row >= row.max() - TIED * np.abs(row).max() for row in values]
        shares = tuple(row / row.sum() for row in best)
    played, determined = _determined(
        game.rows(game.game.mixed_strategy_profile([row.tolist() for row in shares])) if game.is_tree else shares
    )
    note = f"{level} steps of reasoning from uniform play; beliefs need not be correct, and the residual is their cost"
    facts = {"residual_unit": "payoff", "level": level}
    return GameSolution((played,), _regret(game, played), True, facts, (note,), (determined,))


def backward_induction(game: GambitGame) -> GameSolution:
    """Backward induction; raises `StandoffError` for a table, and without perfect information.

    Of equally good actions the first is taken, and the tie is reported: each way to break it is another subgame perfect
    equilibrium (kuhn1953, selten1965), and results nearer to the root may depend on it.
    """
    methods = "use --method qre or --method nash"
    if not game.is_tree:
        raise StandoffError("backward induction needs a tree", game.title, allowed="a .efg file", fix=methods)
    for each in game.sets:
        if each.nodes > 1:
            raise StandoffError(
                f"{each.player} does not know at information set `{each.name}` which of {each.nodes} nodes it is at",
                game.title,
                allowed="trees with perfect information",
                fix=methods,
            )
    rows = list(game.even())
    ties: list[dict[str, Any]] = []
    for k in sorted(
        range(len(rows)), key=lambda k: -game.sets[k].depth
    ):  # those before are even, so that each is reached
        values, actions = game.values(rows)[k], game.sets[k].actions
        best = np.flatnonzero(values >= values.max() - TIED * np.abs(values).max())
        rows[k] = np.eye(len(actions))[best[0]]
        if len(best) > 1:
            name = {"player": game.sets[k].player, "name": game.sets[k].name}
            ties.append({**name, "actions": [actions[a] for a in best]})
    notes = [
        f"{tie['player']} at {tie['name']}: {', '.join(tie['actions'])} are equally good; the first is taken"
        for tie in ties
    ]
    facts = {"residual_unit": "payoff", "ties": ties}
    return GameSolution((tuple(rows),), _regret(game, rows), not ties, facts, tuple(notes))


def _regret(game: GambitGame, profile: Sequence[Floats]) -> float:
    """Largest gain of a player from another strategy, utility; 0 at an equilibrium."""
    return float(game.profile(profile).max_regret()) if len(profile) else 0.0


def _determined(rows: Profile) -> Found:
    """Strategies, even where a mixed strategy does not say what is done, and where it does."""
    told = tuple(bool(row.sum() > 0.5) for row in rows)
    return tuple(row if known else np.full(len(row), 1 / len(row)) for row, known in zip(rows, told, strict=True)), told


def _distinct(candidates: Sequence[Found]) -> list[Found]:
    """Profiles that differ from all earlier ones where both are determined."""
    out: list[Found] = []
    for profile, determined in candidates:
        same = [
            all(
                np.abs(p - q).max() <= APART or not (determined[k] and other[k])
                for k, (p, q) in enumerate(zip(profile, before, strict=True))
            )
            for before, other in out
        ]
        if not any(same):
            out.append((profile, determined))
    return out


METHODS = ("qre", "nash", "backward", "level-k")
RATIONALITY = 1.0  #: per unit of payoff; assumption: typical of experiments with payoffs of order one
LEVEL = 2  #: steps of reasoning; assumption: few players take more


def solve(
    game: GambitGame | str | Path,
    method: str = "qre",
    *,
    rationality: float | Sequence[float] = RATIONALITY,
    level: int = LEVEL,
) -> GameSolution:
    """Solve a game, or a Gambit file (.nfg or .efg), by one of `METHODS`.

    rationality: of `qre`, in log odds per unit of payoff, one for all players or one each; level: of `level-k`, steps of
    reasoning. Raises `StandoffError` for a method or numbers that do not fit, and where no solution is found.
    """
    if not isinstance(game, GambitGame):
        game = gambit.read(game)
    require(method, METHODS, "method")
    match method:
        case "nash":
            return nash(game)
        case "backward":
            return backward_induction(game)
        case "level-k":
            return level_k(game, level)
    rates = (rationality,) if isinstance(rationality, int | float) else tuple(rationality)
    for rate in rates:
        if not 0 <= rate < math.inf:
            raise StandoffError(
                f"`{rate:g}` is not a rationality",
                "--rationality",
                allowed="numbers from 0",
                fix="write such as --rationality 1.5",
            )
    if len(rates) not in (1, len(game.players)):
        raise StandoffError(
            f"{len(rates)} numbers for {len(game.players)} players",
            "--rationality",
            allowed=f"one for all, or one each: {', '.join(game.players)}",
            fix=f"write such as --rationality {','.join(['1.5'] * len(game.players))}",
        )
    return quantal_response(game, rates * len(game.players) if len(rates) == 1 else rates)
