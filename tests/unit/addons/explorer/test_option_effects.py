"""Numbers under imposed options: what acts is what the option makes of them."""

from __future__ import annotations

import pytest

from standoff import build, load
from standoff.addons.explorer.controls import lever_controls
from standoff.addons.explorer.option_effects import OptionEffect
from standoff.engine.model import Model


def effects(**options: object) -> dict[str, OptionEffect]:
    """Effects on the levers of the flagship; nothing is simulated."""
    model: Model = build(*load("china-russia", **options))  # type: ignore[arg-type]
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
    stopped = effects(held={"USA.aid": {"2024-09": "stop"}})["aid.USA.money"]
    assert (stopped.factor, stopped.since) == (0, "2024-09")
    assert not stopped.is_fixed, "before that month the lever acts"


@pytest.mark.parametrize("raw", ["+ 1 bn USD/month", "x 3"])
def test_sums_and_multiples_are_in_the_unit_of_the_lever(raw: str) -> None:
    model = build(*load("china-russia"))
    choice = {"options": {"more": {"effects": {"aid.money.USA": raw}}}, "intervention": {"option": "more"}}
    other = build(model.plan.loaded.over({"choices": {"USA.aid": choice}}), model.ledger)
    (lever,) = [item for item in lever_controls(other) if item.name == "aid.USA.money"]
    assert lever.in_force is not None
    expected = (1, 1) if raw.startswith("+") else (3, 0)
    assert (lever.in_force.factor, lever.in_force.plus) == pytest.approx(expected)
