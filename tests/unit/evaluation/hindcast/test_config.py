"""Questions of a case as events of a record: asked for their own time, beside the rate from which they start."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from standoff.engine.anchors import prior
from standoff.evaluation.hindcast.config import of_questions
from standoff.evaluation.hindcast.origins import HindcastSettings, plan_at
from standoff.ledger import Ledger
from standoff.scenario import LoadedScenario, load_text
from tests.unit.plan.test_anchors import CLASS, SCENARIO

AS_OF, LATER = dt.date(2024, 3, 31), dt.date(2024, 4, 30)
RATE = {"value": "2 % @assumption", "of": 145, "text": "x"}


def case(**fields: Any) -> LoadedScenario:
    """The case whose question is about the twelve months after `as_of`."""
    return load_text(
        SCENARIO.replace("by: 2025-06, resolution: x}\n  fear", "within: 12 months, resolution: x}\n  fear")
    ).over({"questions": {"go": fields, "fear": None, "level": None}})


@pytest.mark.parametrize("day", [AS_OF, LATER])
def test_a_question_within_a_year_is_asked_for_a_year_on_every_day(day: dt.date) -> None:
    found = of_questions(case(base_rate=RATE), day)
    assert found.horizons == (12,)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"base_rate": RATE}, 0.02),
        ({"base_rate": RATE | {"value": "2 %/year @assumption"}, "classes": [CLASS]}, 0.02),
        ({"compare_with": RATE}, 0.02),
        ({"classes": [CLASS]}, 12 / 145),
    ],
)
def test_the_rival_of_the_record_is_the_rate_from_which_the_answer_starts(
    fields: dict[str, Any], expected: float
) -> None:
    event = of_questions(case(**fields), AS_OF).events["go"]
    assert event.rate is not None
    assert 1 - (1 - event.rate) ** (12 / 12) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("day", "starts"), [(AS_OF, True), (LATER, True), (dt.date(2024, 2, 29), False)])
def test_a_record_starts_where_the_run_does_and_an_earlier_origin_knows_no_stated_rate(
    day: dt.date, starts: bool
) -> None:
    plan, _ = plan_at(case(base_rate=RATE), Ledger(), day, HindcastSettings(months=12, draws=100, seed=1))
    assert [prior(plan, item) for item in plan.anchors] == ([pytest.approx(0.02)] if starts else [])
