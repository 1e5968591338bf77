"""The race is that of `exhaustion`, now and before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standoff.addons.explorer.exhaustion import DOTS, exhaustion_race
from standoff.addons.explorer.explorer import DRAWS, QUICK, Explorer
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.exhaustion import Exhaustion, exhaustion, exhaustion_times
from standoff.dates import month_count
from standoff.engine.build import build
from standoff.engine.run import Run
from standoff.engine.simulate import simulate
from standoff.errors import ModelError
from standoff.ledger import Ledger
from standoff.scenario import load
from standoff.scenario.calendar import last_day

from . import runs
from .runs import seen

EVENTS = """
title: a border
as_of: 2030-01
start: 2030-01
end: 2031-12
step: month
actors: {ALA: {name: Aland}}
stocks: {tension: {unit: share, initial: 0.2 to 0.4 @assumption, cap: 1}}
mechanisms:
  mood: {use: mean_reversion, stock: tension, mean: 0.3, speed: 0.1 1/month, volatility: 0.1, sources: assumption}
questions:
  first: {text: What comes first?, first_of: {shots: tension > 0.5, talks: tension < 0.1}, by: 2031-12, resolution: papers}
"""
STATE = ExplorerState(levers={"restraint": 0.3})


@pytest.fixture(scope="module")
def race(explorer: Explorer) -> Any:
    """The race in a moved state."""
    return seen(exhaustion_race(explorer.outcome(STATE, QUICK), explorer.outcome(ExplorerState(), QUICK)))


def test_chances_are_those_of_the_answer_whatever_the_futures(explorer: Explorer) -> None:
    for draws in (QUICK, DRAWS):
        base = explorer.outcome(ExplorerState(), draws)
        found = seen(exhaustion_race(base, base, explorer.best))
        printed = explorer.best[found.question].printed
        assert {item.label: item.first for item in found.constraints} == pytest.approx(
            {label: printed[label][0] for label in (item.label for item in found.constraints)}, abs=1e-6
        )


@pytest.mark.parametrize("finding", [exhaustion_times, exhaustion])
def test_shares_are_those_of_the_finding(explorer: Explorer, race: Any, finding: Callable[[Run], Exhaustion]) -> None:
    now, before = finding(explorer.run(STATE, QUICK)), exhaustion_times(explorer.run(ExplorerState(), QUICK))
    assert [(item.label, item.first, item.by) for item in race.sides] == [(x.label, x.first, x.by) for x in now.sides]
    assert {item.label: item.first_before for item in race.constraints} == {
        x.label: x.first for x in before.constraints
    }
    assert race.runs_out == any(item.constraint for item in now.constraints)
    assert (race.none, race.none_before, race.horizon) == (now.none, before.none, now.horizon)
    own = {item.label: item.shares for item in (*now.sides, *now.constraints)}
    assert {item.label: item.shares for item in (*race.sides, *race.constraints)} == {
        label: pytest.approx(shares, abs=1e-4) for label, shares in own.items()
    }
    first = {item.label: item.shares for item in before.sides}
    assert {item.label: item.before for item in race.sides} == {
        label: pytest.approx(shares, abs=1e-4) for label, shares in first.items()
    }
    assert race.times[0] == "2030-01" and race.times[-1] == "2039-12" == race.date


def test_fifty_dates_are_quantiles_of_the_times_of_the_futures(race: Any) -> None:
    run = runs.run("closed-form")
    as_of = month_count(last_day("2030-01"))
    for side, labels in (("Blue", ("Blue, money", "Blue, shells")), ("Red", ("Red, money", "Red, shells"))):
        states = np.min([run.answer(f"exhausted_first/{label}") for label in labels], axis=0)
        dates = next(item.before_dates for item in race.sides if item.label == side)
        assert len(dates) == DOTS
        exact = np.sort(states)[np.ceil((np.arange(DOTS) + 0.5) / DOTS * len(states)).astype(int) - 1]
        for date, state in zip(dates, exact.tolist(), strict=True):
            assert date is None if not np.isfinite(state) else month_count(last_day(date)) - as_of == state


def test_a_case_that_does_not_ask_says_so() -> None:
    run = runs.run("closed-form")
    plan = replace(run.model.plan, questions=())
    silent = replace(run, model=replace(run.model, plan=plan))
    with pytest.raises(ModelError, match="no question about times to exhaustion"):
        exhaustion_race(silent, silent)


def test_events_without_a_constraint_have_one_curve_each() -> None:
    run = simulate(build(load.load_text(EVENTS), Ledger()), draws=200, seed=1)
    view = seen(exhaustion_race(run, run))
    assert not view.runs_out
    assert sorted(item.label for item in view.sides) == ["shots", "talks"]
