"""Rates in data: what is wrong with one is reported where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standoff.engine.model import Model
from standoff.errors import StandoffError

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
