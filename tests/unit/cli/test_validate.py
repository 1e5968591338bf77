"""`standoff validate`: what looks wrong without a run, and in a pilot run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Command


def test_a_choice_without_weights_is_known_without_a_run(standoff: Command, case: Path) -> None:
    assert json.loads(standoff("validate", str(case), "--json").stdout)["sanity"] == []
    file = case / "scenario.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text(
        "\n".join(
            "        weight: 0" if "  weight: " in line else line
            for line in lines
            if "base_rate:" not in line  # of which it would start
        ),
        encoding="utf-8",
    )
    data = json.loads(standoff("validate", str(case), "--json").stdout)
    assert [item["check"] for item in data["sanity"]] == ["uniform_choice"] and data["pilot_draws"] == 0
    page = standoff("validate", str(case)).stdout
    assert "choices.NOR" in page and "--pilot" in page


def test_a_pilot_run_states_its_draws(standoff: Command) -> None:
    data = json.loads(standoff("validate", "closed-form", "--pilot", "--json").stdout)
    assert data["pilot_draws"] == 1000 and "compounding" in {item["check"] for item in data["sanity"]}
    assert "1,000 futures" in " ".join(standoff("validate", "closed-form", "--pilot").stdout.split())
