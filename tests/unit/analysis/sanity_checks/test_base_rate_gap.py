"""An answer far from its own base rate, with and without reasons that explain it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from standoff.analysis.answer import answer
from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.base_rate_gap import of_run

if TYPE_CHECKING:
    from standoff.engine.run import Run
    from standoff.questions import Answer


def test_a_gap_is_explained_by_a_large_reason_only(run: Run) -> None:
    asked = next(item for item in answer(run).answers if item.id == "go")

    def gap(p: float, rate: float) -> list[float]:
        changed: Answer = replace(asked, answer=p, baselines={"base_rate": rate})
        return [number for _, number, *_ in of_run(CheckedRun(run=run, answers=(changed,)))]

    assert gap(0.3, 0.5) == []  # near
    assert gap(0.99, 0.01) == [pytest.approx(math.log(99 * 99))]  # nothing speaks for `press`
    assert gap(0.02, 0.2) == []  # the norm and the penalty speak against it
    assert gap(0.02, 0.34) == [
        pytest.approx(math.log(0.02 / 0.98 * 0.66 / 0.34))
    ]  # and yet: the main answer, a factor of 25
