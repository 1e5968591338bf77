"""Outcomes of futures and groups of them are those of the run."""

from __future__ import annotations

import numpy as np
import pytest

from standoff import answer
from standoff.addons.explorer import charts
from standoff.addons.explorer.explorer import QUICK, Explorer
from standoff.addons.explorer.futures import FEW, NEAR, group, near, outcomes, story
from standoff.addons.explorer.state import ExplorerState
from standoff.analysis.stored_bands import Bands
from standoff.engine import decision_record
from standoff.errors import ModelError
from standoff.report import answer_text

from . import runs
from .runs import seen

MOVED = ("restraint", 0.3)


def test_outcomes_are_one_number_a_future_now_and_before() -> None:
    now, before = runs.run("closed-form", MOVED), runs.run("closed-form")
    event = seen(outcomes(now, before, "acts"))
    assert event.labels == ["no", "yes"] and len(event.outcomes) == runs.DRAWS and event.paths == runs.DRAWS
    for run, values in ((now, event.outcomes), (before, event.before)):
        assert np.mean(values) == answer(run)["acts"].answer
    first = seen(outcomes(now, before, "exhausted_first"))
    assert first.labels is not None and first.labels[-1] == "none by then"
    shares = answer(now)["exhausted_first"].detail["first"]
    counts = [first.outcomes.count(float(n)) / runs.DRAWS for n in range(len(first.labels))]
    assert counts == pytest.approx([shares[label] for label in first.labels], abs=0.02)  # ties go to the first
    until = seen(outcomes(now, before, "shells_blue"))
    share = answer(now)["shells_blue"].detail["probability_by"]
    assert until.unit == "months" and until.outcomes.count(None) == round((1 - share) * runs.DRAWS)
    number = seen(outcomes(now, before, "acted"))
    assert number.unit == "month" and number.labels is None
    assert np.median(np.array(number.outcomes, float)) == answer(now)["acted"].answer
    with pytest.raises(ModelError):
        outcomes(now, before, "nothing")


def test_a_group_of_all_is_the_whole_and_one_of_few_is_counted(explorer: Explorer) -> None:
    now = explorer.outcome(ExplorerState(), QUICK, ("money.BLU",))
    run, shown = explorer.run(ExplorerState(), QUICK), {"money.BLU": explorer.chart_scale("money.BLU")}
    whole = seen(group(now, run, range(QUICK), shown))
    text = {item.id: answer_text.answer(item, "2030-01").main for item in answer(now, bands=Bands()).answers}
    assert (
        {item.question: item.now for item in whole.answers}
        == {item.question: item.all for item in whole.answers}
        == text
    )
    states = charts.chart_states(run.model.plan)
    np.testing.assert_allclose(
        whole.fans[0].quantiles, charts.fan_rows(run, "money.BLU", shown["money.BLU"], states), rtol=0.01
    )
    asked = run.model.plan.question(run.model.plan.main_question).state - 1
    shares = np.bincount(run.path_chosen[:, asked, 0]) / QUICK
    np.testing.assert_allclose(whole.choices[0].shares, shares, rtol=5e-3)
    acts = [n for n, value in enumerate(outcomes(now, now, "acts")["outcomes"]) if value][:FEW]
    few, enough = (seen(group(now, run, some, shown)) for some in (acts[:-1], acts))
    assert few.answers[0].now == f"{FEW - 1} of {FEW - 1}" and few.fans == []
    assert next(item.now for item in few.answers if item.question == "product") is None
    assert enough.answers[0].now == "> 99 %"
    paths = run.path("money.BLU")[acts][:, list(states)] / shown["money.BLU"].scale
    np.testing.assert_allclose(enough.fans[0].quantiles[2], np.median(paths, axis=0), rtol=5e-3)


@pytest.mark.parametrize("futures", [[], [-1], [QUICK]])
def test_a_group_needs_futures_that_exist(explorer: Explorer, futures: list[int]) -> None:
    now = explorer.outcome(ExplorerState(), QUICK, explorer.stocks)
    with pytest.raises(ModelError):
        group(now, explorer.run(ExplorerState(), QUICK), futures, {})


