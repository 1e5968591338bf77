"""Why a decision fell as it did: its game solved again, from the paths that a run kept.

Reasons follow from the state, the parameters and the options that held, so that any decision of a finished run can be
explained without running it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine import compile_cache, decisions, parameters, rollout
from standoff.engine.xla import float_precision
from standoff.errors import ModelError, Problem, join_limited

if TYPE_CHECKING:
    from standoff.engine.program import Program
    from standoff.engine.run import Run


@dataclass(frozen=True)
class DecisionRecord:
    """The games of one date in every path draw that did not fail (K')."""

    p: np.ndarray  #: (K', C, O) probabilities by each actor's theory, 0 where a choice has fewer options
    expected: dict[str, np.ndarray]  #: actor with beliefs of its own, or "": (K', C, O) what it expects
    reasons: np.ndarray  #: (K', R, O) parts of the log odds against the status quo
    residual: np.ndarray  #: (K',) largest difference between expectations and responses in any of the games
    made: np.ndarray  #: (K', C) whether the choice had its occasion


def decision_record(run: Run, step: int) -> DecisionRecord:
    """The games of the decisions of `step`; raises `ModelError` where nobody decides then."""
    plan, program = run.model.plan, run.model.program
    if step not in program.decision_steps:
        label = plan.scenario.calendar.label
        raise ModelError(
            Problem(
                f"nobody decides in {label(step + 1)}",
                allowed=join_limited([label(k + 1) for k in program.decision_steps]),
            )
        )
    good = run.valid_paths
    with float_precision("double"):  # so that the parts add up, whatever the precision of the paths
        stocks, numbers = (
            np.moveaxis(kept[good], 0, -1).astype(float) for kept in (run.stock_paths[:, step], run.parameters)
        )
        before, after = (np.moveaxis(kept[good], 0, -1) for kept in (run.chosen_before(step), run.path_chosen[:, step]))
        decides = np.array([choice.is_free[step] for choice in plan.choices])
        seed, ids = np.uint32(run.settings.seed % 2**32), run.path_ids.astype(np.uint32)
        state = (stocks, numbers, before, after.astype(before.dtype), decides, np.int32(step), seed, ids)
        shapes = tuple(jax.ShapeDtypeStruct(part.shape, part.dtype) for part in state)
        found = _compiled(program, run.model.hash, shapes)(*state)
        p, expected, reasons, residual, made = jax.tree.map(lambda value: np.moveaxis(np.asarray(value), -1, 0), found)
    by_viewer = {viewer: program.by_option(rows) for viewer, rows in zip(program.perspectives, expected, strict=True)}
    return DecisionRecord(program.by_option(p), by_viewer, program.by_reason(reasons), residual, made)


@lru_cache(maxsize=8)
def _compiled(program: Program, model: str, shapes: tuple[jax.ShapeDtypeStruct, ...]) -> Any:
    """The games of a date, for every date of the model of that digest."""
    return compile_cache.load_or_compile(
        model, f"reasons {shapes}", lambda: jax.jit(partial(_games, program)).lower(*shapes)
    )


def _games(
    program: Program, cells: jax.Array, numbers: jax.Array, before: jax.Array, after: jax.Array, due: jax.Array,
    k: jax.Array, seed: jax.Array, ids: jax.Array,
) -> Any:  # fmt: skip
    """Stacks (row, draw) of probabilities, expectations by game, reasons; the residual (draw,), occasions (C, draw)."""
    layout, choices = program.layout, program.plan.choices
    given = parameters.ParameterValues(layout, numbers[np.array(layout.varying, int)], numbers[:, 0]).at(k)
    stocks = dict(zip(program.plan.cells, cells, strict=True))
    chosen = decisions.reset_inactive_choices(program, stocks, before, list(due))
    fixed = [~now for now in decisions.active_choices(program, stocks, list(due))]
    chance = rollout.rollout_noise(program, seed, ids, k, cells.dtype)
    date = decisions.DecisionState(stocks, given, program.effective_parameters(given, chosen), chosen, fixed, k, chance)
    solved = decisions.solve(program, date)
    p = [value for c in range(len(choices)) for value in solved.probabilities(c, list(after))]
    reasons = [value for rows in program.reason_rows for r in rows for value in solved.reason(r, list(after))]
    expected = [jnp.stack([value for c in range(len(choices)) for value in solved.expected(by, c)])
                for by in (program.perspective_of.index(place) for place in range(len(program.perspectives)))]  # fmt: skip
    occasion = decisions.active_choices(program, stocks, [jnp.ones(chosen.shape[1:], bool)] * len(chosen))
    stacked = jnp.stack(reasons) if reasons else jnp.zeros((0, *chosen.shape[1:]))
    return jnp.stack(p), expected, stacked, solved.residual, jnp.stack(occasion)
