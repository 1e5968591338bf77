"""Agent quantal response of a tree: logit response at each information set.

    log p(a) - log p(b) = rationality_i * (U(a) - U(b))   for actions a, b of an information set of player i

U(a) is the expected payoff of player i from action a, given that the set is reached (McKelvey and Palfrey 1998). Every
action has a positive probability, so that every set is reached and beliefs follow from Bayes' rule. The solution lies
on the principal branch (`logit_branch`); with growing rationality the branch leads to a sequential equilibrium.

Payoffs are conditional on reaching a set, so responses differ from those of the agent normal form, where payoffs are
measured from the root. The two are the same in a game in which everybody moves once, on every path.

Sources: mckelvey_palfrey1998 (equilibrium, limits), turocy2010 (following its branch).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import ArrayLike

from standoff.addons.games import expected_payoffs
from standoff.addons.games.continuation import Equations
from standoff.addons.games.logit_branch import STARTS, Correspondence, QuantalResponse
from standoff.addons.games.tree import Tree
from standoff.errors import StandoffError
from standoff.types import Floats


def respond(tree: Tree, rationality: ArrayLike, payoffs: Floats | None = None, starts: int = STARTS) -> QuantalResponse:
    """Agent quantal response on the principal branch.

    rationality: of all, (player,), or (game, player); not below 0, per unit of payoff
    payoffs: (game, end, player) in the order of `tree.paths.ends`; those of the tree unless given
    starts: random starts for the check that there is no other equilibrium; 0 leaves it out

    Raises `StandoffError` where it cannot be defined; `converged` is false where the branch is not followed to its end.
    """
    _allowed(tree)
    worth = tree.paths.payoffs[None] if payoffs is None else np.asarray(payoffs, float)
    if worth.shape[1:] != tree.paths.payoffs.shape or not np.isfinite(worth).all():
        raise StandoffError(
            f"payoffs of shape {worth.shape}",
            tree.title,
            allowed=f"finite, (game, {', '.join(map(str, tree.paths.payoffs.shape))})",
            fix="one row for each end, in the order of the tree",
        )
    games = max(len(worth), len(np.atleast_2d(rationality)))
    rates = expected_payoffs.rates(rationality, games, len(tree.players))
    gain = rates[:, None, :] * (worth - worth.min(axis=1, keepdims=True))  # only differences matter
    strength = np.maximum(gain.max(axis=(1, 2)), 1.0)  # log-odds that payoffs could bring about
    equations = Correspondence(
        sizes=[len(h.actions) for h in tree.information_sets],
        equations=_equations(tree),
        data=np.moveaxis(gain / strength[:, None, None], 0, -1),
        strength=strength,
        utilities=lambda logs, games: tree.conditional(logs, gain[games]),
    )
    return equations.principal(rates, starts=starts)


def _allowed(tree: Tree) -> None:
    paths = tree.paths
    for h in range(len(paths.starts)):
        what, allowed, fix = "", "", ""
        if (paths.counts[:, paths.home == h].sum(axis=1) > 1).any():
            what, allowed = "a path passes an information set twice", "trees where each set is passed once"
            fix = "put the second node into another information set"
        elif np.isneginf(paths.chance_before[paths.set_of == h]).all():
            player = tree.players[tree.information_sets[h].player]
            what = f"chance moves never reach information set `{tree.labels(h)[0]}` of {player}"
            allowed, fix = "sets that can be reached", "remove the branch of probability 0"
        if what:
            raise StandoffError(what, tree.title, allowed=allowed, fix=fix)


@lru_cache(maxsize=32)  # one for each tree, so that programs are reused
def _equations(tree: Tree) -> Equations:
    """x(a) - strength * (U(a) - U(first)) for every action but the first of its set."""
    paths = tree.paths
    actions, sets = len(paths.home), len(paths.starts)
    first = paths.starts[paths.home]
    rest = np.setdiff1d(np.arange(actions), paths.starts)
    end, action = np.nonzero((paths.counts > 0) & np.isfinite(paths.chance)[:, None])
    passed, chance = paths.counts[end], paths.chance[end][:, None]
    passed[np.arange(len(end)), action] -= 1  # given that the action is taken; log-odds of any size would not cancel

    def log_sum(values: Any, group: np.ndarray) -> Array:
        top = jax.lax.stop_gradient(jax.ops.segment_max(values, group, sets))
        return top + jnp.log(jax.ops.segment_sum(jnp.exp(values - top[group]), group, sets))

    def equations(odds: Array, strength: Array, gain: Array) -> Array:
        full = jnp.zeros((actions, odds.shape[1])).at[rest].set(odds)
        logs = full - log_sum(full, paths.home)[paths.home]
        reached = log_sum(paths.chance_before[:, None] + paths.counts_before @ logs, paths.set_of)
        share = jnp.exp(chance + passed @ logs - reached[paths.home[action]])
        worth = jax.ops.segment_sum(share * gain[end, paths.owner[action]], action, actions)
        return odds - strength * (worth - worth[first])[rest]

    return equations
