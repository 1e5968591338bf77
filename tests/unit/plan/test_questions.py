"""Base rates of questions: a probability where the question is about an event."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from standoff.engine.model import Model
from standoff.errors import ModelError

ASKED = {"text": "?", "by": "2024-12", "resolution": "x"}


@pytest.mark.parametrize("value", ["10 to 100 @assumption", "150 % @assumption", "-0.1 @assumption"])
def test_a_base_rate_of_an_event_that_is_no_probability_is_refused(calm: Callable[..., Model], value: str) -> None:
    asked = {**ASKED, "event": "fear > 0.6", "base_rate": {"value": value, "text": "a guess"}}
    with pytest.raises(ModelError, match="no probability") as caught:
        calm({"questions": {"high": asked}})
    assert caught.value.problems[0].path == "questions.high.base_rate.value"


def test_a_base_rate_of_a_number_may_be_above_one(calm: Callable[..., Model]) -> None:
    asked = {"text": "?", "at": "2024-12", "resolution": "x", "quantity": "2 * fear"}
    calm({"questions": {"high": {**asked, "base_rate": {"value": "1.5 @assumption", "text": "a guess"}}}})
