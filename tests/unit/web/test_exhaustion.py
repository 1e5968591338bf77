"""The race is that of `exhaustion`, now and before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.analysis.exhaustion import exhaustion
from standoff.dates import month_count
from standoff.scenario.calendar import last_day
from standoff.web.exhaustion import DOTS, ExhaustionRace, NoRace, exhaustion_race

from . import runs

MOVED = ("restraint", 0.3)


def race() -> ExhaustionRace:
    view = exhaustion_race(runs.run("closed-form", MOVED), runs.run("closed-form"))
    assert isinstance(view, ExhaustionRace)
    return view


def test_shares_are_those_of_the_finding_now_and_before() -> None:
    view = race()
    now, before = exhaustion(runs.run("closed-form", MOVED)), exhaustion(runs.run("closed-form"))
    assert [(item.label, item.first, item.by) for item in view.sides] == [(x.label, x.first, x.by) for x in now.sides]
    assert {item.label: item.first_before for item in view.constraints} == {
        x.label: x.first for x in before.constraints
    }
    assert (view.none, view.none_before, view.horizon) == (now.none, before.none, now.horizon)
    own = {item.label: item.shares for item in (*now.sides, *now.constraints)}
    assert {item.label: item.shares for item in view.curves.series} == {
        label: pytest.approx(shares, abs=1e-4) for label, shares in own.items()
    }
    assert view.curves.times[0] == "2030-01" and view.curves.times[-1] == "2039-12" == view.date


def test_fifty_dates_are_quantiles_of_the_times_of_the_futures() -> None:
    run, view = runs.run("closed-form"), race()
    as_of = month_count(last_day("2030-01"))
    for side, labels in (("Blue", ("Blue, money", "Blue, shells")), ("Red", ("Red, money", "Red, shells"))):
        states = np.min([run.answer(f"exhausted_first/{label}") for label in labels], axis=0)
        dates = next(item.before_dates for item in view.sides if item.label == side)
        assert len(dates) == DOTS
        exact = np.sort(states)[np.ceil((np.arange(DOTS) + 0.5) / DOTS * len(states)).astype(int) - 1]
        for date, state in zip(dates, exact.tolist(), strict=True):
            assert date is None if not np.isfinite(state) else month_count(last_day(date)) - as_of == state


def test_a_case_that_does_not_ask_says_so() -> None:
    run = runs.run("closed-form")
    plan = replace(run.model.plan, questions=())
    silent = replace(run, model=replace(run.model, plan=plan))
    view = exhaustion_race(silent, silent)
    assert isinstance(view, NoRace) and "first_of" in view.none_asked
