"""The game that an actor faces on a decision date, from the futures of a run.

Numbers are those of the run's own solver, as the actor perceives them: the utility of each option by itself, and the
contribution of each option of other players. A choice that is not made on that date keeps its option, and its
contribution is added to the other utilities. Options that cannot be chosen on that date are no part of the game.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine import decision_record, decisions
from standoff.engine.program import Program
from standoff.engine.run import Run
from standoff.errors import ModelError, Problem, join_limited
from standoff.games.information import MoveOrder
from standoff.xla import float_precision


@dataclass(frozen=True)
class PerceivedGame:
    """The game of one date as perceived by one actor, in M futures.

    They have the same active choices and available options."""

    choices: tuple[int, ...]  #: the players: active choices that affect the actor's choice, and itself
    options: tuple[tuple[int, ...], ...]  #: of each player, those that it may choose
    moves: MoveOrder  #: observation structure of the players
    base: tuple[np.ndarray, ...]  #: of each player (M, option), utility without the contribution of others
    pairs: dict[tuple[int, int], np.ndarray]  #: (player, other) -> (M, option, option of the other)
    rationality: np.ndarray  #: (M, player)
    actual_play: tuple[
        np.ndarray, ...
    ]  #: of each player (M, option), probabilities in the run: own ones, and those expected of others
    draws: np.ndarray  #: (M,) draw ids of the futures
    made: int  #: number of futures in which the actor decides, with any set of other active choices

    def payoffs(self) -> np.ndarray:
        """(player, option of the first, ..., option of the last) utilities, mean over the futures."""
        sizes = self.moves.sizes
        out = np.zeros((len(sizes), *sizes))

        def along(values: np.ndarray, *players: int) -> np.ndarray:
            order = np.argsort(players)
            shape = [size if i in players else 1 for i, size in enumerate(sizes)]
            return np.transpose(values, order).reshape(shape)

        for i, base in enumerate(self.base):
            out[i] += along(base.mean(axis=0), i)
        for (i, j), gains in self.pairs.items():
            out[i] += along(gains.mean(axis=0), i, j)
        return out


def perceived_game(run: Run, index: int, step: int, draw: int | None = None) -> PerceivedGame:
    """The game that an actor faces at `step`, in every path draw in which it decides, or in one.

    Of several draws, only those with the most common set of active choices and available options are used. Raises
    `ModelError` where the actor does not decide then.
    """
    plan, program = run.model.plan, run.model.program
    name, label = plan.choices[index].name, plan.scenario.calendar.label(step + 1)
    result = _solved(run, index, step)
    players = program.interdependent_choices(index)
    at = players.index(index)
    there = [options | ~made for options, made in zip(result["available"], ~result["fixed"], strict=True)]
    single = np.stack([options.sum(axis=0) == 1 for options in there])  # the only option left is as good as in force
    held = [
        np.where(one, options.argmax(axis=0), option)
        for one, options, option in zip(single, there, result["held"], strict=True)
    ]
    result = {**result, "held": held}
    free = ~result["fixed"] & ~single
    ids, first, last = run.path_ids, run.settings.first, run.settings.first + len(run.valid_paths) - 1
    usable = free[at]
    if draw is not None:
        if draw not in ids:
            raise ModelError(
                Problem(f"future {draw} has no path", allowed=f"{first} .. {last}, not failed", fix="run more draws")
            )
        usable = usable & (ids == draw)
    if not usable.any():
        which = "in any future" if draw is None else f"in future {draw}"
        here = [str(k) for k in ids[free[at]]]
        raise ModelError(
            Problem(
                f"`{name}` does not arise in {label} {which}",
                path=f"choices.{name}.when",
                allowed=f"futures {join_limited(here)}" if here else "another future, or another month",
            )
        )
    state = np.concatenate([free, *there])
    patterns, counts = np.unique(state[:, usable], axis=1, return_counts=True)
    common = patterns[:, counts.argmax()]
    rows = np.flatnonzero(usable & (state == common[:, None]).all(axis=0))
    options = tuple(tuple(np.flatnonzero(of[:, rows[0]]).tolist()) for of in there)
    return _reduced(
        program,
        players,
        at,
        common[: len(free)],
        options,
        {key: _rows(value, rows) for key, value in result.items()},
        ids[rows],
        int(usable.sum()),
    )


def _rows(value: Any, rows: np.ndarray) -> Any:
    return jax.tree.map(lambda array: array[..., rows], value)


def _reduced(
    program: Program,
    players: tuple[int, ...],
    at: int,
    common: np.ndarray,
    options: tuple[tuple[int, ...], ...],
    result: dict[str, Any],
    ids: np.ndarray,
    made: int,
) -> PerceivedGame:
    """Reduce a game to the active choices and available options; others keep their option."""
    stay = [i for i in range(len(players)) if not common[i]]
    base = [np.array(values) for values in result["base"]]  # (option, draw)
    pairs = {}
    for (i, j), gains in result["pairs"].items():
        if j in stay:
            base[i] = base[i] + np.take_along_axis(gains, result["held"][j][None, None, :], axis=1)[:, 0]
        elif i not in stay:
            pairs[i, j] = gains
    moves = program.moves(players)
    order = _connected(pairs, moves, common, at)
    observes = tuple(tuple(order.index(j) for j in moves.observes[i] if j in order) for i in order)
    return PerceivedGame(
        tuple(players[i] for i in order),
        tuple(options[i] for i in order),
        MoveOrder(tuple(len(options[i]) for i in order), observes),
        tuple(base[i].T[:, list(options[i])] for i in order),
        {
            (order.index(i), order.index(j)): np.moveaxis(gains[np.ix_(options[i], options[j])], -1, 0)
            for (i, j), gains in pairs.items()
            if i in order
        },
        np.stack([result["rationality"][i] for i in order], axis=1),
        tuple(result["does"][i].T[:, list(options[i])] for i in order),
        ids,
        made,
    )


def _connected(pairs: Iterable[tuple[int, int]], moves: MoveOrder, active: np.ndarray, start: int) -> list[int]:
    """All active players on whom `start` depends, over any number of others, in order."""
    reached, waiting = {start}, [start]
    while waiting:
        i = waiting.pop()
        new = {j for k, j in pairs if k == i} | {j for j in moves.observes[i] if active[j]}
        new -= reached
        reached |= new
        waiting += new
    return sorted(reached)


def _solved(run: Run, index: int, step: int) -> dict[str, Any]:
    """The game from one perspective; the last axis has the path draws that did not fail."""
    with float_precision("double"):
        cells, numbers, *rest = decision_record.state_at(run, step)
        game = _compiled(run.model.program, index)(cells.astype(float), numbers.astype(float), *rest)
        out: dict[str, Any] = jax.tree.map(np.asarray, game)
    return out


@lru_cache(maxsize=8)
def _compiled(program: Program, index: int) -> Any:
    return jax.jit(partial(_game, program, index))


def _game(program: Program, index: int, *state: jax.Array) -> dict[str, Any]:
    date, choices = decision_record.restore(program, *state), program.plan.choices
    solved = decisions.solve(program, date)
    players, like = program.interdependent_choices(index), jnp.zeros_like(date.template)

    def actor_view(values: Any) -> jax.Array:
        """Perceived values, one row per value and one column per draw."""
        return jnp.stack(
            [jnp.broadcast_to(value, like.shape) for value in solved.from_perspective(index, list(values))]
        )

    def does(c: int) -> jax.Array:
        if choices[c].actor != choices[index].actor:
            return jnp.stack([jnp.broadcast_to(share, like.shape) for share in solved.expected(index, c)])
        moves, q = solved.game.moves, solved.equilibrium.expected
        total = jnp.zeros((len(choices[c].options), *like.shape))
        for info in moves.information_sets(c):  # over its possible observations, with the probabilities that it expects
            observed = dict(zip(moves.observes[c], info, strict=True))
            likely = [
                solved.from_perspective(c, [q[j][tuple(observed[x] for x in moves.observes[j])][option]])[0]
                for j, option in observed.items()
            ]
            then = solved.probabilities(
                c, [jnp.full_like(date.chosen[j], observed.get(j, 0)) for j in range(len(choices))]
            )
            total += reduce(jnp.multiply, likely, jnp.ones_like(like)) * jnp.stack(
                [jnp.broadcast_to(share, like.shape) for share in then]
            )
        return total

    return {
        "base": [actor_view(solved.game.base[c]) for c in players],
        "pairs": {
            (players.index(c), players.index(other)): jnp.stack([actor_view(row) for row in table])
            for (c, other), table in solved.game.pairs.items()
            if c in players
        },
        "rationality": jnp.stack([actor_view([solved.game.rationality[c]])[0] for c in players]),
        "does": [does(c) for c in players],
        "fixed": jnp.stack([jnp.broadcast_to(~date.arises[c], like.shape) for c in players]),
        "held": [jnp.broadcast_to(date.chosen[c], like.shape) for c in players],
        "available": [program.stacked_masks(date.available, like)[program.rows_of[c]] for c in players],
    }
