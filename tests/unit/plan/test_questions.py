"""Base rates of questions: a probability where the question is about an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standoff.engine.model import Model
from standoff.errors import ModelError, StandoffError

ASKED = {"text": "?", "by": "2024-12", "resolution": "x"}


@pytest.mark.parametrize("value", ["10 to 100 @assumption", "150 % @assumption", "-0.1 @assumption"])
def test_a_base_rate_of_an_event_that_is_no_probability_is_refused(calm: Callable[..., Model], value: str) -> None:
    asked = {**ASKED, "event": "fear > 0.6", "compare_with": {"value": value, "text": "a guess"}}
    with pytest.raises(ModelError, match="no probability") as caught:
        calm({"questions": {"high": asked}})
    assert caught.value.problems[0].path == "questions.high.compare_with.value"


def test_a_base_rate_of_a_number_may_be_above_one(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "at": "2024-12", "resolution": "x", "quantity": "2 * fear"}
    calm({"questions": {"high": {**asked, "compare_with": {"value": "1.5 @assumption", "text": "a guess"}}}})


COUNT = {"count": 1, "of": 9, "since": 1975, "until": 2017, "data": "UCDP", "sources": "assumption", "text": "counted"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sources": "ucdp"}, "unknown source `ucdp`"),
        ({"sources": []}, "this number has no source"),
        ({"until": 1970}, "the count ends in 1970, before it begins"),
    ],
)
def test_a_fault_of_a_count_is_reported(calm: Callable[..., Model], change: dict[str, Any], fault: str) -> None:
    asked = {"text": "?", "event": "fear > 0.6", "by": "2024-12", "resolution": "x", "data_rate": COUNT | change}
    with pytest.raises(StandoffError, match=fault):
        calm({"questions": {"high": asked}})


def test_only_an_event_has_a_rate(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "quantity": "fear", "at": "2024-12", "resolution": "x", "data_rate": {"none": "x"}}
    with pytest.raises(StandoffError, match="a question of form `quantity` has no rate in data"):
        calm({"questions": {"level": asked}})
