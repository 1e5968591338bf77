"""Reasons beside those of the case are those of `explain`."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.addons.explorer.reasons import choice_reasons, event_reasons
from standoff.analysis.explain import explain
from standoff.analysis.reason_attribution import DATES, deciding_reasons
from standoff.errors import StandoffError

from . import runs
from .runs import seen

MOVED = ("restraint", 0.3)


def test_reasons_are_those_of_explain_before_and_now() -> None:
    view = seen(choice_reasons(runs.run("closed-form", MOVED), runs.run("closed-form"), "BLU", "2030-12"))
    for moved, log_odds, of_reason, of_option in (
        ((MOVED,), view.log_odds, "log_odds", "probability"),
        ((), view.before_log_odds, "before", "before"),
    ):
        direct = explain(runs.model("closed-form", *moved), choice="BLU", at="2030-12", draws=runs.DRAWS)
        assert log_odds == pytest.approx(direct.log_odds)
        parts = {item.reason: getattr(item, of_reason) for item in view.reasons}
        assert parts == pytest.approx({item.reason: item.log_odds for item in direct.reasons})
        chances = {item.option: getattr(item, of_option) for item in view.options}
        assert chances == pytest.approx({item.option: item.probability for item in direct.options})
    assert sum(item.log_odds for item in view.reasons) == pytest.approx(view.log_odds)
    word = next(item for item in view.reasons if item.reason == "word")
    assert word.log_odds == pytest.approx(0.3 * word.before, rel=1e-5)  # the weight is 0.3 instead of 1
    assert word.numbers[0] == "choices.BLU.reasons.word.weight" and word.claims


def test_expected_moves_of_others_are_those_of_explain() -> None:
    now = runs.run("cuba-1962")
    at = now.times[-1]
    direct = explain(now.model, choice="USA", at=at, draws=runs.DRAWS)
    view = seen(choice_reasons(now, now, "USA", at))
    own, shown = (
        {(item.choice, item.option): (item.expected, item.does) for item in each.forecasts} for each in (direct, view)
    )
    assert own.keys() == shown.keys() and all(own[key] == pytest.approx(shown[key]) for key in own)
    assert view.forecasts and all(item.does == item.before_does for item in view.forecasts)


@pytest.mark.parametrize(
    ("choice", "at", "option"),
    [("NONE", "2030-12", ""), ("BLU", "1900-01", ""), ("BLU", "soon", ""), ("BLU", "2030-12", "fly")],
)
def test_unknown_names_and_dates_are_refused(choice: str, at: str, option: str) -> None:
    run = runs.run("closed-form")
    with pytest.raises(StandoffError):
        choice_reasons(run, run, choice, at, option)


def test_dates_of_an_event_are_those_of_the_paths_and_reasons_those_of_the_finding() -> None:
    run = runs.run("closed-form")
    view = seen(event_reasons(run, "acts_ever"))
    acts = run.path_chosen[:, :, 0] == 1
    first = [run.times[k + 1] for k in acts.argmax(axis=1)[acts.any(axis=1)]]
    assert dict(view.dates) == {label: first.count(label) for label in set(first)}
    assert view.futures == int(acts.any(axis=1).sum()) and view.of == runs.DRAWS
    (finding,) = deciding_reasons(run, run.model.plan.question("acts_ever"), DATES)
    assert [(item.reason, item.log_odds) for item in view.reasons] == [
        (item.reason, item.difference) for item in finding.reasons
    ]
    assert f"Blue: {finding.with_event:,}" in view.note and "BLU" not in view.note


def test_what_has_no_deciding_date_says_so() -> None:
    run = runs.run("closed-form")
    assert event_reasons(run, "acted")["dates"] == []
    stocks = seen(event_reasons(run, "shells_blue"))
    assert stocks.reasons == [] and stocks.note
    states = run.answer("shells_blue")
    assert stocks.futures == int(np.isfinite(states).sum())
