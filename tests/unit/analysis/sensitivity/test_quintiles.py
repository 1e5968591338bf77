"""Numbers that an answer leans on: read in blocks of draws, so that their memory does not grow with a run."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from standoff.analysis.answer import answer
from standoff.analysis.sensitivity import screening
from standoff.analysis.sensitivity.quintiles import quintile_means

if TYPE_CHECKING:
    from standoff.engine.run import Run


def test_correlations_and_columns_are_the_same_in_blocks(closed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    used = np.arange(closed.settings.draws) % 3 > 0
    values = closed.answers[[item.name for item in closed.trackers].index("sum")][used].astype(float)
    whole = screening.parameter_uniforms(closed.model, closed.settings.draws, closed.settings.seed)[used]
    monkeypatch.setattr(screening, "BLOCK", 1000)
    expected = [np.corrcoef(values, column)[0, 1] for column in whole.T.astype(float)]
    # the variance of uniforms is taken as 1 / 12, which a sample of 5,461 has to within a few percent
    assert screening.correlations(closed, used, values) == pytest.approx(expected, rel=0.05, abs=1e-9)
    assert np.array_equal(screening.columns(closed, used, [3, 1]), whole[:, [3, 1]])
    assert not screening.correlations(closed, used, np.ones(used.sum())).any()


def test_memory_does_not_grow_with_the_numbers_of_all_draws(closed: Run) -> None:
    """400,000 draws: their numbers together take 4 bytes each, and twice that once more as deviations."""
    times = 50
    many = replace(
        closed,
        settings=replace(closed.settings, draws=times * closed.settings.draws),
        answers=np.tile(closed.answers, times),
        failed=np.tile(closed.failed, times),
    )
    asked = answer(closed, ("acts_ever",)).answers[0]
    quintile_means(many, asked)  # whatever is compiled once
    tracemalloc.start()
    quintile_means(many, asked)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    numbers = len(closed.model.layout.varying) * many.settings.draws
    assert peak < 6 * numbers, f"{peak / numbers:.1f} bytes a number"
