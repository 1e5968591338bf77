"""Solve the games of a past decision again, from the recorded paths of a run.

Reasons follow from the state, the parameters and the options in force, so that any decision of a finished run can be
explained without running it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine import compile_cache, decisions, parameters
from standoff.engine.dynamics import Dynamics
from standoff.engine.model import Model
from standoff.engine.program import Program
from standoff.engine.run import Run, once_per_run
from standoff.errors import ModelError, join_limited
from standoff.xla import float_precision


@dataclass(frozen=True)
class DecisionRecord:
    """The games of one date in every path draw that did not fail (K')."""

    p: np.ndarray  #: (K', C, O) choice probabilities by the theory of each actor, 0 for missing options
    expected: dict[str, np.ndarray]  #: perspective (an actor, or "") -> (K', C, O) expected probabilities
    reasons: np.ndarray  #: (K', R, O) contributions to the log odds against the status quo
    residual: np.ndarray  #: (K',) largest difference between expectations and responses in any of the games
    made: np.ndarray  #: (K', C) whether the decision arose
    available: np.ndarray  #: (K', C, O) whether the option could be chosen, false for missing options
    reactions: dict[tuple[int, int, float], np.ndarray]
    #: (choice, other, months) -> (K', O, options of the other) what it expects of the other after each of its options


@once_per_run
def at_step(run: Run, step: int) -> DecisionRecord:
    """Solve the games of the decisions of `step`; raises `ModelError` if no decision is due."""
    plan, program = run.model.plan, run.model.program
    if step not in program.decision_steps:
        label = plan.scenario.calendar.label
        raise ModelError(
            f"no actor decides in {label(step + 1)}",
            allowed=join_limited([label(k + 1) for k in program.decision_steps]),
        )
    after = np.moveaxis(run.path_chosen[run.valid_paths, step], 0, -1).astype(np.int32)
    return solved_games(run.model, after, *state_at(run, step))


def solved_games(model: Model, after: np.ndarray, cells: np.ndarray, numbers: np.ndarray, *rest: Any) -> DecisionRecord:
    """The games of the state of `state_at`; `after` are the options chosen in them (choice, K')."""
    program = model.program
    with float_precision("double"):  # so that the parts add up, whatever the precision of the paths
        state = (after, cells.astype(float), numbers.astype(float), *rest)
        shapes = tuple(jax.ShapeDtypeStruct(part.shape, part.dtype) for part in state)
        solved = _compiled(program, model.hash, model.source(__name__), shapes)(*state)
        p, expected, reasons, residual, made, there, reactions = jax.tree.map(
            lambda value: np.moveaxis(np.asarray(value), -1, 0), solved
        )
    by_viewer = {viewer: program.by_option(rows) for viewer, rows in zip(program.perspectives, expected, strict=True)}
    return DecisionRecord(
        program.by_option(p), by_viewer, program.by_reason(reasons), residual, made, program.by_option(there), reactions
    )


def options_before(run: Run, step: int) -> np.ndarray:
    """(K, choice) options in force when `step` begins, from history or earlier decisions."""
    plan = run.model.plan
    imposed, start = (
        np.array([choice.imposed_options[step] for choice in plan.choices]),
        run.model.program.options_at_start,
    )
    before = run.path_chosen[:, step - 1] if step else np.broadcast_to(start, run.path_chosen[:, 0].shape)
    return np.where(imposed >= 0, imposed, before).astype(np.int32)


def state_at(run: Run, step: int) -> tuple[np.ndarray, ...]:
    """State of the K' path draws that did not fail, before the decisions of `step`.

    Stocks (cell, K') and parameters (parameter, K') in canonical units, options in force (choice, K'), choices that are due
    (choice,), the step, the seed, and the numbers of the draws (K',); where options last a time, also the steps at which
    those in force were chosen (choice, K'). A choice set by a person is due: others do not know its option.
    """
    good, program = run.valid_paths, run.model.program
    rows = (run.stock_paths[:, step], run.parameter_values, options_before(run, step))
    due = np.array([choice.is_date[step] and choice.imposed_options[step] < 0 for choice in run.model.plan.choices])
    seed, ids = np.uint32(run.settings.seed % 2**32), run.path_ids.astype(np.uint32)
    state = (*(np.moveaxis(row[good], 0, -1) for row in rows), due, np.int32(step), seed, ids)
    if not program.has_lasting_options:
        return state
    since = program.since_of_path(run.model.program.options_at_start, run.path_chosen, rows[-1], step)
    return (*state, np.moveaxis(since[good], 0, -1))


def restore(
    dynamics: Dynamics,
    cells: jax.Array,
    numbers: jax.Array,
    before: jax.Array,
    due: jax.Array,
    k: jax.Array,
    seed: jax.Array,
    ids: jax.Array,
    since: jax.Array | None = None,
) -> decisions.DecisionState:
    """The decision date of `state_at`, ready to be solved."""
    layout = dynamics.layout
    stocks = dict(zip(dynamics.plan.cells, cells, strict=True))
    params = parameters.ParameterValues(layout, numbers[np.array(layout.varying, int)], numbers[:, 0]).at(k, stocks)
    chance = dynamics.rollout_noise(seed, ids, k, cells.dtype)
    return decisions.decision_state(dynamics, stocks, params, before, list(due), k, chance, since)


def has_occasion(run: Run, choice: int, step: int) -> np.ndarray:
    """(K',) whether the decision arises at `step`."""
    return at_step(run, step).made[:, choice]


def _of_choice(run: Run, by: int, of: int, step: int, values: np.ndarray) -> np.ndarray:
    """(M, option) rows of `values` (K', C, O) of choice `of` where that of choice `by` arises."""
    return values[has_occasion(run, by, step), of, : len(run.model.plan.choices[of].options)]


def probabilities(run: Run, choice: int, step: int) -> np.ndarray:
    """(M, option) choice probabilities at `step`, in the M path draws with this decision."""
    return _of_choice(run, choice, choice, step, at_step(run, step).p)


def available(run: Run, choice: int, step: int) -> np.ndarray:
    """(M, option) whether an option could be chosen, where the decision arises."""
    return _of_choice(run, choice, choice, step, at_step(run, step).available)


def reasons(run: Run, choice: int, step: int) -> np.ndarray:
    """(M, reason, option) log odds against the status quo by reason, where the decision arises."""
    rows, options = run.model.program.reason_rows[choice], len(run.model.plan.choices[choice].options)
    return at_step(run, step).reasons[has_occasion(run, choice, step), rows.start : rows.stop, :options]


def expected(run: Run, by: int, of: int, step: int) -> np.ndarray | None:
    """(M, option) probabilities of choice `of` as the actor of choice `by` expects them.

    None where the decision does not depend on choice `of`.
    """
    program = run.model.program
    if of not in program.interdependent_choices(by):
        return None
    return _of_choice(run, by, of, step, at_step(run, step).expected[program.perspectives[program.perspective_of[by]]])


@lru_cache(maxsize=8)
def _compiled(program: Program, model: str, source: str, shapes: tuple[jax.ShapeDtypeStruct, ...]) -> Any:
    """Compiled solver of the games of a date, for any date of the model with that digest."""
    return compile_cache.load_or_compile(
        model, source, f"reasons {shapes}", lambda: jax.jit(partial(_games, program)).lower(*shapes)
    )


def _games(program: Program, after: jax.Array, *state: jax.Array) -> Any:
    """Stacks (row, draw) of probabilities, expectations and reasons; residuals and occasions."""
    date, choices = restore(program, *state), program.plan.choices
    solved = decisions.solve(program, date)
    p = [value for c in range(len(choices)) for value in solved.probabilities(c, list(after))]
    reasons = [value for rows in program.reason_rows for r in rows for value in solved.reason(r, list(after))]
    expected = [
        jnp.stack([value for c in range(len(choices)) for value in solved.expected(by, c)])
        for by in (program.perspective_of.index(index) for index in range(len(program.perspectives)))
    ]
    expects, q = solved.game.reactions, solved.equilibrium.expected
    reactions = {
        key: jnp.array([solved.from_perspective(key[0], expects.probabilities(q, node)) for node in nodes])
        for key, nodes in program.anticipation(solved.players).expected.items()
        if key[0] < len(choices)  # not of agents
    }
    shape = date.template.shape
    stacked = jnp.stack(reasons) if reasons else jnp.zeros((0, *shape))
    return (
        jnp.stack(p),
        expected,
        stacked,
        solved.residual,
        jnp.stack([jnp.broadcast_to(there, shape) for there in date.occasion]),
        program.stacked_masks(date.available, date.template),
        reactions,
    )
