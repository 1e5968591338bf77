"""Why a decision fell as it did: its game solved again, from the paths that a run kept.

Reasons follow from the state, the parameters and the options that held, so that any decision of a finished run can be
explained without running it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from standoff.engine import decide, draws
from standoff.engine.device import precision
from standoff.errors import ModelError, Problem, listed

if TYPE_CHECKING:
    from standoff.engine.program import Program
    from standoff.engine.run import Run


@dataclass(frozen=True)
class Reasons:
    """The game of one date in every path draw that did not fail (K')."""

    p: np.ndarray  #: (K', C, O) solved probabilities, 0 where a choice has fewer options
    expected: np.ndarray  #: (K', C, O) what the others expect
    reasons: np.ndarray  #: (K', R, O) parts of the log odds against the status quo
    residual: np.ndarray  #: (K',) largest difference between `p` and `expected`
    made: np.ndarray  #: (K', C) whether the choice had its occasion


def solved(run: Run, step: int) -> Reasons:
    """The game of the decisions of `step`; raises `ModelError` where nobody decides then."""
    plan, program = run.model.plan, run.model.program
    if step not in program.decision_steps:
        label = plan.scenario.calendar.label
        raise ModelError(
            Problem(
                f"nobody decides in {label(step + 1)}", allowed=listed([label(k + 1) for k in program.decision_steps])
            )
        )
    good = run.good_paths
    with precision("double"):  # so that the parts add up, whatever the precision of the paths
        stocks, numbers = (
            np.moveaxis(kept[good], 0, -1).astype(float) for kept in (run.cells[:, step], run.parameters)
        )
        chosen = np.moveaxis(run.chosen_before(step)[good], 0, -1)
        decides = np.array([choice.decides[step] for choice in plan.choices])
        found = _compiled(program)(*(jnp.asarray(kept) for kept in (stocks, numbers, chosen, decides)))
        p, expected, reasons, residual, made = (np.moveaxis(np.asarray(value), -1, 0) for value in found)
    return Reasons(program.by_option(p), program.by_option(expected), program.by_reason(reasons), residual, made)


@lru_cache(maxsize=8)
def _compiled(program: Program) -> Any:
    return jax.jit(lambda cells, numbers, chosen, due: _game(program, cells, numbers, chosen, due))


def _game(
    program: Program, cells: jax.Array, numbers: jax.Array, chosen: jax.Array, due: jax.Array
) -> tuple[jax.Array, ...]:
    """Stacks (row, draw) of probabilities, expectations and reasons, the residual (draw,), and occasions (C, draw)."""
    layout = program.layout
    given = draws.Values(layout, numbers[np.array(layout.varying, int)], numbers[:, 0])
    stocks = dict(zip(program.plan.cells, cells, strict=True))
    chosen = decide.at_rest(program, stocks, chosen, list(due))
    made = decide.deciders(program, stocks, list(due))
    solved = decide.game(program, stocks, given, program.values_now(given, chosen), chosen, [~now for now in made])
    found = solved.found
    p, expected, reasons = (
        jnp.stack([value for values in rows for value in values])
        for rows in (found.probabilities, found.expected, [solved.reason(r) for r in range(len(solved.own))])
    )
    occasion = decide.deciders(program, stocks, [jnp.ones(chosen.shape[1:], bool)] * len(chosen))
    return p, expected, reasons, found.residual, jnp.stack(occasion)
