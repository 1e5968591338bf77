"""Controls: ranges in the unit of the case, and the order of beliefs."""

from __future__ import annotations

from typing import Any

import pytest

from standoff import load
from standoff.addons.explorer import controls
from standoff.addons.explorer.explorer import Explorer
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
    assert (lever.name, lever.low, lever.high, lever.now) == ("restraint", 0, 3, 1)
    assert lever.target == "choices.BLU.reasons.word.weight" and lever.believed == [1, 1]


def test_beliefs_that_go_with_the_main_answer_come_first_and_more_by_search(explorer: Explorer) -> None:
    """The prize and the price decide by themselves whether Blue acts."""
    model, order = explorer.model, explorer.order
    assert sorted(order) == sorted(model.layout.varying)
    names = [item.name for item in belief_controls(model, "", order)]
    assert {*names[:2]} == {"stocks.gain.initial", "stocks.cost.initial"} and len(names) == len(order)
    assert [model.plan.parameters[index].path for index in order[:2]] == names[:2]
    (red,) = belief_controls(model, "spending_red PUSH", order)
    assert red.unit == "bn USD/month" and red.now == pytest.approx(-1.5) and red.low < red.believed[0] < red.high
    (fixed,) = belief_controls(model, "births rate", order)
    assert fixed.low == pytest.approx(0.025)
    assert belief_controls(model, "nothing like this", order) == []


def test_a_description_is_added_where_it_says_more_than_the_label() -> None:
    """What a number of an expression is, its name says; of a kind of mechanism the field is explained."""
    model = runs.model("closed-form")
    (stock,), (kind,) = (belief_controls(model, name) for name in ("stocks.gain.initial", "spending_red PUSH"))
    (weight,) = belief_controls(model, "BLU.reasons.word.weight")
    assert ":" not in stock.text and ":" not in weight.text
    assert kind.text.endswith(f": {model.plan.parameter(kind.name).doc}")


def test_a_large_case_has_forty_beliefs_and_none_of_a_question() -> None:
    controls = belief_controls(runs.model("korea-1950"))
    assert len(controls) == 40 and not any(item.name.startswith("questions.") for item in controls)
    assert belief_controls(runs.model("korea-1950"), "base_rate") == []


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
