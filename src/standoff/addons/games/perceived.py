"""The games of a date as actors perceive them, in every future.

Numbers are those of the run's own solver: the utility of each option by itself, and the contribution of each option of
other players. A choice that is not made on that date keeps its option, and its contribution is added to the other
utilities. Options that cannot be chosen on that date are no part of the game.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine import decision_record, decisions
from standoff.engine.program import Program
from standoff.engine.run import Run
from standoff.errors import ModelError, join_limited
from standoff.games.information import MoveOrder
from standoff.xla import float_precision

Arrays: TypeAlias = dict[str, Any]  #: of `game_arrays`


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
    players = program.interdependent_choices(index)
    with float_precision("double"):
        cells, numbers, *rest = decision_record.state_at(run, step)
        state = (cells.astype(float), numbers.astype(float), *rest)
        solved, does = jax.tree.map(np.asarray, _compiled(program, index)(*state))
    lanes = program.perspective_of[index] * cells.shape[-1] + np.arange(cells.shape[-1])
    games = without_single_options(jax.tree.map(lambda array: array[..., lanes], solved))
    free = {c: ~games["settled"][c] for c in players}
    ids, first, last = run.path_ids, run.settings.first, run.settings.first + len(run.valid_paths) - 1
    usable = free[index]
    if draw is not None:
        if draw not in ids:
            raise ModelError(
                f"future {draw} has no path", allowed=f"{first} .. {last}, not failed", fix="run more draws"
            )
        usable = usable & (ids == draw)
    if not usable.any():
        which = "in any future" if draw is None else f"in future {draw}"
        here = [str(k) for k in ids[free[index]]]
        raise ModelError(
            f"`{name}` does not arise in {label} {which}",
            path=f"choices.{name}.when",
            allowed=f"futures {join_limited(here)}" if here else "another future, or another month",
        )
    pattern = np.concatenate([np.stack(list(free.values())), *(games["available"][c] for c in players)])
    patterns, counts = np.unique(pattern[:, usable], axis=1, return_counts=True)
    common = patterns[:, counts.argmax(), None]
    rows = np.flatnonzero(usable & (pattern == common).all(axis=0))
    moves = program.moves(tuple(range(len(plan.choices))))
    order = _connected(games["pairs"], moves, [c for c in players if free[c][rows[0]]], index)
    options = {c: np.flatnonzero(games["available"][c][:, rows[0]]).tolist() for c in order}
    base, pairs, rationality = folded(games, order, options, rows)
    return PerceivedGame(
        choices=tuple(order),
        options=tuple(map(tuple, options.values())),
        moves=among(moves, order, options),
        base=tuple(row.T for row in base),
        pairs={pair: np.moveaxis(gains, -1, 0) for pair, gains in pairs.items()},
        rationality=rationality.T,
        actual_play=tuple(does[players.index(c)][np.ix_(options[c], rows)].T for c in order),
        draws=ids[rows],
        made=int(usable.sum()),
    )


def without_single_options(games: Arrays) -> Arrays:
    """Games in which a choice with a single option left is settled at it."""
    available = [options | fixed for options, fixed in zip(games["available"], games["fixed"], strict=True)]
    single = np.stack([options.sum(axis=0) == 1 for options in available])
    held = [
        np.where(is_single, options.argmax(axis=0), option)
        for is_single, options, option in zip(single, available, games["held"], strict=True)
    ]
    return {**games, "available": available, "settled": games["fixed"] | single, "held": np.stack(held)}


def folded(
    games: Arrays, players: Sequence[int], options: dict[int, list[int]], lanes: np.ndarray
) -> tuple[list[np.ndarray], dict[tuple[int, int], np.ndarray], np.ndarray]:
    """Payoffs and rationality of `players`; the others keep their options and add to payoffs.

    Payoffs are [player](option, lane) and (player, other)(option, option, lane); rationality is (player, lane).
    """
    base = [np.array(games["base"][i], float)[:, lanes] for i in players]
    pairs: dict[tuple[int, int], np.ndarray] = {}
    for (i, j), table in games["pairs"].items():
        if i not in players:
            continue
        gains = np.array(table, float)[:, :, lanes]
        if j in players:
            pairs[players.index(i), players.index(j)] = gains[np.ix_(options[i], options[j])]
        else:
            option = games["held"][j][lanes]
            base[players.index(i)] += np.take_along_axis(gains, option[None, None], axis=1)[:, 0]
    base = [values[options[i]] for i, values in zip(players, base, strict=True)]
    return base, pairs, np.array([games["rationality"][i][lanes] for i in players], float)


def among(moves: MoveOrder, players: Sequence[int], options: dict[int, list[int]]) -> MoveOrder:
    """The observation structure of `players` with some options."""
    observes = tuple(tuple(players.index(j) for j in moves.observes[i] if j in players) for i in players)
    return MoveOrder(tuple(len(options[i]) for i in players), observes)


def _connected(pairs: Iterable[tuple[int, int]], moves: MoveOrder, active: Sequence[int], start: int) -> list[int]:
    """All active players on whom `start` depends, over any number of others, in order."""
    reached, waiting = {start}, [start]
    while waiting:
        i = waiting.pop()
        new = {j for j in active if (i, j) in pairs or j in moves.observes[i]} - reached
        reached |= new
        waiting += new
    return sorted(reached)


def game_arrays(program: Program, date: decisions.DecisionState, solved: decisions.SolvedGames) -> Arrays:
    """The games of a date as arrays (.., lane): the draws once for each perspective."""
    like = jnp.zeros_like(solved.equilibrium.residual + solved.current_options[0][0])
    game, count = solved.game.with_reactions_as_solved(solved.equilibrium.expected), len(program.perspectives)
    size = len(game.base)
    held = [date.per_perspective(option, count) for option in date.chosen]
    available = [
        [True] * size if (mask := game.options_of(c)) is None else list(mask) for c, size in enumerate(game.moves.sizes)
    ]
    arrays = {
        "base": game.base,
        "pairs": dict(game.pairs),
        "rationality": list(game.rationality),
        "fixed": list(solved.not_deciding[:size]),
        "held": held,
        "available": available,
        "expected": solved.equilibrium.expected[:size],
        "proven": solved.equilibrium.unique,
        "converged": solved.equilibrium.converged,
    }
    wide = jax.tree.map(lambda value: jnp.broadcast_to(value, like.shape), arrays)
    return {**wide, "fixed": jnp.stack(wide["fixed"]), "available": [jnp.stack(mask) for mask in wide["available"]]}


@lru_cache(maxsize=8)
def _compiled(program: Program, index: int) -> Any:
    return jax.jit(partial(_game, program, index))


def _game(program: Program, index: int, *state: jax.Array) -> tuple[Arrays, list[jax.Array]]:
    """The games of a date, and what the actor does or expects of others by option and draw."""
    date, choices = decision_record.restore(program, *state), program.plan.choices
    solved = decisions.solve(program, date)
    like = jnp.zeros_like(date.template)

    def stack(shares: Iterable[Any]) -> jax.Array:
        return jnp.stack([jnp.broadcast_to(share, like.shape) for share in shares])

    def does(c: int) -> jax.Array:
        if choices[c].actor != choices[index].actor:
            return stack(solved.expected(index, c))
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
            total += reduce(jnp.multiply, likely, jnp.ones_like(like)) * stack(then)
        return total

    return game_arrays(program, date, solved), [does(c) for c in program.interdependent_choices(index)]
