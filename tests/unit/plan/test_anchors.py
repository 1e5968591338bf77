"""Errors of anchors, each at its place, and what an anchor becomes."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from standoff.analysis.answer import base_rates, cautions
from standoff.engine.build import build
from standoff.engine.parameters import build_table
from standoff.engine.simulate import simulate
from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.plan.anchors import TYPICAL
from standoff.plan.leak_check import late_classes
from standoff.scenario import load_text
from standoff.statistics import class_rate, jeffreys_interval, log_odds_spread

SCENARIO = """
title: one
as_of: 2024-03
start: 2024-01
end: 2025-12
step: month
actors: {AAA: {name: A}}
stocks: {fear: {unit: share, initial: 0.5, constant: true, sources: assumption}}
choices:
  AAA.war:
    actor: AAA
    options: {go: , stay: , talk: }
    status_quo: stay
    every: 3 months
    rationality: 2
    half_life: 0 month
    reasons:
      dread: {use: expression, weight: 1, value: {go: -fear, stay: "0", talk: "0"}}
      unstated: {use: alternative_constant, weight: 0.5, inclination: {go: 0, stay: 0, talk: 0}}
    sources: assumption
questions:
  go: {text: "?", event: "AAA.war in [go, talk]", by: 2025-06, resolution: x}
  fear: {text: "?", event: fear > 0.6, by: 2025-06, resolution: x}
  level: {text: "?", quantity: fear, at: 2025-06, resolution: x}
