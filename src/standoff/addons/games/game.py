"""The game that an actor perceives on a date, as a table, or a tree for sequential moves.

Numbers are those of the run's own solver, as the actor perceives them: the utility of each option by itself, and the
contribution of each option of other players. A choice that is not made on that date keeps its option, and its
contribution is added to the other utilities. Options that cannot be chosen on that date are no part of the game.

Payoffs are utilities: weights times payoffs, summed over all reasons. Averaged over futures, payoffs and rationality
are means, and the quantal response of that mean game is not the mean of the responses of each future; both are
reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from standoff.addons.games import gambit_io, single_game
from standoff.addons.games.normal_form import NormalForm
from standoff.addons.games.tree import Tree, sequential
from standoff.analysis.explain import EXPLAIN_DRAWS
from standoff.analysis.finding import Finding, Provenance
from standoff.engine import decision_record, decisions
from standoff.engine.model import Model
from standoff.engine.program import Program
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, did_you_mean, join_limited
from standoff.games.information import MoveOrder
from standoff.plan import Plan
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario import calendar as times
from standoff.xla import float_precision

Arrays: TypeAlias = dict[str, Any]  #: of `game_arrays`


@record
class Player:
    """One choice in the game."""

    choice: str
    actor: str
    text: str
    after: tuple[str, ...]  #: choices that it observes
    rationality: float
    theory: str  #: decision theory in the run
    response: Mapping[str, float]  #: quantal response of the exported game; for a tree, total probability
    actual: Mapping[str, float]  #: probability in the run; for others than the actor, as it expects
    mc_errors: Mapping[str, float]  #: standard deviation of `does`; 0 for one future


@record
class GameFinding(Finding):
    """The game that an actor perceives."""

    choice: str = ""
    actor: str = ""
    decided: str = ""  #: month
    title: str = ""
    draw: int | None = None  #: draw id of the future; None: a mean
    futures: int = 0  #: number of futures in the mean
    made: int = 0  #: number of futures in which the actor decides
    players: tuple[Player, ...] = ()
    kind: str = ""  #: nfg (simultaneous) or efg (sequential moves)
    text: str = ""  #: text of the file
    residual: float = 0.0
    unique: bool | None = None
    notes: tuple[str, ...] = ()
    response_error: float = 0.0  #: largest difference between `response` and `does`

    @property
    def rationality(self) -> str:
        """The value of `--rationality` for `standoff solve`."""
        return ",".join(repr(player.rationality) for player in self.players)


def game(
    model: Model,
    *,
    actor: str,
    at: str,
    draw: int | None = None,
    kind: str = "",
    draws: int = EXPLAIN_DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> GameFinding:
    """The game that an actor perceives in its decision in force in the month `at`.

    actor: the actor, or one of its choices; with several choices made on one date the game is that of the first
    draw: the future that it is taken from; a mean over all, if not given
    kind: nfg or efg; by default nfg for simultaneous moves and efg for sequential ones

    Raises `ModelError` where there is no such decision, and for a table (nfg) of a game with observed moves.
    """
    index, step = decision(model.plan, actor, at)
    count = draws if draw is None else 1  # a draw is the same, whatever else is run
    run = simulate(model, draws=count, seed=seed, paths="all", first=draw or 0, progress=progress)
    run.require_valid_paths()
    return finding_of_game(
        Provenance.of(run), model.plan, index, step, perceived_game(run, index, step, draw), draw, kind
    )


def decision(plan: Plan, actor: str, at: str) -> tuple[int, int]:
    """The choice of an actor, and the step of its decision in force at `at`."""
    candidates = [c for c, choice in enumerate(plan.choices) if choice.name == actor]
    candidates = candidates or [c for c, choice in enumerate(plan.choices) if choice.actor == actor]
    if not candidates:
        names = dict.fromkeys([*(choice.actor for choice in plan.choices), *(choice.name for choice in plan.choices)])
        raise ModelError(f"`{actor}` makes no choice", allowed=join_limited(names), fix=did_you_mean(actor, names))
    calendar = plan.scenario.calendar
    last = calendar.index(times.last_day(at)) - 1
    steps = [(k, -c) for c in candidates for k in range(calendar.steps) if plan.choices[c].is_free[k]]
    before = [pair for pair in steps if pair[0] <= last]
    if not before or last >= calendar.steps:
        first = calendar.label(min(steps)[0] + 1) if steps else ""
        allowed = f"{first} to {plan.scenario.end}" if steps else "none: history lasts to the end"
        raise ModelError(f"`{actor}` has no decision in force in {at}", allowed=allowed)
    step, index = max(before)
    return -index, step


def finding_of_game(
    origin: Provenance, plan: Plan, index: int, step: int, faced: PerceivedGame, draw: int | None = None, kind: str = ""
) -> GameFinding:
    """The finding about one game."""
    chosen, month = plan.choices[index], plan.scenario.calendar.label(step + 1)
    _refuse_unwritable(plan, faced, kind)
    whose = f"future {draw}" if draw is not None else f"payoffs averaged over {len(faced.draws):,} futures"
    believed = f"{chosen.name} in {month}, as {chosen.actor} believes it"
    title = f"{plan.scenario.title}: {believed}, {whose}, seed {origin.seed}"
    names = tuple(plan.choices[c].name for c in faced.choices)
    options = tuple(
        tuple(plan.choices[c].options[o] for o in rows) for c, rows in zip(faced.choices, faced.options, strict=True)
    )
    table = faced.payoffs()
    rates = faced.rationality.mean(axis=0)
    if any(faced.moves.after) or kind == "efg":
        file: NormalForm | Tree = sequential(title, names, options, faced.moves, table)[0]
    else:
        file = NormalForm(title, names, options, table)
    solution = single_game.quantal_response(file, rates.tolist())
    shares: Sequence[np.ndarray] = solution.profiles[0]
    if isinstance(file, Tree):  # its ends are the profiles in the order of moves
        order = faced.moves.order
        ends = file.realisation(np.concatenate(shares)).reshape([faced.moves.sizes[i] for i in order])
        shares = [ends.sum(axis=tuple(k for k, j in enumerate(order) if j != i)) for i in range(len(order))]
    comment = f"rationality {','.join(repr(float(rate)) for rate in rates)}; model {origin.model}, draws {origin.draws}"
    distance = max(
        float(np.abs(p - does.mean(axis=0)).max()) for p, does in zip(shares, faced.actual_play, strict=True)
    )
    return GameFinding(
        origin=origin,
        choice=chosen.name,
        actor=chosen.actor,
        decided=month,
        title=title,
        draw=draw,
        futures=len(faced.draws),
        made=faced.made,
        players=tuple(_players(plan, faced, options, rates, shares)),
        kind="efg" if isinstance(file, Tree) else "nfg",
        text=gambit_io.write_efg(file, comment) if isinstance(file, Tree) else gambit_io.write_nfg(file, comment),
        residual=solution.residual,
        unique=solution.unique,
        notes=(*solution.notes, *_notes(plan, index, step, faced, options)),
        response_error=distance,
    )


def _refuse_unwritable(plan: Plan, faced: PerceivedGame, kind: str) -> None:
    """Raise `ModelError` for a table with observed moves, and for too large a game."""
    if any(faced.moves.after) and kind == "nfg":
        who = next(plan.choices[c].name for c, after in zip(faced.choices, faced.moves.after, strict=True) if after)
        raise ModelError(
            f"`{who}` observes another move, which a table cannot show",
            path=f"choices.{who}.after",
            allowed="a tree",
            fix="give a file that ends in .efg",
        )
    cells = math.prod(faced.moves.sizes) * len(faced.choices)
    if cells > gambit_io.MAX_CELLS:
        raise ModelError(
            f"a game of {len(faced.choices)} players with {cells:,} payoffs",
            allowed=f"up to {gambit_io.MAX_CELLS:,}",
            fix="export the game of an actor with fewer interdependent choices",
        )


def _players(
    plan: Plan,
    faced: PerceivedGame,
    options: Sequence[Sequence[str]],
    rationality: np.ndarray,
    shares: Sequence[np.ndarray],
) -> Iterator[Player]:
    names = [plan.choices[c].name for c in faced.choices]
    for i, c in enumerate(faced.choices):
        does = faced.actual_play[i]
        error = does.std(axis=0) / math.sqrt(len(does))
        by_theory, played, errors = (
            dict(zip(options[i], values.tolist(), strict=True)) for values in (shares[i], does.mean(axis=0), error)
        )
        yield Player(
            choice=names[i],
            actor=plan.choices[c].actor,
            text=plan.scenario.choices[names[i]].text,
            after=tuple(names[j] for j in faced.moves.after[i]),
            rationality=float(rationality[i]),
            theory=plan.choices[c].theory,
            response=by_theory,
            actual=played,
            mc_errors=errors,
        )


def _notes(plan: Plan, index: int, step: int, faced: PerceivedGame, options: Sequence[Sequence[str]]) -> Iterator[str]:
    """Notes about options and choices that the game leaves out."""
    actor = plan.choices[index].actor
    also = [
        choice.name
        for c, choice in enumerate(plan.choices)
        if choice.actor == actor and choice.is_free[step] and c not in faced.choices
    ]
    closed = [
        f"{plan.choices[c].name} {option}"
        for i, c in enumerate(faced.choices)
        for option in plan.choices[c].options
        if option not in options[i]
    ]
    if closed:
        yield f"not available on that date: {join_limited(closed)}"
    if also:
        yield f"{actor} also makes {join_limited(also)} on that date, in other games"


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
