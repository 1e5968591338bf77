"""Agent quantal response of a tree: logit response at each information set.

    log p(a) - log p(b) = rationality_i * (U(a) - U(b))   for actions a, b of an information set of player i

U(a) is the expected payoff of player i from action a, given that the set is reached (McKelvey and Palfrey 1998). Every
action has a positive probability, so that every set is reached and beliefs follow from Bayes' rule. The solution lies
on the principal branch, followed from rationality 0, where all actions are equally likely (`continuation`); with
growing rationality the branch leads to a sequential equilibrium. Unknowns are log-odds against the first action of each
set.

Payoffs are conditional on reaching a set, so responses differ from those of the agent normal form, where payoffs are
measured from the root. The two are the same in a game in which everybody moves once, on every path.

Sources: mckelvey_palfrey1998 (equilibrium, limits), turocy2010 (following its branch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import ArrayLike, NDArray

from standoff.addons.games import continuation, multistart
from standoff.addons.games.normal_form import APART, RESIDUAL, STARTS
from standoff.addons.games.tree import Tree
from standoff.errors import Problem, StandoffError
from standoff.types import Floats

BLOCK = 256  # lanes per block of residuals


@dataclass(frozen=True, eq=False, kw_only=True)
class AgentResponse:
    """Agent quantal responses of a block of games with one tree, one per lane."""

    tree: Tree
    rationality: Floats  #: (lane, player)
    probabilities: tuple[Floats, ...]  #: of each information set, (lane, action)
    logs: Floats  #: (lane, action) log probabilities, of all information sets concatenated
    payoffs: Floats  #: (lane, player) expected at the root
    residual: Floats  #: (lane,) largest difference between a probability and the logit response to all
    arrived: NDArray[np.bool_]  #: (lane,) the branch was followed to its rationality
    converged: NDArray[np.bool_]  #: (lane,) converged: followed, with a small residual
    steps: NDArray[np.int64]  #: (lane,) evaluations
    turning: NDArray[np.int64]  #: (lane,) turning points of the branch
    crossings: NDArray[np.int64]  #: (lane,) points where another branch crosses: a symmetry of the game
    unique: NDArray[np.bool_] | None  #: (lane,) no other found from random starts; None without a search
    starts: int  #: number of starts of that search


def respond(
    tree: Tree, rationality: ArrayLike, payoffs: Floats | None = None, starts: int = STARTS, seed: int = 0
) -> AgentResponse:
    """Agent quantal response on the principal branch.

    rationality: of all, (player,), or (lane, player); not below 0, per unit of payoff
    payoffs: (lane, end, player) in the order of `tree.paths.ends`; those of the tree unless given
    starts: random starts for the check that there is no other equilibrium; 0 leaves it out

    Raises `StandoffError` where it cannot be defined; `converged` is false where the branch is not followed to its end.
    """
    _allowed(tree)
    rates, worth = _block(
        tree, rationality, tree.paths.payoffs[None] if payoffs is None else np.asarray(payoffs, float)
    )
    gain = rates[:, None, :] * (worth - worth.min(axis=1, keepdims=True))  # only differences matter
    span = gain.max(axis=(1, 2))  # (lane,) log-odds that payoffs could bring about
    data = np.moveaxis(gain / np.where(span > 0, span, 1.0)[:, None, None], 0, -1)
    structure = _structure(tree)
    unknowns = len(structure.rest)
    odds, arrived = np.zeros((unknowns, len(span))), np.ones(len(span), bool)
    steps, turning, crossings = np.zeros((3, len(span)), int)
    moving = np.flatnonzero(span > 0)  # elsewhere nothing weighs, and the start is the answer
    if unknowns and len(moving):
        traced = continuation.trace(structure.system, data[..., moving], unknowns, span[moving])
        odds[:, moving], arrived[moving] = traced.x, traced.reached_target
        steps[moving], turning[moving], crossings[moving] = traced.steps, traced.turning, traced.crossings
    logs = structure.logs(odds.T)
    result = np.exp(logs)
    residual = _residual(tree, logs, gain)
    unique = None
    if starts and unknowns:
        unique = np.array(
            [not _others(structure, tree, gain[k], span[k], result[k], starts, seed) for k in range(len(span))]
        )
    elif starts:
        unique = np.ones(len(span), bool)
    expected = np.einsum("le,lep->lp", tree.realisation(result), worth)
    converged = arrived & (residual <= RESIDUAL)
    return AgentResponse(
        tree=tree,
        rationality=rates,
        probabilities=tree.split(result),
        logs=logs,
        payoffs=expected,
        residual=residual,
        arrived=arrived,
        converged=converged,
        steps=steps,
        turning=turning,
        crossings=crossings,
        unique=unique,
        starts=starts,
    )


def _allowed(tree: Tree) -> None:
    tree.passed_once()
    paths = tree.paths
    for h in range(len(tree.information_sets)):
        if np.isneginf(paths.chance[paths.deciding[paths.set_of == h]]).all():
            player = tree.players[tree.information_sets[h].player]
            raise StandoffError(
                Problem(
                    f"chance moves never reach information set `{tree.labels(h)[0]}` of {player}",
                    tree.title,
                    allowed="sets that can be reached",
                    fix="remove the branch of probability 0",
                )
            )


def _block(tree: Tree, rationality: ArrayLike, payoffs: Floats) -> tuple[Floats, Floats]:
    """Rationality (lane, player) and payoffs (lane, end, player) with equal numbers of lanes."""
    rates = np.asarray(rationality, float)
    players = len(tree.players)
    if rates.ndim == 0:
        rates = np.full((1, players), rates)
    rates = np.atleast_2d(rates)
    if rates.ndim != 2 or rates.shape[1] != players:
        raise StandoffError(
            Problem(
                f"rationality of shape {np.shape(rationality)}",
                tree.title,
                allowed=f"one number, {players} numbers ({', '.join(tree.players)}), or a row of them a lane",
                fix="give one for all, or one for each player",
            )
        )
    if not np.isfinite(rates).all() or (rates < 0).any():
        raise StandoffError(
            Problem(
                f"rationality {rates.min():g}",
                tree.title,
                allowed="finite numbers, 0 or more",
                fix="0 means random choice; 1 to 10 is common for payoffs of order one",
            )
        )
    if payoffs.shape[1:] != tree.paths.payoffs.shape or not np.isfinite(payoffs).all():
        raise StandoffError(
            Problem(
                f"payoffs of shape {payoffs.shape}",
                tree.title,
                allowed=f"finite, (lane, {', '.join(map(str, tree.paths.payoffs.shape))})",
                fix="one row for each end, in the order of the tree",
            )
        )
    lanes = max(len(rates), len(payoffs))
    return np.broadcast_to(rates, (lanes, players)), np.broadcast_to(payoffs, (lanes, *payoffs.shape[1:]))


def _residual(tree: Tree, logs: Floats, gain: Floats) -> Floats:
    """(lane,) largest difference between probabilities and responses, computed independently."""
    out = np.zeros(len(logs))
    for some in np.array_split(np.arange(len(logs)), -(-len(logs) // BLOCK)):
        worth = tree.conditional(logs[some], gain[some])
        for log, u in zip(tree.split(logs[some]), tree.split(worth), strict=True):
            response = np.exp(u - np.logaddexp.reduce(u, axis=1, keepdims=True))
            out[some] = np.maximum(out[some], np.abs(np.exp(log) - response).max(axis=1))
    return out


def _others(
    structure: _Structure, tree: Tree, gain: Floats, strength: float, result: Floats, starts: int, seed: int
) -> bool:
    """Whether Newton's method finds another equilibrium from responses to random behaviour."""
    rng = np.random.default_rng(seed)
    # Dirichlet distribution with a small exponent: starts near the corners as well as inside
    samples = structure.logs(np.log(np.maximum(rng.gamma(0.3, size=(starts, len(structure.rest))), 1e-30)))
    worth = tree.conditional(samples, gain)
    odds = (worth - worth[:, structure.first[structure.home]])[:, structure.rest]
    data = np.repeat((gain / strength if strength else gain)[..., None], starts, axis=-1)
    x, settled = multistart.newton(structure.system, data, np.full(starts, strength), odds.T)
    apart = np.abs(np.exp(structure.logs(x.T)) - result).max(axis=1) > APART
    return bool((settled & apart).any())


