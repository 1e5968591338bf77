"""Charts have at most 41 dates, one scale, and shares in place of quantiles for stocks of 0 or 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from standoff.engine.run import FAN
from standoff.web import charts

from . import runs


def test_dates_are_spread_over_the_whole_run() -> None:
    plan = runs.model("closed-form").plan
    states = charts.chart_states(plan)
    assert len(states) == 41 and (states[0], states[-1]) == (0, plan.scenario.calendar.steps)
    assert set(np.diff(states)) == {2, 3} or set(np.diff(states)) == {3}
    short = runs.model("korea-1950").plan
    assert charts.chart_states(short) == tuple(range(short.scenario.calendar.steps + 1))
    assert charts.chart_times(plan)[-1] == "2039-12"


def test_a_fan_has_the_quantiles_of_the_paths_in_the_scale_of_the_chart() -> None:
    run = runs.run("closed-form")
    shown = charts.chart_format(run, "crowd")
    exact = np.quantile(run.path("crowd"), FAN, axis=0)[:, list(charts.chart_states(run.model.plan))] / shown.scale
    np.testing.assert_allclose(charts.fan_rows(run, "crowd", shown), exact, rtol=5e-3)
    assert charts.flags(run) == ()


def test_a_stock_of_zero_or_one_is_a_share() -> None:
    run = runs.run("closed-form")
    index = run.model.plan.cells.index("weather")
    paths = run.stock_paths.copy()
    paths[..., index] = paths[..., index] > 0
    flagged = replace(run, stock_paths=paths)
    assert charts.flags(flagged) == ("weather",)
    shown = charts.chart_format(flagged, "weather")
    (row,) = charts.fan_rows(flagged, "weather", shown)
    assert shown.suffix.strip() == "%"
    np.testing.assert_allclose(
        row, 100 * paths[:, list(charts.chart_states(run.model.plan)), index].mean(axis=0), rtol=5e-3
    )
