"""Fears of reactions that do not come, and options that nothing speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standoff.analysis.sanity_checks import chosen_without_reason, empty_fear
from standoff.analysis.sanity_checks._base import CheckedRun
from tests.unit.engine.test_anticipation import played

if TYPE_CHECKING:
    from standoff.engine.run import Run

FIGHT = {"options": ["look_on", "fight"]}


def attack(other: str, gain: str = "1.5") -> dict[str, object]:
    return {"options": ["stay", "attack"], "value": {"attack": f"{gain} - ({other} in [fight])"}}


@pytest.fixture(scope="module")
def made() -> CheckedRun:
    """Four attackers and those whom they fear; the third is the one in order."""
    penalty = {"use": "secondary_sanctions", "weight": 1, "imposers": ["DEF3"], "imposing_option": "fight"}
    penalty |= {"sources": "assumption", "exposure": {"stay": 0, "attack": 1}, "severity": 1, "insulation": 0}
    choices = {
        "ATT1": attack("DEF1"),
        "DEF1": {**FIGHT, "value": {"fight": "2"}, "when": "level > 5"},  # closed at the moment of fear
        "ATT2": attack("DEF2"),
        "DEF2": {**FIGHT, "value": {"fight": "0.02 * did(ATT2 in [attack]) - 1"}},  # hardly reacts
        "ATT3": attack("DEF4"),
        "DEF4": {**FIGHT, "value": {"fight": "2"}, "when": "ATT3 in [attack]"},
        "ATT4": {
            "options": ["stay", "attack"],
            "value": {},
            "reasons": {"fear": penalty},
        },  # of one who looks elsewhere
        "DEF3": {**FIGHT, "value": {"fight": "1"}},
    }
    return CheckedRun(run=played(choices, draws=1000), answers=())


def test_fears_of_nothing_are_found(made: CheckedRun) -> None:
    found = {subject.split(".")[1]: text for subject, _, text, _ in empty_fear.of_run(made)}
    assert set(found) == {"ATT1", "ATT2", "ATT4"}
    assert "condition" in found["ATT1"] and "condition" not in found["ATT2"]


def test_options_without_a_reason_are_found(made: CheckedRun) -> None:
    found = {subject.split(".")[1]: (number, text) for subject, number, text, _ in chosen_without_reason.of_run(made)}
    assert set(found) == {"DEF2", "ATT4"}
    assert found["DEF2"][0] == pytest.approx(0.269, abs=0.06) and "ATT2" in found["DEF2"][1]


def test_nothing_is_found_in_the_closed_form(closed: Run) -> None:
    checked = CheckedRun(run=closed, answers=())
    assert not [*empty_fear.of_run(checked), *chosen_without_reason.of_run(checked)]
