"""Wars that last longer than any of their age."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from standoff.analysis.sanity_checks._base import CheckedRun
from standoff.analysis.sanity_checks.endless_war import of_run
from standoff.history import wars

CHANCE = wars.ending_chance("interstate", 25, 60)


def found(share: float, **detail: Any) -> list[tuple[str, float, str, str]]:
    told = {"history": {12: (0.3, 0.1, 0.5), 60: (CHANCE.mean, *CHANCE.shapes)}}
    printed = {12: (0.3, None), 60: (share, None)}
    answer: Any = SimpleNamespace(id="end", detail=told | detail, mc_error=0.01, printed=printed)
    return [*of_run(CheckedRun(run=SimpleNamespace(), answers=(answer,)))]  # type: ignore[arg-type]


def test_a_war_that_seldom_ends_in_five_years_is_found() -> None:
    ((subject, number, text, _),) = found(0.07)
    assert subject == "questions.end" and number == pytest.approx(CHANCE.shapes[0] - 0.07)
    assert "7.0 %" in text and "60 months" in text


@pytest.mark.parametrize("share", [CHANCE.shapes[0], CHANCE.mean, 0.99])
def test_one_within_the_band_or_shorter_is_not(share: float) -> None:
    assert not found(share)


def test_without_history_nothing_is_found() -> None:
    assert not found(0.01, history={}) and not [*of_run(CheckedRun(run=SimpleNamespace(), answers=()))]  # type: ignore[arg-type]
