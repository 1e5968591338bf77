"""Solve one game, a table or a tree, under one theory, with a uniform result.

A `profile` holds an array of probabilities for each player's strategies or, for a tree, for each information set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from standoff import xla
from standoff.addons.games import agent_qre, gambit_io, normal_form
from standoff.addons.games import nash as equilibria
from standoff.addons.games.expected_payoffs import GameBlock, Payoffs, Shares
from standoff.addons.games.logit_branch import APART, STARTS
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import Tree, reduced
from standoff.errors import StandoffError, require
from standoff.types import Floats

Profile: TypeAlias = tuple[Floats, ...]
Found: TypeAlias = tuple[
    Profile, tuple[bool, ...]
]  #: a profile and, for a tree, the information sets that it determines
ROUNDING = 64 * np.finfo(float).eps  # payoffs that differ by less, relative to the largest, are level: sums over chance
TIED = 1e-12  # relative to the largest payoff: rounding differences between equally good strategies
DEEPEST = 100  # level; assumption: people are found at 0 to 4 (camerer_ho_chong2004)


@dataclass(frozen=True, eq=False)
class GameSolution:
    """Solution of one game under a theory."""

    profiles: tuple[Profile, ...]  #: the solution first, then others found
    residual: float  #: deviation of the first from the condition of the theory; `facts` has the unit
    unique: bool | None  #: whether it is the only one; None if the theory implies it
    facts: Mapping[str, Any] = field(default_factory=dict)  #: further results, as plain data
    notes: tuple[str, ...] = ()  #: notes for readers
    reached_sets: tuple[tuple[bool, ...], ...] = ()  #: for each profile of a tree: information sets that it determines

    def players(self, game: NormalForm | Tree, which: int = 0) -> list[dict[str, Any]]:
        """One profile by name: each player with strategies or information sets, and its payoff."""
        profile = self.profiles[which]
        if isinstance(game, NormalForm):
            value = game.payoffs
            for shares in reversed(profile):
                value = value @ shares
            return [
                {"name": name, "strategies": dict(zip(labels, shares.tolist(), strict=True)), "payoff": float(u)}
                for name, labels, shares, u in zip(game.players, game.strategies, profile, value, strict=True)
            ]
        payoffs = game.expected(np.concatenate([*profile, np.zeros(0)]))
        out: list[dict[str, Any]] = [
            {"name": name, "information_sets": [], "payoff": float(u)}
            for name, u in zip(game.players, payoffs, strict=True)
        ]
        for h, (information, shares) in enumerate(zip(game.information_sets, profile, strict=True)):
            name, actions = game.labels(h)
            chances = dict(zip(actions, shares.tolist(), strict=True))
            row: dict[str, Any] = {"player": game.players[information.player], "name": name, "actions": chances}
            if self.reached_sets and not self.reached_sets[which][h]:
                row["open"] = True
            out[information.player]["information_sets"].append(row)
        return out


def quantal_response(game: NormalForm | Tree, rationality: Sequence[float]) -> GameSolution:
    """Logit quantal response on the principal branch; for a tree, agent quantal response.

    rationality: of each player, per unit of payoff

    Raises `StandoffError` where the branch could not be followed.
    """
    respond: Any = agent_qre.respond if isinstance(game, Tree) else normal_form.quantal_response
    response = respond(game, np.asarray(rationality, float), starts=STARTS)
    if not response.converged[0]:
        raise StandoffError(
            "the principal branch could not be followed to this rationality",
            game.title,
            f"residual {response.residual[0]:.1e} after {response.steps[0]} steps",
            fix="try a smaller --rationality, or --method nash",
        )
    unique, proved = bool(response.unique[0]), bool(response.contracts[0])
    notes = [
        "unique equilibrium, proved: responses contract"
        if proved
        else f"no other equilibrium was found from {response.starts} random starts"
        if unique
        else f"other equilibria exist: {response.starts} random starts found some; this one is on the principal branch"
    ]
    if response.crossings[0]:
        times = "once" if response.crossings[0] == 1 else f"{response.crossings[0]} times"
        notes.append(
            f"another branch crosses {times}, because of a symmetry of the game; this branch was followed straight on"
        )
    facts = {
        "rationality": dict(zip(game.players, map(float, rationality), strict=True)),
        "residual_unit": "probability",
        "steps": int(response.steps[0]),
        "turning_points": int(response.turning[0]),
        "crossings": int(response.crossings[0]),
        "proved_unique": proved,
    }
    return GameSolution(
        (tuple(p[0] for p in response.probabilities),), float(response.residual[0]), unique, facts, tuple(notes)
    )


def nash(game: NormalForm | Tree) -> GameSolution:
    """Nash equilibria: the limit of the principal branch first, if reached, then others.

    A note states where the end is not reached. With two players and tables that are not too large, all extreme
    equilibria are returned; with more players, those in pure strategies. Raises `StandoffError` where there is none.
    """
    candidates: list[Found] = []
    notes: list[str] = []
    failures: list[StandoffError] = []
    sets: tuple[Any, ...] = ()
    if isinstance(game, Tree):
        game.remembered()
        sets = game.information_sets
    try:
        candidates.append((equilibria.branch(game).shares, (True,) * len(sets)))
        sequential = ", a sequential equilibrium" if isinstance(game, Tree) else ""
        notes.append(f"the first is the limit of the principal branch{sequential}")
    except StandoffError as error:
        failures.append(error)
    complete = False
    try:
        form, profile_of = _strategic_form(game)
        try:
            others, complete = equilibria.extreme(form), True
        except StandoffError:
            others = equilibria.pure(form)
        notes.append(
            "all extreme equilibria are listed"
            if complete
            else "other equilibria are searched for in pure strategies only; there may be more"
        )
        candidates += [profile_of(equilibrium.shares) for equilibrium in others]
    except StandoffError as error:
        notes.append(f"other equilibria were not searched for: {error.problems[0].what}")
    notes[:0] = [f"{error.problems[0].what}: the first need not be its limit" for error in failures]
    profiles = _distinct(candidates)
    if not profiles:
        raise failures[0] if failures else StandoffError("no equilibrium was found", game.title, fix="use --method qre")
    unique = False if len(profiles) > 1 else True if complete else None
    return GameSolution(
        tuple(p for p, _ in profiles),
        equilibria.regret(game, profiles[0][0]),
        unique,
        {"residual_unit": "payoff"},
        tuple(notes),
        tuple(t for _, t in profiles if t),
    )


def level_k(game: NormalForm | Tree, level: int) -> GameSolution:
    """Everybody reasons `level` steps; a tree is solved in its reduced normal form.

    A player of level k responds best to others of level k - 1, and level 0 plays at random (nagel1995, stahl_wilson1995).
    Equally good strategies are equally likely. Beliefs need not be right, so that no fixed point is solved. Do not use it
    for players who have learned the game: beliefs do not follow from play.
    """
    if not 0 <= level <= DEEPEST:
        shown = level if abs(level) < 10**9 else "so high"
        raise StandoffError(f"there is no level {shown}", "level", allowed=f"0 to {DEEPEST}")
    form, profile_of = _strategic_form(game)
    block = Payoffs(form.payoffs[None])
    shares = tuple(np.full((1, size), 1 / size) for size in block.sizes)
    for _ in range(level):
        shares = best_responses(block, shares)
    profile, determined = profile_of([row[0] for row in shares])
    note = f"{level} steps of reasoning from uniform play; beliefs need not be correct, and the residual is their cost"
    return GameSolution(
        (profile,),
        equilibria.regret(game, profile),
        True,
        {"residual_unit": "payoff", "level": level},
        (note,),
        (determined,) if determined else (),
    )


def best_responses(block: GameBlock, shares: Shares) -> tuple[Floats, ...]:
    """Best responses to `shares`, [player](game, strategy), with ties split evenly."""
    out = []
    for utility in block.expected(shares):
        best = utility >= utility.max(axis=1, keepdims=True) - TIED * np.abs(utility).max(axis=1, keepdims=True)
        out.append(best / best.sum(axis=1, keepdims=True))
    return tuple(out)


def _strategic_form(
    game: NormalForm | Tree,
) -> tuple[NormalForm, Callable[[Sequence[Floats]], Found]]:
    """The game as a table, and a function from its profiles to those of the game."""
    if isinstance(game, NormalForm):
        return game, lambda shares: (tuple(shares), ())
    form = reduced(game)
    return form.game, form.behaviour


def _distinct(candidates: Sequence[Found]) -> list[Found]:
    """Profiles that differ from all earlier ones where both are determined."""
    out: list[Found] = []
    for profile, determined in candidates:
        same = [
            all(
                np.abs(p - q).max() <= APART or (determined and not (determined[k] and other[k]))
                for k, (p, q) in enumerate(zip(profile, before, strict=True))
            )
            for before, other in out
        ]
        if not any(same):
            out.append((profile, determined))
    return out


def backward_induction(game: NormalForm | Tree) -> GameSolution:
    """Backward induction; raises `StandoffError` for a table, and without perfect information.

    Of equally good actions the first is taken, and the tie is reported: each way to break it is another subgame perfect
    equilibrium (kuhn1953, selten1965), and results nearer to the root may depend on it.
    """
    methods = "use --method qre or --method nash"
    if not isinstance(game, Tree):
        raise StandoffError("backward induction needs a tree", game.title, allowed="a .efg file", fix=methods)
    if not game.perfect_information:
        nodes_of = np.bincount(game.paths.set_of)
        h = int(np.argmax(nodes_of > 1))
        name, player = game.labels(h)[0], game.players[game.information_sets[h].player]
        raise StandoffError(
            f"{player} does not know at information set `{name}` which of {nodes_of[h]} nodes it is at",
            game.title,
            allowed="trees with perfect information",
            fix=methods,
        )
    level = ROUNDING * max(1.0, float(np.abs(game.paths.payoffs).max()))
    values = np.zeros((len(game.nodes), len(game.players)))
    best = [np.zeros(0, int)] * len(game.information_sets)
    for at in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[at]
        after = values[list(node.children)]
        if node.information_set is not None:
            payoffs = after[:, game.information_sets[node.information_set].player]
            best[node.information_set] = np.flatnonzero(payoffs >= payoffs.max() - level)
            values[at] = after[best[node.information_set][0]]
        elif node.children:
            values[at] = np.array(node.chance) @ after
        if node.payoffs:
            values[at] += node.payoffs
    profile = tuple(np.eye(len(h.actions))[a[0]] for h, a in zip(game.information_sets, best, strict=True))
    ties: list[dict[str, Any]] = [
        {
            "player": game.players[game.information_sets[h].player],
            "name": game.labels(h)[0],
            "actions": [game.labels(h)[1][a] for a in actions],
        }
        for h, actions in enumerate(best)
        if len(actions) > 1
    ]
    notes = [
        f"{tie['player']} at {tie['name']}: {', '.join(tie['actions'])} are equally good; the first is taken"
        for tie in ties
    ]
    residual = equilibria.regret(game, profile)
    return GameSolution((profile,), residual, not ties, {"residual_unit": "payoff", "ties": ties}, tuple(notes))


METHODS = ("qre", "nash", "backward", "level-k")
RATIONALITY = 1.0  #: per unit of payoff; assumption: typical of experiments with payoffs of order one
LEVEL = 2  #: steps of reasoning; assumption: few players take more


def solve(
    game: NormalForm | Tree | str | Path,
    method: str = "qre",
    *,
    rationality: float | Sequence[float] = RATIONALITY,
    level: int = LEVEL,
) -> GameSolution:
    """Solve a game, or a Gambit file (.nfg or .efg), by one of `METHODS`.

    rationality: of `qre`, in log odds per unit of payoff, one for all players or one each; level: of `level-k`, steps of
    reasoning. Raises `StandoffError` for a method or numbers that do not fit, and where no solution is found.
    """
    xla.devices()  # settings of the compiler, before it is in use: models that this process runs later need them
    if not isinstance(game, NormalForm | Tree):
        game = gambit_io.read(game)
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
