"""Somebody stands behind the numbers inside expressions too: those of reasons and of conditions."""

from __future__ import annotations

import pytest

from standoff.errors import ModelError, ScenarioError
from standoff.ledger import Ledger
from standoff.plan import Plan, plan
from standoff.scenario import dump, load_text

SPEED = ("drift.speed: x 1.5", "drift.speed: x 1.5 @assumption")
SEEN = ("observations: {fear: {claims: {quantity: mood}, scale: 1 @assumption}}\n", "")
WHY = "      why: {use: expression, weight: 1 @assumption, value: {go: VALUE}MORE}\nbeliefs:"


def planned(full: str, value: str = "fear", when: str = "fear > 0", more: str = "") -> Plan:
    why = WHY.replace("VALUE", f'"{value}"').replace("MORE", more)
    drift = f'use: mean_reversion, when: "{when}",'
    for right, wrong in (SPEED, SEEN, ("beliefs:", why), ("use: mean_reversion,", drift)):
        assert full.count(right) == 1
        full = full.replace(right, wrong)
    return plan(load_text(full, "case.yaml"), Ledger())


@pytest.mark.parametrize(
    "value", ["fear", "1 - fear", "fear ^ 2", "0.3 * fear @assumption", "0.3 @smith2001 @assumption"]
)
def test_a_source_after_an_expression_stands_for_its_numbers(full: str, value: str) -> None:
    found = planned(full, value)
    text = found.choices[0].reasons[1].part.params.value["go"]
    assert text == value.partition(" @")[0]  # what is computed has no sources in it
    planned(full, when="fear > 0.2 @assumption")


@pytest.mark.parametrize("value", ["0.3 * fear", "fear + 5 %", "2", "fear - 0.5 ^ 2"])
def test_numbers_that_nobody_stands_behind_are_refused(full: str, value: str) -> None:
    with pytest.raises(ModelError, match="this number has no source") as caught:
        planned(full, value)
    assert caught.value.problems[0].path == "choices.AAA.reasons.why.value.go"


def test_sources_of_the_entry_stand_for_expressions_too(full: str) -> None:
    assert planned(full, "0.3 * fear", more=", sources: assumption").choices


def test_conditions_are_held_to_the_same(full: str) -> None:
    with pytest.raises(ModelError, match="this number has no source"):
        planned(full, when="fear > 0.2")
    with pytest.raises(ModelError, match="unknown source `smith2002`"):
        planned(full, when="fear > 0.2 @smith2002")
    with pytest.raises(ScenarioError, match=r"sources of `fear @ 0\.2` cannot be read"):
        planned(full, when="fear @ 0.2")


def test_a_source_survives_the_round_trip(full: str) -> None:
    text = full.replace("use: mean_reversion,", 'use: mean_reversion, when: "fear > 0.2 @smith2001",')
    scenario = load_text(text).scenario
    assert scenario.mechanisms["drift"].when == "fear > 0.2 @smith2001"
    assert load_text(dump(scenario)).scenario == scenario
