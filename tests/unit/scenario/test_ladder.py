"""Ladders are written as they were read: a list, or a list with bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from standoff.errors import ScenarioError
from standoff.scenario import dump, load_text
from tests.unit.scenario.test_option_checks import LADDER, bounded, text

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


@pytest.mark.parametrize(
    ("written", "again"),
    [
        (LADDER, ["none", "trade", "arms"]),
        (bounded("down: 1"), {"options": ["none", "trade", "arms"], "up": 1, "down": 1}),
        (bounded("up: 2"), {"options": ["none", "trade", "arms"], "up": 2}),
        (bounded("up: 1"), ["none", "trade", "arms"]),
    ],
)
def test_a_ladder_survives_writing_and_reading(written: str, again: object) -> None:
    scenario = load_text(text(written)).scenario
    data = yaml.safe_load(dump(scenario))
    assert data["choices"]["AAA"]["ladder"] == again
    assert load_text(dump(scenario)).scenario == scenario


def test_a_choice_without_a_ladder_is_written_without_one() -> None:
    assert "ladder" not in yaml.safe_load(dump(load_text(text()).scenario))["choices"]["AAA"]


@pytest.mark.parametrize("written", [LADDER, bounded("down: 1")])
def test_the_schema_accepts_both_forms(scenario_validator: Validator, written: str) -> None:
    scenario_validator.validate(yaml.safe_load(text(written)))


def test_the_schema_refuses_other_bounds(scenario_validator: Validator) -> None:
    with pytest.raises(jsonschema.ValidationError):
        scenario_validator.validate(yaml.safe_load(text(bounded("sideways: 1"))))


@pytest.mark.parametrize("bounds", ["down: -1", "down: 1.5", "down: one", "down: true", "up: 0", "up: 1.5", "up: null"])
def test_a_bound_that_is_no_number_of_steps_is_refused_at_its_place(bounds: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(text(bounded(bounds)))
    (problem,) = caught.value.problems
    assert problem.path == f"choices.AAA.ladder.{bounds.partition(':')[0]}" and "number" in problem.allowed
