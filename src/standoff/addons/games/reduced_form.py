"""A tree as a normal form game: reduced normal form, or agent normal form.

Kuhn's reduced form omits the actions of a strategy at information sets that the strategy itself excludes. In the agent
form every information set is a separate player, with the payoffs of its owner.

Sources: kuhn1953 (reduced form, mixed and behaviour strategies), selten1975 (agent form).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import Tree, unique
from standoff.errors import Problem, StandoffError

MAX_PROFILES = 1_000_000  # assumption: of strategies; 8 MB a player


@dataclass(frozen=True, eq=False)
class Reduced:
    """The reduced normal form of a tree, with the actions of its strategies."""

    game: NormalForm
    tree: Tree
    plans: tuple[
        tuple[dict[int, int], ...], ...
    ]  #: [player][strategy] -> action at each information set that it reaches

    def behaviour(
        self, mixed: Sequence[NDArray[np.float64]]
    ) -> tuple[tuple[NDArray[np.float64], ...], tuple[bool, ...]]:
        """Behaviour of mixed strategies at each information set that they reach.

        At a set that a player's own moves exclude, a mixed strategy is undefined; there the first result is uniform and
        the second False. No payoff depends on it.
        """
        out = [np.zeros(len(h.actions)) for h in self.tree.information_sets]
        for plans, weights in zip(self.plans, mixed, strict=True):
            for plan, weight in zip(plans, weights, strict=True):
                for h, action in plan.items():
                    out[h][action] += weight
        text = tuple(bool(p.sum() > 0) for p in out)
        return tuple(p / p.sum() if t else np.full(len(p), 1 / len(p)) for p, t in zip(out, text, strict=True)), text


def reduced(tree: Tree) -> Reduced:
    """The reduced normal form; raises `StandoffError` without perfect recall or if too large."""
    tree.remembered()
    plans = tuple(_plans(tree, player) for player in range(len(tree.players)))
    names = tuple(unique([_label(tree, player, plan) for plan in own]) for player, own in enumerate(plans))
    tables = [np.array([_allowed(tree, plan) for plan in own]) for own in plans]
    return Reduced(NormalForm(tree.title, tree.players, names, _payoffs(tree, tables)), tree, plans)


def agents(tree: Tree) -> NormalForm:
    """The agent normal form: a player `player: set` per information set, owner's payoffs."""
    tree.passed_once()
    sets = range(len(tree.information_sets))
    _fits(tree, [len(h.actions) for h in tree.information_sets])
    tables = [np.array([_allowed(tree, {h: a}) for a in range(len(tree.information_sets[h].actions))]) for h in sets]
    owners = [tree.information_sets[h].player for h in sets]
    payoffs = _payoffs(tree, tables)[owners]
    named = unique([f"{tree.players[tree.information_sets[h].player]}: {tree.labels(h)[0]}" for h in sets])
    return NormalForm(tree.title, named, tuple(tree.labels(h)[1] for h in sets), payoffs)


def _plans(tree: Tree, player: int) -> tuple[dict[int, int], ...]:
    """Reduced strategies: an action at each own set that the strategy does not exclude."""
    own = [h for h, information in enumerate(tree.information_sets) if information.player == player]
    after: dict[tuple[int, int] | None, list[int]] = {}
    for h in own:
        before = tree.recall[h]
        after.setdefault(before[-1] if before else None, []).append(h)
    deepest = sorted(own, key=lambda h: -len(tree.recall[h] or ()))
    sizes: dict[int, int] = {}
    for h in deepest:
        sizes[h] = sum(
            math.prod(sizes[c] for c in after.get((h, a), ())) for a in range(len(tree.information_sets[h].actions))
        )
    _fits(tree, [sizes[h] for h in after.get(None, ())])
    plans: dict[int, list[dict[int, int]]] = {}

    def together(sets: Sequence[int]) -> list[dict[int, int]]:
        return [{k: v for part in parts for k, v in part.items()} for parts in product(*(plans[h] for h in sets))]

    for h in deepest:
        plans[h] = [
            {h: a, **rest}
            for a in range(len(tree.information_sets[h].actions))
            for rest in together(after.get((h, a), ()))
        ]
    return tuple(together(after.get(None, ())))


def _label(tree: Tree, player: int, plan: dict[int, int]) -> str:
    """Actions at the player's sets in turn, `*` at sets that the strategy excludes."""
    own = [h for h, information in enumerate(tree.information_sets) if information.player == player]
    return "/".join(tree.labels(h)[1][plan[h]] if h in plan else "*" for h in own)


def _allowed(tree: Tree, plan: dict[int, int]) -> NDArray[np.float64]:
    """(end,) whether the path takes the actions of the plan."""
    paths = tree.paths
    forbidden = np.isin(paths.home, list(plan))
    forbidden[[paths.starts[h] + a for h, a in plan.items()]] = False
    return np.where(paths.counts[paths.ends][:, forbidden].any(axis=1), 0.0, 1.0)


def _payoffs(tree: Tree, tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(player, strategy of each in turn) expected payoffs, from (strategy, end) tables of paths."""
    paths = tree.paths
    sizes = [len(table) for table in tables]
    _fits(tree, sizes)
    chance = np.exp(paths.chance[paths.ends])
    half = next(k for k in range(len(sizes) + 1) if math.prod(sizes[:k]) ** 2 >= math.prod(sizes))
    left, right = _joint(tables[:half], chance), _joint(tables[half:], np.ones_like(chance))
    return np.stack([((left * u) @ right.T).reshape(sizes) for u in paths.payoffs.T])


def _joint(tables: Sequence[NDArray[np.float64]], start: NDArray[np.float64]) -> NDArray[np.float64]:
    joint = start[None]
    for table in tables:
        joint = (joint[:, None] * table).reshape(-1, len(start))
    return joint


def _fits(tree: Tree, sizes: Sequence[int]) -> None:
    if math.prod(sizes) > MAX_PROFILES:
        raise StandoffError(
            Problem(
                f"{math.prod(sizes)} combinations of strategies",
                tree.title,
                allowed=f"up to {MAX_PROFILES}",
                fix="use --method qre, which works on the tree itself",
            )
        )
