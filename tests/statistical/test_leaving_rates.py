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
DRAWS = 2000


def test_supporters_stop_as_often_as_in_history() -> None:
    run = simulate(build(*catalog.load("china-russia")), draws=DRAWS, seed=1)
    plan, calendar = run.model.plan, run.model.scenario.calendar
    year = plan.first_future_step + round(12 / calendar.dt) - 1
    stopped = {}
    for c, choice in enumerate(plan.choices):
        helping = [choice.options.index(option) for option in SUPPORT.get(choice.name, ())]
        if choice.imposed_options[plan.first_future_step - 1] in helping:  # who had stopped by as_of is none
            stopped[choice.name] = 1 - run.active_share[year, c, helping].sum()
    assert len(stopped) > len(SUPPORT) / 2
    error = 3 * np.sqrt(0.1 * 0.9 / DRAWS / len(stopped))  # Monte Carlo, three standard errors
    assert LOW - error < np.mean([*stopped.values()]) < HIGH + error, stopped
