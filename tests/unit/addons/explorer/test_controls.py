"""Controls: ranges in the unit of the case, and correlations with the main answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff import load
from standoff.addons.explorer import controls
from standoff.addons.explorer.controls import control_effects
from standoff.analysis.paired import outcome_values
from standoff.analysis.sensitivity.screening import parameter_uniforms
from standoff.engine.build import planned
from standoff.engine.model import Model

from . import runs


def lever_controls(*given: Any) -> Any:
    """The levers of a model, as the page gets them."""
    return runs.seen(controls.lever_controls(*given))


def belief_controls(*given: Any) -> Any:
    """Numbers of a model, as the page gets them."""
    return runs.seen(controls.belief_controls(*given))


def test_levers_have_the_range_of_the_file_and_the_belief_of_their_number() -> None:
    (lever,) = lever_controls(runs.model("closed-form"))
    assert (lever.name, lever.low, lever.high, lever.now, lever.effect) == ("restraint", 0, 3, 1, None)
    assert lever.target == "choices.BLU.reasons.word.weight" and lever.believed == [1, 1]


def test_effects_are_correlations_with_the_main_answer() -> None:
    run = runs.run("closed-form")
    effects = control_effects(run)
    acts = outcome_values(run, run.model.plan.question("acts"))
    uniforms = parameter_uniforms(run.model, runs.DRAWS, 1)
    for path, column in zip(effects, uniforms.T, strict=True):
        exact = np.mean((acts - acts.mean()) * (column - 0.5)) / acts.std() * np.sqrt(12)
        assert effects[path] == pytest.approx(exact, abs=1e-5)
    assert effects["stocks.gain.initial"] > 0.1 > -0.1 > effects["stocks.cost.initial"]


def test_beliefs_come_with_the_largest_effect_first_and_more_by_search() -> None:
    model, effects = runs.model("closed-form"), control_effects(runs.run("closed-form"))
    sizes = [abs(item.effect or 0) for item in belief_controls(model, effects)]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) == len(model.layout.varying)
    names = [item.name for item in belief_controls(model, effects)]
    assert {*names[:2]} == {"stocks.gain.initial", "stocks.cost.initial"}
    (red,) = belief_controls(model, effects, "spending_red PUSH")
    assert red.unit == "bn USD/month" and red.now == pytest.approx(-1.5) and red.low < red.believed[0] < red.high
    fixed = belief_controls(model, effects, "births rate")
    assert [item.effect for item in fixed] == [None] and fixed[0].low == pytest.approx(0.025)
    assert belief_controls(model, effects, "nothing like this") == []


def test_a_description_is_added_where_it_says_more_than_the_label() -> None:
    """What a number of an expression is, its name says; of a kind of mechanism the field is explained."""
    model = runs.model("closed-form")
    (stock,), (kind,) = (belief_controls(model, None, name) for name in ("stocks.gain.initial", "spending_red PUSH"))
    (weight,) = belief_controls(model, None, "BLU.reasons.word.weight")
    assert ":" not in stock.text and ":" not in weight.text
    assert kind.text.endswith(f": {model.plan.parameter(kind.name).doc}")


def test_a_large_case_has_forty_beliefs_and_none_of_a_question() -> None:
    controls = belief_controls(runs.model("korea-1950"))
    assert len(controls) == 40 and not any(item.name.startswith("questions.") for item in controls)
    assert belief_controls(runs.model("korea-1950"), None, "base_rate") == []


def effects(**options: object) -> dict[str, Any]:
    """Effects on the levers of the flagship; nothing is simulated."""
    model: Model = planned(load("china-russia", **options))  # type: ignore[arg-type]
    return {item.name: item.in_force for item in lever_controls(model) if item.in_force is not None}


def test_levers_act_as_they_are_where_every_actor_decides() -> None:
    assert effects() == {}


def test_an_option_that_sets_a_number_leaves_its_lever_without_effect() -> None:
    stopped = effects(variant="us-aid-stops")
    assert {*stopped} == {"aid.USA.money", "aid.USA.arms", "aid.USA.shells"}
    for item in stopped.values():
        assert (item.factor, item.plus, item.since, item.is_fixed) == (0, 0, "2024-04", True)
        assert len(item.options) == 1 and item.options[0].startswith("United States")


def test_an_option_that_multiplies_a_number_leaves_the_lever_free() -> None:
    doubled = effects(variant="europe-doubles")
    assert {*doubled} == {"aid.EUR.money", "aid.EUR.arms", "aid.EUR.shells"}
    assert {(item.factor, item.plus, item.is_fixed) for item in doubled.values()} == {(2, 0, False)}


def test_an_option_of_a_person_acts_from_its_month_on() -> None:
    stopped = effects(variant="known-2024", held={"USA.aid": {"2024-09": "stop"}})["aid.USA.money"]
    assert (stopped.factor, stopped.since) == (0, "2024-09")
    assert not stopped.is_fixed, "before that month the lever acts"


@pytest.mark.parametrize("raw", ["+ 1 bn USD/month", "x 3"])
def test_sums_and_multiples_are_in_the_unit_of_the_lever(raw: str) -> None:
    model = planned(load("china-russia"))
    choice = {"options": {"more": {"effects": {"aid.money.USA": raw}}}, "intervention": {"option": "more"}}
    other = planned(model.plan.loaded.over({"choices": {"USA.aid": choice}}), model.ledger)
    (lever,) = [item for item in lever_controls(other) if item.name == "aid.USA.money"]
    assert lever.in_force is not None
    expected = (1, 1) if raw.startswith("+") else (3, 0)
    assert (lever.in_force.factor, lever.in_force.plus) == pytest.approx(expected)
