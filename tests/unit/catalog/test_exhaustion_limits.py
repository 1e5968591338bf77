"""Limits of the flagship: no side had run out in the past, and none does in the first month by its limit alone.

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


def test_no_limit_alone_puts_a_shortage_into_the_first_month(run: Run) -> None:
    """A limit lies below what has been borne, so that nothing is short at as_of and next to nothing a month later."""
    plan, state = run.model.plan, run.model.plan.first_future_step
    asked = next(item for item in plan.questions if item.id == "exhausted_first")
    for label, node in asked.expressions.items():
        if label == "the war ends":
            continue
        now, later = (
            np.mean(
                expression.evaluate(
                    node, lambda cell, at=at: run.stock_paths[:, at, plan.cells.index(cell)], lambda _: False, np
                )
            )
            for at in (state, state + 1)
        )
        assert now == 0, label
        assert later < 0.02 + 3 * 0.0044, label
