"""The plan of the comparison: every model can be planned at its origins, and the case itself is the first."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from benchmarks.hindcast_changes import GROUPS, Comparison, stored

from standoff.evaluation.hindcast import origins
from standoff.evaluation.hindcast.config import HindcastConfig

DAY = dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def plan() -> Comparison:
    return Comparison.read()


def test_origins_are_those_of_the_plan_once_each(plan: Comparison) -> None:
    days = plan.days
    assert len(days) == len({*days}) == 14 and {*days} == {*origins.origins("2022-06", "2025-09", "quarter")}


def test_every_model_is_the_case_with_its_changes(plan: Comparison) -> None:
    assert plan.scenario("base").scenario == plan.loaded.scenario
    every = plan.scenario("all")
    for part in plan.plan["models"]["all"]["of"]:
        for section, entries in plan.plan["models"][part].get("change", {}).items():
            assert {*entries} <= {*getattr(every.scenario, section)}
    asked = plan.questions("all", every)
    assert isinstance(asked, HindcastConfig) and asked.quantities["killed_russia_named"].value == "named.RUS"
    assert {item.group for item in asked.quantities.values()} <= {*GROUPS}
    assert {*asked.quantities} == {*plan.questions("base", plan.loaded).quantities}


def test_all_changes_can_be_planned_together_and_scales_are_learned(plan: Comparison) -> None:
    planned, _ = origins.plan_at(plan.scenario("all"), plan.ledger, DAY, plan.settings)
    levels = {planned.disturbances[item.level].stock for item in planned.disturbances if item.level is not None}
    assert {"casualty_level.RUS", "vehicle_level.RUS", "arms_level.EUR", "killed_level.RUS"} <= levels
    learned = {item.path for item in planned.parameters if item.belief.origin.startswith("learned from")}
    assert "mechanisms.casualty_level_russia.level_sd" in learned and "mechanisms.equipment.pace_sd" in learned


def test_futures_of_another_model_are_not_taken(plan: Comparison, tmp_path: Path) -> None:
    assert stored(plan, "base", tmp_path, DAY) is None
    (tmp_path / "base").mkdir()
    np.savez(tmp_path / "base" / f"{DAY}.npz", mark=np.array('["x", "y", 768, 1, 12]'))
    assert stored(plan, "base", tmp_path, DAY) is None
