"""A story tells what the paths of one future have."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.explorer import charts
from standoff.addons.explorer.story import story
from standoff.engine import decision_record
from standoff.errors import ModelError

from . import runs


@pytest.mark.parametrize("number", [0, 3, 77])
def test_dates_of_a_story_are_those_of_the_paths(number: int) -> None:
    run = runs.run("closed-form")
    view = story(run, number, {"money.BLU": charts.ChartScale.of([100.0], "bn USD")})
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
    number = next(n for n in range(runs.DRAWS) if story(run, n, {}).reasons)
    first = story(run, number, {}).reasons[0]
    step = run.times.index(first.at) - 1
    parts = decision_record.reasons(run, 0, step)[number]  # every future has this decision
    sizes = dict(zip(("gain", "cost", "word"), (parts[:, 1] - parts[:, 0]).tolist(), strict=True))
    assert {item.reason: item.log_odds for item in first.reasons} == pytest.approx(sizes)
    assert [abs(item.log_odds) for item in first.reasons] == sorted((abs(x) for x in sizes.values()), reverse=True)


@pytest.mark.parametrize("number", [-1, runs.DRAWS])
def test_a_future_without_a_path_is_refused(number: int) -> None:
    with pytest.raises(ModelError):
        story(runs.run("closed-form"), number, {})
