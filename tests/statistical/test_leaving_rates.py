"""Supporters of the first case stop helping about as often as supporters in the UCDP data on external support did."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import catalog
from standoff.engine.build import build
from standoff.engine.simulate import simulate

pytestmark = pytest.mark.slow
#: After two years of help, the share that had stopped a year later: majors whose rival helped the other side, and all.
LOW, HIGH = 0.04, 0.14
SUPPORT = {
    "CHN": ("economic", "dual_use", "arms", "troops"),
    "USA.aid": ("current", "more"),
    "EUR.aid": ("current", "more"),
    "PRK": ("sales", "troops"),
    "IRN": ("drones", "missiles"),
}
ERROR = 3 * np.sqrt(0.1 * 0.9 / 2000 / len(SUPPORT))  # Monte Carlo, three standard errors


def test_supporters_stop_as_often_as_in_history() -> None:
    run = simulate(build(*catalog.load("china-russia")), draws=2000, seed=1)
    plan, calendar = run.model.plan, run.model.scenario.calendar
    year = plan.first_future_step + round(12 / calendar.dt) - 1
    stopped = []
    for c, choice in enumerate(plan.choices):
        if choice.name in SUPPORT:
            helping = [choice.options.index(option) for option in SUPPORT[choice.name]]
            stopped.append(1 - run.active_share[year, c, helping].sum())
    assert len(stopped) == len(SUPPORT)
    assert LOW - ERROR < np.mean(stopped) < HIGH + ERROR, dict(zip(SUPPORT, stopped, strict=True))
