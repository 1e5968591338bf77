"""Limits of the flagship: the model must not say that a side had run out in a past in which none had.

1,000 draws: a share of 0.2 has a standard error of 0.013, one of 0.02 of 0.004.
"""

from __future__ import annotations

import numpy as np
import pytest

from standoff import build, expression, simulate
from standoff.catalog import load
from standoff.engine.run import Run

DRAWS = 1000


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(build(*load("china-russia")), draws=DRAWS, seed=1, paths="all")


def test_hardly_anybody_has_run_out_at_as_of(run: Run) -> None:
    plan, state = run.model.plan, run.model.plan.first_future_step
    asked = next(item for item in plan.questions if item.id == "exhausted_first")
    for label, node in asked.expressions.items():
        now = expression.evaluate(
            node, lambda cell: run.stock_paths[:, state, plan.cells.index(cell)], lambda _: False, np
        )
        assert np.mean(now) < 0.02 + 3 * 0.0044, label