def test_near_a_point_of_a_chart_are_the_futures_with_the_nearest_values(explorer: Explorer) -> None:
    now, shown = explorer.outcome(ExplorerState(), QUICK, ("money.BLU",)), explorer.chart_scale("money.BLU")
    values = now.paths["money.BLU"][:, now.times.index("2031-12")] / shown.scale
    found = seen(near(now, "money.BLU", "2031-12", 50.0, shown))
    far = np.abs(values - 50.0)
    inside = set(found.futures)
    assert len(inside) == round(NEAR * QUICK) and (found.stock, found.time) == ("money.BLU", "2031-12")
    assert max(far[n] for n in inside) <= min(far[n] for n in range(QUICK) if n not in inside)
    assert (found.low, found.high) == (values[list(inside)].min(), values[list(inside)].max())
    with pytest.raises(ModelError, match="2029-12"):
        near(now, "money.BLU", "2029-12", 50.0, shown)


def test_near_a_share_are_the_futures_with_the_event(explorer: Explorer) -> None:
    now = explorer.outcome(ExplorerState(), QUICK, ("acted",))
    shown = charts.ChartScale(1.0, "", is_flag=True)
    acted = now.paths["acted"][:, now.times.index("2031-12")] > 0
    assert near(now, "acted", "2031-12", 40.0, shown)["futures"] == np.flatnonzero(acted).tolist()


@pytest.mark.parametrize("number", [0, 3, 77])
def test_dates_of_a_story_are_those_of_the_paths(number: int) -> None:
    run = runs.run("closed-form")
    view = seen(story(run, number, {"money.BLU": charts.ChartScale.of([100.0], "bn USD")}))
    chosen = run.path_chosen[number, :, 0]
    changes = [k for k in range(len(chosen)) if chosen[k] != (chosen[k - 1] if k else 0)]
    choices = [event for event in view.events if event.kind == "choice"]
    assert [event.at for event in choices] == [run.times[k + 1] for k in changes]
    assert [item.at for item in view.reasons] == [event.at for event in choices]
    dates = {event.text: event.at for event in view.events}
    for label in ("Blue, money", "Blue, shells", "Red, money", "Red, shells"):
        state = run.answers[[item.name for item in run.trackers].index(f"exhausted_first/{label}"), number]
        assert dates.get(label) == (run.times[int(state)] if np.isfinite(state) else None)
    assert [event.at for event in view.events] == sorted(event.at for event in view.events)
    acts = run.answers[[item.name for item in run.trackers].index("acts"), number]
    assert ("Yes, in" in view.outcome) == bool(np.isfinite(acts))
    path = run.path("money.BLU")[number, list(charts.chart_states(run.model.plan))]
    np.testing.assert_allclose(view.stocks[0].values, path, rtol=5e-3, atol=1e-9)
    assert len(view.times) == len(view.stocks[0].values) == 40


def test_reasons_of_a_story_are_the_largest_parts_of_that_decision() -> None:
    run = runs.run("closed-form")
    number = next(n for n in range(runs.DRAWS) if story(run, n, {})["reasons"])
    first = seen(story(run, number, {})).reasons[0]
    step = run.times.index(first.at) - 1
    parts = decision_record.reasons(run, 0, step)[number]  # every future has this decision
    sizes = dict(zip(("gain", "cost", "word"), (parts[:, 1] - parts[:, 0]).tolist(), strict=True))
    assert {item.reason: item.log_odds for item in first.reasons} == pytest.approx(sizes)
    assert first.chance == pytest.approx(decision_record.at_step(run, step).p[number, 0, 1])
    assert [item.log_odds for item in first.reasons] == sorted(sizes.values(), reverse=True), "those for it first"


@pytest.mark.parametrize("number", [-1, runs.DRAWS])
def test_a_future_without_a_path_is_refused(number: int) -> None:
    with pytest.raises(ModelError):
        story(runs.run("closed-form"), number, {})