@dataclass(frozen=True, eq=False)
class _Structure:
    """Static structure of a tree for the equations; one per tree, so that programs are reused."""

    system: continuation.System
    rest: NDArray[np.intp]  #: unknown actions: all but the first of each set
    first: NDArray[np.intp]  #: (set,)
    home: NDArray[np.intp]  #: (action,)

    def logs(self, odds: Floats) -> Floats:
        """(lane, action) log probabilities from log-odds (lane, unknown)."""
        full = np.zeros((len(odds), len(self.home)))
        full[:, self.rest] = odds
        totals = (
            np.stack([np.logaddexp.reduce(full[:, self.home == h], axis=1) for h in range(len(self.first))], axis=-1)
            if (len(self.first))
            else np.zeros((len(odds), 0))
        )
        return full - totals[:, self.home]


@lru_cache(maxsize=32)
def _structure(tree: Tree) -> _Structure:
    paths = tree.paths
    actions, sets = len(paths.home), len(paths.starts)
    rest = np.setdiff1d(np.arange(actions), paths.starts)
    likely = np.isfinite(paths.chance[paths.ends])
    behind = (paths.counts[paths.ends] > 0) & likely[:, None]
    end, action = np.nonzero(behind)
    chance, passed = paths.chance[paths.ends][end], paths.counts[paths.ends][end]
    passed[np.arange(len(end)), action] -= 1  # given that the action is taken; log-odds of any size would not cancel
    own = paths.owner[action]
    members = _padded(paths.set_of, sets)
    choices = _padded(paths.home, sets)
    slot = np.arange(actions) - paths.starts[paths.home] if actions else np.zeros(0, int)
    at_chance, at_passed = paths.chance[paths.deciding], paths.counts[paths.deciding]

    def equations(odds: Array, strength: Array, gain: Array) -> Array:
        full = jnp.zeros(actions).at[rest].set(odds)
        table = jnp.append(full, -jnp.inf)[choices]
        logs = jax.nn.log_softmax(table, axis=1)[paths.home, slot]
        at = at_chance + at_passed @ logs
        reach = jax.nn.logsumexp(jnp.append(at, -jnp.inf)[members], axis=1)
        share = jnp.exp(chance + passed @ logs - reach[paths.home[action]])
        worth = jax.ops.segment_sum(share * gain[end, own], action, actions)
        return odds - strength * (worth - worth[paths.starts[paths.home]])[rest]

    system = continuation.by_differentiation(equations)
    return _Structure(system, rest, paths.starts, paths.home)


def _padded(group: NDArray[np.intp], groups: int) -> NDArray[np.intp]:
    """(group, most) indices of each group's members, padded with `len(group)`."""
    rows: Sequence[NDArray[np.intp]] = [np.flatnonzero(group == g) for g in range(groups)]
    out = np.full((groups, max((len(row) for row in rows), default=0)), len(group))
    for g, row in enumerate(rows):
        out[g, : len(row)] = row
    return out
