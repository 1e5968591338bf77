"""Limits that are met in the first month by their place alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standoff import expression, questions
from standoff.analysis.sanity_checks.sudden_limit import of_run

from .paths import START, STEPS, checked


def found(months: np.ndarray, shells: float = 1.0, **changes: Any) -> list[tuple[str, float]]:
    asked = {
        "id": "out",
        "form": questions.form("first_of"),
        "expressions": {"Aland, shells": expression.parse("shells.ALA < 0.5")},
        "since": START + 1,
        "state": STEPS,
    }
    query = SimpleNamespace(**asked | changes)
    results = of_run(
        checked({"shells.ALA": shells}, [query], {"out/Aland, shells": START + months, "out/a clash": START + months})
    )
    return [(subject, number) for subject, number, *_ in results]


def at_pace(first: float) -> np.ndarray:
    """Months of 1,000 futures: a share in the first one, one per cent in each of the others of the year."""
    months = np.full(1000, np.inf)
    months[: round(1000 * first)] = 1
    months[-110:] = np.repeat(np.arange(2, 13), 10)
    return months


def test_a_limit_that_is_met_at_once_is_found() -> None:
    assert found(at_pace(0.4)) == [("questions.out.Aland, shells", pytest.approx(0.4))]


@pytest.mark.parametrize("first", [0.01, 0.025])
def test_a_pace_explains_what_comes_at_that_pace(first: float) -> None:
    assert not found(at_pace(first))


def test_what_holds_at_as_of_already_is_for_another_check() -> None:
    assert not found(at_pace(0.4), shells=0.4)


def test_a_fast_pace_is_no_sudden_limit() -> None:
    months = np.repeat(np.arange(1, 11), 100).astype(float)
    assert not found(months)


def test_events_and_short_questions_are_not_looked_at() -> None:
    assert not found(at_pace(0.4), expressions={"a clash": expression.parse("shells.ALA < 0.5")})
    assert not found(at_pace(0.4), state=START + 6) and not found(at_pace(0.4), since=START + 9)
    assert not found(at_pace(0.4), form=questions.form("quantity"))
