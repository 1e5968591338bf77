"""Crises as cases of the template: rates of the training years, and what is known on the day."""

from __future__ import annotations

import pytest
from benchmarks import crises_by_rule

from standoff import yaml_reader


@pytest.mark.parametrize("trigger", crises_by_rule.TRIGGERS)
def test_a_case_starts_from_the_rate_of_the_training_years(trigger: str) -> None:
    data = yaml_reader.read(crises_by_rule.scenario(trigger, 3, 17), "").data
    first = data["questions"]["force"]["classes"][0]
    assert (first["count"], first["of"], first["until"]) == (3, 17, 1985)


def test_signs_are_those_of_the_day_and_unknown_power_is_none() -> None:
    row = {"rivalry": 1.0, "defence_2": 0.0, "defence_365": 1.0, "capability_ratio": -0.1}
    assert crises_by_rule.signs(row) == {"rivals": True, "ally": True, "weaker": False}
    assert crises_by_rule.signs(row | {"capability_ratio": None, "rivalry": 0.0}) == {"rivals": False, "ally": True}
