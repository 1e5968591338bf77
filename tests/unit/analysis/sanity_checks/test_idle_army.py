"""Armies without fire that hold."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.analysis.sanity_checks.idle_army import of_run

from .paths import STEPS, checked, since

FUTURES = 50
SILENT = 1 - since(20, FUTURES, 0.4)  # no fire from a date on, in two futures of five


def test_a_silent_army_that_holds_is_found_with_and_without_a_front() -> None:
    for front in ({}, {"land_held.BOR": 100.0}):
        ((subject, number, text, _),) = of_run(checked({"fighting": 1.0, "firepower.ALA": SILENT, **front}))
        assert (subject, number) == ("stocks.firepower.ALA", pytest.approx(0.4)) and "40 %" in text


@pytest.mark.parametrize(
    "change",
    [
        {"land_held.BOR": 100 + np.arange(STEPS + 1.0)},  # the front gives way
        {"fighting": 1 - since(24, FUTURES)},  # it is over soon after
        {"firepower.ALA": 1 - since(20, FUTURES, 0.02)},  # in one future
        {"firepower.ALA": 1 - since(20, FUTURES) + since(30, FUTURES)},  # for less than a year
    ],
)
def test_one_that_gives_way_loses_or_fires_again_is_not(change: dict[str, np.ndarray]) -> None:
    stocks = {"fighting": 1.0, "firepower.ALA": SILENT, "land_held.BOR": 100.0}
    assert not [*of_run(checked({**stocks, **change}))]


def test_a_case_without_war_has_none() -> None:
    assert not [*of_run(checked({"firepower.ALA": SILENT}))]
