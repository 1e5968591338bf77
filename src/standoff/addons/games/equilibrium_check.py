"""Check whether the equilibria used in a run are on the principal branch, by exact solution.

A run uses a fast solver (`games.logit_response`). Its equilibrium is right where the game is proved to have only one;
elsewhere the principal branch is followed by continuation, in double precision, from the payoffs of the run's own
solver, and compared with the equilibrium of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import prod
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from standoff.addons.games import principal_branch
from standoff.engine import decision_record, decisions
from standoff.engine.program import Program
from standoff.engine.run import Run
from standoff.games import logit_response, polymatrix
from standoff.games.information import Info, MoveOrder, Strategy
from standoff.types import Floats
from standoff.xla import float_precision

Expected: TypeAlias = list[dict[Info, list[np.ndarray]]]  #: [choice], known options -> [option](lane,)

UNIQUE, ON_BRANCH, OFF_BRANCH, UNSOLVED, UNKNOWN = range(5)  #: possible results for a game
APART = (
    1e-3  # assumption: two answers that differ by more; single precision leaves about 1e-5, more where a branch turns
)


@dataclass(frozen=True)
class CheckedGames:
    """The games of one date in the path draws that did not fail (K')."""

    step: int
    status: np.ndarray  #: (perspective, K') one of `PROVEN` .. `UNKNOWN`, in the order of `ProgramLayout.perspectives`
    made: np.ndarray  #: (choice, K') whether the choice is made
    branch_distance: (
        np.ndarray
    )  #: (choice, K') largest difference in probability to the branch; 0 if proven, NaN if unknown
    ends: int  #: of the largest tree that the check would follow; 0 without sequential moves


def audit(run: Run, step: int) -> CheckedGames:
    """Check the decisions of `step`, one of `Program.decision_steps`."""
    plan, program = run.model.plan, run.model.program
    good = run.valid_paths
    with float_precision(run.settings.precision):  # the same numbers as in the run
        state = decision_record.state_at(run, step)
        dtype, lanes = state[0].dtype, state[0].shape[-1]
        after = np.moveaxis(run.path_chosen[good, step], 0, -1).astype(np.int32)
        perspective, moves = len(program.perspectives), program.moves(tuple(range(len(plan.choices))))
        nothing = np.zeros(perspective * lanes, dtype)
        q: Expected = [{info: [nothing] * n for info in moves.information_sets(i)} for i, n in enumerate(moves.sizes)]
        solve = _compiled(program)
        games: dict[str, Any] = _without_single_options(jax.tree.map(np.asarray, solve(q, after, *state)))
        named = polymatrix.players_considered(games["pairs"], moves)
        status: Any = np.where(games["proven"], UNIQUE, np.where(games["converged"], ON_BRANCH, UNSOLVED))
        rows = np.flatnonzero(status != UNIQUE)
        q, arrived, ends = _branches(moves, games, named, rows)
        apart = _largest_difference(games["expected"], q, games, named)
        status = np.where((status == ON_BRANCH) & (apart > APART), OFF_BRANCH, status)
        status[rows] = np.where(arrived | (status[rows] == UNSOLVED), status[rows], UNKNOWN)
        exact = solve(jax.tree.map(lambda value: value.astype(dtype), q), after, *state)["p"]
    made = ~games["fixed"].reshape(len(plan.choices), perspective, -1)[:, 0]
    used = np.moveaxis(run.path_p[good, step], 0, -1)  # (choice, option, K')
    known = np.ones(status.shape, bool)
    known[rows] = arrived
    status, known = status.reshape(perspective, -1), known.reshape(perspective, -1)
    distance = np.zeros(made.shape)
    for c, rows_of in enumerate(program.rows_of):
        index, count = program.perspective_of[c], len(plan.choices[c].options)
        if plan.choices[c].held and plan.choices[c].held[step] >= 0:
            continue  # a person sets it; only what others expect of it was solved
        worst = np.abs(used[c, :count] - np.asarray(exact)[rows_of]).max(axis=0)
        distance[c] = np.where(status[index] == UNIQUE, 0.0, np.where(known[index], worst, np.nan))
    return CheckedGames(step, status, made, distance, ends)


def _without_single_options(games: dict[str, Any]) -> dict[str, Any]:
    """Games in which a choice with a single option left is settled at it."""
    there = [options | fixed for options, fixed in zip(games["available"], games["fixed"], strict=True)]
    single = np.stack([options.sum(axis=0) == 1 for options in there])
    held = [
        np.where(one, options.argmax(axis=0), option)
        for one, options, option in zip(single, there, games["held"], strict=True)
    ]
    settled = games["fixed"] | single
    there = [options | fixed for options, fixed in zip(there, settled, strict=True)]
    return {**games, "available": there, "settled": settled, "held": np.stack(held)}


def _branches(
    moves: MoveOrder, games: dict[str, Any], named: Sequence[int], rows: np.ndarray
) -> tuple[Expected, np.ndarray, int]:
    """Expectations on the principal branch in every lane, which `rows` arrived, and the status.

    Lanes with the same deciding players and available options are solved together; the other players keep their options,
    and their contributions are added to the payoffs of those who decide.
    """
    q: Expected = jax.tree.map(lambda value: np.array(value, dtype=float), games["expected"])
    arrived, ends = np.zeros(len(rows), bool), 0
    free = ~games["settled"][list(named)][:, rows]
    shape = np.concatenate([free, *(games["available"][j][:, rows] for j in named)])
    for pattern in np.unique(shape, axis=1).T:
        places = np.flatnonzero((shape == pattern[:, None]).all(axis=0))
        lanes = rows[places]
        players = [j for j, decides in zip(named, pattern, strict=False) if decides]
        options = {j: np.flatnonzero(games["available"][j][:, lanes[0]]).tolist() for j in players}
        if not players:
            arrived[places] = True
            continue
        base, pairs, rates = _folded(games, players, named, lanes)
        base = [values[options[j]] for j, values in zip(players, base, strict=True)]
        pairs = {(i, j): gains[np.ix_(options[players[i]], options[players[j]])] for (i, j), gains in pairs.items()}
        observes = tuple(tuple(players.index(j) for j in moves.observes[i] if j in players) for i in players)
        ends = max(ends, prod(map(len, base)) if any(observes) else 0)
        result = principal_branch.principal(base, pairs, rates, MoveOrder(tuple(map(len, base)), observes))
        arrived[places] = result.reached
        for i, strategy in zip(players, result.strategies, strict=True):
            _fill(q[i], strategy, i, moves.observes[i], options, games["held"], lanes)
    return q, arrived, ends


def _fill(
    expected: dict[Info, list[np.ndarray]],
    strategy: Mapping[Info, Floats],
    player: int,
    observes: Sequence[int],
    options: dict[int, list[int]],
    held: np.ndarray,
    lanes: np.ndarray,
) -> None:
    """Write the strategy of a player who decides into `lanes` of the whole game."""
    for info, shares in expected.items():
        seen = dict(zip(observes, info, strict=True))
        here = np.ones(len(lanes), bool)  # unknown values of a lane stay as they are
        for j in observes:
            if j not in options:
                here &= held[j][lanes] == seen[j]
        known = [j for j in observes if j in options]
        if any(seen[j] not in options[j] for j in known):
            continue  # nobody can see this
        there = strategy[tuple(options[j].index(seen[j]) for j in known)]
        for o, share in zip(options[player], there, strict=True):
            shares[o][lanes[here]] = share[here]


def _folded(
    games: dict[str, Any], players: Sequence[int], named: Sequence[int], lanes: np.ndarray
) -> tuple[list[np.ndarray], dict[tuple[int, int], np.ndarray], np.ndarray]:
    """Arrays of payoffs and rationality of `players`.

    Payoffs are [player](option, lane) and (player, other)(option, option, lane); rationality is (player, lane).
    """
    base = [np.array([row[lanes] for row in games["base"][i]], float) for i in players]
    pairs: dict[tuple[int, int], np.ndarray] = {}
    for (i, j), table in games["pairs"].items():
        if i not in players:
            continue
        gains = np.array([[gain[lanes] for gain in row] for row in table], float)
        if j in players:
            pairs[players.index(i), players.index(j)] = gains
        else:
            option = games["held"][j][lanes]
            base[players.index(i)] += np.take_along_axis(gains, option[None, None], axis=1)[:, 0]
    return base, pairs, np.array([games["rationality"][i][lanes] for i in players], float)


def _largest_difference(used: Expected, exact: Expected, games: dict[str, Any], named: Sequence[int]) -> np.ndarray:
    """(lane,) largest difference between two sets of strategies that other players expect."""
    out = np.zeros(games["converged"].shape)
    for i in named:
        for info, shares in used[i].items():
            for one, other in zip(shares, exact[i][info], strict=True):
                out = np.maximum(out, np.abs(one - other))
    return out


@lru_cache(maxsize=8)
def _compiled(program: Program) -> Any:
    return jax.jit(partial(_games, program))


def _games(program: Program, expected: list[Strategy], after: jax.Array, *state: jax.Array) -> dict[str, Any]:
    """The games as arrays (.., lane), the run's solution, and responses to `expected`."""
    date, choices = decision_record.restore(program, *state), program.plan.choices
    solved = decisions.solve(program, date)
    answers = logit_response.responses(solved.game, expected, solved.not_deciding, solved.current_options)
    then = replace(solved, equilibrium=replace(solved.equilibrium, strategies=answers, expected=expected))
    like = jnp.zeros_like(solved.equilibrium.residual + solved.current_options[0][0])

    def lanes(values: Any) -> Any:
        return jax.tree.map(lambda value: jnp.broadcast_to(value, like.shape), values)

    game, count = solved.game, len(program.perspectives)
    return {
        "base": lanes(game.base),
        "pairs": lanes(dict(game.pairs)),
        "rationality": lanes(list(game.rationality)),
        "fixed": jnp.stack(lanes(solved.not_deciding)),
        "held": jnp.stack(lanes([date.per_perspective(option, count) for option in date.chosen])),
        "available": [
            jnp.stack(lanes([True] * size if (mask := game.options_of(c)) is None else list(mask)))
            for c, size in enumerate(game.moves.sizes)
        ],
        "expected": lanes(solved.equilibrium.expected),
        "proven": lanes(solved.equilibrium.unique),
        "converged": lanes(solved.equilibrium.converged),
        "p": jnp.stack(
            [
                jnp.broadcast_to(value, after.shape[1:])
                for c in range(len(choices))
                for value in then.probabilities(c, list(after))
            ]
        ),
    }
