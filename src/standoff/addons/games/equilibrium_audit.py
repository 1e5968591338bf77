"""Equilibrium audit: which games of a run have a unique equilibrium or left their branch.

A run uses a fast solver (`games.logit_response`). Its equilibrium is right where the game is proved to have only one;
elsewhere the principal branch is followed from rationality 0 by continuation, in double precision, from the payoffs of
the run's own solver, and compared with the equilibrium of the run. A game counts once for each future, each decision
date, and each perspective (the true state, or an actor's beliefs).

Payoffs of options given what others do are those of the core (`polymatrix.Game.utility`): a player is one agent for each
combination of options that it observes. Only how the branch is followed (`continuation`) is independent of the run.

Sources: mckelvey_palfrey1998 (agents), turocy2005, turocy2010 (following the branch).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from math import prod
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import softmax

from standoff.addons.games import continuation
from standoff.addons.games.perceived import Arrays, among, folded, game_arrays, without_single_options
from standoff.analysis.explain import decision_step, find_choice
from standoff.analysis.finding import Finding, Provenance
from standoff.engine import decision_record, decisions
from standoff.engine.model import Model
from standoff.engine.program import Program
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.games import logit_response, polymatrix
from standoff.games.information import Info, MoveOrder, Strategies, Strategy
from standoff.progress import SILENT, Progress, track
from standoff.types import Floats
from standoff.xla import float_precision

Expected: TypeAlias = list[dict[Info, list[np.ndarray]]]  #: [choice], known options -> [option](lane,)

UNIQUE, ON_BRANCH, OFF_BRANCH, UNSOLVED, UNKNOWN = range(5)  #: possible results for a game
APART = (
    1e-3  # assumption: two answers that differ by more; single precision leaves about 1e-5, more where a branch turns
)
ENDS = 2_000  # assumption: larger trees take minutes in an audit


class CheckedGames(NamedTuple):
    """The games of one date in the path draws that did not fail (K')."""

    step: int
    status: np.ndarray  #: (perspective, K') one of `UNIQUE` .. `UNKNOWN`, in the order of `ProgramLayout.perspectives`
    made: np.ndarray  #: (choice, K') whether the choice is made
    branch_distance: (
        np.ndarray
    )  #: (choice, K') largest difference in probability to the branch; 0 if proven, NaN if unknown
    ends: int  #: of the largest tree that the check would follow; 0 without sequential moves


@dataclass(frozen=True)
class Counts:
    """Number of games by result of the audit."""

    games: int
    proven: int  #: proved to have one equilibrium
    on: int  #: not proved; the run used the principal branch
    off: int  #: the run used another equilibrium
    unsolved: int  #: the solver of the run did not converge
    unknown: int  #: the branch could not be followed

    @classmethod
    def of(cls, status: np.ndarray) -> Counts:
        """Counts of results."""
        return cls(status.size, *np.bincount(status.ravel(), minlength=UNKNOWN + 1).tolist())


@dataclass(frozen=True)
class AuditedChoice:
    """Games of one choice on one date, in the futures with that decision."""

    choice: str
    actor: str
    at: str
    counts: Counts
    largest: float  #: largest difference in probability between the run and the branch
    mean: float  #: mean of the largest difference per future; both without unknown games


@dataclass(frozen=True)
class EquilibriumAudit(Finding):
    """Equilibrium audit of a run."""

    futures: int = 0  #: draws with whole paths
    dates: tuple[str, ...] = ()
    total: Counts = Counts(0, 0, 0, 0, 0, 0)
    choices: tuple[AuditedChoice, ...] = ()
    largest: float = 0.0
    not_known_because: str = ""  #: empty if all games are known


def check_equilibria(
    model: Model,
    *,
    actor: str = "",
    at: str = "",
    draws: int = 1000,
    seed: int = 1,
    progress: Progress = SILENT,
) -> EquilibriumAudit:
    """Simulate a model and audit its games for other equilibria than the principal branch.

    Checks every date of decisions; with `actor` (or a choice's name) and `at` (a month), that of one decision.
    """
    if bool(actor) != bool(at):
        raise ModelError(
            "an actor without a month, or a month without an actor",
            allowed="both, or neither",
            fix="name both for one decision",
        )
    steps = None
    if actor:
        steps = [decision_step(model.plan, model.plan.choices[find_choice(model.plan, actor)], at)]
    run = simulate(model, draws=draws, seed=seed, paths="all", progress=progress)
    return audited(run, steps, progress)


def audited(run: Run, steps: Sequence[int] | None = None, progress: Progress = SILENT) -> EquilibriumAudit:
    """Audit the recorded paths of a run, at all decision dates or at `steps`."""
    run.require_valid_paths()
    plan, program = run.model.plan, run.model.program
    steps = program.decision_steps if steps is None else steps
    audits = [audit(run, step) for step in track(progress, "dates of decisions", steps)]
    label = run.model.scenario.calendar.label
    rows = []
    for checked, (c, choice) in product(audits, enumerate(plan.choices)):
        decides = checked.made[c]
        if decides.any():
            gaps = checked.branch_distance[c][decides & np.isfinite(checked.branch_distance[c])]
            counts = Counts.of(checked.status[program.perspective_of[c]][decides])
            largest, mean = float(gaps.max(initial=0.0)), float(gaps.mean()) if len(gaps) else 0.0
            rows.append(AuditedChoice(choice.name, choice.actor, label(checked.step + 1), counts, largest, mean))
    total = Counts.of(np.concatenate([checked.status.ravel() for checked in audits]) if audits else np.zeros(0, int))
    ends = max((checked.ends for checked in audits), default=0)
    why = "the branch could not be followed to the end" if total.unknown else ""
    if total.unknown and ends > ENDS:
        why = f"moves are seen, and written out as a tree the game has {ends:,} ends; at most {ENDS:,} are followed"
    return EquilibriumAudit(
        Provenance.of(run),
        int(run.valid_paths.sum()),
        tuple(label(checked.step + 1) for checked in audits),
        total,
        tuple(rows),
        max((row.largest for row in rows), default=0.0),
        why,
    )


def audit(run: Run, step: int) -> CheckedGames:
    """Check the decisions of `step`, one of `Program.decision_steps`."""
    plan, program = run.model.plan, run.model.program
    good = run.valid_paths
    with float_precision(run.settings.precision):  # the same numbers as in the run
        state = decision_record.state_at(run, step)
        after = np.moveaxis(run.path_chosen[good, step], 0, -1).astype(np.int32)
        perspective, moves = len(program.perspectives), program.moves(tuple(range(len(plan.choices))))
        solve, respond = _compiled(program)
        games: Arrays = without_single_options(jax.tree.map(np.asarray, solve(*state)))
        expected = {j for _, j in games["pairs"]}
        in_play = sorted(expected.union(*(moves.observes[j] for j in expected)))
        status: Any = np.where(games["proven"], UNIQUE, np.where(games["converged"], ON_BRANCH, UNSOLVED))
        rows = np.flatnonzero(status != UNIQUE)
        q, arrived, ends = _branches(moves, games, in_play, rows)
        gaps = [jax.tree.map(lambda a, b: np.abs(a - b), games["expected"][i], q[i]) for i in in_play]
        apart = np.max(jax.tree.leaves(gaps), axis=0) if gaps else 0.0  # of strategies that other players expect
        status = np.where((status == ON_BRANCH) & (apart > APART), OFF_BRANCH, status)
        status[rows] = np.where(arrived | (status[rows] == UNSOLVED), status[rows], UNKNOWN)
        exact = respond(jax.tree.map(lambda value: value.astype(state[0].dtype), q), after, *state)
    made = ~games["fixed"].reshape(len(plan.choices), perspective, -1)[:, 0]
    played = np.moveaxis(run.path_p[good, step], 0, -1)  # (choice, option, K')
    followed = np.ones(status.shape, bool)
    followed[rows] = arrived
    status, followed = status.reshape(perspective, -1), followed.reshape(perspective, -1)
    distance = np.zeros(made.shape)
    for c, rows_of in enumerate(program.rows_of):
        view, count = program.perspective_of[c], len(plan.choices[c].options)
        if plan.choices[c].held and plan.choices[c].held[step] >= 0:
            continue  # a person sets it; only what others expect of it was solved
        worst = np.abs(played[c, :count] - np.asarray(exact)[rows_of]).max(axis=0)
        distance[c] = np.where(status[view] == UNIQUE, 0.0, np.where(followed[view], worst, np.nan))
    return CheckedGames(step, status, made, distance, ends)


def _branches(
    moves: MoveOrder, games: Arrays, in_play: Sequence[int], rows: np.ndarray
) -> tuple[Expected, np.ndarray, int]:
    """Expectations on the principal branch, which `rows` arrived, and the most ends of a tree.

    Lanes with the same deciding players and available options are solved together; the other players keep their options,
    and their contributions are added to the payoffs of those who decide.
    """
    q: Expected = jax.tree.map(lambda value: np.array(value, dtype=float), games["expected"])
    arrived, ends = np.zeros(len(rows), bool), 0
    settled = games["settled"][:, rows]
    shape = np.concatenate([~settled[list(in_play)], *(games["available"][j][:, rows] | settled[j] for j in in_play)])
    for pattern in np.unique(shape, axis=1).T:
        positions = np.flatnonzero((shape == pattern[:, None]).all(axis=0))
        lanes = rows[positions]
        players = [j for j, decides in zip(in_play, pattern, strict=False) if decides]
        options = {j: np.flatnonzero(games["available"][j][:, lanes[0]]).tolist() for j in players}
        if not players:
            arrived[positions] = True
            continue
        order = among(moves, players, options)
        ends = max(ends, prod(order.sizes) if any(order.observes) else 0)
        strategies, arrived[positions] = principal(*folded(games, players, options, lanes), order)
        for i, strategy in zip(players, strategies, strict=True):
            _fill(q[i], strategy, i, moves.observes[i], options, games["held"], lanes)
    return q, arrived, ends


def principal(
    base: Sequence[Floats], pairs: Mapping[tuple[int, int], Floats], rationality: Floats, moves: MoveOrder
) -> tuple[list[dict[Info, Floats]], np.ndarray]:
    """Equilibria on their principal branches, and which were followed to the end, (game,).

    base: [player] (option, game), utility
    pairs: (player, other) -> (option, option of the other, game)
    rationality: (player, game)

    The equilibria are [player], observed options -> (option, game). Trees of more than `ENDS` ends are not followed.
    """
    games, agents = rationality.shape[1], _agents(moves)
    if any(moves.observes) and prod(moves.sizes) > ENDS:
        shares, arrived = (
            [np.full((moves.sizes[i], games), 1 / moves.sizes[i]) for i, _ in agents],
            np.zeros(games, bool),
        )
    else:
        spread = np.stack([np.ptp(row, axis=0) for row in base])
        for (i, _), table in pairs.items():
            spread[i] += np.ptp(table, axis=(0, 1))
        strength = np.maximum((rationality * spread).max(axis=0), 1.0)  # log odds that payoffs could bring about
        unknowns = sum(moves.sizes[i] - 1 for i, _ in agents)
        data = (list(base), dict(pairs), rationality / strength)
        odds, arrived, *_ = continuation.trace(_equations(moves), data, unknowns, strength)
        shares = [softmax(row, axis=0) for row in _log_odds(moves, odds, np)]
    out: list[dict[Info, Floats]] = [{} for _ in base]
    for (i, info), row in zip(agents, shares, strict=True):
        out[i][info] = row
    return out, arrived


def _agents(moves: MoveOrder) -> list[tuple[int, Info]]:
    return [(i, info) for i in range(len(moves.sizes)) for info in moves.information_sets(i)]


def _log_odds(moves: MoveOrder, unknowns: Any, xp: Any) -> list[Any]:
    """Of each agent (option, game), the first option at 0; by NumPy or JAX (`xp`)."""
    ends = np.cumsum([moves.sizes[i] - 1 for i, _ in _agents(moves)])[:-1]
    return [xp.concatenate([xp.zeros((1, unknowns.shape[1])), odds]) for odds in xp.split(unknowns, ends)]


@lru_cache(maxsize=32)  # one for each order, so that programs are reused
def _equations(moves: MoveOrder) -> continuation.Equations:
    """Log odds of each agent less its rationality times what its options gain over the first."""

    def equations(unknowns: jax.Array, strength: jax.Array, data: Any) -> jax.Array:
        base, pairs, rationality = data
        game = polymatrix.Game(base, pairs, rationality, moves)
        strategies: Strategies = [{} for _ in base]
        for (i, info), odds in zip(_agents(moves), _log_odds(moves, unknowns, jnp), strict=True):
            strategies[i][info] = list(jax.nn.softmax(odds, axis=0))
        gains = []
        for i, info in _agents(moves):
            utility = jnp.stack(game.utility(strategies, i, info))
            gains.append(strength * rationality[i] * (utility[1:] - utility[:1]))
        return unknowns - jnp.concatenate(gains)

    return equations


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
        agrees = np.ones(len(lanes), bool)  # unknown values of a lane stay as they are
        for j in observes:
            if j not in options:
                agrees &= held[j][lanes] == seen[j]
        observed = [j for j in observes if j in options]
        if any(seen[j] not in options[j] for j in observed):
            continue  # nobody can see this
        own_strategy = strategy[tuple(options[j].index(seen[j]) for j in observed)]
        for o, share in zip(options[player], own_strategy, strict=True):
            shares[o][lanes[agrees]] = share[agrees]


@lru_cache(maxsize=8)
def _compiled(program: Program) -> tuple[Any, Any]:
    return jax.jit(partial(_games, program)), jax.jit(partial(_responses, program))


def _games(program: Program, *state: jax.Array) -> Arrays:
    date = decision_record.restore(program, *state)
    return game_arrays(program, date, decisions.solve(program, date))


def _responses(program: Program, expected: list[Strategy], after: jax.Array, *state: jax.Array) -> jax.Array:
    """(row, K') probabilities of options, given what each actor expects and who chose what."""
    solved = decisions.solve(program, decision_record.restore(program, *state))
    expected = [*expected, *solved.equilibrium.expected[len(expected) :]]  # reactions as they were solved
    strategies = logit_response.responses(solved.game, expected, solved.not_deciding, solved.current_options)
    then = replace(solved, equilibrium=replace(solved.equilibrium, strategies=strategies, expected=expected))
    rows = [value for c in range(len(program.plan.choices)) for value in then.probabilities(c, list(after))]
    return jnp.stack([jnp.broadcast_to(value, after.shape[1:]) for value in rows])
