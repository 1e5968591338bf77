"""Charts have at most 41 dates, one scale, and shares in place of quantiles for stocks of 0 or 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from standoff.addons.explorer import charts
from standoff.catalog import load
from standoff.engine.build import planned
from standoff.engine.run import FAN

from . import runs


def test_dates_after_as_of_are_spread_evenly_up_to_the_last() -> None:
    plan = runs.model("closed-form").plan
    states = charts.chart_states(plan)
    assert len(states) <= 41 and states[-1] == plan.scenario.calendar.steps and set(np.diff(states)) == {3}
    assert states[0] > plan.first_future_step and charts.chart_times(plan)[-1] == "2039-12"
    assert charts.history_states(plan) == (0,), "as_of is the start"
    flagship = planned(load("china-russia")).plan
    history = charts.history_states(flagship)
    assert len(history) <= 41 and history[-1] == flagship.first_future_step < charts.chart_states(flagship)[0]
    short = runs.model("korea-1950").plan
    assert charts.chart_states(short) == tuple(range(short.first_future_step + 1, short.scenario.calendar.steps + 1))


def test_a_fan_has_the_quantiles_of_the_paths_in_the_scale_of_the_chart() -> None:
    run = runs.run("closed-form")
    shown = charts.ChartScale.of([2e3], "thousand person")
    exact = np.quantile(run.path("crowd"), FAN, axis=0)[:, list(charts.chart_states(run.model.plan))] / shown.scale
    np.testing.assert_allclose(
        charts.fan_rows(run, "crowd", shown, charts.chart_states(run.model.plan)), exact, rtol=5e-3
    )
    assert charts.flags(run) == ()


def test_a_stock_of_zero_or_one_is_a_share() -> None:
    run = runs.run("closed-form")
    index = run.model.plan.cells.index("weather")
    paths = run.stock_paths.copy()
    paths[..., index] = paths[..., index] > 0
    flagged = replace(run, stock_paths=paths)
    assert charts.flags(flagged) == ("weather",)
    shown = charts.ChartScale.of([1.0], "1", is_flag=True)
    (row,) = charts.fan_rows(flagged, "weather", shown, charts.chart_states(run.model.plan))
    np.testing.assert_allclose(
        row, 100 * paths[:, list(charts.chart_states(run.model.plan)), index].mean(axis=0), rtol=5e-3
    )


def test_quantiles_are_those_of_numpy() -> None:
    paths = np.random.default_rng(1).normal(5.0, 2.0, (517, 7)).astype(np.float32)
    rows = charts.quantile_rows(paths, charts.ChartScale(2.0, ""))
    np.testing.assert_allclose(rows, np.quantile(paths, FAN, axis=0) / 2.0, rtol=5e-3)