"""


def planned(anchor: dict[str, str] | None = None, reasons: Any = None, **questions: str) -> Plan:
    change: dict[str, Any] = {
        "choices": {"AAA.war": {"anchor": anchor or {}, "reasons": reasons or {}}},
        "questions": {name: {"anchor": text} for name, text in questions.items()},
    }
    return plan(load_text(SCENARIO).over(change), Ledger())


def test_an_anchor_of_a_choice_counts_from_as_of_to_its_date() -> None:
    result = planned({"go": "12 % by 2024-12 @assumption"})
    (found,) = result.anchors
    assert (found.path, found.options, found.since, found.state) == ("choices.AAA.war.anchor.go", ("go",), 3, 11)
    assert result.parameters[found.prior].quantile(0.5) == 0.12
    assert [result.parameters[i].path for i in found.constants] == ["choices.AAA.war.reasons.unstated.inclination.go"]
    assert result.parameters[found.weight].quantile(0.5) == 0.5


def test_an_anchor_of_a_question_is_about_the_options_that_it_names() -> None:
    (found,) = planned(go="12 % @assumption").anchors
    assert (found.tracker, found.options, found.since, found.state) == ("go", ("go", "talk"), 3, 17)
    assert len(found.constants) == 2


def test_the_prior_is_a_number_with_the_sources_of_its_choice() -> None:
    result = planned({"go": "0.12 by 2024-12"})
    assert result.parameter("choices.AAA.war.anchor.go").belief.sources == ("assumption",)


@pytest.mark.parametrize(
    ("anchor", "word"),
    [
        ({"goo": "12 % by 2024-12 @assumption"}, "unknown option"),
        ({"stay": "12 % by 2024-12 @assumption"}, "is in force at as_of"),
        ({"go": "12 % by 2026-12 @assumption"}, "lies outside"),
        ({"go": "12 % by 2024-03 @assumption"}, "is not after as_of"),
        ({"go": "12 % by 2024-04 @assumption"}, "no decision"),
        ({"go": "12 by 2024-12 @assumption"}, "out of range"),
        ({"go": "0 % by 2024-12 @assumption"}, "is certain"),
        ({"go": "100 % by 2024-12 @assumption"}, "is certain"),
        ({"go": "12 person by 2024-12 @assumption"}, "unit"),
        ({"go": "12 % by 2024-12 @nobody"}, "unknown source"),
    ],
)
def test_an_anchor_of_a_choice_that_cannot_hold_is_an_error(anchor: dict[str, str], word: str) -> None:
    with pytest.raises(ModelError, match=word) as caught:
        planned(anchor)
    assert [problem.path for problem in caught.value.problems] == [f"choices.AAA.war.anchor.{next(iter(anchor))}"]


@pytest.mark.parametrize(
    ("question", "text", "word"),
    [
        ("level", "12 % @assumption", "of form `quantity`"),
        ("fear", "12 % @assumption", "names no option"),
        ("go", "12 %", "no source"),
    ],
)
def test_an_anchor_of_a_question_that_cannot_hold_is_an_error(question: str, text: str, word: str) -> None:
    with pytest.raises(ModelError, match=word) as caught:
        planned(**{question: text})
    assert [problem.path for problem in caught.value.problems] == [f"questions.{question}.anchor"]


def test_a_prior_does_not_change_during_a_run() -> None:
    change = {"interventions": {"choices.AAA.war.anchor.go": {"value": "20 % @assumption"}}}
    with pytest.raises(ModelError, match="is a prior"):
        plan(planned({"go": "12 % by 2024-12 @assumption"}).loaded.over(change), Ledger())


def test_the_scenario_of_the_page_is_valid() -> None:
    page = (Path(__file__).parents[3] / "docs" / "anchors.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(title.*?)```", page, re.DOTALL)
    assert [item.path for item in plan(load_text(text), Ledger()).anchors] == ["choices.ALA.anchor.strike"]


CLASS: dict[str, Any] = {
    "members": "a state like it",
    "count": 12,
    "of": 145,
    "since": 1975,
    "until": 2017,
    "data": "X",
}
CLASS |= {"text": "x", "sources": ["assumption"]}


def with_classes(*classes: dict[str, Any], of: str = "go", **change: Any) -> Plan:
    over = {"questions": {of: {"classes": [CLASS | each for each in classes]}}} | change
    return plan(load_text(SCENARIO).over(over), Ledger())


def test_a_choice_starts_from_the_first_class_of_its_question_over_its_own_time() -> None:
    result = with_classes({}, {"count": 0, "of": 5})
    (found,) = result.anchors
    assert (found.path, found.options, found.typical) == ("questions.go.classes", ("go", "talk"), TYPICAL)
    years = (dt.date(2025, 6, 30) - dt.date(2024, 3, 31)).days / 365.2425
    mean, spread = class_rate(12, 145, years)
    assert result.parameters[found.prior].quantile(0.5) == pytest.approx(mean)
    for i in found.constants:
        assert result.parameters[i].spread == pytest.approx(spread / (2 * 0.5)), "log odds over rationality and weight"
    assert result.parameters[found.constants[0]].belief.shape == "point", "it varies by the spread alone"
    layout, table = build_table(result)
    assert set(found.constants) <= set(layout.varying)
    assert table.b[found.constants[0]] == pytest.approx(spread)


@pytest.mark.parametrize(
    ("classes", "of", "change"),
    [
        ([{}], "fear", {}),  # names no option
        ([{"until": 2024}], "go", {}),  # goes on after as_of
        ([{"count": None, "of": None, "since": None, "until": None, "data": "", "text": "", "none": "why"}], "go", {}),
        ([{}], "go", {"choices": {"AAA.war": {"history": [{"since": "2024-01", "option": "go"}]}}}),  # in force
        ([{}], "go", {"choices": {"AAA.war": {"reasons": {"unstated": None}}}}),  # no constants
    ],
)
def test_what_cannot_start_from_its_class_stands_beside_it(classes: Any, of: str, change: dict[str, Any]) -> None:
    assert with_classes(*classes, of=of, **change).anchors == ()


def test_a_class_that_reaches_the_year_of_as_of_is_no_start_and_says_so() -> None:
    (text,) = late_classes(with_classes({"until": 2024}))
    assert text.startswith("questions.go.classes: ") and text.endswith(" 2023")
    assert text in cautions(simulate(build(with_classes({"until": 2024}).loaded), draws=64))
    for until in range(2022, 2027):
        result = with_classes({"until": until})
        refused = result.question("go").question.classes[0].goes_past(result.scenario.as_of_day)
        (rate,) = base_rates(result, result.question("go"))
        assert (not result.anchors, rate.rate is None, bool(late_classes(result))) == (refused,) * 3
    assert late_classes(with_classes({"until": 2023})) == late_classes(with_classes({"until": 2024}, of="fear")) == ()


def test_a_written_anchor_and_the_main_question_come_first() -> None:
    anchored = {"choices": {"AAA.war": {"anchor": {"talk": "12 % by 2025-06 @assumption"}}}}
    assert [item.path for item in with_classes({}, **anchored).anchors] == ["choices.AAA.war.anchor.talk"]
    later = {"text": "?", "event": "AAA.war in [talk]", "by": "2025-09", "resolution": "x", "main": True}
    both = {"go": {"classes": [CLASS]}, "later": later | {"classes": [CLASS]}}
    result = plan(load_text(SCENARIO).over({"questions": both}), Ledger())
    assert [item.question for item in result.anchors] == ["later"]
    assert len(result.parameters) == len(plan(load_text(SCENARIO), Ledger()).parameters) + 1


def test_a_class_of_a_number_and_one_without_members_are_errors() -> None:
    with pytest.raises(ModelError, match="no rate in data"):
        with_classes({}, of="level")
    with pytest.raises(ScenarioError, match="members"):
        with_classes({"members": ""})
    with pytest.raises(ScenarioError, match="at most `of`"):
        with_classes({"count": 146})


def test_an_option_has_one_anchor() -> None:
    with pytest.raises(ModelError, match="one of these options too"):
        planned({"go": "12 % by 2024-12 @assumption"}, go="12 % @assumption")


def test_a_choice_without_constants_cannot_be_anchored() -> None:
    with pytest.raises(ModelError, match="has no constants"):
        planned({"go": "12 % by 2024-12 @assumption"}, {"unstated": None})
    shared = {
        "unstated": {
            "use": "alternative_constant",
            "weight": 1,
            "inclination": {"go": None, "stay": None, "talk": None, "*": "-1 to 1"},
        }
    }
    with pytest.raises(ModelError, match="for this option and others"):
        planned({"go": "12 % by 2024-12 @assumption"}, shared)


def test_a_mistake_in_the_constants_is_reported_once() -> None:
    wrong = {
        "unstated": {"use": "alternative_constant", "weight": 1, "inclination": {"go": 1, "stay": 1, "talk": None}}
    }
    with pytest.raises(ModelError) as caught:
        planned({"go": "12 % by 2024-12 @assumption"}, wrong)
    assert len(caught.value.problems) == 1


def with_rates(*rates: tuple[str, Any], event: str = "", **change: Any) -> Plan:
    """The case with base rates of its questions."""
    questions: dict[str, Any] = {of: {"base_rate": {"text": "counted"} | rate} for of, rate in rates}
    if event:
        questions["go"]["event"] = event
    return plan(load_text(SCENARIO).over({"questions": questions} | change), Ledger())


def test_a_choice_starts_from_the_base_rate_of_its_question() -> None:
    result = with_rates(("go", {"value": "2 % @assumption", "of": 145}))
    (found,) = result.anchors
    assert (found.path, found.options, found.typical) == ("questions.go.base_rate", ("go", "talk"), TYPICAL)
    assert result.parameters[found.prior].quantile(0.5) == pytest.approx(0.02)
    spread = log_odds_spread(0.02 * 145, 145)
    assert result.parameters[found.constants[0]].spread == pytest.approx(spread / (2 * 0.5))
    (rate,) = base_rates(result, result.question("go"))
    assert (rate.rate, rate.start) == (pytest.approx(0.02), "go")
    assert rate.interval == pytest.approx(jeffreys_interval(0.02 * 145, 145))


def test_a_number_of_no_stated_count_is_known_as_well_as_one_event_would_tell() -> None:
    result = with_rates(("go", {"value": "2 % @assumption"}))
    (rate,) = base_rates(result, result.question("go"))
    assert rate.rate == pytest.approx(0.02) and rate.interval == pytest.approx(jeffreys_interval(1, 50))


def test_a_rate_for_a_year_and_a_range_are_taken_over_the_time_of_the_question() -> None:
    result = with_rates(("go", {"value": "5 to 20 %/year @assumption"}))
    (rate,), years = (
        base_rates(result, result.question("go")),
        (dt.date(2025, 6, 30) - dt.date(2024, 3, 31)).days / 365.2425,
    )
    assert (rate.rate, *rate.interval) == pytest.approx([1 - (1 - p) ** years for p in (0.1, 0.05, 0.2)])
    assert result.parameters[result.anchors[0].prior].quantile(0.5) == pytest.approx(rate.rate)


def test_constants_are_put_in_where_the_choice_has_none() -> None:
    without = {"choices": {"AAA.war": {"reasons": {"unstated": None}}}}
    result = with_rates(("go", {"value": "2 % @assumption"}), **without)
    (found,) = result.anchors
    paths = [f"choices.AAA.war.reasons.unstated.inclination.{option}" for option in ("go", "talk")]
    assert [result.parameters[i].path for i in found.constants] == paths


def test_a_rate_inside_another_has_the_options_that_are_left() -> None:
    inner = {"text": "?", "event": "AAA.war in [go]", "by": "2025-06", "resolution": "x"}
    rate = {"base_rate": {"value": "1 % @assumption", "text": "x"}}
    over = {
        "questions": {
            "go": {"base_rate": {"value": "2 % @assumption", "text": "x"}},
            "inner": inner | rate | {"main": True},
        }
    }
    result = plan(load_text(SCENARIO).over(over), Ledger())
    of = {
        item.question: [result.parameters[i].path.rpartition(".")[2] for i in item.constants] for item in result.anchors
    }
    assert of == {"inner": ["go"], "go": ["talk"]}


def test_two_rates_of_the_same_options_are_an_error() -> None:
    over = {
        "questions": {
            name: {
                "text": "?",
                "event": "AAA.war in [go]",
                "by": "2025-06",
                "resolution": "x",
                "base_rate": {"value": "1 % @assumption", "text": "x"},
            }
            for name in ("go", "again")
        }
    }
    with pytest.raises(ModelError, match="anchors one of these options too") as caught:
        plan(load_text(SCENARIO).over(over), Ledger())
    assert [problem.path for problem in caught.value.problems] == ["questions.again.base_rate"]


@pytest.mark.parametrize(
    ("of", "change", "word"),
    [
        ("fear", {}, "names no option"),
        ("level", {}, "of form `quantity`"),
        ("go", {"choices": {"AAA.war": {"history": [{"since": "2024-01", "option": "go"}]}}}, "is in force"),
    ],
)
def test_a_base_rate_from_which_nothing_could_start_is_an_error(of: str, change: dict[str, Any], word: str) -> None:
    with pytest.raises(ModelError, match=word) as caught:
        with_rates((of, {"value": "2 % @assumption"}), **change)
    assert [problem.path for problem in caught.value.problems] == [f"questions.{of}.base_rate"]


def test_a_stated_rate_comes_before_the_classes_that_say_where_it_is_from() -> None:
    over = {"questions": {"go": {"base_rate": {"value": "2 % @assumption", "text": "x"}, "classes": [CLASS]}}}
    result = plan(load_text(SCENARIO).over(over), Ledger())
    assert [item.path for item in result.anchors] == ["questions.go.base_rate"]
    assert [bool(rate.members) for rate in base_rates(result, result.question("go"))] == [False, True]
